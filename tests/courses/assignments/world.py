"""A small world for assignments: modules that are signed off, paths over them, rules, and people who complete."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from content.editions import Module
from content.facts.resolving import resolve_facts
from content.texts import current_edition, text_for
from courses.assignments import sync
from courses.assignments.models import Assignment, AssignmentPeriod
from courses.completions.items import module_item, text_shown
from courses.completions.models import Completion
from courses.completions.seam import complete
from courses.paths.models import AssignmentRule, PathVersion
from courses.paths.publishing import publish_path, publish_rule
from courses.paths.specs import ItemSpec, PathSpec, RuleSpec
from lms.people.facts_on_day import entity_of
from lms.people.models import Person
from tests.courses.learning.factories import taught
from tests.factories import make_role

NUMBERS = itertools.count(1)
LONG_AGO = datetime(2020, 1, 1, 8, tzinfo=UTC)
PARIS, MADRID, SANTIAGO = "Europe/Paris", "Europe/Madrid", "America/Santiago"


def day(text: str) -> date:
    return date.fromisoformat(text)


def on(text: str, hour: int = 9) -> datetime:
    """That hour of that day, UTC."""
    return datetime.combine(day(text), time(hour), UTC)


def make_path(key: str, modules: Mapping[str, int | None], *, at: datetime = LONG_AGO, inner: str = "") -> PathVersion:
    """`modules` = {code: months}; each is made and signed off where it does not exist."""
    for code in modules:
        if not Module.objects.filter(code=code).exists():
            taught(code, sections=1, questions=0)
    items = [ItemSpec(path=inner)] if inner else []
    items += [ItemSpec(module=code, months=months) for code, months in modules.items()]
    titles = {"en": f"Path {key}", "fr": f"Parcours {key}"}
    return publish_path(PathSpec(key, titles, titles, tuple(items)), at)


def make_rule(key: str, path: str, *, at: datetime = LONG_AGO, **fields: Any) -> AssignmentRule:
    """Every employment within 30 days; or `role=`, `due_days=`, `active_from=`, `basis=`."""
    if fields.get("role"):
        make_role(fields["role"])
        fields.setdefault("role_name", fields["role"])
    words: dict[str, Any] = {
        "reasons": {"en": f"Reason {key}", "fr": f"Raison {key}"},
        "basis_texts": {"en": f"Basis {key}", "fr": f"Base {key}"},
        "basis": "policy",
        "owner": "Human resources",
        "due_days": 30,
    }
    by = fields.pop("by", None)
    return publish_rule(RuleSpec(key=key, path=path, **{**words, **fields}), at, by)


def done(person: Person, code: str, when: str | datetime, *, effective: str = "") -> Completion:
    """Through the seam, as the player does it."""
    at = when if isinstance(when, datetime) else on(when)
    edition = current_edition(Module.objects.get(code=code))
    assert edition is not None
    text = text_for(edition, "en")
    effective_on = day(effective) if effective else at.date()
    facts = resolve_facts(text, entity_of(person, effective_on), at)
    evidence = f"test:{next(NUMBERS)}"
    shown = text_shown(text, facts)
    return complete(
        person, module_item(edition.module), shown=shown, evidence=evidence, effective_on=effective_on, at=at
    )


def days_pass(*days: str) -> None:
    """On each of these days, what the drains do."""
    for text in days:
        sync.sync_due(on(text))
        sync.sync_nightly(on(text))


def only(person: Person, path: str = "p1", **fields: Any) -> Assignment:
    return Assignment.objects.get(person=person, path_key=path, **fields)


def overdue_on(person: Person, text: str, known: str = "") -> bool:
    """Whether the records say, as known then, that the person was overdue on that day."""
    periods = AssignmentPeriod.objects.as_known(day(text), on(known) if known else None)
    return periods.filter(assignment__person=person, state="open", due__lt=day(text)).exists()


def states(row: Assignment, known: str = "") -> list[tuple[str, str, str]]:
    """[(state, from, due)] as known then."""
    rows = AssignmentPeriod.objects.filter(assignment=row).order_by("true_from")
    if known:
        at = on(known)
        rows = rows.filter(known_from__lte=at).exclude(known_to__lte=at)
    else:
        rows = rows.filter(known_to=None)
    return [(row.state, str(row.true_from), str(row.due or "")) for row in rows]
