"""Counts out of counts, how sure they are, and what changed between two answers. Pure, no Django.

A figure that nothing was counted for is None, never 0: "never happened" and "could not happen" are not the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, sqrt
from statistics import NormalDist

STANDARD_NORMAL = NormalDist()
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a proportion, both from 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Proportion:
    """`count` out of `of` trials. Counts that cannot be raise ValueError."""

    count: int
    of: int

    def __post_init__(self) -> None:
        if not 0 <= self.count <= self.of:
            raise ValueError(
                f"{self.count} of {self.of} is no proportion: give a count from 0 to the number of trials."
            )

    @property
    def value(self) -> float | None:
        """From 0 to 1, or None of no trials."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """Wilson's 95 % interval, or None of no trials."""
        return wilson(self.count, self.of)

    @property
    def log_linear(self) -> float | None:
        """(count + 0.5)/(of + 1), which never is 0 or 1 and so has a z score (Hautus 1995); None of no trials."""
        return (self.count + 0.5) / (self.of + 1) if self.of else None


def wilson(count: int, of: int, level: float = LEVEL) -> Interval | None:
    """Wilson's score interval for `count` of `of`, or None of no trials.

    `level` lies between 0 and 1. The bound is exactly 0 where nothing was counted and exactly 1 where all was:
    rounding would leave it a hair beside.
    """
    share = Proportion(count, of).value
    if share is None:
        return None
    z = STANDARD_NORMAL.inv_cdf((1 + level) / 2)
    scale = 1 + z * z / of
    centre = (share + z * z / (2 * of)) / scale
    half = z * sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / scale
    return Interval(0.0 if count == 0 else centre - half, 1.0 if count == of else centre + half)


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """What became of the first answers: `rescued` from wrong to right, `talked_out` from right to wrong (trials)."""

    rescued: int
    talked_out: int

    @property
    def p(self) -> float:
        """Exact two-sided McNemar p from 0 to 1. It is 1 where no answer changed sides: nothing speaks for a change."""
        moved = self.rescued + self.talked_out
        tail = sum(comb(moved, k) for k in range(min(self.rescued, self.talked_out) + 1))
        return min(1.0, 2 * tail / 2**moved)


@dataclass(frozen=True, slots=True)
class Detection:
    """Signal detection: the signal is "the advice is wrong", the response "the final answer differs from it".

    `hits` = wrong advice refused, `false_rejections` = right advice refused. Both rates carry the log-linear
    correction; all four figures are None unless there was wrong advice and right advice to tell apart.
    """

    hits: Proportion
    false_rejections: Proportion

    @property
    def hit_rate(self) -> float | None:
        return self.hits.log_linear if self.false_rejections.of else None

    @property
    def false_rejection_rate(self) -> float | None:
        return self.false_rejections.log_linear if self.hits.of else None

    @property
    def d_prime(self) -> float | None:
        """z(H) - z(F), in standard deviations: how well right and wrong advice were told apart; 0 = not at all."""
        scores = self._z_scores()
        return scores[0] - scores[1] if scores else None

    @property
    def c(self) -> float | None:
        """-(z(H) + z(F))/2, in standard deviations: above 0 = reluctant to refuse, the side of over-reliance."""
        scores = self._z_scores()
        return -(scores[0] + scores[1]) / 2 if scores else None

    def _z_scores(self) -> tuple[float, float] | None:
        hit, false = self.hit_rate, self.false_rejection_rate
        if hit is None or false is None:
            return None
        return STANDARD_NORMAL.inv_cdf(hit), STANDARD_NORMAL.inv_cdf(false)
