"""An editor sees a question as learners do, while writing it; what is missing is said."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data

from content.curriculum import site
from lms.people.groups import ALL, EDITOR, REVIEWER, TRANSLATOR, ensure_groups
from quizzes import preview
from quizzes.models import Attempt, Question, QuizEdition, Story
from tests.content.posting import stream
from tests.factories import make_user, sign_in
from tests.quizzes.questions import BLOCKS, make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    ensure_groups()
    site.ensure_locales()
    return sign_in(client, make_user(EDITOR))


ADD = "wagtailsnippets_quizzes_question:add"
PREVIEW_OF_NEW = "wagtailsnippets_quizzes_question:preview_on_add"


def address(question: Question) -> str:
    return reverse("wagtailsnippets_quizzes_question:preview_on_edit", args=[question.pk])


def form(question: Question, **changes: Any) -> dict[str, Any]:
    fields = {name: getattr(question, name) for name in ("code", "kind", "scoring", "objective", "requirement", "text")}
    whole = fields | {"story": question.story_id or "", "options": stream(question.options)} | changes
    return dict(nested_form_data(whole))


def seen(browser: Client, question: Question, mode: str = "", at: str = "", **changes: Any) -> str:
    """What the preview (`at` its address, else that of what is saved) shows of the form as it stands, unsaved."""
    url = at or address(question)
    answer = browser.post(url, form(question, **changes))
    assert json.loads(answer.content) == {"is_valid": True, "is_available": True}
    response = browser.get(f"{url}{'&' if '?' in url else '?'}mode={mode}")
    assert response.status_code == 200
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    return response.content.decode()


def address_on(browser: Client, page: str) -> str:
    """Where a page of the editing area asks for its preview."""
    found = re.search(r'data-w-preview-url-value="([^"]*)"', browser.get(page).content.decode())
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("kind", BLOCKS)
def test_every_kind_is_shown_as_it_is_asked_and_with_its_answer(editor: Client, kind: str) -> None:
    question = make_question(kind)
    asked = seen(editor, question, text="What then?")
    assert "What then?" in asked
    assert "Because." not in asked
    assert ("Words of a" in asked) or kind in ("truefalse", "numeric")
    answered = seen(editor, question, mode="answered", text="What then?")
    assert ("Because." in answered) or kind == "likert"
    assert "What then?" not in Question.objects.get().text
    assert not QuizEdition.objects.exists()
    assert not Attempt.objects.exists()


def test_what_is_missing_is_said_in_its_place(editor: Client) -> None:
    question = make_question(options=[{"type": "option", "value": {"key": "a", "text": "x", "feedback": "y"}}])
    for mode in ("", "answered"):
        page = seen(editor, question, mode=mode)
        assert "has no right option" in page
        assert "needs at least two options" in page


def test_a_kind_whose_answers_are_of_another_is_said(editor: Client) -> None:
    assert "holds answers of another kind" in seen(editor, make_question(), kind="numeric")


def test_it_is_shown_in_its_own_language_and_direction(editor: Client) -> None:
    arabic = site.ensure_locales()["ar"]
    question = make_question("multiple", locale=arabic, text="ما العمل؟")
    page = seen(editor, question)
    assert '<html lang="ar" dir="rtl">' in page
    assert "ما العمل؟" in page


def test_the_case_stands_above_it_in_its_language(editor: Client) -> None:
    source = Story.objects.create(code="night", locale=Locale.get_default(), title="A night", text="<p>It rained.</p>")
    arabic = source.copy_for_translation(site.ensure_locales()["ar"])
    arabic.title = "ليلة"
    arabic.save()
    assert "A night" in seen(editor, make_question(story=source))
    question = make_question(code="b", locale=site.ensure_locales()["ar"], story=source)
    assert "ليلة" in seen(editor, question)


def test_a_quiz_in_a_draft_shows_each_question_and_what_others_lack() -> None:
    broken = make_question(code="broken", options=BLOCKS["single"][:1])
    found = preview.draft_sitting([make_question(kind) for kind in BLOCKS] + [broken], "en")
    assert len(preview.questions_to_answer(found)) == len(preview.questions_with_answers(found)) == len(BLOCKS)
    assert [sentence for sentence in found.gaps if "broken" in sentence] == found.gaps != []


def test_a_case_that_is_not_translated_is_shown_and_said(editor: Client) -> None:
    source = Story.objects.create(code="night", locale=Locale.get_default(), title="A night", text="<p>It rained.</p>")
    assert "not fully translated" not in seen(editor, make_question(story=source))
    french = make_question(code="b", locale=site.ensure_locales()["fr"], story=source)
    found = preview.draft_sitting([french], "fr")
    assert found.gaps == ["The case “night” is not fully translated into this language."]
    assert "A night" in seen(editor, french)


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")])
def test_what_was_never_saved_is_shown_in_the_language_it_is_written_in(
    editor: Client, language: str, direction: str
) -> None:
    written = Question(code="new", text="What then?", options=BLOCKS["ordering"], kind="ordering")
    where = address_on(editor, f"{reverse(ADD)}?locale={language}")
    for mode in ("", "answered"):
        page = seen(editor, written, mode=mode, at=where)
        assert f'<html lang="{language}" dir="{direction}">' in page
        assert "What then?" in page
    assert not Question.objects.exists()


def test_a_copy_is_shown_in_the_language_it_will_be_saved_in(editor: Client) -> None:
    question = make_question(locale=site.ensure_locales()["ar"])
    page = reverse("wagtailsnippets_quizzes_question:copy", args=[question.pk])
    where = address_on(editor, page)
    saved_at = re.search(r'action="([^"]*/add/[^"]*)"', editor.get(page).content.decode())
    assert saved_at
    assert html.unescape(saved_at[1]).partition("?")[2].startswith(where.partition("?")[2])
    assert "locale=ar" in where
    assert "What now?" in seen(editor, question, at=where, code="copy")


@pytest.mark.parametrize("kind", BLOCKS)
@pytest.mark.parametrize("mode", ["", "answered"])
@pytest.mark.parametrize("new", [True, False])
def test_a_half_written_question_of_every_kind_says_what_it_lacks(
    editor: Client, kind: str, mode: str, new: bool
) -> None:
    """Blocks that were added and left blank, as they stand after a few clicks; and none at all."""
    question = make_question(kind)
    where = address_on(editor, reverse(ADD)) if new else ""
    shape = question.options[-1]
    blank = dict.fromkeys(shape.block.child_blocks, "")
    items = {str(at): {"type": shape.block_type, "value": blank, "deleted": "", "order": at, "id": ""} for at in (0, 1)}
    page = seen(editor, question, mode=mode, at=where, text="", options={"count": 2, **items})
    assert "has no text" in page
    assert ("has an answer or a group without a key" in page) or kind == "numeric"
    assert "needs " in seen(editor, question, mode=mode, at=where, options={"count": 0})


def test_a_question_with_one_thing_missing_is_not_shown_as_if_it_were_whole(editor: Client) -> None:
    for kind, name, sentence in (
        ("numeric", "tolerance", "needs a right value and a tolerance"),
        ("numeric", "value", "needs a right value and a tolerance"),
        ("dilemma", "panel", "does not say how many of the panel chose it"),
        ("single", "key", "has an answer or a group without a key"),
    ):
        question = make_question(kind, code=f"{kind}-{name}")
        options = form(question) | {f"options-0-value-{name}": ""}
        editor.post(address(question), options)
        for mode in ("", "answered"):
            response = editor.get(address(question), {"mode": mode})
            assert response.status_code == 200
            assert sentence in response.content.decode(), (kind, name, mode)


@pytest.mark.parametrize("group", ["", *ALL])
def test_the_preview_is_for_those_who_write_and_review(group: str) -> None:
    """Learners, managers and auditors are led away, as is everybody who may not add what they would preview."""
    ensure_groups()
    question = make_question()
    revision = reverse(
        "wagtailsnippets_quizzes_question:revisions_view", args=[question.pk, question.save_revision().pk]
    )
    user = make_user(*([group] if group else []))
    make_user(given_name="Report", manager=user.person)
    browser = sign_in(Client(), user)
    writes = {address(question): group in (EDITOR, TRANSLATOR, REVIEWER), reverse(PREVIEW_OF_NEW): group == EDITOR}
    for url, allowed in {**writes, revision: group in (EDITOR, TRANSLATOR, REVIEWER)}.items():
        assert (browser.get(url).status_code == 200) == allowed, url
    for url, allowed in writes.items():
        assert (browser.post(url, form(question)).status_code == 200) == allowed, url
    for url in (*writes, revision):
        assert Client().get(url).status_code == 302
