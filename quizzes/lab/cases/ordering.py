"""The order in which a learner meets the cases: random by a stored seed, the same on every machine and for ever.

Digests, not `random.shuffle`: Python does not promise the same shuffle in its next version, and a stored seed must.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import count

from quizzes.lab.cases.bank import LabCase

FIRST = 3
WRONG_AMONG_FIRST = 1


class NoSuchOrder(ValueError):
    """Too few cases without wrong advice: no order keeps the rule for the first three."""


def cases_in_order(cases: Sequence[LabCase], seed: int) -> tuple[LabCase, ...]:
    """All the cases, silent ones among them, in the order of the seed; never more than one case with wrong advice
    among the first three. All such orders are equally likely. Raises NoSuchOrder."""
    if sum(not case.wrong for case in cases) < min(len(cases), FIRST) - WRONG_AMONG_FIRST:
        raise NoSuchOrder("At least two cases without wrong advice are needed to begin with.")
    return next(order for attempt in count() if keeps_the_rule(order := _shuffled(cases, seed, attempt)))


def keeps_the_rule(cases: Sequence[LabCase]) -> bool:
    """Someone who meets wrong advice at once would distrust the rest, and the measures would show that instead."""
    return sum(case.wrong for case in cases[:FIRST]) <= WRONG_AMONG_FIRST


def _shuffled(cases: Sequence[LabCase], seed: int, attempt: int) -> tuple[LabCase, ...]:
    return tuple(sorted(cases, key=lambda case: hashlib.sha256(f"{seed}:{attempt}:{case.id}".encode()).digest()))
