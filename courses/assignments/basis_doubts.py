"""Doubts about what a date rests on: said by the person, answered by HR administration, never lost from sight."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, override

from courses.assignments import dates
from courses.assignments.doubt_models import BasisDoubt
from courses.assignments.models import Assignment
from lms.mail import outbox as mail
from lms.people.models import Person

WORKING_DAYS = 10
"""Within which a doubt is to be answered; health counts those that wait longer."""


class OwnDoubt(ValueError):
    """It is one's own doubt: somebody else answers it."""


def own_doubts(person: Person, assignment: Assignment) -> QuerySet[BasisDoubt]:
    """What the person said about this assignment, the newest first."""
    return BasisDoubt.objects.filter(person=person, assignment=assignment).order_by("-raised_at")


def open_doubts(reader: Person) -> QuerySet[BasisDoubt]:
    """What waits for an answer by `reader`, the oldest first: everything but their own."""
    rows = BasisDoubt.objects.filter(answered_at=None).exclude(person=reader)
    return rows.select_related("person", "assignment__version").order_by("raised_at", "pk")


def raise_doubt(assignment: Assignment, kind: str, words: str, at: datetime) -> BasisDoubt:
    """By the person of the assignment. While one is open, saying it again changes nothing."""
    with transaction.atomic():
        Assignment.objects.select_for_update().get(pk=assignment.pk)
        made, _fresh = BasisDoubt.objects.get_or_create(
            assignment=assignment,
            answered_at=None,
            defaults={"person": assignment.person, "kind": kind, "words": words, "raised_at": at},
        )
    return made


def answer_doubt(doubt: uuid.UUID, by: Person, answer: str, at: datetime) -> bool:
    """Answers it and tells the person by mail that an answer is there; what it says stands on the site alone.

    False: somebody else was a moment faster, and their answer stands. Raises OwnDoubt.
    """
    with transaction.atomic():
        held = BasisDoubt.objects.select_for_update(of=("self",)).select_related("person").get(pk=doubt)
        if held.person_id == by.pk:
            raise OwnDoubt
        if held.answered_at is not None:
            return False
        held.answered_by, held.answered_at, held.answer = by, at, answer
        held.save(update_fields=["answered_by", "answered_at", "answer"])
        with override(held.person.language):
            mail.queue_message(
                held.person,
                kind="basis-doubt",
                key=f"basis-doubt:{held.pk}",
                subject=gettext("What you said about a date has been answered"),
                body=gettext(
                    "Human resources looked at the date you said was wrong. You find the answer under “Why this date”, "
                    "“This is wrong”, on the page of the training."
                ),
                locale=held.person.language,
                at=at,
            )
    return True


def count_waiting_too_long(at: datetime) -> int:
    """How many wait for longer than WORKING_DAYS (Monday to Friday, by UTC days)."""
    rows = BasisDoubt.objects.filter(answered_at=None, raised_at__lt=at - timedelta(days=WORKING_DAYS))
    asked = rows.values_list("raised_at", flat=True)
    return sum(dates.working_days_after(one.date(), WORKING_DAYS, "") < at.date() for one in asked)
