"""One mail a day about training: only when something is news, only to people who have an address, from 09:00 of theirs
on working days, never during leave.

SQL chooses whom to look at, `hearing` what they should hear; the words are written when the mail is sent
(`digest_letters`), so that a waiting one says what is true then, in the language and to the address of then.
"""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from courses.assignments import hearing, reminders
from courses.assignments.hearing import KIND
from courses.assignments.models import Assignment, Justification
from courses.assignments.status import Status, those, undetermined
from courses.assignments.told import ToldOf
from lms.mail import outbox
from lms.mail.models import Message
from lms.people.batches import in_batches
from lms.people.models import Person, ReportingLine

CHUNK = 200
NO_DAY = date(1, 1, 1)
ONE_DAY = timedelta(days=1)


def queue_digests(at: datetime) -> int:
    """Queues today's digest for everybody who should hear something now; how many were queued.

    Idempotent: whoever has one waiting, or got one today, gets no other.
    """
    chosen = set(learners_to_look_at(at)) | set(managers_to_look_at(at))
    queued = 0
    for ids in in_batches(sorted(chosen), CHUNK):
        people = list(Person.objects.filter(pk__in=ids).order_by("pk"))
        readers = hearing.readers_of(people, at)
        with transaction.atomic():
            for person in people:
                reader = readers[person.pk]
                if reader.free and reader.has_news:
                    key = f"{KIND}:{person.pk}:{reader.staff.today}"
                    queued += outbox.queue_unworded(person, kind=KIND, key=key, at=at) is not None
    return queued


def learners_to_look_at(at: datetime) -> QuerySet[Assignment, uuid.UUID]:
    """Whoever was never told of an open assignment, or was told another date, or of other reasons, or before a day of
    reminding that has come somewhere. One query, wide by a day for the zones."""
    told = ToldOf.objects.delivered().filter(assignment=OuterRef("pk"), reader=OuterRef("person"))
    live = Justification.objects.filter(assignment=OuterRef("pk"), known_to=None, true_to=None)
    dated = (
        Assignment.objects.open()
        .filter(~undetermined("person"), waiting_since=None)
        .annotate(
            last=Subquery(told.order_by("-known_at", "-pk").values("pk")[:1]),
            due_day=Coalesce("due", NO_DAY),
            asked_at=Coalesce(Subquery(live.order_by("-known_from").values("known_from")[:1]), "opened_at"),
        )
    )
    as_told = ToldOf.objects.annotate(due_day=Coalesce("due", NO_DAY)).filter(
        _asleep(at), pk=OuterRef("last"), due_day=OuterRef("due_day"), known_at__gte=OuterRef("asked_at")
    )
    rows = dated.exclude(person__email="").exclude(Exists(as_told)).exclude(Exists(_waiting(OuterRef("person"))))
    return rows.order_by().values_list("person_id", flat=True).distinct()


def managers_to_look_at(at: datetime) -> QuerySet[ReportingLine, uuid.UUID]:
    """Whoever leads somebody with an overdue training of which they were not told yet, or not lately. One query."""
    late = at.date() - timedelta(days=reminders.MANAGER_FROM_DAYS - 1)
    overdue = those(Status.OVERDUE, at, "person__assignments__") & Q(person__assignments__due__lte=late)
    lines = ReportingLine.objects.on(at.date()).filter(overdue, ~undetermined("person"), kind=ReportingLine.Kind.LINE)
    as_told = ToldOf.objects.delivered().filter(
        _asleep(at),
        reader=OuterRef("manager"),
        assignment=OuterRef("person__assignments__pk"),
        due=OuterRef("person__assignments__due"),
    )
    rows = lines.exclude(manager__email="").annotate(as_told=Exists(as_told)).filter(as_told=False)
    return (
        rows.exclude(Exists(_waiting(OuterRef("manager")))).order_by().values_list("manager_id", flat=True).distinct()
    )


def _asleep(at: datetime) -> Q:
    return Q(wakes_on=None) | Q(wakes_on__gt=at.date() + ONE_DAY)


def _waiting(person: OuterRef) -> QuerySet[Message]:
    return Message.objects.filter(person=person, kind=KIND, lane__isnull=False)
