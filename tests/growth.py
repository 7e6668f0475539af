"""How work grows with what it is done on: a ratio of processor time, which does not depend on how fast a machine is."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

MOST = 2.5
TRIES = 5
# A measurement lasts at least so many seconds, or the clock's own grain would be measured.
GRAIN = 0.003
# In less than that, asking the system for memory is most of the work, and that comes in steps.
NOTHING = 0.002
SIZES = (1_000, 10_000, 100_000)


def assert_linear(work: Callable[[str], object], opener: str, sizes: tuple[int, ...] = SIZES) -> None:
    """Twice as much of `opener` takes at most 2.5 times the work, from each of the sizes (in characters) on.

    Best of five; the tries end where the ratio is right.
    """
    for size in sizes:
        once, twice = opener * max(1, size // len(opener)), opener * max(2, 2 * size // len(opener))
        rounds = max(1, int(GRAIN / max(_spent(work, once, 1), 1e-6)))
        short, long = [], []
        for _try in range(TRIES):
            short.append(_spent(work, once, rounds))
            long.append(_spent(work, twice, rounds))
            if min(long) <= MOST * min(short) or min(long) < NOTHING * rounds:
                break
        else:
            raise AssertionError(f"{opener!r} × {size}: {min(long) / min(short):.2f} times the work for twice as much")


def _spent(work: Callable[[str], object], text: str, rounds: int) -> float:
    """Without the collector of garbage, which walks over whatever else this process holds, at moments of its own."""
    gc.collect(0)
    gc.disable()
    try:
        begun = time.process_time()
        for _round in range(rounds):
            work(text)
        return max(time.process_time() - begun, 1e-9)
    finally:
        gc.enable()
