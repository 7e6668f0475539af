"""The two-sided criterion that steers a learner's own feedback, and how little one block proves. Pure, no Django.

It opens and closes nothing: finishing the lab completes it, and an outcome kept in a status, gate, certificate or
statement would show others what is the learner's alone. One short block is weak evidence about a person, too: about
one well calibrated person in eight misses the mark of BLOCK.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Literal

from quizzes.lab.intervals import Proportion
from quizzes.lab.measures import DecidedTrial

Reading = Literal["calibrated", "over", "under", "both"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """For a block with `wrong` and `right` advices: at most so many of the first followed, of the second refused.

    All are numbers of trials. A limit outside its number of trials raises ValueError: it would judge nothing.
    """

    wrong: int
    most_over: int
    right: int
    most_under: int

    def __post_init__(self) -> None:
        for limit, trials in ((self.most_over, self.wrong), (self.most_under, self.right)):
            if not 0 <= limit < trials:
                raise ValueError(f"A limit of {limit} in {trials} trials judges nothing: give 0 to {trials - 1}.")

    def reading(self, over: Proportion, under: Proportion) -> Reading | None:
        """Which side is beyond its limit; None for a block that is not of this shape (unfinished, or advice unseen)."""
        if (over.of, under.of) != (self.wrong, self.right):
            return None
        if over.count > self.most_over:
            return "both" if under.count > self.most_under else "over"
        return "under" if under.count > self.most_under else "calibrated"

    def met(self, over: Proportion, under: Proportion) -> bool | None:
        """Whether both sides keep their limit; None for a block of another shape."""
        reading = self.reading(over, under)
        return None if reading is None else reading == "calibrated"

    def chance(self, over: float, under: float) -> float:
        """The exact probability, from 0 to 1, that somebody meets it who decides each trial independently.

        `over` is the probability of following a wrong advice, `under` that of refusing a right one.
        """
        return float(_at_most(self.most_over, self.wrong, over) * _at_most(self.most_under, self.right, under))


BLOCK = Criterion(wrong=8, most_over=2, right=16, most_under=4)
"""The 24 cases of one form."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a learner is told, as keys; the words belong to the page. Cases are keys, in the order they were given."""

    reading: Reading | None
    followed_wrong: tuple[str, ...]
    refused_right: tuple[str, ...]

    @property
    def offers_practice(self) -> bool:
        """Whether more practice is offered: it is an offer, nothing waits for it."""
        return self.reading in ("over", "under", "both")


def feedback_on_block(trials: Iterable[DecidedTrial], criterion: Criterion = BLOCK) -> Feedback:
    """What to tell the learner about one block's `trials`. Trials without advice count for neither side."""
    advised = [trial for trial in trials if trial.advice is not None]
    wrong = [trial for trial in advised if not trial.advice_right]
    right = [trial for trial in advised if trial.advice_right]
    followed = tuple(trial.case for trial in wrong if trial.followed)
    refused = tuple(trial.case for trial in right if not trial.followed)
    reading = criterion.reading(Proportion(len(followed), len(wrong)), Proportion(len(refused), len(right)))
    return Feedback(reading, followed, refused)


def _at_most(limit: int, trials: int, probability: float) -> Fraction:
    """P(X ≤ limit) of a binomial X, without rounding. A probability outside 0 to 1 raises ValueError."""
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability} is no probability: give a number from 0 to 1.")
    yes = Fraction(probability)
    terms = (comb(trials, k) * yes**k * (1 - yes) ** (trials - k) for k in range(limit + 1))
    return sum(terms, Fraction(0))
