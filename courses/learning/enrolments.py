"""A person's way through a module: start, resume, and the pin on one edition, which lapses after 14 idle days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F

from content import texts
from content.editions import Module, ModuleEdition
from courses.learning import frozen_texts
from courses.learning.models import Enrolment, SectionDone
from courses.learning.progress import Progress, measure
from lms.people.models import Person
from lms.people.prepared import Prepared, slot
from quizzes import attempts
from quizzes.models import Attempt

IDLE = timedelta(days=14)
WITH = ("module", "edition")
OWN = Prepared(lambda: Enrolment.objects.of(slot("person")).filter(pk=slot("pk")))
LOCKED = Prepared(lambda: Enrolment.objects.select_for_update().filter(pk=slot("pk")))
DONE = Prepared(lambda: SectionDone.objects.filter(enrolment=slot("enrolment")).values_list("section", "at"))


class NotOffered(Exception):
    """The module has no text that may be taught, or was withdrawn."""


def ways_through(person: Person, code: str) -> list[Enrolment]:
    """Every enrolment in the module of this code: the open one first, then the one completed last."""
    rows = Enrolment.objects.of(person).filter(module__code=code).select_related(*WITH)
    found = list(rows.order_by(F("completed_at").desc(nulls_first=True)))
    for row in found:
        row.person = person
    return found


def own_enrolment(person: Person, pk: UUID) -> Enrolment:
    """The person's own enrolment with its edition. Raises Enrolment.DoesNotExist for anybody else's."""
    found = OWN.get(person=person.pk, pk=pk)
    if found is None:
        raise Enrolment.DoesNotExist
    return _whole(found, person)


def start(person: Person, module: Module, at: datetime, *, completed_before: int | None = None) -> Enrolment:
    """Resume the open enrolment, or begin one on the edition taught now. Raises NotOffered.

    `completed_before` = how often the page that was clicked showed the module as completed. A click that is replayed
    after the module was completed then leads back to what was done, instead of beginning another round.
    """
    rows = ways_through(person, module.code)
    if rows and rows[0].completed_at is None:
        refresh(rows[0], at)
        return rows[0]
    if rows and completed_before is not None and len(rows) > completed_before:
        return rows[0]
    return begin(person, module, offered(module), at)


def offered(module: Module) -> ModuleEdition:
    """The edition taught now. Raises NotOffered."""
    edition = None if module.withdrawn_at else texts.current_edition(module)
    if edition is None:
        raise NotOffered(module.code)
    return edition


def begin(person: Person, module: Module, edition: ModuleEdition, at: datetime) -> Enrolment:
    try:
        with transaction.atomic():
            return Enrolment.objects.create(person=person, module=module, edition=edition, started_at=at, active_at=at)
    except IntegrityError:  # another tab was a moment faster
        return ways_through(person, module.code)[0]


def lock(enrolment: Enrolment) -> Enrolment:
    """The row, held until the transaction ends: what one tab does waits for what another does."""
    found = LOCKED.get(pk=enrolment.pk)
    if found is None:
        raise Enrolment.DoesNotExist
    return _whole(found, enrolment.person)


def _whole(row: Enrolment, person: Person) -> Enrolment:
    """With its person, edition and module, which are known already: the page of a section asks for the row alone."""
    row.person, row.edition = person, frozen_texts.pinned_edition(row.edition_id)
    row.module = row.edition.module
    return row


def lapsed(enrolment: Enrolment, at: datetime) -> bool:
    return enrolment.completed_at is None and at - enrolment.active_at > IDLE


def refresh(enrolment: Enrolment, at: datetime) -> bool:
    """Move an enrolment left idle to the edition taught now; True when it moved. Done sections stay done by key."""
    if not lapsed(enrolment, at):
        return False
    newest = texts.current_edition(enrolment.module)
    if newest is None or newest.pk == enrolment.edition_id:
        return False
    with transaction.atomic():
        enrolment.edition, enrolment.active_at = newest, at
        enrolment.save(update_fields=["edition", "active_at"])
        attempt = attempts.current(enrolment.person, subject(enrolment))
        if attempt and newest.quiz_edition:
            attempts.carry_over(attempt, newest.quiz_edition)
    return True


def subject(enrolment: Enrolment) -> str:
    """What attempts belong to."""
    return str(enrolment.pk)


def attempts_of(enrolment: Enrolment) -> list[Attempt]:
    """Every attempt, the newest first; without a query where the edition asks nothing."""
    if enrolment.edition.quiz_edition_id is None:
        return []
    rows = attempts.history(enrolment.person, subject(enrolment))
    for row in rows:
        quiz = enrolment.edition.quiz_edition
        if quiz and row.edition_id == quiz.pk:
            row.edition = quiz
    return rows


def passed_attempt(enrolment: Enrolment, rows: Sequence[Attempt]) -> Attempt | None:
    """The first that passed on the questions this edition asks; an older edition's other questions do not count."""
    asked = enrolment.edition.quiz_edition_id
    return next((each for each in reversed(rows) if each.passed and each.edition_id == asked), None)


def sections_done(enrolment: Enrolment) -> dict[str, datetime]:
    """{section: when it was done}. One query."""
    return dict(DONE(enrolment=enrolment.pk))


def progress_of(enrolment: Enrolment, rows: Sequence[Attempt], done: Mapping[str, datetime] | None = None) -> Progress:
    """`rows` = its attempts. One query, none where the sections that are done are given."""
    done = sections_done(enrolment) if done is None else done
    return measure(enrolment.edition.structure, done, passed_attempt(enrolment, rows) is not None)
