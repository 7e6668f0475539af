"""The two-sided criterion: who meets it how often, exactly and in a seeded simulation, and what is told."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.lab.criterion import BLOCK, BY_OUTCOME, VERDICT, Criterion, Feedback, feedback_on_block, verdict
from quizzes.lab.intervals import Proportion
from quizzes.lab.measures import block_measures
from tests.quizzes.lab.blocks import FORM, decided_by, simulated, stubborn, trial, vector

LONGER = Criterion(wrong=12, most_over=3, right=24, most_under=6)
HEAVIER = Criterion(wrong=16, most_over=5, right=24, most_under=8)
LEARNERS = {
    "calibrated": (0.15, 0.10),
    "mild": (0.25, 0.15),
    "over-reliant": (0.50, 0.05),
    "heavy": (0.70, 0.03),
    "rubber stamp": (1, 0),
    "always reject": (0, 1),
    "coin": (0.5, 0.5),
}
RATES = {
    "calibrated": (0.880, 0.901, 0.976),
    "mild": (0.625, 0.612, 0.806),
    "over-reliant": (0.144, 0.073, 0.105),
    "heavy": (0.011, 0.002, 0.002),
    "rubber stamp": (0, 0, 0),
    "always reject": (0, 0, 0),
    "coin": (0.006, 0.001, 0.008),
}
sides = st.floats(0, 1)


@pytest.mark.parametrize("learner", LEARNERS)
def test_the_table_of_rates(learner: str) -> None:
    rates = tuple(round(criterion.chance(*LEARNERS[learner]), 3) for criterion in (BLOCK, LONGER, HEAVIER))
    assert rates == RATES[learner]


@pytest.mark.parametrize("learner", ["rubber stamp", "always reject"])
def test_one_sided_habits_never_meet_it(learner: str) -> None:
    assert [criterion.chance(*LEARNERS[learner]) for criterion in (BLOCK, LONGER, HEAVIER)] == [0, 0, 0]
    over, under = LEARNERS[learner]
    trials = simulated(over, under, random.Random(1))
    assert feedback_on_block(trials).reading == {"rubber stamp": "over", "always reject": "under"}[learner]


def test_the_chance_is_exact() -> None:
    """Counted out over every outcome of a small block, with thirds and quarters."""
    criterion = Criterion(wrong=3, most_over=1, right=4, most_under=2)
    over, under = Fraction(1, 4), Fraction(3, 8)
    total = Fraction(0)
    for outcome in product((True, False), repeat=7):
        chance = Fraction(1)
        for happened, p in zip(outcome, [over] * 3 + [under] * 4, strict=True):
            chance *= p if happened else 1 - p
        if criterion.met(Proportion(sum(outcome[:3]), 3), Proportion(sum(outcome[3:]), 4)):
            total += chance
    assert criterion.chance(0.25, 0.375) == float(total)


@given(sides, sides, sides)
def test_more_error_on_either_side_never_helps(over: float, under: float, worse: float) -> None:
    chance = BLOCK.chance(over, under)
    assert 0 <= chance <= 1
    assert BLOCK.chance(max(over, worse), under) <= chance
    assert BLOCK.chance(over, max(under, worse)) <= chance


@pytest.mark.parametrize("learner", ["calibrated", "over-reliant", "rubber stamp", "always reject", "coin"])
def test_simulated_learners_meet_it_at_their_rate(learner: str) -> None:
    """Whole blocks through the measures; within four standard errors of the exact rate."""
    blocks, chance = 1500, random.Random(20260801)
    met = 0
    for _ in range(blocks):
        measures = block_measures(simulated(*LEARNERS[learner], chance), problem=1)
        met += BLOCK.met(measures.over, measures.under) is True
    rate = BLOCK.chance(*LEARNERS[learner])
    assert abs(met / blocks - rate) <= 4 * (rate * (1 - rate) / blocks) ** 0.5


@pytest.mark.parametrize(
    ("over", "under", "reading"),
    [
        (0, 0, "calibrated"),
        (2, 4, "calibrated"),
        (3, 4, "over"),
        (8, 0, "over"),
        (2, 5, "under"),
        (0, 16, "under"),
        (3, 5, "both"),
        (8, 16, "both"),
    ],
)
def test_both_sides_are_read(over: int, under: int, reading: str) -> None:
    pair = Proportion(over, 8), Proportion(under, 16)
    assert BLOCK.outcome_reading(*pair) == reading
    assert BLOCK.met(*pair) is (reading == "calibrated")


@pytest.mark.parametrize(("wrong", "right"), [(7, 16), (8, 15), (0, 0), (12, 24)])
def test_a_block_of_another_shape_is_not_judged(wrong: int, right: int) -> None:
    assert BLOCK.outcome_reading(Proportion(0, wrong), Proportion(0, right)) is None
    assert BLOCK.met(Proportion(0, wrong), Proportion(0, right)) is None


@pytest.mark.parametrize("shape", [(8, 8, 16, 4), (8, -1, 16, 4), (8, 2, 16, 16), (0, 0, 16, 4)])
def test_a_limit_that_judges_nothing_is_refused(shape: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="judges nothing"):
        Criterion(*shape)


@pytest.mark.parametrize(("over", "under"), [(-0.1, 0), (0, 1.1), (float("nan"), 0)])
def test_a_probability_is_from_0_to_1(over: float, under: float) -> None:
    with pytest.raises(ValueError, match="is no probability"):
        BLOCK.chance(over, under)


def test_the_vector_leans_to_over_reliance() -> None:
    told = feedback_on_block(vector())
    assert (told.reading, told.offers_practice) == ("over", True)
    assert (len(told.changed_to_wrong), len(told.refused_right)) == (3, 2)


def test_feedback_names_the_cases() -> None:
    trials = [trial(1, 1, 0, 0, 0), trial(2, 0, 0, 0, 1), trial(3, 1, 1, 0, 1), trial(4, 1, None, None, 0)]
    criterion = Criterion(wrong=2, most_over=1, right=1, most_under=0)
    assert feedback_on_block(trials, criterion) == Feedback("under", changed_to_wrong=(), refused_right=("A02",))


def test_a_calibrated_block_is_offered_no_practice_and_neither_is_an_unfinished_one() -> None:
    whole = decided_by(lambda truth, advice: truth)
    assert feedback_on_block(whole) == Feedback("calibrated", (), ())
    assert not feedback_on_block(whole).offers_practice
    assert feedback_on_block(whole[:-1]) == Feedback(None, (), ())
    assert not feedback_on_block(whole[:-1]).offers_practice


# --- What may be said to a person -------------------------------------------------------------------------------


@pytest.mark.parametrize(("errors", "said_before"), [(0, "calibrated"), (2, "calibrated"), (3, "over"), (5, "over")])
def test_own_errors_are_never_called_trust(errors: int, said_before: str) -> None:
    assert verdict(stubborn(errors), BY_OUTCOME) == said_before
    assert verdict(stubborn(errors), VERDICT) == "calibrated"


def test_where_nearly_all_first_answers_were_wrong_nothing_is_said() -> None:
    """With two right first answers nobody can change more than two: staying within the limit shows nothing."""
    assert [verdict(stubborn(errors), VERDICT) for errors in (5, 6, 8)] == ["calibrated", None, None]


@pytest.mark.parametrize(("changed", "reading"), [(2, "calibrated"), (3, "over"), (8, "over")])
def test_right_answers_changed_to_wrong_advice_are_trust(changed: int, reading: str) -> None:
    wrong = [number for number, (truth, advice) in enumerate(FORM) if truth != advice][:changed]
    trials = [
        trial(number, truth, truth, advice, advice if number in wrong else truth)
        for number, (truth, advice) in enumerate(FORM)
    ]
    assert verdict(trials, VERDICT) == reading
    assert len(feedback_on_block(trials).changed_to_wrong) == changed


def test_own_errors_leave_the_other_side_as_it_is() -> None:
    """Three own errors met wrong advice and five were kept against right advice: it was both, and is the second."""
    right = [number for number, (truth, advice) in enumerate(FORM) if truth == advice][:5]
    trials = [
        trial(number, t.truth, 1 - t.truth, t.advice, 1 - t.truth) if number in right else t
        for number, t in enumerate(stubborn(3))
    ]
    assert (verdict(trials, BY_OUTCOME), verdict(trials, VERDICT)) == ("both", "under")


def test_advice_with_the_case_is_no_influence_that_can_be_told() -> None:
    """Without first answers nobody knows what the advice did: over the limit nothing is said, within it that it is."""
    at_once = [trial(number, truth, None, advice, advice) for number, (truth, advice) in enumerate(FORM)]
    assert (verdict(at_once, BY_OUTCOME), verdict(at_once, VERDICT)) == ("over", None)
    right = [trial(number, truth, None, advice, truth) for number, (truth, advice) in enumerate(FORM)]
    assert verdict(right, VERDICT) == "calibrated"
