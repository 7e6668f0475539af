"""What the pattern page shows: the components by family, each with the variables its template declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from django.template.loader import get_template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OPENING_COMMENT = re.compile(r"\A{% comment %}\n(.*?)\n?{% endcomment %}", re.DOTALL)

FAMILIES: Mapping[str | Promise, tuple[str, ...]] = {
    _("Acting"): ("button", "link_button", "toolbar", "icon", "language_switcher"),
    _("Work to do and progress"): ("resume_card", "task_list", "task_row", "badge", "strip", "outline"),
    _("The page and where one is"): (
        "page_header",
        "kicker",
        "breadcrumbs",
        "pagination",
        "notice",
        "empty_state",
        "details",
    ),
    _("Forms"): (
        "error_summary",
        "field",
        "fields",
        "filter_bar",
        "as_of_form",
        "option_list",
        "row_list",
        "number_field",
        "feedback",
        "autosave_status",
    ),
    _("Reading"): (
        "reading",
        "lang_block",
        "key_idea",
        "case",
        "cards",
        "reveal",
        "check",
        "steps",
        "checklist",
    ),
    _("Evidence and figures"): ("seal", "facts", "data_table", "column_head", "stat", "certificate"),
}


class Component(NamedTuple):
    name: str
    variables: str  # the template's opening comment: purpose in the first line, then one line a variable
    example: str  # the path of the template that shows it


def families() -> Iterator[tuple[str | Promise, list[Component]]]:
    for title, names in FAMILIES.items():
        yield title, [component(name) for name in names]


@cache
def component(name: str) -> Component:
    return Component(name, declared_variables(name), f"styleguide/examples/{name}.html")


def declared_variables(name: str) -> str:
    """The opening comment of a component's template; ValueError names the template that has none."""
    template: Any = get_template(f"components/{name}.html")
    found = OPENING_COMMENT.match(template.template.source)
    if not found:
        raise ValueError(f"components/{name}.html must open with a comment that lists its variables.")
    return found[1]
