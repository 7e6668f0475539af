"""The order of the cases: every case once, the same for the same seed for ever, no two wrong advices at the start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.lab.cases.bank import LabCase, load_form
from quizzes.lab.cases.families import FAMILIES
from quizzes.lab.cases.ordering import NoSuchOrder, cases_in_order

FORMS = [load_form(name, form).everything for name in FAMILIES for form in "AB"]
SEEDS = st.integers(min_value=0, max_value=2**63 - 1)
WRONG = [case for case in FORMS[0] if case.wrong]
NOT_WRONG = [case for case in FORMS[0] if not case.wrong]

GOLDEN = (
    "AS2 A20 AS1 A02 A13 A03 A15 AS3 A24 A14 A21 A17 A04 A09 A19 A22 A01 A16 AS4 A11 A06 A05 A10 A18 A07 A23 A08 A12"
)


def ids(cases: tuple[LabCase, ...]) -> list[str]:
    return [case.id for case in cases]


@given(seed=SEEDS, cases=st.sampled_from(FORMS))
def test_every_case_once_and_one_wrong_at_most_among_the_first_three(seed: int, cases: tuple[LabCase, ...]) -> None:
    order = cases_in_order(cases, seed)
    assert sorted(ids(order)) == sorted(ids(cases))
    assert sum(case.wrong for case in order[:3]) <= 1


@given(seed=SEEDS, cases=st.permutations(FORMS[0]))
def test_the_order_comes_from_the_seed_not_from_the_file(seed: int, cases: list[LabCase]) -> None:
    assert ids(cases_in_order(cases, seed)) == ids(cases_in_order(FORMS[0], seed))


def test_a_stored_seed_gives_the_same_order_in_every_version() -> None:
    assert " ".join(ids(cases_in_order(FORMS[0], 20260101))) == GOLDEN


def test_seeds_differ_and_every_case_can_come_first_or_last() -> None:
    orders = [ids(cases_in_order(FORMS[0], seed)) for seed in range(600)]
    assert len({tuple(order) for order in orders}) == 600
    assert {order[0] for order in orders} == {order[-1] for order in orders} == set(ids(FORMS[0]))


def test_wrong_advice_and_silence_are_spread_over_the_block() -> None:
    places = [place for seed in range(400) for place, case in enumerate(cases_in_order(FORMS[0], seed)) if case.wrong]
    silent = [
        place for seed in range(400) for place, case in enumerate(cases_in_order(FORMS[0], seed)) if not case.advice
    ]
    # Means over 400 seeds; 13.5 is the middle. Wrong advice comes a little later, being rarer among the first three.
    assert 13.5 < sum(places) / len(places) < 15
    assert 12.7 < sum(silent) / len(silent) < 13.9


@pytest.mark.parametrize(("wrong", "right"), [(1, 0), (1, 1), (1, 2), (8, 2)])
def test_the_fewest_cases_that_have_an_order(wrong: int, right: int) -> None:
    cases = WRONG[:wrong] + NOT_WRONG[:right]
    for seed in range(30):
        assert sum(case.wrong for case in cases_in_order(cases, seed)[:3]) <= 1


@pytest.mark.parametrize(("wrong", "right"), [(2, 0), (2, 1), (8, 1)])
def test_no_order_is_said_not_searched_for_ever(wrong: int, right: int) -> None:
    with pytest.raises(NoSuchOrder, match="At least two cases"):
        cases_in_order(WRONG[:wrong] + NOT_WRONG[:right], 1)


def test_nothing_to_order() -> None:
    assert cases_in_order([], 5) == ()
