"""Moderation of the question bank: who wrote a question does not approve it, and approving it is its review."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.test.utils.form_data import nested_form_data

from content.workflow import ensure_workflow
from lms.people.groups import EDITOR, REVIEWER, ensure_groups
from lms.people.models import User
from quizzes.models import Question
from tests.content.posting import SUBMIT, stream
from tests.factories import make_user, sign_in
from tests.quizzes.questions import make_question

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    ensure_groups()
    ensure_workflow()
    return make_user(EDITOR)


@pytest.fixture
def reviewer() -> User:
    return make_user(REVIEWER)


@pytest.fixture
def question() -> Question:
    return make_question()


def submit(client: Client, question: Question, **changes: Any) -> Any:
    """The editor's form with these fields changed, sent to the reviewers."""
    plain = {name: getattr(question, name) for name in ("code", "kind", "scoring", "objective", "requirement", "text")}
    data = plain | {"story": "", "options": stream(question.options), SUBMIT: SUBMIT}
    url = reverse("wagtailsnippets_quizzes_question:edit", args=[question.pk])
    return client.post(url, nested_form_data(data | changes))


def approve(client: Client, question: Question, user: User) -> None:
    sign_in(client, user)
    state = question.current_workflow_state.current_task_state
    client.post(
        reverse("wagtailsnippets_quizzes_question:workflow_action", args=[question.pk, "approve", state.pk]),
        {"comment": ""},
    )
    question.refresh_from_db()


def test_an_approved_question_is_published_and_reviewed(
    client: Client, editor: User, reviewer: User, question: Question
) -> None:
    sign_in(client, editor)
    assert submit(client, question, text="Reworded?").status_code == 302
    question.refresh_from_db()
    assert (question.text, question.has_unpublished_changes) == ("What now?", True)
    approve(client, question, reviewer)
    assert (question.text, question.reviewed_by) == ("Reworded?", reviewer.person)


def test_nobody_approves_a_question_of_their_own(client: Client, editor: User, question: Question) -> None:
    both = make_user(REVIEWER)
    sign_in(client, both)
    assert submit(client, question, text="Reworded?").status_code == 302
    approve(client, question, both)
    assert (question.text, question.reviewed_by) == ("What now?", None)


def test_a_question_that_cannot_be_asked_is_not_approved(
    client: Client, editor: User, reviewer: User, question: Question
) -> None:
    sign_in(client, editor)
    submit(client, question, kind="ordering")
    approve(client, question, reviewer)
    assert (question.kind, question.reviewed_by) == ("single", None)


def test_what_is_approved_for_later_leaves_the_published_words_unreviewed(
    client: Client, editor: User, reviewer: User, question: Question
) -> None:
    question.save_revision().publish()
    question.refresh_from_db()
    question.text, question.go_live_at = "For later", timezone.now() + timedelta(days=2)
    question.save_revision(user=editor)
    question.refresh_from_db()
    question.get_workflow().start(question, editor)
    approve(client, question, reviewer)
    assert (question.text, question.reviewed_by) == ("What now?", None)
