"""Attempts: start, save, submit. Answers are saved as they are given; only submitting marks them.

What an attempt belongs to is a string (`subject`) that this app need not understand. Every writing function locks the
attempt's row, so that two tabs, a replayed request or a late save end as one sitting would have ended. Which questions
a sitting asks follows from its seed; a sitting that is not begun yet has the seed it will be given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import CharField
from django.utils.crypto import salted_hmac

from lms.people.models import Person
from lms.people.prepared import Prepared, slot
from quizzes import drawing, grading
from quizzes.corrected_keys import keys_as_corrected
from quizzes.grading import FrozenQuestion, Mark, UnknownAnswer
from quizzes.models import Accommodation, Attempt, QuizEdition, Response

Answers = Mapping[str, list[str]]


class Turn(NamedTuple):
    """Which page sends, and its how-manieth request it is: an old request that arrives late must not win."""

    page: str
    number: int


@dataclass(frozen=True, slots=True)
class AnswerSheet:
    """The answers to one sitting, checked: only questions it asks and options it has, in their stored form.

    Made by `checked` or, from a form, by the page that asks; whoever takes a sheet need not look again. `errors` =
    {question: sentence} for what was filled in but is no answer yet, and so is not among the answers.
    """

    sitting: Attempt
    answers: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class Submitted(NamedTuple):
    """`unanswered` = the keys that keep the attempt open. `now` = this call marked it, not one before."""

    attempt: Attempt
    unanswered: list[str]
    now: bool


SEED = 32
GRACE = timedelta(seconds=60)
"""For a form that was sent in time and arrived late."""
LOCKED = Prepared(lambda: Attempt.objects.select_for_update().filter(pk=slot("pk")))
GIVEN = Prepared(lambda: Response.objects.filter(attempt=slot("attempt")).values_list("question", "chosen"))
HISTORY = Prepared(
    lambda: Attempt.objects.of(slot("person")).filter(subject=slot("subject", CharField())).order_by("-number")
)


def current(person: Person, subject: str) -> Attempt | None:
    """The open attempt, if there is one."""
    return Attempt.objects.of(person).filter(subject=subject).open().select_related("edition").first()


def history(person: Person, subject: str) -> list[Attempt]:
    """Every attempt, the newest first."""
    return HISTORY(person=person.pk, subject=subject)


def next_number(rows: Sequence[Attempt]) -> int:
    """The number of the open attempt, else of the one that would be begun; `rows` as `history` gives them."""
    return rows[0].number + (rows[0].submitted_at is not None) if rows else 1


def seed_of(subject: str) -> str:
    """The seed of all sittings of a subject, before it is stored with the first of them. Nobody can compute it."""
    return salted_hmac("litmus.quizzes.seed", subject, algorithm="sha256").hexdigest()[:SEED]


def coming(person: Person, subject: str, edition: QuizEdition, number: int, seed: str = "") -> Attempt:
    """Attempt `number` as it would be begun, unsaved: what a page shows before anything was answered."""
    return Attempt(person=person, subject=subject, edition=edition, number=number, seed=seed or seed_of(subject))


def start(person: Person, subject: str, edition: QuizEdition, at: datetime, locale: str = "") -> Attempt:
    """The open attempt; a new one where there is none. Tries are unlimited, but only one is open at a time."""
    rows = history(person, subject)
    if rows and not rows[0].submitted_at:
        return rows[0]
    return begin(coming(person, subject, edition, next_number(rows)), at, locale)


def begin(attempt: Attempt, at: datetime, locale: str = "") -> Attempt:
    """Stores what `coming` gave. With a time limit the time runs from now, as long as the person chose.

    A pre-test never counts, so it has none.
    """
    attempt.started_at, attempt.locale = at, locale
    minutes = attempt.edition.keys.get("minutes")
    if minutes and attempt.purpose == Attempt.Purpose.POST:
        attempt.ends_at = at + timedelta(minutes=minutes) * share_of_time(attempt.person) / 100
    try:
        with transaction.atomic():
            attempt.save(force_insert=True)
            return attempt
    except IntegrityError:  # another tab was a moment faster: its attempt is the one
        return Attempt.objects.of(attempt.person).get(subject=attempt.subject, number=attempt.number)


def share_of_time(person: Person) -> int:
    """In percent of the usual time, as the person chose."""
    chosen = Accommodation.objects.filter(person=person).values_list("time", flat=True).first()
    return chosen or Accommodation.Time.USUAL


def over(attempt: Attempt, at: datetime) -> bool:
    """Whether its time limit has passed: what was saved until then counts, nothing is taken any more."""
    return attempt.ends_at is not None and at > attempt.ends_at + GRACE


def save(sheet: AnswerSheet, at: datetime, turn: Turn | None = None) -> bool:
    """Store answers as given, nothing marked. False = the attempt is handed in or over and stays as it is.

    What the same page sent before a later `turn` of its own is not stored. Raises UnknownAnswer for a sheet that was
    made for other questions.
    """
    with transaction.atomic():
        locked = _locked(sheet)
        if not _in_turn(locked, turn):
            return True
        if locked.submitted_at or over(locked, at):
            return False
        _store(locked, sheet.answers, at)
        return True


def _in_turn(locked: Attempt, turn: Turn | None) -> bool:
    """Notes the turn; False where the same page has sent a later one already."""
    if turn is None:
        return True
    if locked.page == turn.page and turn.number <= locked.turn:
        return False
    Attempt.objects.filter(pk=locked.pk).update(page=turn.page, turn=turn.number)
    return True


def submit(sheet: AnswerSheet, at: datetime, turn: Turn | None = None) -> Submitted:
    """Store the last answers, mark them all, close the attempt. The same submission again returns the same result.

    With a question left unanswered the answers are kept and the attempt stays open, unless its time is over: then
    what was saved in time is marked. Raises UnknownAnswer for a sheet that was made for other questions.
    """
    with transaction.atomic():
        locked = _locked(sheet)
        if locked.submitted_at:
            return Submitted(locked, [], False)
        _in_turn(locked, turn)
        if over(locked, at):
            _mark(locked, responses(locked), at)
            return Submitted(locked, [], True)
        given = responses(locked) | sheet.answers
        missing = unanswered(locked, given)
        if missing:
            _store(locked, sheet.answers, at)
        else:
            _mark(locked, given, at)
        return Submitted(locked, missing, not missing)


def _locked(sheet: AnswerSheet) -> Attempt:
    """The row of the sheet's sitting, held. Raises UnknownAnswer where it asks other questions since."""
    found = lock(sheet.sitting)
    if found.edition_id != sheet.sitting.edition_id:
        raise UnknownAnswer("The questions of this sitting were replaced.")
    return found


def lock(attempt: Attempt) -> Attempt:
    """The row, held until the transaction ends; its edition never changes, so it is not read again."""
    found = LOCKED.get(pk=attempt.pk)
    if found is None:
        raise Attempt.DoesNotExist
    if found.edition_id == attempt.edition_id:
        found.edition = attempt.edition
    return found


def responses(attempt: Attempt) -> dict[str, list[str]]:
    """{question key: what was chosen}, for what has been answered so far."""
    return dict(GIVEN(attempt=attempt.pk))


def unanswered(attempt: Attempt, given: Answers) -> list[str]:
    """The keys of the questions without a whole answer, in order; scales and dilemmas may be left out."""
    return [
        question["key"]
        for question in questions(attempt)
        if not grading.is_answered(question, given.get(question["key"], []))
    ]


def questions(attempt: Attempt) -> list[FrozenQuestion]:
    """What this sitting asks, in order. No query."""
    return drawing.drawn_questions(attempt.edition.keys, attempt.seed, attempt.number)


def marks(attempt: Attempt, given: Answers) -> list[Mark]:
    """Every question of the sitting by the key as it stands now: corrections count. One query."""
    return marks_by(keys_as_corrected(attempt.edition_id, attempt.edition.keys), attempt, given)


def marks_by(keys: Mapping[str, Any], attempt: Attempt, given: Answers) -> list[Mark]:
    """The same by these keys, which ask what the attempt's own edition asks."""
    asked = drawing.drawn_questions(keys, attempt.seed, attempt.number)
    return [grading.grade(question, given.get(question["key"], [])) for question in asked]


def carry_over(attempt: Attempt, edition: QuizEdition) -> None:
    """Move an open attempt to a newer edition: answers stay where question and options are still the same."""
    with transaction.atomic():
        locked = lock(attempt)
        if locked.submitted_at or locked.edition_id == edition.pk:
            return
        before = {question["key"]: question for question in questions(locked)}
        locked.edition = edition
        same = [question["key"] for question in questions(locked) if before.get(question["key"]) == question]
        locked.responses.exclude(question__in=same).delete()
        locked.save(update_fields=["edition"])


def checked(attempt: Attempt, answers: Answers) -> AnswerSheet:
    """The answers in their stored form, each in its question's own order. Raises UnknownAnswer."""
    known = {question["key"]: question for question in questions(attempt)}
    for key in answers:
        if key not in known:
            raise UnknownAnswer(f"This sitting does not ask {key!r}: it asks {', '.join(known)}.")
    return AnswerSheet(attempt, {key: grading.checked_answer(known[key], chosen) for key, chosen in answers.items()})


def _store(attempt: Attempt, given: Answers, at: datetime) -> None:
    rows = [Response(attempt=attempt, question=key, chosen=chosen, saved_at=at) for key, chosen in given.items()]
    _write(rows, ["chosen", "saved_at"])


def _mark(attempt: Attempt, given: Answers, at: datetime) -> None:
    found = marks(attempt, given)
    rows = [
        Response(
            attempt=attempt, question=mark.question, chosen=given.get(mark.question, []), saved_at=at, **marked(mark)
        )
        for mark in found
    ]
    _write(rows, ["chosen", "saved_at", "right", "credit"])
    attempt.submitted_at = at
    settle(attempt, found)
    attempt.save(update_fields=["submitted_at", "right", "credit", "passed"])


def marked(mark: Mark) -> dict[str, object]:
    """The columns of a response that a mark fills; a question that is not graded stays without."""
    return {"right": mark.right, "credit": decimal(mark.credit)} if mark.scored else {"right": None, "credit": None}


def settle(attempt: Attempt, found: Sequence[Mark]) -> None:
    """What these marks make of an attempt, not saved. A pre-test is neither passed nor failed."""
    attempt.right = sum(mark.right for mark in found if mark.scored)
    attempt.credit = decimal(grading.points(found))
    if attempt.purpose == Attempt.Purpose.POST:
        compulsory = [question["key"] for question in questions(attempt) if question.get("compulsory")]
        attempt.passed = grading.is_passed(found, attempt.edition.keys["pass_percent"], compulsory)


def decimal(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(Decimal("0.0001"))


def _write(rows: list[Response], fields: list[str]) -> None:
    Response.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["attempt", "question"], update_fields=fields
    )
