"""What a derivation gives: rows, what was true of them when, and which facts decided. Values, no logic."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from courses.assignments.derivation.credit import Fulfilled
from courses.assignments.derivation.values import DaySpan

OPEN, SATISFIED, ENDED = "open", "satisfied", "ended"


@dataclass(frozen=True, slots=True)
class Segment:
    """One state with one due date on [first, end); an empty end = until now.

    `deadline_at`, `soon_at`, `expires_at`: the instants that every status is read from. `waiting_since`: its end waits
    for an answer, so that nothing is due; `before_access` = a reason asks for it before access.
    """

    state: str
    due: date | None
    first: date
    end: date | None
    deadline_at: datetime | None = None
    soon_at: datetime | None = None
    expires_at: datetime | None = None
    before_access: bool = False
    waiting_since: date | None = None


@dataclass(frozen=True, slots=True)
class Justified:
    """A rule version and the fact that triggers it, as far as they justify one row: [first, end)."""

    rule: uuid.UUID
    rule_key: str
    number: int
    event: str
    event_on: date
    due_days: int | None
    due: date | None
    counted_from: date
    first: date
    end: date | None
    ended_by: str


@dataclass(frozen=True, slots=True)
class DerivedRow:
    """One cycle of one obligation. `keys` = every cycle key it could bear, the first is its own.

    `computed` = the due date by the rules, `due` the one that counts: nobody is late for what they could not know
    (S19), and `noticed_on` says since when it stood on the person's page. `before_access`: a reason asks for it
    before access, whatever the date. `waiting_since`: its end waits for an answer. `required_until`: the first day on
    which nothing asked for it any more, though it was fulfilled.
    """

    keys: tuple[str, ...]
    path: str
    about: str
    version: uuid.UUID
    anchor: date
    zone: str
    computed: date | None
    due: date | None
    noticed_on: date | None
    before_access: bool
    paused_days: int
    waiting_since: date | None
    expiring_on: date | None
    state: str
    state_on: date
    valid_until: date | None
    end_reason: str
    required_until: date | None
    late: bool
    deadline_at: datetime | None
    soon_at: datetime | None
    expires_at: datetime | None
    whys: tuple[Justified, ...]
    segments: tuple[Segment, ...]
    fulfilled: Fulfilled | None

    @property
    def key(self) -> str:
        return self.keys[0]


@dataclass(frozen=True, slots=True)
class Derived:
    """The three questions of one (person, path, about), the rows that record them, and when time alone changes them.

    `wakes_on` = the next local day on which anything here changes though nobody changed a fact; None = never.
    """

    required: tuple[DaySpan, ...]
    fulfilled: tuple[DaySpan, ...]
    valid: tuple[DaySpan, ...]
    rows: tuple[DerivedRow, ...]
    wakes_on: date | None
