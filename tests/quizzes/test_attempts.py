"""Attempts: saved as given, marked once, whatever a browser sends and in whatever order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.people.models import Person
from quizzes import attempts
from quizzes.grading import UnknownAnswer
from quizzes.models import Attempt, QuizEdition, Response
from tests.quizzes import factories

AT = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(minutes=5)

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> QuizEdition:
    return factories.edition(3)


@pytest.fixture
def person() -> Person:
    return Person.objects.create(given_name="Test", created_at=AT)


@pytest.fixture
def attempt(person: Person, edition: QuizEdition) -> Attempt:
    return attempts.start(person, "enrolment", edition, AT)


def test_starting_twice_is_one_open_attempt(person: Person, edition: QuizEdition, attempt: Attempt) -> None:
    assert attempts.start(person, "enrolment", edition, LATER) == attempt
    assert (attempt.number, attempt.started_at) == (1, AT)


def test_another_person_and_another_subject_have_their_own(edition: QuizEdition, attempt: Attempt) -> None:
    other = Person.objects.create(given_name="Other", created_at=AT)
    assert attempts.start(other, "enrolment", edition, AT) != attempt
    assert attempts.start(attempt.person, "elsewhere", edition, AT) != attempt
    assert attempts.current(other, "elsewhere") is None


def test_answers_are_saved_unmarked_and_may_change(attempt: Attempt) -> None:
    attempts.save(attempts.checked(attempt, {"q1": ["a"], "q2": ["c", "a"]}), AT)
    attempts.save(attempts.checked(attempt, {"q1": ["b"]}), LATER)
    assert attempts.responses(attempt) == {"q1": ["b"], "q2": ["a", "c"]}
    assert list(attempt.responses.values_list("right", flat=True)) == [None, None]
    attempt.refresh_from_db()
    assert (attempt.passed, attempt.right) == (None, None)


def test_saving_the_same_twice_changes_nothing(attempt: Attempt) -> None:
    attempts.save(attempts.checked(attempt, {"q1": ["a"]}), AT)
    attempts.save(attempts.checked(attempt, {"q1": ["a"]}), AT)
    assert Response.objects.count() == 1


@pytest.mark.parametrize("answers", [{"q9": ["a"]}, {"q1": ["x"]}, {"q1": ["a", "b"]}])
def test_what_is_not_in_the_quiz_is_refused_whole(attempt: Attempt, answers: dict[str, list[str]]) -> None:
    with pytest.raises(UnknownAnswer):
        attempts.save(attempts.checked(attempt, {"q2": ["a"], **answers}), AT)
    assert attempts.responses(attempt) == {}


def test_all_right_passes(attempt: Attempt, edition: QuizEdition) -> None:
    done = attempts.submit(attempts.checked(attempt, factories.right_answers(edition)), LATER).attempt
    assert (done.passed, done.right, done.submitted_at) == (True, 3, LATER)
    assert set(done.responses.values_list("right", flat=True)) == {True}


def test_below_the_pass_mark_fails_and_a_new_attempt_may_start(attempt: Attempt, edition: QuizEdition) -> None:
    done = attempts.submit(attempts.checked(attempt, {**factories.right_answers(edition), "q3": ["a"]}), LATER).attempt
    assert (done.passed, done.right) == (False, 2)
    assert done.responses.get(question="q3").right is False
    again = attempts.start(done.person, "enrolment", edition, LATER)
    assert (again.number, attempts.responses(again)) == (2, {})


def test_answers_saved_earlier_count_on_submission(attempt: Attempt, edition: QuizEdition) -> None:
    right = factories.right_answers(edition)
    attempts.save(attempts.checked(attempt, {"q1": right["q1"], "q2": right["q2"]}), AT)
    assert attempts.submit(attempts.checked(attempt, {"q3": right["q3"]}), LATER).attempt.passed is True


def test_an_unanswered_question_keeps_the_attempt_open_and_loses_nothing(attempt: Attempt, edition: Any) -> None:
    open_still = attempts.submit(attempts.checked(attempt, {"q1": ["b"], "q3": []}), LATER).attempt
    assert open_still.submitted_at is None
    assert attempts.unanswered(open_still, attempts.responses(open_still)) == ["q2", "q3"]
    assert attempts.responses(open_still)["q1"] == ["b"]
    assert set(open_still.responses.values_list("right", flat=True)) == {None}


def test_a_replayed_submission_returns_the_same_result(attempt: Attempt, edition: QuizEdition) -> None:
    attempts.submit(attempts.checked(attempt, factories.wrong_answers(edition)), AT)
    again = attempts.submit(attempts.checked(attempt, factories.right_answers(edition)), LATER).attempt
    assert (again.passed, again.submitted_at) == (False, AT)
    assert attempts.responses(again) == factories.wrong_answers(edition)


def test_a_late_save_does_not_touch_what_was_handed_in(attempt: Attempt, edition: QuizEdition) -> None:
    attempts.submit(attempts.checked(attempt, factories.right_answers(edition)), AT)
    assert attempts.save(attempts.checked(attempt, {"q1": ["a"]}), LATER) is False
    assert attempts.responses(attempt) == factories.right_answers(edition)


def test_a_newer_edition_keeps_the_answers_to_unchanged_questions(attempt: Attempt, edition: QuizEdition) -> None:
    attempts.save(attempts.checked(attempt, {"q1": ["a"], "q2": ["a"]}), AT)
    newer = factories.edition(4)
    newer.keys["questions"][1]["options"][0]["right"] = False
    newer.save()
    attempts.carry_over(attempt, newer)
    attempt.refresh_from_db()
    assert attempt.edition == newer
    assert attempts.responses(attempt) == {"q1": ["a"]}


def test_a_submission_costs_the_same_whatever_the_number_of_questions(person: Person) -> None:
    def cost(questions: int) -> int:
        edition = factories.edition(questions, code=f"quiz-{questions}")
        attempt = attempts.start(person, f"enrolment-{questions}", edition, AT)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            attempts.submit(attempts.checked(attempt, factories.right_answers(edition)), AT)
        return len(queries)

    assert cost(2) == cost(20)
