"""One mail a day about training: only when something is new, only to people who have an address, never during leave."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from courses.assignments import dates
from courses.assignments.models import Assignment
from courses.assignments.staff import Staff, load_staff
from courses.assignments.status import Status
from courses.assignments.todo_list import SOON_DAYS, Task, tasks_of
from lms.mail import outbox
from lms.mail.models import Message
from lms.people.batches import in_batches
from lms.people.models import Person

KIND = "digest"
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open assignment that may be news; `last` is when its person got their last digest."""

    opened_at: datetime
    due: date | None
    last: datetime | None


def queue_digests(at: datetime) -> int:
    """Queues today's digest for everybody who has news since their last one; how many were queued.

    News is: newly assigned, due within 7 days, overdue, each told once. Idempotent by `digest:<person>:<local day>`.
    """
    candidates = _candidates(at)
    queued = 0
    for ids in in_batches(sorted(candidates), CHUNK):
        people = list(Person.objects.filter(pk__in=ids).order_by("pk"))
        staff = load_staff(people, at)
        told = [person for person in people if _to_be_told(staff[person.pk], candidates[person.pk])]
        queued += _queue(told, staff, candidates, at)
    return queued


def is_news(row: Candidate, today: date, zone: str) -> bool:
    """Whether something about the assignment became true since the last digest."""
    if row.last is None or row.opened_at > row.last:
        return True
    if row.due is None:
        return False
    last_day = dates.local_date(row.last, zone)
    steps = (row.due - timedelta(days=SOON_DAYS), row.due + timedelta(days=1))
    return any(last_day < step <= today for step in steps)


def _candidates(at: datetime) -> dict[uuid.UUID, list[Candidate]]:
    """Open assignments that are new or have a due date near or past. One query, wide by a day for the zones."""
    soon = at.date() + timedelta(days=SOON_DAYS + 1)
    digests = Message.objects.filter(person=OuterRef("person"), kind=KIND).order_by().values("person")
    dated = Assignment.objects.open().annotate(
        last=Subquery(digests.annotate(latest=Max("queued_at")).values("latest"))
    )
    rows = dated.exclude(person__email="").filter(Q(last__isnull=True) | Q(opened_at__gt=F("last")) | Q(due__lte=soon))
    found: dict[uuid.UUID, list[Candidate]] = defaultdict(list)
    for person, opened_at, due, last in rows.values_list("person_id", "opened_at", "due", "last"):
        found[person].append(Candidate(opened_at, due, last))
    return found


def _to_be_told(staff: Staff, rows: Sequence[Candidate]) -> bool:
    told_today = any(row.last and dates.local_date(row.last, staff.zone) >= staff.today for row in rows)
    return not told_today and not staff.on_leave and any(is_news(row, staff.today, staff.zone) for row in rows)


def _queue(
    people: Sequence[Person],
    staff: dict[uuid.UUID, Staff],
    candidates: dict[uuid.UUID, list[Candidate]],
    at: datetime,
) -> int:
    by_language: dict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_language[person.language].append(person)
    queued = 0
    for language, readers in by_language.items():
        with transaction.atomic(), translation.override(language):
            tasks = tasks_of(readers, at, language)
            for person in readers:
                last = candidates[person.pk][0].last
                sections = _sections(tasks[person.pk], last)
                queued += bool(sections and _send(person, staff[person.pk].today, sections, language, at))
    return queued


def _send(person: Person, today: date, sections: list[tuple[str, list[Task]]], language: str, at: datetime) -> bool:
    context: dict[str, Any] = {
        "person": person,
        "sections": [(heading, [_linked(task) for task in tasks]) for heading, tasks in sections],
        "link": settings.BASE_URL + reverse("learn:dashboard"),
    }
    message = outbox.queue_message(
        person,
        kind=KIND,
        key=f"{KIND}:{person.pk}:{today}",
        subject=_subject([task for _, tasks in sections for task in tasks]),
        body=render_to_string("mail/digest.txt", context).strip() + "\n",
        locale=language,
        at=at,
    )
    return message is not None


def _sections(tasks: list[Task], last: datetime | None) -> list[tuple[str, list[Task]]]:
    """Each task once, under the first heading it belongs to; what is neither near nor new is left out."""
    overdue = [task for task in tasks if task.status == Status.OVERDUE]
    soon = [task for task in tasks if task.due and not task.late_by and task.days_left <= SOON_DAYS]
    new = [task for task in tasks if task not in overdue + soon and (last is None or task.opened_at > last)]
    headings = [(gettext("Overdue"), overdue), (gettext("Due within 7 days"), soon), (gettext("New for you"), new)]
    return [(heading, found) for heading, found in headings if found]


def _subject(tasks: list[Task]) -> str:
    overdue = sum(1 for task in tasks if task.status == Status.OVERDUE)
    if overdue:
        words = ngettext("%(count)s training is overdue", "%(count)s trainings are overdue", overdue)
        return words % {"count": overdue}
    soon = sum(1 for task in tasks if task.due and task.days_left <= SOON_DAYS)
    if soon:
        words = ngettext("%(count)s training is due within 7 days", "%(count)s trainings are due within 7 days", soon)
        return words % {"count": soon}
    return ngettext("New training for you", "New trainings for you", len(tasks))


def _linked(task: Task) -> dict[str, Any]:
    """The task with the address of each module."""
    steps = [
        asdict(step) | {"link": settings.BASE_URL + reverse("learn:module", kwargs={"code": step.code})}
        for step in task.steps
    ]
    return asdict(task) | {"steps": steps}
