"""What was learned between parallel tests, and what was kept of it. Pure, no Django.

Points are right answers, 0 to the most there are. A figure with nothing to divide by is None, never 0.
"""

from __future__ import annotations


def normalised_gain(pre: float, post: float, most: float) -> float | None:
    """(post - pre)/(most - pre), at most 1: the part won of what could still be won; negative after a loss.

    None when `pre` left nothing to win. Points outside 0 to `most` raise ValueError.
    """
    _check(most, pre, post)
    return (post - pre) / (most - pre) if pre < most else None


def retained_share(pre: float, post: float, later: float, most: float) -> float | None:
    """(later - pre)/(post - pre): the part of the gain still there at a later test; above 1 when it grew.

    None when nothing was gained, for then nothing could be kept. Points outside 0 to `most` raise ValueError.
    """
    _check(most, pre, post, later)
    return (later - pre) / (post - pre) if post > pre else None


def _check(most: float, *points: float) -> None:
    for value in points:
        if not 0 <= value <= most:
            raise ValueError(f"{value} points are outside 0 to {most}: give points of the same scale.")
