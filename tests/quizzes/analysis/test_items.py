"""Item analysis: figures against hand-computed and published examples, and what they must never depend on."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.analysis import items
from quizzes.analysis.items import Sitting


def sitting(*credits: float, language: str = "en", chosen: str = "a") -> Sitting:
    return Sitting(language, {f"q{n}": value for n, value in enumerate(credits, 1)}, {"q1": [chosen]})


def crowd(right: int, of: int = 40) -> list[Sitting]:
    """`right` people answer q1 right; those do well in q2 and q3, too."""
    return [sitting(1, 1, n % 2) if n < right else sitting(0, 0, n % 2, chosen="b") for n in range(of)]


def test_nothing_is_said_from_too_few_answers() -> None:
    found = items.item_figures(crowd(10, of=29), "q1", ["a", "b"], ["a"])
    assert (found.difficulty, found.discrimination, found.options, found.flags) == (None, None, (), ())


def test_difficulty_is_the_mean_credit_and_shares_are_those_who_chose() -> None:
    found = items.item_figures(crowd(30), "q1", ["a", "b", "c"], ["a"])
    assert found.difficulty == 0.75
    assert [(option.key, option.share) for option in found.options] == [("a", 0.75), ("b", 0.25), ("c", 0.0)]
    assert found.unchosen == ("c",)


def test_the_correlation_is_the_point_biserial_of_the_textbook() -> None:
    """scipy's documentation of `pointbiserialr`: [0,0,0,1,1,1,1] with 0..6 gives 0.866025 (rounded there); it is the
    root of 3/4. The second is scipy 1.17.1's `pearsonr`, for part credit."""
    assert items.correlation([0, 0, 0, 1, 1, 1, 1], list(range(7))) == pytest.approx(0.75**0.5, abs=1e-12)
    credits = [0, 0.5, 1, 1, 0.25, 0.75, 0, 1, 0.5, 0.5]
    others = [0.1, 0.4, 0.9, 0.7, 0.2, 0.8, 0.3, 0.6, 0.55, 0.45]
    assert items.correlation(credits, others) == pytest.approx(0.885208173745723, abs=1e-12)


def test_a_perfect_correlation_is_never_more_than_one() -> None:
    credits = [1 / 3, 1 / 3, 0.25, 1 / 3, 0.5, 1]  # in floats the quotient is a hair above 1
    assert items.correlation(credits, [each * 3 for each in credits]) == 1


def test_a_question_is_not_compared_with_itself() -> None:
    assert items.rest_score(sitting(1, 0, 0.5), "q1") == 0.25


def test_what_never_varies_has_no_correlation() -> None:
    assert items.correlation([1, 1, 1], [0.1, 0.2, 0.3]) is None
    assert items.correlation([0, 1, 1], [0.5, 0.5, 0.5]) is None


@pytest.mark.parametrize(("right", "flag"), [(39, "easy"), (7, "hard")])
def test_flags_of_difficulty(right: int, flag: str) -> None:
    assert flag in items.item_figures(crowd(right), "q1", ["a", "b"], ["a"]).flags


def test_a_question_that_does_not_go_with_the_rest_is_flagged() -> None:
    loose = [sitting(n % 2, n // 2 % 2, n // 2 % 2) for n in range(40)]
    assert items.item_figures(loose, "q1", ["a", "b"], ["a"]).flags == ("loose", "unchosen")


def test_mantel_haenszel_by_hand() -> None:
    """Two strata, (10, 5 | 4, 11) and (12, 3 | 9, 6): (110/30 + 72/30) / (20/30 + 27/30) = 182/47."""
    rows = [
        *strat(0.0, "en", 10, 5), *strat(0.0, "fr", 4, 11),
        *strat(1.0, "en", 12, 3), *strat(1.0, "fr", 9, 6),
    ]  # fmt: skip
    tables = items.rest_strata([r for r in rows if r.language == "en"], [r for r in rows if r.language == "fr"], "q1")
    assert tables == [((10, 5), (4, 11)), ((12, 3), (9, 6))]
    many = [row for row in rows for _ in range(10)]
    found = items.language_difference(many, "q1", "en", "fr")
    assert found
    assert found.odds == pytest.approx(182 / 47)
    assert found.delta == pytest.approx(-2.35 * math.log(182 / 47))
    assert found.low < found.odds < found.high


def test_a_language_in_which_everybody_is_right_still_gives_a_ratio_with_bounds() -> None:
    """Nobody is wrong in English, a quarter is in French: the first thing a bad translation shows."""
    found = items.language_difference([*strat(0.0, "en", 100, 0), *strat(0.0, "fr", 75, 25)], "q1", "en", "fr")
    assert found
    assert 1 < found.low < found.odds < found.high < math.inf


def strat(rest: float, language: str, right: int, wrong: int) -> list[Sitting]:
    return [
        *(sitting(1, rest, language=language) for _ in range(right)),
        *(sitting(0, rest, language=language) for _ in range(wrong)),
    ]


def test_languages_are_compared_from_a_hundred_answers_each() -> None:
    rows = [*strat(0.0, "en", 60, 60), *strat(0.0, "fr", 49, 50)]
    assert items.language_difference(rows, "q1", "en", "fr") is None


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=30, max_size=60), st.randoms())
def test_the_order_of_people_changes_nothing(marks: list[tuple[bool, bool, bool]], dice: object) -> None:
    rows = [sitting(*map(float, each)) for each in marks]
    before = items.item_figures(rows, "q1", ["a"], ["a"])
    dice.shuffle(rows)  # type: ignore[attr-defined]  # a random.Random
    after = items.item_figures(rows, "q1", ["a"], ["a"])
    assert after.difficulty == pytest.approx(before.difficulty)
    assert (after.discrimination is None) == (before.discrimination is None)
    if before.discrimination is not None:
        assert after.discrimination == pytest.approx(before.discrimination, abs=1e-9)
