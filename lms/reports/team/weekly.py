"""Once a week, to each manager under whom something is late, runs out or is due: how many, and where to look.

Figures only. Names stand behind the links, where a look is recorded for whoever is looked at.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from courses.assignments import dates
from courses.assignments.models import Assignment
from courses.assignments.staff import Staff, load_staff
from courses.assignments.status import Status, those
from lms.mail import outbox
from lms.mail.models import Message
from lms.people.batches import in_batches
from lms.people.facts_on_day import managers_of, reports_of
from lms.people.idlist import IdList
from lms.people.models import Person
from lms.reports import standing
from lms.reports.standing import View
from lms.reports.team.models import Reminder

KIND = "team-week"
HOUR = time(9)
CHUNK = 200
TOLD = (Status.OVERDUE, Status.EXPIRED, Status.SOON, Status.EXPIRING)
WEEK = timedelta(days=7)


def queue_team_weeks(at: datetime) -> int:
    """How many were queued. From nine on the first working day of the week, in the manager's zone and country; on a
    later one to who was away, or had nothing to be told before. Idempotent by `team-week:<manager>:<year>-<week>`.
    """
    queued = 0
    for managers in in_batches(_concerned(at).order_by("pk"), CHUNK):
        staff = load_staff(managers, at)
        keys = {manager.pk: _key(manager, staff[manager.pk].today) for manager in managers}
        told = set(Message.objects.filter(key__in=keys.values()).values_list("key", flat=True))
        for manager in managers:
            if keys[manager.pk] not in told and is_time(staff[manager.pk], at):
                queued += _queue(manager, staff[manager.pk].today, keys[manager.pk], at)
    return queued


def is_time(staff: Staff, at: datetime) -> bool:
    """Whether the manager is at work on that day, and it has begun."""
    works = dates.working_days_after(staff.today - timedelta(days=1), 1, staff.country) == staff.today
    begun = datetime.combine(staff.today, HOUR, ZoneInfo(staff.zone))
    return works and at >= begun and not staff.on_leave


def _concerned(at: datetime) -> QuerySet[Person]:
    """Managers with an address who have, anywhere below, somebody with something open that is near or past."""
    near = those(Status.OVERDUE, at) | those(Status.SOON, at) | those(Status.EXPIRED, at) | those(Status.EXPIRING, at)
    people = Assignment.objects.open().filter(near).order_by().values("person")
    return managers_of(Person.objects.filter(pk__in=people), at.date()).exclude(email="")


@transaction.atomic
def _queue(manager: Person, today: date, key: str, at: datetime) -> bool:
    """Three queries, however many people."""
    team = IdList.found_by(reports_of(manager, today))
    rows = standing.standings(View(today, now=at), team.among("assignment__person"))
    found = standing.tally(rows).by_status
    if not any(found[status] for status in TOLD):
        return False
    reminded = Reminder.objects.filter(team.among("person"), at__gt=at - WEEK).count()
    address = settings.BASE_URL + reverse("team:people")
    with translation.override(manager.language):
        figures = [(status.label, found[status], f"{address}?status={status}") for status in TOLD if found[status]]
        context = {"manager": manager, "figures": figures, "reminded": reminded, "link": address}
        message = outbox.queue_message(
            manager,
            kind=KIND,
            key=key,
            subject=_subject(found),
            body=render_to_string("mail/team_week.txt", context).strip() + "\n",
            locale=manager.language,
            at=at,
        )
    return message is not None


def _subject(found: dict[str, int]) -> str:
    late = found[Status.OVERDUE] + found[Status.EXPIRED]
    if late:
        words = ngettext(
            "Your team: %(count)s training is overdue or expired",
            "Your team: %(count)s trainings are overdue or expired",
            late,
        )
        return words % {"count": late}
    near = found[Status.SOON] + found[Status.EXPIRING]
    words = ngettext(
        "Your team: %(count)s training is due or expires soon",
        "Your team: %(count)s trainings are due or expire soon",
        near,
    )
    return words % {"count": near}


def _key(manager: Person, today: date) -> str:
    year, week, _day = today.isocalendar()
    return f"{KIND}:{manager.pk}:{year}-{week:02}"
