"""The states an assignment went through, as spans of days. Pure: it reads no clock and no row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

OPEN = "open"
ENDED = "ended"


class DatedReason(Protocol):
    """What justified the assignment on [true_from, true_to), with the due date it gave."""

    @property
    def true_from(self) -> date: ...
    @property
    def true_to(self) -> date | None: ...
    @property
    def due(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Segment:
    """One state with one due date on [true_from, true_to); an empty end = until now."""

    state: str
    due: date | None
    true_from: date
    true_to: date | None


def is_reason_on(reason: DatedReason, day: date) -> bool:
    return reason.true_from <= day and (reason.true_to is None or day < reason.true_to)


def strictest_due(reasons: Iterable[DatedReason]) -> date | None:
    """The earliest due date; None where every reason says "before access"."""
    return min((reason.due for reason in reasons if reason.due), default=None)


def segments_of(reasons: Sequence[DatedReason], state: str, state_on: date, due: date | None) -> list[Segment]:
    """What was true when, in order and without gaps: open while something justified it, then as it was closed.

    `state`, `state_on` and `due` are the assignment's own. A closing cuts what would have come after it; days
    between two justifications are ended.
    """
    found = [] if state == OPEN else [Segment(state, due if state != ENDED else None, state_on, None)]
    days = {reason.true_from for reason in reasons} | {reason.true_to for reason in reasons if reason.true_to}
    end = None if state == OPEN else state_on
    for day in sorted(days, reverse=True):
        if end is not None and day >= end:
            continue
        live = [reason for reason in reasons if is_reason_on(reason, day)]
        found.insert(0, Segment(OPEN if live else ENDED, strictest_due(live), day, end))
        end = day
    return _joined(found)


def _joined(parts: list[Segment]) -> list[Segment]:
    joined: list[Segment] = []
    for part in parts:
        last = joined[-1] if joined else None
        if last and (last.state, last.due, last.true_to) == (part.state, part.due, part.true_from):
            joined[-1] = Segment(last.state, last.due, last.true_from, part.true_to)
        else:
            joined.append(part)
    return joined
