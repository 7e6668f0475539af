"""An editor sees a question as learners do, while writing it; what is missing is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data

from content.curriculum import site
from lms.people.groups import AUDITOR, EDITOR, REVIEWER, ensure_groups
from quizzes import preview
from quizzes.models import Attempt, Question, QuizEdition, Story
from tests.content.posting import stream
from tests.factories import make_user, sign_in
from tests.quizzes.questions import BLOCKS, make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client: Client) -> Client:
    ensure_groups()
    return sign_in(client, make_user(EDITOR))


def address(question: Question) -> str:
    return reverse("wagtailsnippets_quizzes_question:preview_on_edit", args=[question.pk])


def form(question: Question, **changes: Any) -> dict[str, Any]:
    fields = {name: getattr(question, name) for name in ("code", "kind", "scoring", "objective", "requirement", "text")}
    whole = fields | {"story": question.story_id or "", "options": stream(question.options)} | changes
    return dict(nested_form_data(whole))


def seen(browser: Client, question: Question, mode: str = "", **changes: Any) -> str:
    """What the preview shows of the form as it stands, unsaved."""
    answer = browser.post(address(question), form(question, **changes))
    assert json.loads(answer.content) == {"is_valid": True, "is_available": True}
    response = browser.get(address(question), {"mode": mode})
    assert response.status_code == 200
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    return response.content.decode()


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
    arabic = site.locales()["ar"]
    question = make_question("multiple", locale=arabic, text="ما العمل؟")
    page = seen(editor, question)
    assert '<html lang="ar" dir="rtl">' in page
    assert "ما العمل؟" in page


def test_the_case_stands_above_it_in_its_language(editor: Client) -> None:
    source = Story.objects.create(code="night", locale=Locale.get_default(), title="A night", text="<p>It rained.</p>")
    arabic = source.copy_for_translation(site.locales()["ar"])
    arabic.title = "ليلة"
    arabic.save()
    assert "A night" in seen(editor, make_question(story=source))
    question = make_question(code="b", locale=site.locales()["ar"], story=source)
    assert "ليلة" in seen(editor, question)


def test_a_quiz_in_a_draft_shows_each_question_and_what_others_lack() -> None:
    broken = make_question(code="broken", options=BLOCKS["single"][:1])
    found = preview.draft([make_question(kind) for kind in BLOCKS] + [broken], "en")
    assert len(preview.asked(found)) == len(preview.answered(found)) == len(BLOCKS)
    assert [sentence for sentence in found.gaps if "broken" in sentence] == found.gaps != []


def test_the_preview_is_for_those_who_write_and_review() -> None:
    ensure_groups()
    question = make_question()
    for group, allowed in (("", False), (AUDITOR, False), (REVIEWER, True), (EDITOR, True)):
        browser = sign_in(Client(), make_user(*([group] if group else [])))
        assert (browser.get(address(question)).status_code == 200) == allowed, group
    assert Client().get(address(question)).status_code == 302
