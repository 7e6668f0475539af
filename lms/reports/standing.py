"""Where people stand with their training on a day, as far as was known at an instant: one row a person and training.

What a row is, courses.assignments.status says, here in the database, so that a filter, its counts and its pages agree.
Nobody's performance is in here, and nobody's leave.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from courses.assignments import dates
from courses.assignments.models import Assignment, AssignmentPeriod
from courses.assignments.status import FULFILLED_THEN, VALID_THEN, status_case, then_case
from courses.assignments.status import Status as Status
from lms.people.models import Employment

DAY = "j F Y"
SAME_DAY_EVERYWHERE = time(10)
"""UTC, at which it is the same day from Honolulu to Auckland: the instant that stands for a day that is over."""

URGENCY = (
    Status.OVERDUE,
    Status.EXPIRED,
    Status.NOT_DETERMINED,
    Status.BEFORE_ACCESS,
    Status.SOON,
    Status.EXPIRING,
    Status.OPEN,
    Status.PAUSED,
    Status.FULFILLED,
    Status.NOT_REQUIRED,
)
"""What somebody should look at first. Which word a row gets, courses.assignments.status decides."""

QUESTIONS: dict[str, tuple[Any, dict[str, bool]]] = {
    "valid": (_("Valid that day"), {"valid": True}),
    "not-valid": (_("Not valid that day"), {"valid": False}),
    "was-fulfilled": (_("Fulfilled, valid or not"), {"fulfilled": True}),
    "not-fulfilled": (_("Not fulfilled"), {"fulfilled": False}),
}
"""Required, fulfilled and valid are three questions: {what a filter says: (its words, the rows that it means)}."""

Standings = QuerySet[Any]
"""AssignmentPeriods with `status`, `fulfilled`, `valid`, which the type checker does not know."""


@dataclass(frozen=True, slots=True)
class View:
    """What is looked at: true on a day, known at an instant (None: as known now).

    `now` = the instant of looking, where that day is today: then every row is read in its own zone, and what is asked,
    done or too late only today is told at once.
    """

    true_on: date
    known_at: datetime | None = None
    now: datetime | None = None
    ahead: bool = False
    """Whether that day is still to come: whoever is known to have left by then is asked for nothing."""

    @property
    def at(self) -> datetime:
        return self.now or datetime.combine(self.true_on, SAME_DAY_EVERYWHERE, UTC)

    def day_in(self, zone: str) -> date:
        """The day it is, in the zone of an assignment."""
        return dates.local_date(self.now, zone) if self.now else self.true_on


def standings(view: View, *conditions: Any, **which: Any) -> Standings:
    """The period that counts for each (person, path, about), with where it stands; `which` narrows it.

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
    return rows.annotate(
        status=status_case(view.at, known_at=view.known_at),
        fulfilled=then_case(FULFILLED_THEN, view.at, known_at=view.known_at),
        valid=then_case(VALID_THEN, view.at, known_at=view.known_at),
    )


def status_choices() -> list[tuple[str, Any]]:
    """What a filter offers: the statuses, and the questions that are asked apart from them."""
    questions = [(key, words) for key, (words, _rows) in QUESTIONS.items()]
    return [("", _("All")), (gettext("Status"), list(Status.choices)), (gettext("Asked apart"), questions)]


def in_status(rows: Standings, wanted: str) -> Standings:
    """Those rows that a filter of `status_choices` means."""
    if not wanted:
        return rows
    return rows.filter(**QUESTIONS[wanted][1]) if wanted in QUESTIONS else rows.filter(status=wanted)


def urgency(view: View) -> Concat:
    """Of a row of `standings`, a text that sorts the most urgent first: its status, then the day it is about."""
    rank = status_case(view.at, said=lambda one: str(URGENCY.index(one)), known_at=view.known_at)
    day = Coalesce(Cast("due", CharField()), Cast("expires_at", CharField()), Value("9"))
    return Concat(rank, Value(" "), day, output_field=CharField())


@dataclass(frozen=True, slots=True)
class StandingTally:
    """How many rows: `required` all of them; every status is named in `by_status`, also with 0."""

    required: int
    fulfilled: int
    valid: int
    by_status: dict[str, int]


class Tile(NamedTuple):
    """A figure that leads to what it counts; `status` is what the filter says for that, empty for all."""

    words: str
    figure: Any
    status: str


def tiles_of(found: StandingTally, always: Collection[Status] = ()) -> list[Tile]:
    """One for each status that occurs, and for those of `always`; the most urgent first."""
    shown = [status for status in URGENCY if found.by_status[status] or status in always]
    return [Tile(str(status.label), found.by_status[status], status.value) for status in shown]


def tally(rows: Standings) -> StandingTally:
    """One query."""
    sums = {name: models.Count("pk", filter=Q(**{name: True})) for name in ("fulfilled", "valid")}
    found = rows.order_by().values("status").annotate(number=models.Count("pk"), all_fulfilled=sums["fulfilled"])
    counted = list(found.annotate(all_valid=sums["valid"]))
    by_status = dict.fromkeys((status.value for status in Status), 0)
    by_status |= {row["status"]: row["number"] for row in counted}
    return StandingTally(
        sum(by_status.values()),
        sum(row["all_fulfilled"] for row in counted),
        sum(row["all_valid"] for row in counted),
        by_status,
    )


def last_valid_day(row: Any) -> Any:
    """Of what was done, or of what an open renewal renews, as it was known: a day; None = without end, or nothing."""
    return dates.day_that_ends(row.expires_at, row.assignment.zone) if row.expires_at else None


def last_day_in_time(row: Any) -> Any:
    """The due day; after an outage the later one that the deadline ends (S15). None = before access."""
    return dates.day_that_ends(row.deadline_at, row.assignment.zone) if row.deadline_at else row.due


def standing_words(row: Any, view: View) -> tuple[str, str]:
    """(kind of badge, sentence) for one row of `standings`. Its assignment is read: select it with the rows."""
    match row.status:
        case Status.NOT_DETERMINED:
            return "blocked", gettext("Not determined: the facts contradict each other")
        case Status.OVERDUE:
            days = max(1, dates.late_by(row.due, view.day_in(row.assignment.zone)))
            late = ngettext("Overdue by %(days)s day, due %(date)s", "Overdue by %(days)s days, due %(date)s", days)
            return "overdue", late % {"days": days, "date": date_format(row.due, DAY)}
        case Status.EXPIRED:
            return "overdue", _paused(row, _expired_words(row))
        case Status.PAUSED:
            return "info", gettext("Waiting for an answer from us")
        case Status.EXPIRING:
            return "soon", _paused(row, _expiring_words(row))
        case Status.BEFORE_ACCESS:
            return "soon", _before_words(row)
        case Status.SOON | Status.OPEN:
            return ("soon" if row.status == Status.SOON else "due"), _open_words(row, view.day_in(row.assignment.zone))
    return "done", _done_words(row)


def _live(view: View) -> QuerySet[AssignmentPeriod]:
    if view.now:
        # The days of a period are its person's own, at most one ahead of ours: what has no end yet is true there now.
        begun = view.true_on + timedelta(days=1)
        rows = AssignmentPeriod.objects.filter(true_to=None, known_to=None, true_from__lte=begun)
    else:
        rows = AssignmentPeriod.objects.as_known(view.true_on, view.known_at)
    if view.ahead:
        employed = Employment.objects.on(view.true_on, view.known_at)
        rows = rows.filter(Exists(employed.filter(person=OuterRef("assignment__person"))))
    return rows.filter(state__in=[Assignment.State.OPEN, Assignment.State.SATISFIED])


def _expired_words(row: Any) -> str:
    return gettext("Expired, was valid until %(date)s") % {"date": date_format(last_valid_day(row), DAY)}


def _expiring_words(row: Any) -> str:
    """A renewal is due where one is open; else its time has not come."""
    named = {"date": date_format(last_valid_day(row), DAY)}
    if row.state == Assignment.State.OPEN:
        return gettext("Valid until %(date)s, renewal is due") % named
    return gettext("Valid until %(date)s") % named


def _before_words(row: Any) -> str:
    if row.due is None:
        return gettext("Required before access")
    return gettext("Required before access, and due %(date)s") % {"date": date_format(last_day_in_time(row), DAY)}


def _open_words(row: Any, day: date) -> str:
    due = last_day_in_time(row)
    if due is None:
        return gettext("Required before access")
    words = gettext("Due on this day") if due == day else gettext("Due %(date)s") % {"date": date_format(due, DAY)}
    return _paused(row, words)


def _paused(row: Any, words: str) -> str:
    """With the days by which the due day moved: never why, never when (S17). Before that was known it is not said."""
    moved = row.state == Assignment.State.OPEN and row.due == row.assignment.due
    days = row.assignment.paused_days if moved else 0
    if not days:
        return words
    paused = ngettext("%(words)s, paused by %(days)s day", "%(words)s, paused by %(days)s days", days)
    return paused % {"words": words, "days": days}


def _done_words(row: Any) -> str:
    until = last_valid_day(row)
    if until is None:
        return gettext("Done %(date)s") % {"date": date_format(row.true_from, DAY)}
    return gettext("Done %(date)s, valid until %(until)s") % {
        "date": date_format(row.true_from, DAY),
        "until": date_format(until, DAY),
    }
