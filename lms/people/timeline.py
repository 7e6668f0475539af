"""Dated facts as spans of days. Pure: what to close and what to open, so that the past is superseded, never rewritten.

A span is half-open, [start, end); an empty `end` means "until something else is known". Spans of one timeline
never overlap. `days` names the days on which what is believed begins to differ: the days somebody must look again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Span:
    start: date
    end: date | None
    value: Hashable

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Change:
    """`follows`: what is opened goes on with the facts of what is closed, whatever its value."""

    closed: tuple[Span, ...] = ()
    opened: tuple[Span, ...] = ()
    follows: bool = False

    def __bool__(self) -> bool:
        return bool(self.closed or self.opened)

    @property
    def days(self) -> set[date]:
        """Bounds of the spans that came or went: bounds both sides share are no difference."""
        before, after = _bounds(self.closed), _bounds(self.opened)
        return {day for day, _, _ in before ^ after}


def set_from(spans: Iterable[Span], on: date, value: Hashable | None, until: date | None = None) -> Change:
    """`value` holds from `on` until the next change already known, or `until`; None ends what holds on that day.

    Neighbours of the same value become one span, so that an end taken back leaves no seam.
    """
    spans = sorted(spans, key=lambda span: span.start)
    held = next((span for span in spans if span.covers(on)), None)
    if value == (held.value if held else None):
        return Change()
    later = [span.start for span in spans if span.start > on]
    end = held.end if held else min(later, default=None)
    clipped = until is not None and (end is None or until < end)
    closed, opened = [], []
    if held:
        closed.append(held)
        if held.start < on:
            opened.append(Span(held.start, on, held.value))
        if clipped and until:
            opened.append(Span(until, held.end, held.value))
    end = until if clipped else end
    if value is not None:
        start = on
        for span in spans:
            if span.value == value and span.end == on:
                closed.append(span)
                start = span.start
            elif span.value == value and span.start == end:
                closed.append(span)
                end = span.end
        opened.append(Span(start, end, value))
    return Change(tuple(closed), tuple(opened))


def cut(spans: Iterable[Span], on: date) -> Change:
    """Nothing holds from `on` on: what runs is shortened, what would have begun later is taken back."""
    closed = [span for span in spans if span.end is None or span.end > on]
    return Change(tuple(closed), tuple(Span(span.start, on, span.value) for span in closed if span.start < on))


def prolong(spans: Iterable[Span], was: date, end: date | None) -> Change:
    """What ended on `was` ends on `end` (later), or has no end known."""
    closed = [span for span in spans if span.end == was]
    return Change(tuple(closed), tuple(Span(span.start, end, span.value) for span in closed))


def move_start(spans: Iterable[Span], was: date, start: date, *, seam: bool = False) -> Change:
    """What began on `was` began on `start`; what lies wholly before the new start is taken back.

    `seam`: what it took the place of on `was` went on until `start`.
    """
    spans = list(spans)
    closed = [span for span in spans if span.start == was or was <= span.start < start]
    opened = [Span(start, span.end, span.value) for span in closed if span.end is None or span.end > start]
    if seam and any(span.start == was for span in closed):
        before = [span for span in spans if span.end and (span.end == was or start < span.end <= was)]
        closed += before
        opened += [Span(span.start, start, span.value) for span in before if span.start < start]
    return Change(tuple(closed), tuple(opened))


def _bounds(spans: Iterable[Span]) -> set[tuple[date, Hashable, str]]:
    starts = {(span.start, span.value, "start") for span in spans}
    return starts | {(span.end, span.value, "end") for span in spans if span.end}
