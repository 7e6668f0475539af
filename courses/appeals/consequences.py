"""What an appeal does here: deadlines wait for its answer, and a corrected key becomes evidence (T-17)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from content.editions import ModuleEdition
from content.facts import resolving
from courses.assignments import dates
from courses.assignments.models import Waiting
from courses.assignments.sync import sync_people
from courses.completions import seam
from courses.completions.items import module_item, text_shown
from courses.completions.models import Completion, Doubt
from courses.learning import completion_evidence, enrolments, frozen_texts
from courses.learning.models import Enrolment
from courses.learning.progress import measure
from lms.mail import outbox as mail
from lms.people import facts_on_day
from lms.people.models import Person
from quizzes.appeal_models import Appeal, KeyCorrection, Rescore
from quizzes.appeals import answering, correcting
from quizzes.models import Attempt

WORKING_DAYS = 10


def raise_appeal(enrolment: Enrolment, number: int, question: str, remark: str, at: datetime) -> Appeal:
    """Doubt a question of a handed-in attempt: what asks for the module waits from today. Raises NotAppealable."""
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        attempt = next((each for each in enrolments.attempts_of(held) if each.number == number), None)
        if attempt is None:
            raise answering.NotAppealable(question)
        today = facts_on_day.today(held.person, at)
        appeal = answering.make_appeal(attempt, question, remark, answer_by(held.person, today), at)
        _waiting, fresh = Waiting.objects.get_or_create(
            appeal=appeal.pk,
            defaults={"person": held.person, "module": held.module, "first_day": today, "known_from": at},
        )
        if fresh:
            sync_people([held.person_id], at)
        return appeal


def answer_by(person: Person, today: date) -> date:
    """The tenth working day after `today` in the country of the person's legal entity."""
    entity = facts_on_day.entity_of(person, today)
    return dates.working_days_after(today, WORKING_DAYS, entity.country if entity else "")


def settle_appeal(
    appeal: Appeal, by: Person, words: str, corrected: dict[str, Any] | None, at: datetime
) -> KeyCorrection | None:
    """Answers it; with a corrected question it is upheld, and every attempt is marked anew. Raises
    answering.NotYours and correcting.NothingToCorrect."""
    with transaction.atomic():
        held = answering.answer_appeal(appeal, by, corrected is not None, words, at)
        if held.answered_by_id != by.pk or held.answered_at != at:
            return None  # somebody else was a moment faster: their answer stands
        made = None
        if corrected is not None:
            made, changed = correcting.correct_key(held.attempt.edition, corrected, words, by, at)
            for each in changed:
                follow_rescore(each, made, at)
        today = facts_on_day.today(held.person, at)
        Waiting.objects.filter(appeal=held.pk, last_day=None).update(last_day=today, answered_at=at)
        sync_people([held.person_id], at)
        mail_answer(held, at)
        return made


def mail_answer(appeal: Appeal, at: datetime) -> None:
    """A mail that the answer is there; what it says stands on the site alone."""
    mail.queue_letter(appeal.person, kind="appeal", key=f"appeal:{appeal.pk}", letter=answer_letter, at=at)


def answer_letter() -> tuple[str, str]:
    return gettext("Your appeal has been answered"), gettext(
        "Somebody looked at the question you doubted. You find the answer beside it, in your result."
    )


def follow_rescore(changed: Rescore, correction: KeyCorrection, at: datetime) -> None:
    """What another outcome means: a completion as of then, or a doubt about one."""
    attempt = changed.attempt
    subject = _uuid(attempt.subject)
    enrolment = Enrolment.objects.select_related("person").filter(pk=subject).first() if subject else None
    if enrolment is None:
        return
    held = enrolments.lock(enrolment)
    if attempt.passed:
        complete_as_of_then(held, attempt, correction, at)
    else:
        raise_doubt(held, attempt, correction, at)


def _uuid(subject: str) -> UUID | None:
    try:
        return UUID(subject)
    except ValueError:
        return None


def complete_as_of_then(enrolment: Enrolment, attempt: Attempt, correction: KeyCorrection, at: datetime) -> None:
    """Passed after all: the module is completed as of the day it was handed in, or its last section was done if that
    came later; never as of a day on which something was still to do.

    Who moved on to a newer edition meanwhile has completed the one whose questions they had passed.
    """
    edition = edition_of(enrolment, attempt)
    done = enrolments.sections_done(enrolment)
    if enrolment.completed_at or edition is None or not measure(edition.structure, done, passed=True).complete:
        return
    assert attempt.submitted_at is not None  # noqa: S101 -- only handed-in attempts are marked anew
    asked = {section["key"] for section in edition.structure["sections"] if not section["quiz"]}
    then = max([attempt.submitted_at, *(done[section] for section in asked)])
    person = enrolment.person
    day = facts_on_day.today(person, then)
    text = frozen_texts.text_now(edition, attempt.locale or person.language)
    proof = completion_evidence.of_attempt(attempt, done)
    seam.complete(
        person,
        module_item(enrolment.module),
        shown=text_shown(text, resolving.resolve_facts(text, facts_on_day.entity_of(person, day), at)),
        evidence=proof.name,
        evidence_sha256=proof.sha256,
        effective_on=day,
        at=at,
        correction=correction.entry,
    )
    enrolment.edition, enrolment.completed_at = edition, at
    enrolment.save(update_fields=["edition", "completed_at"])


def edition_of(enrolment: Enrolment, attempt: Attempt) -> ModuleEdition | None:
    """The edition of the module whose questions the attempt answered."""
    if enrolment.edition.quiz_edition_id == attempt.edition_id:
        return enrolment.edition
    return enrolment.module.editions.filter(quiz_edition=attempt.edition).order_by("-number").first()


def raise_doubt(enrolment: Enrolment, attempt: Attempt, correction: KeyCorrection, at: datetime) -> None:
    """What was completed stays completed; somebody responsible looks at it, unless another try passes as well."""
    if enrolments.passed_attempt(enrolment, enrolments.attempts_of(enrolment)):
        return
    found = Completion.objects.filter(evidence=f"attempt:{attempt.pk}").first()
    if found:
        Doubt.objects.get_or_create(completion=found, defaults={"correction": correction.pk, "raised_at": at})


def see_doubt(doubt: Doubt, by: Person, at: datetime) -> None:
    """Somebody responsible has looked at it."""
    Doubt.objects.filter(pk=doubt.pk, seen_at=None).update(seen_at=at, seen_by=by)
