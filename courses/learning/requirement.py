"""Why a module is asked of someone, in their words: the rule, its basis, the date, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from content.editions import Module
from content.fact_models import Fact
from content.facts import resolving
from courses.assignments import dates
from courses.assignments.dates import LeaveSpan
from courses.assignments.models import Assignment, Justification, Waiting
from courses.assignments.module_titles import text_in_language
from courses.assignments.status import Status, status_of, undetermined
from courses.assignments.todo_list import Task, Why
from courses.learning.date_steps import Counting, date_steps
from courses.paths.models import AssignmentRule, PathLeaf
from lms.people import facts_on_day
from lms.people.models import Leave, Person

DAY = "j F Y"
WORKING_TIME = "working-time"
"""The organisation's fact that stands with whatever is asked of somebody."""


@dataclass(frozen=True, slots=True)
class Badge:
    """`status` is the component's: overdue | soon | due | done | blocked | info."""

    status: str
    text: str


@dataclass(frozen=True, slots=True)
class RequirementReason:
    """`counted`: how the date comes about, in words; empty where there is no date. `steps`: the same step by step."""

    path: str
    reason: str
    basis: str
    due: date | None
    owner: str
    badge: Badge
    counted: str
    assignment: UUID
    steps: list[str]


class StandingColumns(NamedTuple):
    """The columns of an assignment that say what it is at any instant."""

    state: str
    due: date | None
    zone: str
    deadline_at: datetime | None
    soon_at: datetime | None
    expires_at: datetime | None
    before_access: bool
    waiting_since: date | None


WORDS = (
    "assignment",
    "assignment__version__titles",
    "rule__reasons",
    "rule__basis",
    "rule__basis_texts",
    "rule__owner",
)
OF_THE_ROW = ("expiring_on", "computed", "due", "noticed_on", "paused_days", "zone", "deadline_at", "waiting_since")
COUNTED = {
    "event": "event",
    "event_on": "event_on",
    "days": "rule__due_days",
    "counted_from": "counted_from",
    "by_rule": "due",
    **{name: f"assignment__{name}" for name in OF_THE_ROW},
}
"""{a part of Counting: its column}."""
STANDING = {name: f"assignment__{name}" for name in StandingColumns._fields}


def requirement_reasons(person: Person, module: Module, language: str, at: datetime) -> list[RequirementReason]:
    """Why this module, in the reader's language. One query, of plain columns: it runs for every view of a module."""
    columns = list(dict.fromkeys((*WORDS, *COUNTED.values(), *STANDING.values())))
    asking = Justification.objects.asking_for(person, module)
    rows = asking.annotate(unknown=undetermined("assignment__person")).values(*columns, "unknown")
    return [_reason(person, row, language, at) for row in rows]


def _reason(person: Person, row: dict[str, Any], language: str, at: datetime) -> RequirementReason:
    standing = StandingColumns(**{name: row[column] for name, column in STANDING.items()})
    counted_by = {name: row[column] for name, column in COUNTED.items()}
    days, since, by_rule, ending = (counted_by[name] for name in ("days", "counted_from", "by_rule", "expiring_on"))
    # Where nothing paused, a later date is one that was given before: no version brings it forward.
    paused = counted_by["paused_days"] or ending
    moved = what_moved(person, row["assignment"], days, since, by_rule, ending) if paused else Moved.NOT
    moved_words = moved_in_words(moved, by_rule) if moved else ""
    owner, label = row["rule__owner"], str(AssignmentRule.Basis(row["rule__basis"]).label)
    return RequirementReason(
        path=text_in_language(row["assignment__version__titles"], language),
        reason=text_in_language(row["rule__reasons"], language),
        basis=basis(label, text_in_language(row["rule__basis_texts"], language)),
        due=standing.due,
        owner=gettext(owner) if owner else "",
        badge=badge_on(standing, at, determined=not row["unknown"]),
        counted=counted(days, since, by_rule, ending, moved),
        assignment=row["assignment"],
        steps=date_steps(Counting(**counted_by, moved=moved_words)),
    )


def working_time(person: Person, today: date, language: str, at: datetime) -> Fact | None:
    """How what is asked counts as working time, as the person's organisation says; None where it says nothing."""
    return resolving.fact_in_language(WORKING_TIME, facts_on_day.entity_of(person, today), language, at)


def basis(kind: str, text: str) -> str:
    """Law in force or company policy: always said which."""
    named = {"kind": kind[:1].upper() + kind[1:], "text": text}
    return gettext("%(kind)s: %(text)s") % named if text else named["kind"]


class Moved(StrEnum):
    """What moved a date on."""

    NOT = ""
    LEAVE = "leave"
    APPEAL = "appeal"
    BOTH = "both"


def what_moved(
    person: Person, assignment: UUID, days: int | None, since: date | None, due: date | None, expiring_on: date | None
) -> Moved:
    """What moved a rule's `due` on from where its term, or the end of what is renewed, would have put it.

    Asks only where it was moved: for the appeals about what this assignment asks for, then for leave.
    """
    if since is None or due is None:
        return Moved.NOT
    plain = expiring_on or (dates.due_date(since, days) if days is not None else None)
    if plain is None or due == plain:
        return Moved.NOT
    versions = Assignment.objects.filter(pk=assignment).values("version")
    asked = PathLeaf.objects.filter(version__in=versions).values("module")
    waits = Waiting.objects.filter(person=person, module__in=asked).values_list("first_day", "last_day")
    spans = [LeaveSpan(first, last or due) for first, last in waits]
    if not spans:
        return Moved.LEAVE
    away = Leave.objects.filter(person=person, known_to=None, first_day__lte=due, last_day__gte=since)
    if dates.pause(since, plain, spans, shortest=1) == due or not away.exists():
        return Moved.APPEAL
    return Moved.BOTH


def moved_in_words(moved: Moved, due: date) -> str:
    words = {
        Moved.LEAVE: gettext("Your leave moved the date on, to %(day)s."),
        Moved.APPEAL: gettext("Your appeal moved the date on, to %(day)s."),
        Moved.BOTH: gettext("Your leave and your appeal moved the date on, to %(day)s."),
    }
    return words[moved] % {"day": date_format(due, DAY)} if moved else ""


def notice_in_words(due: date | None, computed: date | None, noticed_on: date | None) -> str:
    """That the date is later than the rules alone say, because nobody is late for what they could not know (S19)."""
    if due is None or computed is None or noticed_on is None or due <= computed:
        return ""
    words = gettext("It first stood on your page on %(day)s, so you have until %(due)s.")
    return words % {"day": date_format(noticed_on, DAY), "due": date_format(due, DAY)}


def counted(days: int | None, since: date | None, due: date | None, expiring_on: date | None, moved: Moved) -> str:
    """How a rule's `due` comes about: its term, or the end of what is renewed; and what moved either on."""
    if due is None or since is None or (days is None and not expiring_on):
        return ""
    if expiring_on:
        words = gettext("What you did before is valid until %(day)s.") % {"day": date_format(expiring_on, DAY)}
    else:
        words = ngettext("%(days)s day from %(day)s.", "%(days)s days from %(day)s.", days or 0)
        words %= {"days": days, "day": date_format(since, DAY)}
    return f"{words} {moved_in_words(moved, due)}".strip()


def moved_on(person: Person, task: Task) -> str:
    """What moved the date of the strictest rule on, as a sentence; empty where it stands as it was counted."""
    if not task.reasons or task.due is None:
        return ""
    why = task.reasons[0]
    moved = what_moved(person, task.assignment, why.due_days, why.counted_from, why.due, task.expiring_on)
    return notice_in_words(task.due, task.computed, task.noticed_on) or moved_in_words(moved, task.due)


def in_short(why: Why) -> str:
    """The reason and its basis, in one line of a list."""
    return gettext("%(reason)s · %(basis)s") % {"reason": why.reason.rstrip("."), "basis": why.basis_label}


def badge_on(row: StandingColumns, at: datetime, *, determined: bool = True) -> Badge:
    """The badge of what is asked, at that instant."""
    today = dates.local_date(at, row.zone)
    last = dates.day_that_ends(row.deadline_at, row.zone) if row.deadline_at else row.due
    late, left = dates.late_by(row.due, today) if row.due else 0, dates.days_left(last, today) if last else 0
    return badge(status_of(row, at, determined=determined), last, left, late)


def badge_of(task: Task) -> Badge:
    return badge(task.status, task.last_day, task.days_left, task.late_by)


def badge(status: Status, due: date | None, left: int, late: int) -> Badge:
    """`due` = the last day in time."""
    if status == Status.NOT_DETERMINED:
        return Badge("blocked", gettext("Not determined: the facts contradict each other"))
    if status == Status.PAUSED:
        return Badge("info", gettext("Waiting for an answer: nothing is due meanwhile"))
    if due is None:
        return Badge("soon", gettext("Required before access"))
    day = {"day": date_format(due, DAY)}
    match status:
        case Status.OVERDUE:
            words = ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", max(late, 1))
            return Badge("overdue", words % {"days": max(late, 1)})
        case Status.EXPIRED:
            return Badge("info", gettext("Expired; to be renewed by %(day)s") % day)
        case Status.BEFORE_ACCESS:
            return Badge("soon", gettext("Required before access, and due %(day)s") % day)
        case Status.SOON if left == 0:
            return Badge("soon", gettext("Due today"))
        case Status.SOON:
            return Badge("soon", ngettext("Due in %(days)s day", "Due in %(days)s days", left) % {"days": left})
    return Badge("due", gettext("Due %(day)s") % day)
