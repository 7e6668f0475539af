"""Why a module is asked of someone, in their words: the rule, its basis, the date, and whom to ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from content.editions import Module
from content.fact_models import Fact
from content.facts import resolving
from courses.assignments import dates
from courses.assignments.models import Justification
from courses.assignments.module_titles import text_in_language
from courses.assignments.status import Status, is_now, status_of, undetermined
from courses.assignments.todo_list import Task, Why
from courses.learning.date_moves import moves_in_words
from courses.learning.date_steps import Counting, date_steps, renewed_in_words
from courses.paths.models import AssignmentRule
from lms.people import facts_on_day
from lms.people.models import Person

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
    """Of what is not determined no date is given (S18)."""
    standing, unknown = StandingColumns(**{name: row[column] for name, column in STANDING.items()}), row["unknown"]
    owner, label = row["rule__owner"], str(AssignmentRule.Basis(row["rule__basis"]).label)
    in_short, steps = _date_in_words(person, row, standing, at)
    return RequirementReason(
        path=text_in_language(row["assignment__version__titles"], language),
        reason=text_in_language(row["rule__reasons"], language),
        basis=basis(label, text_in_language(row["rule__basis_texts"], language)),
        due=None if unknown else standing.due,
        owner=gettext(owner) if owner else "",
        badge=badge_on(standing, at, determined=not unknown),
        counted=unknown_in_words() if unknown else in_short,
        assignment=row["assignment"],
        steps=[unknown_in_words()] if unknown else steps,
    )


def _date_in_words(
    person: Person, row: dict[str, Any], standing: StandingColumns, at: datetime
) -> tuple[str, list[str]]:
    """(in a line or two, step by step)."""
    one = {name: row[column] for name, column in COUNTED.items()}
    days, since, by_rule, ending = (one[name] for name in ("days", "counted_from", "by_rule", "expiring_on"))
    expired = is_now(standing, Status.EXPIRED, at)
    moved = moves_in_words(person, row["assignment"], days, since, by_rule, ending, paused=bool(one["paused_days"]))
    in_short = [
        counted(days, since, by_rule, ending, moved, expired=expired),
        notice_in_words(standing.due, one["computed"], one["noticed_on"]),
    ]
    return " ".join(filter(None, in_short)), date_steps(Counting(**one, moved=tuple(moved), expired=expired))


def unknown_in_words() -> str:
    return gettext("Human resources has to correct them. Until then you are not counted as late.")


def working_time(person: Person, today: date, language: str, at: datetime) -> Fact | None:
    """How what is asked counts as working time, as the person's organisation says; None where it says nothing."""
    return resolving.fact_in_language(WORKING_TIME, facts_on_day.entity_of(person, today), language, at)


def basis(kind: str, text: str) -> str:
    """Law in force or company policy: always said which."""
    named = {"kind": kind[:1].upper() + kind[1:], "text": text}
    return gettext("%(kind)s: %(text)s") % named if text else named["kind"]


def notice_in_words(due: date | None, computed: date | None, noticed_on: date | None) -> str:
    """That the date is later than the rules alone say, because nobody is late for what they could not know (S19)."""
    if due is None or computed is None or noticed_on is None or due <= computed:
        return ""
    words = gettext("It first stood on your page on %(day)s, so you have until %(due)s.")
    return words % {"day": date_format(noticed_on, DAY), "due": date_format(due, DAY)}


def counted(
    days: int | None,
    since: date | None,
    due: date | None,
    expiring_on: date | None,
    moved: Sequence[str],
    *,
    expired: bool = False,
) -> str:
    """How a rule's `due` comes about: its term, or the end of what is renewed; and what moved either on."""
    if due is None or since is None or (days is None and not expiring_on):
        return ""
    if expiring_on:
        words = renewed_in_words(expiring_on, expired=expired)
    else:
        words = ngettext("%(days)s day from %(day)s.", "%(days)s days from %(day)s.", days or 0)
        words %= {"days": days, "day": date_format(since, DAY)}
    return " ".join([words, *moved])


def moved_on(person: Person, task: Task) -> str:
    """What moved the date of the strictest rule on, in words; empty where it stands as it was counted."""
    if task.status == Status.NOT_DETERMINED:
        return unknown_in_words()
    if not task.reasons or task.due is None:
        return ""
    why = task.reasons[0]
    if notice := notice_in_words(task.due, task.computed, task.noticed_on):
        return notice
    return " ".join(moves_in_words(person, task.assignment, why.due_days, why.counted_from, why.due, task.expiring_on))


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
