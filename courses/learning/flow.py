"""What a learner does in the player, each as one function with one `at`. Views translate, these decide.

Everything that writes locks the enrolment first, so that two tabs finishing a module at the same moment finish it once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from content import texts
from content.editions import ModuleText
from content.facts import resolving
from content.facts.models import FactSet
from courses.learning import completion, enrolments, evidence
from courses.learning.models import Completion, Enrolment, SectionDone
from courses.learning.progress import Progress
from lms.people import reading
from quizzes import attempts
from quizzes.attempts import Answers
from quizzes.models import Attempt


class NoSuchSection(LookupError):
    """This edition has no such section, or it is done by passing its questions."""


class StaleAttempt(Exception):
    """The page was made for an attempt that cannot be begun any more, or for questions that were replaced."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a learner is: the enrolment, its text in the language there is, the facts of their entity."""

    enrolment: Enrolment
    progress: Progress
    text: ModuleText
    facts: FactSet


@dataclass(frozen=True, slots=True)
class Handed:
    """An answered quiz. With something unanswered the attempt is still open; `completion` = the module is done."""

    attempt: Attempt
    unanswered: list[str]
    completion: Completion | None


def open_place(enrolment: Enrolment, language: str, at: datetime) -> Place:
    """Resume: the pin moves on if it lapsed, nothing else is written."""
    if enrolments.lapsed(enrolment, at):
        with transaction.atomic():
            enrolment = enrolments.lock(enrolment)
            enrolments.refresh(enrolment, at)
    return place(enrolment, language, at)


def place(enrolment: Enrolment, language: str, at: datetime) -> Place:
    text = texts.text_for(enrolment.edition, language)
    day = reading.today(enrolment.person, at)
    facts = resolving.resolve(text, reading.entity_of(enrolment.person, day), at)
    return Place(enrolment, enrolments.progress_of(enrolment), text, facts)


def finish_section(enrolment: Enrolment, section: str, language: str, at: datetime) -> Completion | None:
    """Mark a section as done; returns the completion when it was the last thing to do. Doing it again changes nothing.

    Raises NoSuchSection.
    """
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        if held.completed_at:
            return None
        enrolments.refresh(held, at)
        check_finishable(held, section)
        done = SectionDone(enrolment=held, section=section, at=at)
        SectionDone.objects.bulk_create([done], ignore_conflicts=True)
        enrolments.touch(held, at)
        return complete_if_done(held, language, at)


def check_finishable(enrolment: Enrolment, key: str) -> None:
    sections = {section["key"]: section for section in enrolment.edition.structure["sections"]}
    if key not in sections or sections[key]["quiz"]:
        raise NoSuchSection(key)


def save_answers(enrolment: Enrolment, number: int, answers: Answers, at: datetime) -> bool:
    """Keep answers as given. False = that attempt is handed in already. Raises StaleAttempt, UnknownAnswer."""
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        attempt = attempt_numbered(held, number, at)
        saved = attempts.save(attempt, answers, at)
        if not held.completed_at:
            enrolments.touch(held, at)
        return saved


def submit(enrolment: Enrolment, number: int, answers: Answers, language: str, at: datetime) -> Handed:
    """Hand in attempt `number`: answers stored, marked, and the module completed if that was all it asked.

    A replay returns the result of the first time. Raises StaleAttempt, UnknownAnswer.
    """
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        attempt = attempts.submit(attempt_numbered(held, number, at), answers, at)
        if not attempt.submitted_at:
            return Handed(attempt, attempts.unanswered(attempt.edition, attempts.responses(attempt)), None)
        if held.completed_at:
            return Handed(attempt, [], None)
        enrolments.touch(held, at)
        return Handed(attempt, [], complete_if_done(held, language, at))


def attempt_numbered(enrolment: Enrolment, number: int, at: datetime) -> Attempt:
    """The attempt a page was made for; begun now if it is the next one. Raises StaleAttempt."""
    rows = attempts.history(enrolment.person, enrolments.subject(enrolment))
    found = next((attempt for attempt in rows if attempt.number == number), None)
    if found and (found.submitted_at or not enrolments.refresh(enrolment, at)):
        return found
    quiz = enrolment.edition.quiz_edition
    over = enrolment.completed_at or any(attempt.passed and attempt.edition == quiz for attempt in rows)
    if found or over or quiz is None or number != next_number(rows):
        raise StaleAttempt
    return attempts.start(enrolment.person, enrolments.subject(enrolment), quiz, at)


def next_number(rows: list[Attempt]) -> int:
    """The number of the open attempt, else of the one that would be begun; `rows` with the newest first."""
    if not rows:
        return 1
    return rows[0].number + (rows[0].submitted_at is not None)


def complete_if_done(enrolment: Enrolment, language: str, at: datetime) -> Completion | None:
    if not enrolments.progress_of(enrolment).complete:
        return None
    here = place(enrolment, language, at)
    attempt = enrolments.passed_attempt(enrolment) if here.progress.quiz else None
    proof = evidence.of_attempt(attempt) if attempt else evidence.of_sections(enrolment)
    done = completion.complete(
        enrolment.person,
        enrolment.module,
        text=here.text,
        facts=here.facts,
        evidence=proof.name,
        evidence_sha256=proof.sha256,
        effective_on=reading.today(enrolment.person, at),
        at=at,
    )
    enrolment.completed_at = at
    enrolment.save(update_fields=["completed_at"])
    return done
