"""What an assignment is at an instant: the only place that says so, as `Q` and as predicate (S17).

Instants are compared, never days: the row's zone is in them already. States are not exclusive (what is open may be
due soon, and what it renews may have expired); PRECEDENCE says which word wins on which page. Rows are Assignments or
AssignmentPeriods: both have the columns that are read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import BooleanField, Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models import TextChoices as Choices
from django.utils.translation import gettext_lazy as _

from courses.assignments.dates import RENEWAL_WINDOW_DAYS
from courses.assignments.models import Derivation

WINDOW = timedelta(days=RENEWAL_WINDOW_DAYS + 1)
"""Before the instant of expiry, which is the end of the last day: that day and the 60 before it (T-25)."""
OPEN, SATISFIED, ENDED = "open", "satisfied", "ended"


class Status(Choices):
    NOT_DETERMINED = "not-determined", _("Not determined")
    OVERDUE = "overdue", _("Overdue")
    EXPIRED = "expired", _("Expired")
    BEFORE_ACCESS = "before-access", _("Required before access")
    PAUSED = "paused", _("Waiting for an answer")
    SOON = "soon", _("Due soon")
    OPEN = "open", _("Open")
    EXPIRING = "expiring", _("Expires within 60 days")
    FULFILLED = "fulfilled", _("Done")
    NOT_REQUIRED = "not-required", _("Not required")


class StatusColumns(Protocol):
    """What is read of a row, whatever else it is."""

    @property
    def state(self) -> Any: ...
    @property
    def deadline_at(self) -> datetime | None: ...
    @property
    def soon_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def before_access(self) -> bool: ...
    @property
    def waiting_since(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One status: `query(at)` chooses the rows, `holds(row, at)` says it of one. They agree (a property test)."""

    query: Callable[[datetime], Q]
    holds: Callable[[Any, datetime], bool]


def _asked(row: StatusColumns) -> bool:
    return row.state == OPEN


def _counts(row: StatusColumns) -> bool:
    return row.state in (OPEN, SATISFIED)


def _passed(instant: datetime | None, at: datetime) -> bool:
    return instant is not None and instant <= at


RULES: dict[Status, Rule] = {
    Status.OPEN: Rule(lambda at: Q(state=OPEN), lambda row, at: _asked(row)),
    Status.BEFORE_ACCESS: Rule(
        lambda at: Q(state=OPEN, before_access=True), lambda row, at: _asked(row) and row.before_access
    ),
    Status.PAUSED: Rule(
        lambda at: Q(state=OPEN, waiting_since__isnull=False), lambda row, at: _asked(row) and bool(row.waiting_since)
    ),
    Status.SOON: Rule(
        lambda at: Q(state=OPEN, soon_at__lte=at, deadline_at__gt=at),
        lambda row, at: (
            _asked(row)
            and _passed(row.soon_at, at)
            and row.deadline_at is not None
            and not _passed(row.deadline_at, at)
        ),
    ),
    Status.OVERDUE: Rule(
        lambda at: Q(state=OPEN, deadline_at__lte=at), lambda row, at: _asked(row) and _passed(row.deadline_at, at)
    ),
    Status.EXPIRED: Rule(
        lambda at: Q(state__in=(OPEN, SATISFIED), expires_at__lte=at),
        lambda row, at: _counts(row) and _passed(row.expires_at, at),
    ),
    Status.EXPIRING: Rule(
        lambda at: Q(state__in=(OPEN, SATISFIED), expires_at__gt=at, expires_at__lte=at + WINDOW),
        lambda row, at: (
            _counts(row)
            and row.expires_at is not None
            and not _passed(row.expires_at, at)
            and _passed(row.expires_at, at + WINDOW)
        ),
    ),
    Status.FULFILLED: Rule(
        lambda at: Q(state=SATISFIED) & (Q(expires_at__isnull=True) | Q(expires_at__gt=at)),
        lambda row, at: row.state == SATISFIED and not _passed(row.expires_at, at),
    ),
    Status.NOT_REQUIRED: Rule(lambda at: Q(state=ENDED), lambda row, at: row.state == ENDED),
}

FULFILLED_THEN = Rule(lambda at: Q(state=SATISFIED), lambda row, at: row.state == SATISFIED)
"""Was it fulfilled? Asked apart from whether what that gave still counts."""

VALID_THEN = Rule(
    lambda at: Q(state__in=(OPEN, SATISFIED)) & (Q(expires_at__gt=at) | Q(state=SATISFIED, expires_at__isnull=True)),
    lambda row, at: (
        _counts(row) and (row.state == SATISFIED if row.expires_at is None else not _passed(row.expires_at, at))
    ),
)
"""Was something valid? While a renewal is open, what it renews is."""

PRECEDENCE: dict[str, tuple[Status, ...]] = {
    "own": (
        Status.OVERDUE,
        Status.PAUSED,
        Status.EXPIRED,
        Status.BEFORE_ACCESS,
        Status.SOON,
        Status.OPEN,
        Status.EXPIRING,
        Status.FULFILLED,
        Status.NOT_REQUIRED,
    ),
    "reports": (
        Status.OVERDUE,
        Status.EXPIRED,
        Status.PAUSED,
        Status.EXPIRING,
        Status.BEFORE_ACCESS,
        Status.SOON,
        Status.OPEN,
        Status.FULFILLED,
        Status.NOT_REQUIRED,
    ),
}
"""Which word wins where several are true; "not determined" goes before all of them."""


def is_now(row: StatusColumns, status: Status, at: datetime) -> bool:
    return RULES[status].holds(row, at)


def those(status: Status, at: datetime, prefix: str = "") -> Q:
    """The rows that are this at `at`; `prefix` where they hang on another table ("assignment__")."""
    return _prefixed(RULES[status].query(at), prefix) if prefix else RULES[status].query(at)


def status_of(row: StatusColumns, at: datetime, page: str = "own", *, determined: bool = True) -> Status:
    """The word for a row on that page."""
    if not determined:
        return Status.NOT_DETERMINED
    return next((one for one in PRECEDENCE[page] if is_now(row, one, at)), Status.NOT_REQUIRED)


def status_case(
    at: datetime,
    page: str = "reports",
    person: str = "assignment__person",
    said: Callable[[Status], str] = lambda one: one.value,
    known_at: datetime | None = None,
) -> Case:
    """The same as a column; `person` leads from the row to the person. `said` = what stands there for each status."""
    words = [When(RULES[one].query(at), then=Value(said(one))) for one in PRECEDENCE[page]]
    unknown = When(undetermined(person, known_at), then=Value(said(Status.NOT_DETERMINED)))
    return Case(unknown, *words, default=Value(said(Status.NOT_REQUIRED)), output_field=CharField())


def then_case(
    question: Rule, at: datetime, person: str = "assignment__person", known_at: datetime | None = None
) -> Case:
    """Yes or no to one of the questions, as a column; of what is not determined nothing is claimed (S18)."""
    unknown = When(undetermined(person, known_at), then=Value(False))
    return Case(unknown, When(question.query(at), then=Value(True)), default=Value(False), output_field=BooleanField())


def undetermined(person: str, known_at: datetime | None = None) -> Exists:
    """Whose facts could not be read together: their last rows stand, and nothing is claimed of them (S18).

    What was known at an instant before the fault stays what was known then.
    """
    faulty = Derivation.objects.filter(person=OuterRef(person)).exclude(fault="")
    return Exists(faulty.filter(fault_since__lte=known_at) if known_at else faulty)


def counts(rows: Iterable[StatusColumns], at: datetime, page: str = "own") -> dict[Status, int]:
    found = dict.fromkeys(Status, 0)
    for row in rows:
        found[status_of(row, at, page)] += 1
    return found


def _prefixed(query: Q, prefix: str) -> Q:
    made = Q(_connector=query.connector, _negated=query.negated)
    children: list[Any] = list(query.children)
    made.children = [
        _prefixed(child, prefix) if isinstance(child, Q) else (prefix + child[0], child[1]) for child in children
    ]
    return made
