"""The certainty that the system shows with its advice, where a lab shows one. Pure.

"true": of the cases shown with a figure, that share is right, exactly over the block: the advice is sorted into three
groups of equal size that hold more and more right advice, and each shows its own share. "decoupled": the same figures,
dealt out without regard to what is right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

GROUPS = 3
SPREAD = (4, 3, 1)
"""Of 8 wrong advices in 24, how many lie in each third: 50, 63 and 88 % are right there."""


def certainty_shown(wrong: Mapping[int, bool], seed: str, mode: str) -> dict[int, int]:
    """{place: percent} for the places with advice; `wrong` says of each whether it is wrong. {} for "none"."""
    if mode == "none" or not wrong:
        return {}
    calibrated = _calibrated(wrong, seed)
    if mode == "true":
        return calibrated
    places = sorted(wrong)
    figures = sorted(calibrated.values())
    return dict(zip(_shuffled(places, f"{seed}:deal"), figures, strict=True))


def _calibrated(wrong: Mapping[int, bool], seed: str) -> dict[int, int]:
    bad = _shuffled([place for place in sorted(wrong) if wrong[place]], f"{seed}:wrong")
    good = _shuffled([place for place in sorted(wrong) if not wrong[place]], f"{seed}:right")
    sizes = _shares(len(wrong), (1,) * GROUPS)
    found: dict[int, int] = {}
    for size, faults in zip(sizes, _shares(len(bad), SPREAD), strict=True):
        faults = min(faults, size)
        group = [bad.pop() for _ in range(min(faults, len(bad)))]
        group += [good.pop() for _ in range(min(size - len(group), len(good)))]
        right = sum(not wrong[place] for place in group)
        found |= {place: (200 * right + len(group)) // (2 * len(group)) for place in group}
    rest = bad + good  # only where the groups do not come out even
    right = sum(not wrong[place] for place in rest)
    return found | {place: (200 * right + len(rest)) // (2 * len(rest)) for place in rest}


def _shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` split by weight into whole numbers; what is left over goes to the first."""
    found = [total * weight // sum(weights) for weight in weights]
    found[0] += total - sum(found)
    return found


def _shuffled(places: Sequence[int], seed: str) -> list[int]:
    return sorted(places, key=lambda place: hashlib.sha256(f"{seed}:{place}".encode()).digest())
