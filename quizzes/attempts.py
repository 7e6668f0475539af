"""Attempts: start, save, submit. Answers are saved as they are given; only submitting marks them.

What an attempt belongs to is a string (`subject`) that this app need not understand. Every writing function locks the
attempt's row, so that two tabs, a replayed request or a late save end as one sitting would have ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from lms.people.models import Person
from quizzes import grading
from quizzes.grading import Mark, Question, UnknownAnswer
from quizzes.models import Attempt, QuizEdition, Response

Answers = Mapping[str, list[str]]


def current(person: Person, subject: str) -> Attempt | None:
    """The open attempt, if there is one."""
    return Attempt.objects.of(person).filter(subject=subject).open().select_related("edition").first()


def history(person: Person, subject: str) -> list[Attempt]:
    """Every attempt, the newest first, each with its edition."""
    return list(Attempt.objects.of(person).filter(subject=subject).select_related("edition").order_by("-number"))


def start(person: Person, subject: str, edition: QuizEdition, at: datetime) -> Attempt:
    """The open attempt; a new one where there is none. Tries are unlimited, but only one is open at a time."""
    found = current(person, subject)
    if found:
        return found
    number = Attempt.objects.of(person).filter(subject=subject).count() + 1
    try:
        with transaction.atomic():
            return Attempt.objects.create(person=person, subject=subject, edition=edition, number=number, started_at=at)
    except IntegrityError:  # another tab was a moment faster: its attempt is the one
        return Attempt.objects.of(person).select_related("edition").get(subject=subject, number=number)


def save(attempt: Attempt, answers: Answers, at: datetime) -> bool:
    """Store answers as given, nothing marked. False = the attempt is handed in already and stays as it is.

    Raises UnknownAnswer for a question or option that is not in the edition, and then stores nothing.
    """
    with transaction.atomic():
        locked = lock(attempt)
        if locked.submitted_at:
            return False
        _store(locked, answers, at)
        return True


def submit(attempt: Attempt, answers: Answers, at: datetime) -> Attempt:
    """Store the last answers, mark them all, close the attempt. The same submission again returns the same result.

    With a question left unanswered the answers are kept and the attempt stays open: see `unanswered`.
    Raises UnknownAnswer.
    """
    with transaction.atomic():
        locked = lock(attempt)
        if locked.submitted_at:
            return locked
        _store(locked, answers, at)
        given = responses(locked)
        if not unanswered(locked.edition, given):
            _mark(locked, marks(locked.edition, given), at)
        return locked


def lock(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_for_update(of=("self",)).select_related("edition").get(pk=attempt.pk)


def responses(attempt: Attempt) -> dict[str, list[str]]:
    """{question key: chosen option keys}, for what has been answered so far."""
    return {response.question: response.chosen for response in attempt.responses.all()}


def unanswered(edition: QuizEdition, given: Answers) -> list[str]:
    """The keys of the questions without an answer, in order."""
    return [question["key"] for question in questions(edition) if not given.get(question["key"])]


def marks(edition: QuizEdition, given: Answers) -> list[Mark]:
    return [grading.grade(question, given.get(question["key"], [])) for question in questions(edition)]


def questions(edition: QuizEdition) -> list[Question]:
    return list(edition.keys["questions"])


def carry_over(attempt: Attempt, edition: QuizEdition) -> None:
    """Move an open attempt to a newer edition: answers stay where question and options are still the same."""
    with transaction.atomic():
        locked = lock(attempt)
        if locked.submitted_at or locked.edition_id == edition.pk:
            return
        before = {question["key"]: question for question in questions(locked.edition)}
        same = [question["key"] for question in questions(edition) if before.get(question["key"]) == question]
        locked.responses.exclude(question__in=same).delete()
        locked.edition = edition
        locked.save(update_fields=["edition"])


def _store(attempt: Attempt, answers: Answers, at: datetime) -> None:
    known = {question["key"]: question for question in questions(attempt.edition)}
    rows = []
    for key, chosen in answers.items():
        if key not in known:
            raise UnknownAnswer(f"This quiz has no question {key!r}: it has {', '.join(known)}.")
        rows.append(Response(attempt=attempt, question=key, chosen=grading.check(known[key], chosen), saved_at=at))
    Response.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["attempt", "question"], update_fields=["chosen", "saved_at"]
    )


def _mark(attempt: Attempt, given: list[Mark], at: datetime) -> None:
    right = [mark.question for mark in given if mark.right]
    attempt.responses.update(right=False)
    attempt.responses.filter(question__in=right).update(right=True)
    attempt.submitted_at = at
    attempt.right = len(right)
    attempt.passed = grading.passed(len(right), len(given), attempt.edition.keys["pass_percent"])
    attempt.save(update_fields=["submitted_at", "right", "passed"])
