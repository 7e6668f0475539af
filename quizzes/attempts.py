"""Attempts: start, save, submit. Answers are saved as they are given; only submitting marks them.

What an attempt belongs to is a string (`subject`) that this app need not understand. Every writing function locks the
attempt's row, so that two tabs, a replayed request or a late save end as one sitting would have ended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import CharField

from lms.people.models import Person
from lms.people.prepared import Prepared, slot
from quizzes import grading
from quizzes.grading import Mark, Question, UnknownAnswer
from quizzes.models import Attempt, QuizEdition, Response

Answers = Mapping[str, list[str]]
HISTORY = Prepared(
    lambda: Attempt.objects.of(slot("person")).filter(subject=slot("subject", CharField())).order_by("-number")
)
GIVEN = Prepared(lambda: Response.objects.filter(attempt=slot("attempt")).values_list("question", "chosen"))


def current(person: Person, subject: str) -> Attempt | None:
    """The open attempt, if there is one."""
    return Attempt.objects.of(person).filter(subject=subject).open().select_related("edition").first()


def history(person: Person, subject: str) -> list[Attempt]:
    """Every attempt, the newest first."""
    return HISTORY(person=person.pk, subject=subject)


def next_number(rows: Sequence[Attempt]) -> int:
    """The number of the open attempt, else of the one that would be begun; `rows` as `history` gives them."""
    return rows[0].number + (rows[0].submitted_at is not None) if rows else 1


def start(person: Person, subject: str, edition: QuizEdition, at: datetime) -> Attempt:
    """The open attempt; a new one where there is none. Tries are unlimited, but only one is open at a time."""
    rows = history(person, subject)
    if rows and not rows[0].submitted_at:
        return rows[0]
    return begin(person, subject, edition, next_number(rows), at)


def begin(person: Person, subject: str, edition: QuizEdition, number: int, at: datetime) -> Attempt:
    """Attempt `number`, which is the next one."""
    try:
        with transaction.atomic():
            return Attempt.objects.create(person=person, subject=subject, edition=edition, number=number, started_at=at)
    except IntegrityError:  # another tab was a moment faster: its attempt is the one
        return Attempt.objects.of(person).get(subject=subject, number=number)


def save(attempt: Attempt, answers: Answers, at: datetime) -> bool:
    """Store answers as given, nothing marked. False = the attempt is handed in already and stays as it is.

    Raises UnknownAnswer for a question or option that is not in the edition, and then stores nothing.
    """
    with transaction.atomic():
        locked = lock(attempt)
        if locked.submitted_at:
            return False
        _store(locked, checked(locked.edition, answers), at)
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
        given = responses(locked) | checked(locked.edition, answers)
        if unanswered(locked.edition, given):
            _store(locked, checked(locked.edition, answers), at)
        else:
            _mark(locked, given, at)
        return locked


def lock(attempt: Attempt) -> Attempt:
    return Attempt.objects.select_for_update(of=("self",)).select_related("edition").get(pk=attempt.pk)


def responses(attempt: Attempt) -> dict[str, list[str]]:
    """{question key: chosen option keys}, for what has been answered so far."""
    return dict(GIVEN(attempt=attempt.pk))


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


def checked(edition: QuizEdition, answers: Answers) -> dict[str, list[str]]:
    """The answers, each in its question's own order. Raises UnknownAnswer."""
    known = {question["key"]: question for question in questions(edition)}
    for key in answers:
        if key not in known:
            raise UnknownAnswer(f"This quiz has no question {key!r}: it has {', '.join(known)}.")
    return {key: grading.check(known[key], chosen) for key, chosen in answers.items()}


def _store(attempt: Attempt, given: Answers, at: datetime) -> None:
    rows = [Response(attempt=attempt, question=key, chosen=chosen, saved_at=at) for key, chosen in given.items()]
    _write(rows, ["chosen", "saved_at"])


def _mark(attempt: Attempt, given: Answers, at: datetime) -> None:
    found = marks(attempt.edition, given)
    _write(
        [
            Response(
                attempt=attempt, question=mark.question, chosen=given[mark.question], saved_at=at, right=mark.right
            )
            for mark in found
        ],
        ["chosen", "saved_at", "right"],
    )
    attempt.submitted_at = at
    attempt.right = sum(mark.right for mark in found)
    attempt.passed = grading.passed(attempt.right, len(found), attempt.edition.keys["pass_percent"])
    attempt.save(update_fields=["submitted_at", "right", "passed"])


def _write(rows: list[Response], fields: list[str]) -> None:
    Response.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["attempt", "question"], update_fields=fields
    )
