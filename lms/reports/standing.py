"""Where people stand with their training on a day, as far as was known at an instant: one row a person and training.

The database decides the status, so that a filter, its counts and its pages agree. Nobody's performance is in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.assignments.dates import RENEWAL_WINDOW_DAYS, late_by
from courses.assignments.models import Assignment, AssignmentPeriod
from lms.people.models import Leave, known_at

SOON_DAYS = 7
DAY = "j F Y"


class Status(models.TextChoices):
    """In the order a reader wants them: what needs doing first."""

    OVERDUE = "overdue", _("Overdue")
    EXPIRED = "expired", _("Expired")
    AWAY = "away", _("Expired while on leave")
    OPEN = "open", _("Open")
    EXPIRING = "expiring", _("Expires within 60 days")
    DONE = "done", _("Done")


COVERED = (Status.DONE, Status.EXPIRING)

# Of what was done: its own last day. Of a renewal that is still open: the last day of what it renews.
VALID_UNTIL = Case(
    When(state=Assignment.State.SATISFIED, then=F("assignment__valid_until")),
    default=F("assignment__expiring_on"),
    output_field=DateField(),
)


Standings = QuerySet[Any]
"""AssignmentPeriods with `status`, `valid_until` and `on_leave`, which the type checker does not know."""


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: true on a day, known at an instant (None: as known now).

    `leave`: whether the reader may learn that somebody was on leave that day. Auditors may not.
    """

    true_on: date
    known_at: datetime | None = None
    leave: bool = True


def standings(view: View, *conditions: Any, **which: Any) -> Standings:
    """The period that counts for each (person, path, about), with `status` and `valid_until`; `which` narrows it.

    What is no longer required is not in it. A new cycle hides the one it replaces.
    """
    rows: Standings = _live(view).filter(*conditions, **which)
    newer = _live(view).filter(
        assignment__person=OuterRef("assignment__person"),
        assignment__path_key=OuterRef("assignment__path_key"),
        assignment__about=OuterRef("assignment__about"),
    )
    replaced = newer.filter(
        Q(state=Assignment.State.OPEN)
        | Q(assignment__anchor__gt=OuterRef("assignment__anchor"))
        | Q(
            assignment__anchor=OuterRef("assignment__anchor"),
            assignment__opened_at__gt=OuterRef("assignment__opened_at"),
        )
    ).exclude(assignment=OuterRef("assignment"))
    rows = rows.filter(Q(state=Assignment.State.OPEN) | ~Exists(replaced))
    rows = rows.annotate(valid_until=VALID_UNTIL, on_leave=_on_leave(view))
    return rows.annotate(status=_status(view.true_on))


def counts_by_status(rows: Standings) -> dict[str, int]:
    """How many rows have each status; every status is named, also with 0."""
    found = dict(rows.order_by().values_list("status").annotate(models.Count("pk")))
    return {status.value: found.get(status.value, 0) for status in Status}


def standing_words(row: Any, day: date) -> tuple[str, str]:
    """(kind of badge, sentence) for one row of `standings` as of `day`."""
    match row.status:
        case Status.OVERDUE:
            days = late_by(row.due, day)
            late = ngettext("Overdue by %(days)s day, due %(date)s", "Overdue by %(days)s days, due %(date)s", days)
            return "overdue", late % {"days": days, "date": date_format(row.due, DAY)}
        case Status.EXPIRED:
            return "overdue", gettext("Expired, was valid until %(date)s") % {"date": date_format(row.valid_until, DAY)}
        case Status.AWAY:
            return "blocked", gettext("Expired while on leave, was valid until %(date)s") % {
                "date": date_format(row.valid_until, DAY)
            }
        case Status.EXPIRING:
            return "soon", gettext("Valid until %(date)s, renewal is due") % {"date": date_format(row.valid_until, DAY)}
        case Status.OPEN:
            return _open_words(row.due, day)
    return "done", _done_words(row)


def _live(view: View) -> QuerySet[AssignmentPeriod]:
    rows = AssignmentPeriod.objects.as_known(view.true_on, view.known_at)
    return rows.filter(state__in=[Assignment.State.OPEN, Assignment.State.SATISFIED])


def _on_leave(view: View) -> Exists | Value:
    if not view.leave:
        return Value(False)
    day = view.true_on
    return Exists(
        Leave.objects.filter(
            known_at(view.known_at), person=OuterRef("assignment__person"), first_day__lte=day, last_day__gte=day
        )
    )


def _status(day: date) -> Case:
    window = day + timedelta(days=RENEWAL_WINDOW_DAYS)
    open_ = Q(state=Assignment.State.OPEN)
    return Case(
        When(open_ & Q(due__lt=day), then=Value(Status.OVERDUE)),
        When(Q(valid_until__lt=day, on_leave=True), then=Value(Status.AWAY)),
        When(valid_until__lt=day, then=Value(Status.EXPIRED)),
        When(valid_until__lte=window, then=Value(Status.EXPIRING)),
        When(open_, then=Value(Status.OPEN)),
        default=Value(Status.DONE),
        output_field=CharField(),
    )


def _open_words(due: date | None, day: date) -> tuple[str, str]:
    if due is None:
        return "soon", gettext("Required before access")
    if due == day:
        return "soon", gettext("Due on this day")
    return "soon" if (due - day).days <= SOON_DAYS else "due", gettext("Due %(date)s") % {"date": date_format(due, DAY)}


def _done_words(row: Any) -> str:
    if row.valid_until is None:
        return gettext("Done %(date)s") % {"date": date_format(row.true_from, DAY)}
    return gettext("Done %(date)s, valid until %(until)s") % {
        "date": date_format(row.true_from, DAY),
        "until": date_format(row.valid_until, DAY),
    }
