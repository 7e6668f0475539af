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
from quizzes.lab.measures import DecidedTrial, Measures, block_measures

Reading = Literal["calibrated", "over", "under", "both"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """For a block with `wrong` and `right` advices: at most so many of the first may change a right answer, and at most
    so many of the second be refused.

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

    def outcome_reading(self, over: Proportion, under: Proportion) -> Reading | None:
        """Which side's outcomes are beyond their limit; None for a block that is not of this shape (unfinished, or
        advice unseen). Own errors that the advice confirmed count, so that it says nothing about influence.
        """
        if (over.of, under.of) != (self.wrong, self.right):
            return None
        if over.count > self.most_over:
            return "both" if under.count > self.most_under else "over"
        return "under" if under.count > self.most_under else "calibrated"

    def influence_reading(self, found: Measures) -> Reading | None:
        """What may be said to a person: "over" rests on right first answers changed to wrong advice, and on nothing
        else. None also where there were too few right first answers (or none, the advice having come with the case)
        for the limit to be passed, though more wrong answers than the limit stand at the end.
        """
        outcome = self.outcome_reading(found.over, found.under)
        if outcome in ("calibrated", "under", None) or found.changed.count > self.most_over:
            return outcome
        if outcome == "both":
            return "under"
        return "calibrated" if found.changed.of > self.most_over else None

    def met(self, over: Proportion, under: Proportion) -> bool | None:
        """Whether both sides' outcomes keep their limit; None for a block of another shape."""
        reading = self.outcome_reading(over, under)
        return None if reading is None else reading == "calibrated"

    def chance(self, over: float, under: float) -> float:
        """The exact probability, from 0 to 1, that somebody's outcomes meet it who decides each trial independently.

        `over` is the probability of ending with a wrong advice, `under` that of ending against a right one.
        """
        return float(_at_most(self.most_over, self.wrong, over) * _at_most(self.most_under, self.right, under))


BLOCK = Criterion(wrong=8, most_over=2, right=16, most_under=4)
"""The 24 cases of one form."""
BY_OUTCOME, BY_INFLUENCE = 1, 2
VERDICT = BY_INFLUENCE
"""Which rule a verdict was made by: the first called one's own errors trust in the advice where it confirmed them."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a learner is told, as keys; the words belong to the page. Cases are keys, in the order they were given."""

    reading: Reading | None
    changed_to_wrong: tuple[str, ...]
    refused_right: tuple[str, ...]

    @property
    def offers_practice(self) -> bool:
        """Whether more practice is offered: it is an offer, nothing waits for it."""
        return self.reading in ("over", "under", "both")


def feedback_on_block(trials: Iterable[DecidedTrial], criterion: Criterion = BLOCK) -> Feedback:
    """What to tell the learner about one block's `trials`. Trials without advice count for neither side."""
    trials = list(trials)
    changed = tuple(trial.case for trial in trials if trial.kind == "changed-to-wrong")
    refused = tuple(
        trial.case for trial in trials if trial.advice is not None and trial.advice_right and not trial.followed
    )
    return Feedback(verdict(trials, VERDICT, criterion), changed, refused)


def verdict(trials: Iterable[DecidedTrial], version: int, criterion: Criterion = BLOCK) -> Reading | None:
    """The reading of one block by the rule of this version: what a page says now, or what it said."""
    found = block_measures(trials, problem=None)
    if version == BY_OUTCOME:
        return criterion.outcome_reading(found.over, found.under)
    return criterion.influence_reading(found)


def _at_most(limit: int, trials: int, probability: float) -> Fraction:
    """P(X ≤ limit) of a binomial X, without rounding. A probability outside 0 to 1 raises ValueError."""
    if not 0 <= probability <= 1:
        raise ValueError(f"{probability} is no probability: give a number from 0 to 1.")
    yes = Fraction(probability)
    terms = (comb(trials, k) * yes**k * (1 - yes) ** (trials - k) for k in range(limit + 1))
    return sum(terms, Fraction(0))
