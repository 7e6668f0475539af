"""Normalised gain and retained share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.lab.gain import normalised_gain, retained_share

points = st.integers(0, 20)


def test_the_vector() -> None:
    assert normalised_gain(12, 17, 20) == 0.625
    assert retained_share(12, 17, 15, 20) == 0.6


def test_nothing_left_to_win_is_undefined() -> None:
    assert normalised_gain(20, 20, 20) is None
    assert normalised_gain(20, 15, 20) is None


@pytest.mark.parametrize("post", [12, 10])
def test_nothing_gained_cannot_be_kept(post: int) -> None:
    assert retained_share(12, post, 15, 20) is None


@given(points, points)
def test_a_gain_is_at_most_all_there_was_and_has_the_sign_of_the_change(pre: int, post: int) -> None:
    gain = normalised_gain(pre, post, 20)
    if gain is None:
        assert pre == 20
        return
    assert gain <= 1
    assert (gain == 1) == (post == 20)
    assert (gain > 0, gain < 0) == (post > pre, post < pre)


@given(points, points, points)
def test_what_is_kept_is_measured_by_the_gain(pre: int, post: int, later: int) -> None:
    kept = retained_share(pre, post, later, 20)
    if kept is None:
        assert post <= pre
        return
    assert (kept == 1) == (later == post)
    assert (kept == 0) == (later == pre)
    assert (kept < 0) == (later < pre)


@pytest.mark.parametrize("value", [-1, 21])
def test_points_off_the_scale_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match=f"{value} points are outside 0 to 20"):
        normalised_gain(12, value, 20)
    with pytest.raises(ValueError, match=f"{value} points are outside 0 to 20"):
        retained_share(12, 17, value, 20)
