"""Figures, cases that ask and practice in the editing area: by its own forms, with its own refusals."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data, rich_text

from content.changes import changes_of_draft
from content.curriculum.load import load_module, read_module
from content.curriculum.record import LoadReport
from content.models import ModulePage
from lms.people.groups import EDITOR, REVIEWER, ensure_groups
from tests.content.figure_module import FOLDER, load_figures
from tests.content.posting import DRAFT, edit, form_data
from tests.databases import ModuleRows
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _loaded(module_rows: ModuleRows) -> None:
    module_rows(load_figures)


@pytest.fixture
def editor() -> Client:
    ensure_groups()
    return sign_in(Client(), make_user(EDITOR, REVIEWER, given_name="Edith", hired=None))


def page() -> ModulePage:
    return ModulePage.objects.get(code="f01", locale__language_code="en")


def block(data: dict[str, Any], kind: str, place: int = 0) -> dict[str, Any]:
    """The form's fields of a block of this kind in the first section."""
    body = data["sections"]["0"]["value"]["body"]
    found = [body[str(number)]["value"] for number in range(body["count"]) if body[str(number)]["type"] == kind]
    return found[place]


def browsers(value: Any) -> Any:
    """As a browser sends it: lines end with two signs."""
    if isinstance(value, dict):
        return {name: browsers(each) for name, each in value.items()}
    return value.replace("\n", "\r\n") if isinstance(value, str) else value


def test_merely_saving_changes_nothing(editor: Client) -> None:
    data = form_data(page())
    assert edit(editor, page(), "action-publish", sections=browsers(data["sections"])).status_code == 302
    report = LoadReport()
    load_module(read_module(FOLDER), report)
    assert (report.changed, report.left) == ([], [])


def test_a_hostile_drawing_is_refused_in_the_form_with_its_line(editor: Client) -> None:
    data = form_data(page())
    block(data, "figure")["svg"] = '<svg viewBox="0 0 9 9">\n<script>alert(1)</script></svg>'
    answer = edit(editor, page(), DRAFT, sections=data["sections"])
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "Line 2: The element &lt;script&gt; is not taken in a figure. Delete it." in html
    assert "<script" not in str(page().get_latest_revision_as_object().sections.get_prep_value())


def test_publication_needs_what_a_reader_needs(editor: Client) -> None:
    data = form_data(page())
    block(data, "figure")["alt"] = ""
    block(data, "case")["lesson"] = rich_text("")
    block(data, "practice", 2)["answers"]["0"]["value"]["fault"] = ""
    answer = edit(editor, page(), "action-publish", sections=data["sections"])
    said = str(answer.context["form"].errors["sections"])
    for words in ("has no alternative text", "asks, so it needs a lesson", "at least one piece with a fault"):
        assert words in said, words


def test_the_preview_shows_them_as_the_player_does(editor: Client) -> None:
    answer = editor.post(
        reverse("wagtailadmin_pages:preview_on_edit", args=[page().pk]) + "?mode=1",
        nested_form_data(form_data(page())),
    )
    assert answer.status_code == 200
    html = editor.get(reverse("wagtailadmin_pages:preview_on_edit", args=[page().pk]) + "?mode=1").content.decode()
    assert 'class="drawing"' in html
    assert "case-lesson" in html
    assert html.count('class="practice"') == 4
    assert "It says what to do." not in html


def test_a_reviewer_sees_what_changed_in_each(editor: Client) -> None:
    data = form_data(page())
    block(data, "figure")["labels"]["0"]["value"]["text"] = "What enters"
    block(data, "case")["options"]["0"]["value"]["text"] = "She signs at once."
    block(data, "practice")["answers"]["2"]["value"]["category"] = "example"
    assert edit(editor, page(), DRAFT, sections=data["sections"]).status_code == 302
    changed, _before = changes_of_draft(page().get_latest_revision_as_object())
    lines = ["".join(run.words for run in after) for change in changed for _old, after in change.pairs]
    assert any("What enters" in line for line in lines)
    assert any("She signs at once." in line for line in lines)
    assert any(line.endswith("example") for line in lines)
