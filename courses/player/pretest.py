"""The voluntary pre-test: on the parallel form, before the questions are begun. It never blocks and never counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from courses.learning import enrolments
from courses.learning.models import Enrolment
from quizzes import attempts, grading
from quizzes.attempts import Answers, AnswerSheet
from quizzes.grading import UnknownAnswer
from quizzes.models import Attempt, QuizEdition

NUMBER = 0


@dataclass(frozen=True, slots=True)
class TestsCompared:
    """Points before and after, each of `total`."""

    before: float
    after: float
    total: int


def pretest_subject(enrolment: Enrolment) -> str:
    return f"pre:{enrolment.pk}"


def pretest_of(enrolment: Enrolment) -> Attempt | None:
    """The pre-test as it was begun or handed in."""
    rows = Attempt.objects.of(enrolment.person).filter(subject=pretest_subject(enrolment)).select_related("edition")
    return rows.first()


def is_pretest_offered(enrolment: Enrolment, quiz: QuizEdition | None, rows: Sequence[Attempt]) -> bool:
    """Whether there is one that is still to be done: until the questions are begun. A query only where there is one.

    `quiz` = the enrolment's questions, `rows` = the attempts at them.
    """
    if quiz is None or not quiz.keys.get("pretest") or enrolment.completed_at or rows:
        return False
    done = pretest_of(enrolment)
    return done is None or done.submitted_at is None


def pretest_sitting(enrolment: Enrolment) -> Attempt | None:
    """The pre-test, begun or as it would be; None where the module has none. The seed is that of the later tries."""
    quiz = enrolment.edition.quiz_edition
    if quiz is None or not quiz.keys.get("pretest"):
        return None
    fresh = attempts.coming(
        enrolment.person, pretest_subject(enrolment), quiz, NUMBER, attempts.seed_of(enrolments.subject(enrolment))
    )
    fresh.purpose = Attempt.Purpose.PRE
    return pretest_of(enrolment) or fresh


def sheet_for(enrolment: Enrolment, answers: Answers) -> AnswerSheet:
    """Answers in their stored form, checked. Raises UnknownAnswer, and LookupError where there is no pre-test."""
    found = pretest_sitting(enrolment)
    if found is None:
        raise LookupError("There is no pre-test.")
    return attempts.checked(found, answers)


def submit_pretest(enrolment: Enrolment, sheet: AnswerSheet, language: str, at: datetime) -> tuple[Attempt, list[str]]:
    """Hand it in; the keys of what is unanswered where something is. Raises UnknownAnswer, and LookupError where the
    questions were begun already."""
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        if sheet.sitting.submitted_at:
            return sheet.sitting, []
        if enrolments.attempts_of(held):
            raise LookupError("The questions were begun already.")
        if sheet.sitting._state.adding:
            begun = attempts.begin(sheet.sitting, at, language)
            if not begun.edition_id == sheet.sitting.edition_id == held.edition.quiz_edition_id:
                raise UnknownAnswer("The questions were replaced since this page was made.")
            sheet = replace(sheet, sitting=begun)
        handed = attempts.submit(sheet, at)
        return handed.attempt, handed.unanswered


def compare_tests(enrolment: Enrolment, attempt: Attempt) -> TestsCompared | None:
    """The pre-test beside this test; None without one, or where it asked another number of questions."""
    quiz = enrolment.edition.quiz_edition
    before = pretest_of(enrolment) if quiz and quiz.keys.get("pretest") else None
    if before is None or before.credit is None or attempt.credit is None:
        return None
    total = sum(grading.is_scored(question) for question in attempts.questions(attempt))
    if total != sum(grading.is_scored(question) for question in attempts.questions(before)):
        return None
    return TestsCompared(float(before.credit), float(attempt.credit), total)


def by_objective(attempt: Attempt) -> dict[str, tuple[float, int]]:
    """{objective: (points, questions)}: where to look, without giving a single answer away."""
    marks = attempts.marks(attempt, attempts.responses(attempt))
    found: dict[str, tuple[float, int]] = {}
    for question, mark in zip(attempts.questions(attempt), marks, strict=True):
        if mark.scored:
            points, count = found.get(question["objective"], (0.0, 0))
            found[question["objective"]] = (points + float(mark.credit), count + 1)
    return found
