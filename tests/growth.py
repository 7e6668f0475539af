"""How work grows with what it is done on: a ratio of processor time, which does not depend on how fast a machine is."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

MOST = 3.0  # work that reads on from every opener takes four times as long; memory that comes in steps, at times 2.9
TRIES = 10
# A measurement lasts at least so many seconds, or the clock's own grain would be measured.
GRAIN = 0.003
# Seconds a character: less is copying, which comes in steps as memory does, and never reading on from every opener.
NOTHING = 1e-7
SIZES = (1_000, 10_000, 100_000)


def assert_linear(work: Callable[[str], object], opener: str, sizes: tuple[int, ...] = SIZES) -> None:
    """Twice as much of `opener` takes at most MOST times the work, from each of the sizes (in characters) on.

    Best of ten, for other processes disturb the short ones; the tries end where the ratio is right.
    """
    for size in sizes:
        once, twice = opener * max(1, size // len(opener)), opener * max(2, 2 * size // len(opener))
        rounds = max(1, int(GRAIN / max(_spent(work, once, 1), 1e-6)))
        short, long = [], []
        for _try in range(TRIES):
            short.append(_spent(work, once, rounds))
            long.append(_spent(work, twice, rounds))
            if min(long) <= MOST * min(short) or min(long) < NOTHING * len(twice) * rounds:
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
