"""The common odds ratio against R's published examples and statsmodels' figures, and what must hold of any tables.

PENICILLIN is the example of R's `mantelhaen.test` (Mantel 1963), ADMISSIONS R's `UCBAdmissions` (Bickel and others
1975), MIXED and the other two's bounds stand in statsmodels' test_contingency_tables.py as R and DescTools gave them.
The digits after those were computed with statsmodels 0.14.6 on numpy (`StratifiedTable(tables)`:
oddsratio_pooled, oddsratio_pooled_confint(), test_null_odds().pvalue), and for EMPTY with shift_zeros=True but p.
"""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizzes.analysis.odds import Table, common_odds

PENICILLIN: list[Table] = [
    ((0, 0), (6, 5)), ((3, 0), (3, 6)), ((6, 2), (0, 4)), ((5, 6), (1, 0)), ((2, 5), (0, 0)),
]  # fmt: skip
MIXED: list[Table] = [
    ((20, 14), (10, 24)), ((15, 12), (3, 15)), ((3, 2), (3, 2)), ((12, 3), (7, 5)), ((1, 0), (3, 2)),
]  # fmt: skip
ADMISSIONS: list[Table] = [
    ((512, 313), (89, 19)), ((353, 207), (17, 8)), ((120, 205), (202, 391)),
    ((138, 279), (131, 244)), ((53, 138), (94, 299)), ((22, 351), (24, 317)),
]  # fmt: skip
EMPTY: list[Table] = [((60, 0), (45, 15)), ((40, 0), (38, 2))]


@pytest.mark.parametrize(
    ("tables", "odds", "low", "high", "p"),
    [
        (PENICILLIN, 7.0, 1.026712688461667, 47.72513338022261, 0.01738442035206622),
        (MIXED, 3.5911755630978095, 1.7811345246505994, 7.240633285417197, 0.0003038381804488788),
        (ADMISSIONS, 0.9046968282586231, 0.7719073617593505, 1.0603297644366558, 0.21692369705551817),
        (EMPTY, 21.17892738490745, 2.8629072028961913, 156.6753420164724, 1.3067150959056306e-05),
    ],
)
def test_it_computes_what_r_and_statsmodels_compute(
    tables: list[Table], odds: float, low: float, high: float, p: float
) -> None:
    found = common_odds(tables)
    assert found
    assert (found.odds, found.low, found.high) == pytest.approx((odds, low, high), rel=1e-12)
    assert found.p == pytest.approx(p, abs=1e-12)


def test_where_nobody_differs_nothing_is_said() -> None:
    assert common_odds([((5, 0), (7, 0)), ((0, 5), (0, 7))]) is None
    assert common_odds([]) is None


COUNTS = st.integers(0, 50)
ROW = st.tuples(COUNTS, COUNTS).filter(any)


@given(st.lists(st.tuples(ROW, ROW), min_size=1, max_size=4))
def test_swapping_the_groups_turns_the_ratio_over(tables: list[Table]) -> None:
    found, turned = common_odds(tables), common_odds([(second, first) for first, second in tables])
    assume(found is not None)
    assert found
    assert turned
    assert 0 < found.low < found.odds < found.high
    assert 0 <= found.p <= 1
    assert (turned.odds, turned.low, turned.high) == pytest.approx((1 / found.odds, 1 / found.high, 1 / found.low))
    assert turned.p == pytest.approx(found.p, abs=1e-12)
