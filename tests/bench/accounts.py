"""The arithmetic of `make bench-quiz`: percentiles, what was lost, what is there twice."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence

Answers = Mapping[str, Sequence[str]]


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 < share ≤ 1) of the values do not exceed. Raises ValueError."""
    if not values:
        raise ValueError("There is no percentile of nothing: no request was measured.")
    return sorted(values)[math.ceil(share * len(values)) - 1]


def lost(sent: Mapping[str, Answers], stored: Mapping[str, Answers]) -> list[tuple[str, str]]:
    """(learner, question) of every acknowledged answer that is missing, or stored with another value than the last."""
    return [
        (learner, question)
        for learner, answers in sent.items()
        for question, chosen in answers.items()
        if sorted(chosen) != sorted(stored.get(learner, {}).get(question, []))
    ]


def surplus(keys: Iterable[Hashable]) -> int:
    """How many are there beyond the first of each."""
    return sum(count - 1 for count in Counter(keys).values())


def between(samples: Sequence[tuple[float, float]], begun: float, ended: float) -> float:
    """The growth of a counter from `begun` to `ended`, read between its samples (time, value), in order."""
    return at_moment(samples, ended) - at_moment(samples, begun)


def at_moment(samples: Sequence[tuple[float, float]], moment: float) -> float:
    if not samples:
        raise ValueError("The counter was never read.")
    before = samples[0]
    for after in samples:
        if after[0] >= moment:
            span = after[0] - before[0]
            return after[1] if span <= 0 else before[1] + (after[1] - before[1]) * (moment - before[0]) / span
        before = after
    return before[1]


def at_once(spans: Iterable[tuple[float, float]]) -> int:
    """The greatest number of spans (from, to) that overlap."""
    steps = sorted(step for begun, ended in spans for step in ((begun, 1), (ended, -1)))
    most = now = 0
    for _moment, step in steps:
        now += step
        most = max(most, now)
    return most
