"""Blocks of trials for tests: the published vector, random ones, and learners of known habits."""

from __future__ import annotations

import random
from collections.abc import Callable

from hypothesis import strategies as st

from quizzes.lab.measures import DecidedTrial, Label

V1 = {
    "1111": 6,
    "1011": 1,
    "1010": 1,
    "0000": 4,
    "0100": 3,
    "0101": 1,
    "1101": 2,
    "1100": 1,
    "1000": 1,
    "0010": 1,
    "0011": 2,
    "0110": 1,
}
"""How often each pattern (truth, first answer, advice, final answer) comes: 24 trials, advice wrong in 8."""
FORM = [(1, 1)] * 8 + [(0, 0)] * 8 + [(1, 0)] * 4 + [(0, 1)] * 4
"""(truth, advice) of one form: 16 right advices, 4 misses, 4 false alarms."""


def trial(number: int, truth: Label, initial: Label | None, advice: Label | None, final: Label) -> DecidedTrial:
    return DecidedTrial(case=f"A{number:02}", truth=truth, initial=initial, advice=advice, final=final)


def vector() -> list[DecidedTrial]:
    patterns = [pattern for pattern, times in V1.items() for _ in range(times)]
    return [trial(number, *map(int, pattern)) for number, pattern in enumerate(patterns)]


def blocks(labels: list[Label], *, first_answers: bool = True) -> st.SearchStrategy[list[DecidedTrial]]:
    label = st.sampled_from(labels)
    rows = st.lists(st.tuples(label, label if first_answers else st.none(), label, label), max_size=30)
    return rows.map(lambda rows: [trial(number, *row) for number, row in enumerate(rows)])


def decided_by(
    habit: Callable[[int, int], int], first: Callable[[int], int] = lambda truth: truth
) -> list[DecidedTrial]:
    """One form as somebody decides it: `habit(truth, advice)` is the final answer."""
    return [
        trial(number, truth, first(truth), advice, habit(truth, advice)) for number, (truth, advice) in enumerate(FORM)
    ]


def simulated(over: float, under: float, chance: random.Random) -> list[DecidedTrial]:
    """Follows each wrong advice with probability `over`, refuses each right one with probability `under`."""

    def habit(truth: int, advice: int) -> int:
        follows = chance.random() < (over if advice != truth else 1 - under)
        return advice if follows else 1 - advice

    return decided_by(habit, first=lambda truth: truth if chance.random() < 0.7 else 1 - truth)


def stubborn(errors: int) -> list[DecidedTrial]:
    """One form of somebody who never changes an answer, and errs alone in the first cases with wrong advice."""
    wrong = [number for number, (truth, advice) in enumerate(FORM) if truth != advice][:errors]
    return [
        trial(number, truth, own := 1 - truth if number in wrong else truth, advice, own)
        for number, (truth, advice) in enumerate(FORM)
    ]
