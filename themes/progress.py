"""The litmus strip's arithmetic: which patches a strip has and which shade each takes, from warm (0) to blue (10)."""

from __future__ import annotations

from typing import NamedTuple

SHADES = 10
MOST_PATCHES = 24  # more would be thinner than a finger on a phone: the strip then shows the share done


class Patch(NamedTuple):
    done: bool
    shade: int


def shade(place: int, total: int) -> int:
    """The shade of the patch at `place` (from 0) among `total`: the first is warm, the last is blue."""
    return round(place * SHADES / (total - 1)) if total > 1 else SHADES


def patches(done: int, total: int) -> list[Patch]:
    """One patch a step, or the share done over MOST_PATCHES when there are more steps than that.

    A strip looks full only when all is done, and empty only when nothing is.
    """
    if total <= 0:
        return []
    done = min(max(done, 0), total)
    shown = min(total, MOST_PATCHES)
    filled = done * shown // total
    if done and not filled:
        filled = 1
    return [Patch(place < filled, shade(place, shown)) for place in range(shown)]
