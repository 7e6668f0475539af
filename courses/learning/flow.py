"""What a learner does in the player, each as one function with one `at`. Views translate, these decide.

Everything that writes locks the enrolment first, so that two tabs finishing a module at the same moment finish it once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from content.editions import ModuleText
from content.facts import resolving
from courses.completions import seam
from courses.completions.items import module_item, text_shown
from courses.completions.models import Completion
from courses.learning import completion_evidence, enrolments, frozen_texts, pausing
from courses.learning.models import Enrolment, SectionDone
from courses.learning.progress import Progress
from lms.people import facts_on_day
from quizzes import attempts
from quizzes.attempts import Answers, AnswerSheet, Turn
from quizzes.models import Attempt


class NoSuchSection(LookupError):
    """This edition has no such section, or it is done by passing its questions or finishing its cases."""


class StaleAttempt(Exception):
    """The page was made for an attempt that cannot be begun any more, or for questions that were replaced."""


class Paused(Exception):
    """After failures the next try opens later: at `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until
        super().__init__(f"The next try opens at {until}.")


@dataclass(frozen=True, slots=True)
class LearnerPlace:
    """Where a learner is: the enrolment, its text in the language there is, and every attempt, the newest first."""

    enrolment: Enrolment
    progress: Progress
    text: ModuleText
    attempts: list[Attempt]


@dataclass(frozen=True, slots=True)
class HandedIn:
    """An answered quiz. With something unanswered the attempt is still open; `completion` = the module is done."""

    attempt: Attempt
    unanswered: list[str]
    completion: Completion | None


def open_place(enrolment: Enrolment, language: str, at: datetime) -> LearnerPlace:
    """Resume: the pin moves on if it lapsed, nothing else is written."""
    if enrolments.lapsed(enrolment, at):
        with transaction.atomic():
            enrolment = enrolments.lock(enrolment)
            enrolments.refresh(enrolment, at)
    rows = enrolments.attempts_of(enrolment)
    text = frozen_texts.text_for(enrolment.edition, language)
    progress = enrolments.progress_of(enrolment, rows).timed(text.seconds)
    return LearnerPlace(enrolment, progress, text, rows)


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
        return move_on(held, enrolments.attempts_of(held), language, at)


def check_finishable(enrolment: Enrolment, key: str) -> None:
    """Raises NoSuchSection; a debrief is done once the cases it is about are."""
    sections = {section["key"]: section for section in enrolment.edition.structure["sections"]}
    if key not in sections or sections[key]["quiz"] or sections[key].get("lab") in ("block-a", "block-b"):
        raise NoSuchSection(key)
    if sections[key].get("lab") == "debrief":
        done = enrolments.sections_done(enrolment)
        if not any(section.get("lab") == "block-a" and name in done for name, section in sections.items()):
            raise NoSuchSection(key)


def sitting(enrolment: Enrolment, number: int, at: datetime) -> Attempt:
    """Attempt `number` as a page was made for it, begun or not; writes nothing. Raises StaleAttempt and Paused.

    Reads the attempts once, before anything is locked. Who hands in the same attempt meanwhile has its number, which
    there is only once: `begun` then finds theirs.
    """
    rows = enrolments.attempts_of(enrolment)
    found = next((attempt for attempt in rows if attempt.number == number), None)
    return found or next_sitting(enrolment, rows, number, at)


def next_sitting(enrolment: Enrolment, rows: list[Attempt], number: int, at: datetime) -> Attempt:
    """The attempt that would be begun now, unsaved. Raises StaleAttempt where `number` is not its number, Paused."""
    quiz = enrolment.edition.quiz_edition
    over = enrolment.completed_at or enrolments.passed_attempt(enrolment, rows)
    if over or quiz is None or number != attempts.next_number(rows):
        raise StaleAttempt
    until = pausing.until(enrolment, rows, at)
    if until:
        raise Paused(until)
    return attempts.coming(enrolment.person, enrolments.subject(enrolment), quiz, number)


def sheet_for(enrolment: Enrolment, number: int, answers: Answers, at: datetime) -> AnswerSheet:
    """Answers in their stored form to attempt `number`, checked. Raises StaleAttempt, Paused, UnknownAnswer."""
    return attempts.checked(sitting(enrolment, number, at), answers)


def save_answers(
    enrolment: Enrolment, sheet: AnswerSheet, at: datetime, language: str = "", turn: Turn | None = None
) -> bool:
    """Keep answers as given. False = that attempt is handed in or over. Raises StaleAttempt, UnknownAnswer."""
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        saved = attempts.save(begun(held, sheet, language, at), at, turn)
        if saved:
            held.active_at = at
            held.save(update_fields=["active_at"])
        return saved


def submit(enrolment: Enrolment, sheet: AnswerSheet, language: str, at: datetime, turn: Turn | None = None) -> HandedIn:
    """Hand in a sheet: answers stored, marked, and the module completed if that was all it asked.

    A replay returns the result of the first time. `turn` keeps what the page sent before from arriving after it.
    Raises StaleAttempt, UnknownAnswer.
    """
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        attempt, unanswered, now = attempts.submit(begun(held, sheet, language, at), at, turn)
        return HandedIn(attempt, unanswered, move_on(held, [attempt], language, at) if now else None)


def begun(enrolment: Enrolment, sheet: AnswerSheet, language: str, at: datetime) -> AnswerSheet:
    """The sheet with its sitting, begun now if it was not; inside the transaction that holds the enrolment.

    Raises StaleAttempt where the enrolment moved on to other questions, here or in another tab before it was held, or
    was completed without this sitting.
    """
    found = sheet.sitting
    if found._state.adding:
        if found.edition_id != enrolment.edition.quiz_edition_id:
            raise StaleAttempt
        found = attempts.begin(found, at, language)
        if found.edition_id != sheet.sitting.edition_id or (enrolment.completed_at and not found.submitted_at):
            raise StaleAttempt
        return replace(sheet, sitting=found)
    if not found.submitted_at and enrolments.refresh(enrolment, at):
        raise StaleAttempt
    return sheet


def move_on(enrolment: Enrolment, rows: list[Attempt], language: str, at: datetime) -> Completion | None:
    """After something was done: complete the module if that was all. `rows` = the attempts that may count."""
    enrolment.active_at = at
    made = None
    done = enrolments.sections_done(enrolment)
    if enrolments.progress_of(enrolment, rows, done).complete:
        made = complete(enrolment, enrolments.passed_attempt(enrolment, rows), done, language, at)
        enrolment.completed_at = at
    enrolment.save(update_fields=["active_at", "completed_at"])
    return made


def complete(
    enrolment: Enrolment, attempt: Attempt | None, done: Mapping[str, datetime], language: str, at: datetime
) -> Completion:
    """`attempt` passed, where the module asks questions; `done` = its sections, with when each was."""
    text = frozen_texts.text_now(enrolment.edition, language)
    today = facts_on_day.today(enrolment.person, at)
    of_attempt, of_sections = completion_evidence.of_attempt, completion_evidence.of_sections
    proof = of_attempt(attempt, done) if attempt else of_sections(enrolment, done)
    return seam.complete(
        enrolment.person,
        module_item(enrolment.module),
        shown=text_shown(text, resolving.resolve_facts(text, facts_on_day.entity_of(enrolment.person, today), at)),
        evidence=proof.name,
        evidence_sha256=proof.sha256,
        effective_on=today,
        at=at,
    )
