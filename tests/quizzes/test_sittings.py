"""Sittings of drawn questions: parts of marks, key items, corrected keys, time limits, pre-tests."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from lms.people.models import Person
from quizzes import attempts, corrected_keys, drawing
from quizzes.grading import UnknownAnswer
from quizzes.models import Accommodation, Attempt, KeyCorrection, Quiz, QuizEdition
from tests.factories import make_person
from tests.quizzes import factories, kinds

AT = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    return make_person()


def freeze(questions: list[dict[str, Any]], code: str = "sample", **terms: Any) -> QuizEdition:
    quiz, _made = Quiz.objects.get_or_create(code=code)
    keys = {"pass_percent": 80, "questions": questions} | terms
    number = quiz.editions.count() + 1
    return QuizEdition.objects.create(quiz=quiz, number=number, keys=keys, sha256=f"{number:064d}", frozen_at=AT)


def begin(person: Person, edition: QuizEdition, at: datetime = AT) -> Attempt:
    return attempts.start(person, "enrolment", edition, at, "fr")


def right(attempt: Attempt) -> dict[str, list[str]]:
    return {question["key"]: kinds.RIGHT[question["kind"]] for question in attempts.questions(attempt)}


EVERY = [kinds.QUESTIONS[kind] for kind in sorted(kinds.QUESTIONS)]
SCORED = 8


# --- What is asked ----------------------------------------------------------------------------------------------


def pooled(size: int = 4, take: int = 1) -> list[dict[str, Any]]:
    return [factories.question(number) | {"pool": "p"} for number in range(1, size + 1)]


def test_every_try_asks_other_questions_of_a_pool(person: Person) -> None:
    edition = freeze(pooled())
    asked = []
    for number in range(4):
        attempt = begin(person, edition)
        assert attempt.number == number + 1
        asked += [question["key"] for question in attempts.questions(attempt)]
        attempts.submit(attempts.checked(attempt, {asked[-1]: ["a"]}), AT)
    assert sorted(asked) == ["q1", "q2", "q3", "q4"]


def test_what_was_shown_before_the_first_answer_is_what_is_asked_then(person: Person) -> None:
    edition = freeze(pooled())
    shown = attempts.coming(person, "enrolment", edition, 1)
    assert shown._state.adding
    stored = begin(person, edition)
    assert stored.seed == shown.seed
    assert attempts.questions(stored) == attempts.questions(shown)


def test_the_seed_is_another_for_every_subject_and_needs_the_sites_secret(person: Person, settings: Any) -> None:
    first = attempts.seed_of("enrolment")
    assert len(first) == attempts.SEED
    assert attempts.seed_of("elsewhere") != first
    settings.SECRET_KEY = "another-secret-of-another-site"
    assert attempts.seed_of("enrolment") != first


def test_a_question_that_was_not_drawn_is_refused(person: Person) -> None:
    attempt = begin(person, freeze(pooled()))
    asked = {question["key"] for question in attempts.questions(attempt)}
    for key in {"q1", "q2", "q3", "q4"} - asked:
        with pytest.raises(UnknownAnswer, match="does not ask"):
            attempts.save(attempts.checked(attempt, {key: ["a"]}), AT)


def test_an_attempt_from_before_there_were_seeds_goes_on_as_it_began(person: Person) -> None:
    edition = factories.edition(3)
    old = Attempt.objects.create(person=person, subject="enrolment", edition=edition, number=1, started_at=AT)
    assert begin(person, edition) == old
    assert [question["key"] for question in attempts.questions(old)] == ["q1", "q2", "q3"]
    assert drawing.tokens(old.seed, attempts.questions(old)[0]) == {"a": "a", "b": "b", "c": "c"}
    assert attempts.submit(attempts.checked(old, factories.right_answers(edition)), AT).attempt.passed is True


def test_an_attempt_knows_its_language(person: Person) -> None:
    assert begin(person, freeze(pooled())).locale == "fr"


# --- Marks ------------------------------------------------------------------------------------------------------


def test_every_kind_in_one_quiz(person: Person) -> None:
    attempt = begin(person, freeze(EVERY))
    done = attempts.submit(attempts.checked(attempt, right(attempt)), AT).attempt
    assert (done.passed, done.right, done.credit) == (True, SCORED, Decimal(SCORED))
    rows = {row.question: (row.right, row.credit) for row in done.responses.all()}
    assert rows["a-numeric"] == (True, 1)
    assert rows["a-likert"] == rows["a-dilemma"] == (None, None)
    assert attempts.responses(done)["a-dilemma"] == kinds.RIGHT["dilemma"]


def test_scales_and_dilemmas_may_be_left_out_and_nothing_else(person: Person) -> None:
    attempt = begin(person, freeze(EVERY))
    assert attempts.unanswered(attempt, {}) == [
        question["key"] for question in EVERY if question["kind"] not in ("likert", "dilemma")
    ]
    given = {key: chosen for key, chosen in right(attempt).items() if key not in ("a-likert", "a-dilemma")}
    assert attempts.submit(attempts.checked(attempt, given), AT).attempt.passed is True


def test_half_matched_pairs_are_kept_and_asked_for_again(person: Person) -> None:
    attempt = begin(person, freeze([kinds.QUESTIONS["matching"]]))
    still_open = attempts.submit(attempts.checked(attempt, {"a-matching": ["en=en"]}), AT).attempt
    assert still_open.submitted_at is None
    assert attempts.responses(attempt) == {"a-matching": ["en=en"]}


def test_parts_of_marks_are_stored_with_the_answer_and_summed(person: Person) -> None:
    attempt = begin(person, freeze([kinds.part("matching"), kinds.QUESTIONS["single"]], pass_percent=66))
    done = attempts.submit(
        attempts.checked(attempt, {"a-matching": ["en=en", "fr=ar", "ar=fr"], "a-single": ["b"]}), AT
    ).attempt
    assert (done.right, done.credit, done.passed) == (1, Decimal("1.3333"), True)
    assert done.responses.get(question="a-matching").credit == Decimal("0.3333")


def test_enough_points_without_a_key_question_do_not_pass(person: Person) -> None:
    questions = [factories.question(number) for number in range(1, 11)]
    questions[0]["compulsory"] = True
    attempt = begin(person, freeze(questions))
    given = factories.right_answers(attempt.edition)
    done = attempts.submit(attempts.checked(attempt, given | {"q1": ["a"]}), AT).attempt
    assert (done.right, done.passed) == (9, False)
    again = begin(person, attempt.edition)
    assert attempts.submit(attempts.checked(again, given | {"q2": ["a"]}), AT).attempt.passed is True


def correct(edition: QuizEdition, question: dict[str, Any], person: Person, at: datetime) -> None:
    KeyCorrection.objects.create(
        edition=edition,
        question=question["key"],
        corrected=question,
        reason="Wrong",
        by=person,
        at=at,
        entry=uuid.uuid4(),
    )


def test_a_corrected_key_is_the_one_that_marks_and_the_newest_counts(person: Person) -> None:
    edition = freeze([kinds.QUESTIONS["single"]])
    correct(edition, corrected_keys.question_with_marks(kinds.QUESTIONS["single"], ["a"]), person, AT)
    correct(edition, corrected_keys.question_with_marks(kinds.QUESTIONS["single"], ["a", "c"]), person, AT + MINUTE)
    for chosen, passed in (("b", False), ("a", True)):
        attempt = begin(person, edition)
        assert attempts.submit(attempts.checked(attempt, {"a-single": [chosen]}), AT).attempt.passed is passed


def test_a_correction_changes_neither_what_is_drawn_nor_another_edition(person: Person) -> None:
    edition, other = freeze(pooled()), freeze(pooled(), code="other")
    attempt = begin(person, edition)
    before = attempts.questions(attempt)
    for question in edition.keys["questions"]:
        correct(edition, corrected_keys.voided_question(question), person, AT)
    assert attempts.questions(attempt) == before
    assert [mark.question for mark in attempts.marks(attempt, {})] == [question["key"] for question in before]
    assert all(mark.right for mark in attempts.marks(attempt, {}))
    elsewhere = attempts.start(person, "elsewhere", other, AT)
    assert not any(mark.right for mark in attempts.marks(elsewhere, {}))


# --- Time -------------------------------------------------------------------------------------------------------


def test_without_a_limit_nothing_ends(person: Person) -> None:
    attempt = begin(person, factories.edition(2))
    assert attempt.ends_at is None
    assert not attempts.over(attempt, AT + timedelta(days=400))


@pytest.mark.parametrize(("share", "minutes"), [(None, 20), (100, 20), (150, 30), (200, 40)])
def test_the_time_is_as_long_as_the_person_chose(person: Person, share: int | None, minutes: int) -> None:
    if share:
        Accommodation.objects.create(person=person, time=share)
    assert begin(person, freeze(pooled(), minutes=20)).ends_at == AT + minutes * MINUTE


def test_a_form_sent_in_time_may_arrive_a_minute_late(person: Person) -> None:
    attempt = begin(person, freeze([kinds.QUESTIONS["single"]], minutes=20))
    assert attempts.save(attempts.checked(attempt, {"a-single": ["b"]}), AT + 21 * MINUTE)
    assert attempts.submit(attempts.checked(attempt, {"a-single": ["b"]}), AT + 21 * MINUTE).attempt.passed is True


def test_after_the_time_nothing_is_taken_and_what_was_saved_is_marked(person: Person) -> None:
    late = AT + 21 * MINUTE + timedelta(seconds=1)
    attempt = begin(person, freeze([kinds.QUESTIONS["single"], kinds.QUESTIONS["multiple"]], minutes=20))
    attempts.save(attempts.checked(attempt, {"a-single": ["b"]}), AT)
    assert attempts.save(attempts.checked(attempt, {"a-multiple": ["a", "c"]}), late) is False
    done = attempts.submit(attempts.checked(attempt, {"a-single": ["a"], "a-multiple": ["a", "c"]}), late).attempt
    assert (done.passed, done.right, done.submitted_at) == (False, 1, late)
    assert attempts.responses(done) == {"a-single": ["b"], "a-multiple": []}
    assert attempts.submit(attempts.checked(attempt, {"a-multiple": ["a", "c"]}), late).attempt.right == 1


# --- Pre-test ---------------------------------------------------------------------------------------------------


def test_a_pretest_asks_other_questions_than_the_first_try_and_never_counts(person: Person) -> None:
    edition = freeze(pooled(), pretest=True)
    coming = attempts.coming(person, "pre:enrolment", edition, 0, attempts.seed_of("enrolment"))
    coming.purpose = Attempt.Purpose.PRE
    before = attempts.begin(coming, AT)
    first = begin(person, edition)
    assert before.seed == first.seed
    assert attempts.questions(before) != attempts.questions(first)
    (question,) = attempts.questions(before)
    answers = {question["key"]: [option["key"] for option in question["options"] if option["right"]]}
    done = attempts.submit(attempts.checked(before, answers), AT).attempt
    assert (done.passed, done.right, done.credit) == (None, 1, Decimal(1))
    assert [attempt.number for attempt in attempts.history(person, "enrolment")] == [1]


# --- Another edition --------------------------------------------------------------------------------------------


def test_a_newer_edition_keeps_answers_to_what_is_still_asked(person: Person) -> None:
    attempt = begin(person, freeze([kinds.QUESTIONS["matching"], kinds.QUESTIONS["numeric"]]))
    attempts.save(attempts.checked(attempt, {"a-matching": ["en=en"], "a-numeric": ["12,5"]}), AT)
    newer = freeze(
        [kinds.QUESTIONS["matching"], kinds.QUESTIONS["numeric"] | {"answer": {"value": "9", "tolerance": "0"}}]
    )
    attempts.carry_over(attempt, newer)
    attempt.refresh_from_db()
    assert attempts.responses(attempt) == {"a-matching": ["en=en"]}
