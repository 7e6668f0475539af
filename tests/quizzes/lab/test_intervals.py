"""Proportions, their intervals and paired changes, by published values to the sixth decimal."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.lab.intervals import AnswerChange, Detection, Interval, Proportion, wilson

SIXTH = 5.1e-7
counts = st.integers(0, 300).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (18, 24, 0.551006, 0.880006),
        (4, 6, 0.299993, 0.903229),
        (3, 6, 0.187616, 0.812384),
        (4, 8, 0.215216, 0.784784),
        (2, 16, 0.034977, 0.360228),
        (0, 5, 0, 0.434482),
        (5, 5, 0.565518, 1),
    ],
)
def test_wilson_intervals_of_the_vector(count: int, of: int, low: float, high: float) -> None:
    interval = wilson(count, of)
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(low, abs=SIXTH), pytest.approx(high, abs=SIXTH))
    assert Proportion(count, of).interval == interval


def test_bounds_at_none_and_all_are_exact() -> None:
    """Rounding leaves some of them a hair beside: 2.8e-17 for 0."""
    for of in range(1, 400):
        none, every = wilson(0, of), wilson(of, of)
        assert none
        assert every
        assert (none.low, every.high) == (0, 1)


def test_nothing_of_nothing_is_undefined() -> None:
    nothing = Proportion(0, 0)
    assert (nothing.value, nothing.interval, nothing.log_linear) == (None, None, None)


@given(counts)
def test_an_interval_holds_its_share_and_stays_within_0_and_1(pair: tuple[int, int]) -> None:
    count, of = pair
    share, interval = Proportion(count, of).value, wilson(count, of)
    if share is None or interval is None:
        assert of == 0
        return
    assert 0 <= interval.low <= share <= interval.high <= 1
    assert interval.low < interval.high
    assert (interval.low == 0) == (count == 0)
    assert (interval.high == 1) == (count == of)


@given(counts.filter(lambda pair: pair[1] > 0))
def test_an_interval_is_mirrored_by_counting_the_others_and_widens_with_its_level(pair: tuple[int, int]) -> None:
    count, of = pair
    interval, mirrored, wider = wilson(count, of), wilson(of - count, of), wilson(count, of, level=0.99)
    assert interval
    assert mirrored
    assert wider
    assert interval.low == pytest.approx(1 - mirrored.high, abs=1e-12)
    assert wider.high - wider.low > interval.high - interval.low


def test_wilson_bounds_solve_their_equation() -> None:
    """The bounds are where the share lies exactly z standard errors away: p̂ - p = ±z·√(p(1-p)/n)."""
    interval = wilson(7, 31)
    assert isinstance(interval, Interval)
    for bound in (interval.low, interval.high):
        assert abs(7 / 31 - bound) / (bound * (1 - bound) / 31) ** 0.5 == pytest.approx(1.959963984540054)


@pytest.mark.parametrize(("count", "of"), [(-1, 4), (5, 4), (1, 0), (0, -1)])
def test_an_impossible_count_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {of} is no proportion"):
        Proportion(count, of)


def test_mcnemar_of_the_vector() -> None:
    assert AnswerChange(rescued=5, talked_out=3).p == 186 / 256 == pytest.approx(0.726563, abs=SIXTH)


@pytest.mark.parametrize(
    ("rescued", "talked_out", "p"), [(0, 0, 1), (1, 0, 1), (3, 3, 1), (5, 0, 2 / 32), (0, 6, 2 / 64), (9, 1, 22 / 1024)]
)
def test_mcnemar_by_hand(rescued: int, talked_out: int, p: float) -> None:
    assert AnswerChange(rescued, talked_out).p == p


@given(st.integers(0, 9), st.integers(0, 9))
def test_mcnemar_is_the_share_of_coin_throws_as_uneven(rescued: int, talked_out: int) -> None:
    moved, uneven = rescued + talked_out, abs(rescued - talked_out)
    if moved <= 12:
        throws = list(itertools.product((-1, 1), repeat=moved))
        as_uneven = sum(abs(sum(throw)) >= uneven for throw in throws)
        assert AnswerChange(rescued, talked_out).p == float(Fraction(as_uneven, len(throws)))
    assert AnswerChange(rescued, talked_out).p == AnswerChange(talked_out, rescued).p


def test_signal_detection_of_the_vector() -> None:
    detection = Detection(hits=Proportion(4, 8), false_rejections=Proportion(2, 16))
    assert detection.hit_rate == 0.5
    assert detection.false_rejection_rate == pytest.approx(0.147059, abs=SIXTH)
    assert detection.d_prime == pytest.approx(1.049131, abs=SIXTH)
    assert detection.c == pytest.approx(0.524566, abs=SIXTH)


def test_perfect_detection_is_finite() -> None:
    detection = Detection(hits=Proportion(8, 8), false_rejections=Proportion(0, 16))
    assert detection.d_prime == pytest.approx(1.59322 + 1.88951, abs=1e-4)  # z(8.5/9) and -z(0.5/17)


@pytest.mark.parametrize(("wrong", "right"), [(0, 16), (8, 0), (0, 0)])
def test_detection_needs_both_kinds_of_advice(wrong: int, right: int) -> None:
    detection = Detection(hits=Proportion(0, wrong), false_rejections=Proportion(0, right))
    assert (detection.hit_rate, detection.false_rejection_rate) == (None, None)
    assert (detection.d_prime, detection.c) == (None, None)
