"""Spans of days as sets: union, intersection, what is between. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from courses.assignments.derivation.values import DaySpan


def union(spans: Iterable[DaySpan]) -> list[DaySpan]:
    """The days of all of them, in order; spans that touch or overlap are one."""
    joined: list[DaySpan] = []
    for span in sorted(spans, key=lambda each: each.first):
        last = joined[-1] if joined else None
        if last is None or (last.end is not None and span.first > last.end):
            joined.append(span)
        elif last.end is not None and (span.end is None or span.end > last.end):
            joined[-1] = DaySpan(last.first, span.end)
    return joined


def both(one: DaySpan, other: DaySpan) -> DaySpan | None:
    """The days they share."""
    first = max(one.first, other.first)
    end = sooner(one.end, other.end)
    return DaySpan(first, end) if end is None or first < end else None


def sooner(one: date | None, other: date | None) -> date | None:
    """The earlier end; an empty one lies after all others."""
    return min((each for each in (one, other) if each), default=None)


def without(spans: Iterable[DaySpan], holes: Iterable[DaySpan]) -> list[DaySpan]:
    """The days of `spans` on which none of `holes` holds."""
    left = union(spans)
    for hole in union(holes):
        cut: list[DaySpan] = []
        for span in left:
            if both(span, hole) is None:
                cut.append(span)
                continue
            if span.first < hole.first:
                cut.append(DaySpan(span.first, hole.first))
            if hole.end is not None and (span.end is None or hole.end < span.end):
                cut.append(DaySpan(hole.end, span.end))
        left = cut
    return left
