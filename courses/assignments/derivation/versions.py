"""What another version of these rules or of the time zone data may change: deadlines that lie ahead (S10). Pure.

What the version alone makes different of the past is withheld until somebody answers for it. What came to be known
since, and what a day brought, acts all the same: it is the difference between two derivations of the running version,
`before` (what was known when it was last derived) and `now`, and it is carried over to the row as it is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from courses.assignments.derivation.derive import is_late
from courses.assignments.derivation.rows import OPEN, SATISFIED, DerivedRow, Justified, Segment

Value = TypeVar("Value", DerivedRow, Segment, Justified)
Groups = tuple[tuple[str, ...], ...]

# What belongs together changes together: a date never stands beside the instants of another one.
INSTANTS = ("due", "deadline_at", "soon_at", "before_access", "waiting_since")
TERM = (*INSTANTS, "computed", "noticed_on", "paused_days", "zone")
OUTCOME = ("state", "state_on", "end_reason")
VALIDITY = ("valid_until", "expiring_on", "expires_at")
ROW: Groups = (TERM, OUTCOME, VALIDITY, ("version",), ("anchor",), ("required_until",))
SEGMENT: Groups = (INSTANTS, ("end",), ("expires_at",))
WHY: Groups = (("due", "counted_from"), ("end", "ended_by"))


def carried_over(stored: DerivedRow, before: DerivedRow, now: DerivedRow, page: DerivedRow) -> DerivedRow:
    """The stored row with what facts and days changed since. `page` = `now` by the notices that were really given:
    from there the values are taken."""
    row = _merged(stored, before, now, page, ROW)
    return replace(
        row,
        keys=page.keys,
        whys=_merged_parts(
            stored.whys, before.whys, now.whys, page.whys, lambda one: (one.rule, one.event, one.first), WHY
        ),
        segments=_merged_parts(
            stored.segments, before.segments, now.segments, page.segments, lambda one: (one.state, one.first), SEGMENT
        ),
        fulfilled=page.fulfilled,
        late=_late(stored, row, before, now, page),
    )


def moved_ahead(row: DerivedRow, page: DerivedRow, at: datetime) -> DerivedRow:
    """The row with its deadline by the running version, if by both it lies ahead of `at`: its past days stay."""
    if not (_lies_ahead(row, at) and _lies_ahead(page, at)):
        return row
    *past, current = sorted(row.segments, key=lambda one: one.first)
    return replace(page, segments=(*past, replace(page.segments[-1], first=current.first)))


def _lies_ahead(row: DerivedRow, at: datetime) -> bool:
    return row.state == OPEN and (row.deadline_at is None or row.deadline_at > at)


def _merged(stored: Value, before: Value, now: Value, page: Value, groups: Groups) -> Value:
    taken = [name for group in groups if _differs(before, now, group) for name in group]
    return replace(stored, **{name: getattr(page, name) for name in taken})


def _differs(one: Any, other: Any, names: Sequence[str]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in names)


def _merged_parts(
    stored: Sequence[Value],
    before: Sequence[Value],
    now: Sequence[Value],
    page: Sequence[Value],
    key: Callable[[Value], Hashable],
    groups: Groups,
) -> tuple[Value, ...]:
    """Part by part where the versions agree on the parts; otherwise all of them, as soon as anything changed."""
    held, was, are = ({key(one): one for one in each} for each in (stored, before, now))
    if held.keys() != was.keys():
        return tuple(stored) if was == are else tuple(page)
    return tuple(
        _merged(held[name], was[name], are[name], one, groups) if (name := key(one)) in was else one for one in page
    )


def _late(stored: DerivedRow, row: DerivedRow, before: DerivedRow, now: DerivedRow, page: DerivedRow) -> bool:
    """What is handed in later counts by the deadline that stands."""
    if _differs(before, now, TERM):
        return page.late
    if not _differs(before, now, (*OUTCOME, "late")):
        return stored.late
    done = page.fulfilled
    return bool(row.state == SATISFIED and done and row.deadline_at and is_late(done, row.deadline_at, row.zone))
