"""The odds ratio that several 2 x 2 tables have in common, how sure it is, and whether it could be chance. Pure.

The estimators are the textbook's: Mantel and Haenszel (1959) for the ratio and the test, Robins, Breslow and
Greenland (1986) for the interval. R's `mantelhaen.test(correct=FALSE)` and statsmodels' `StratifiedTable` compute
the same; the tests hold their figures. Sums of a few terms need no array library.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, fsum, sqrt
from statistics import NormalDist

Z95 = NormalDist().inv_cdf(0.975)
CONTINUITY = 0.5

Table = tuple[tuple[float, float], tuple[float, float]]
"""((a, b), (c, d)): the rows are two groups of people, the columns right and wrong. All counts, no empty row."""


@dataclass(frozen=True, slots=True)
class CommonOdds:
    """The ratio ad : bc over all tables, its 95 % interval, and p of the hypothesis that it is 1."""

    odds: float
    low: float
    high: float
    p: float


def common_odds(tables: Sequence[Table]) -> CommonOdds | None:
    """What the tables have in common; None where none of them tells the two rows apart.

    Where one row has no wrong (or no right) answer in any table that counts, the ratio would be without bounds:
    then half an answer is added to each cell of the tables with an empty one, as statsmodels' `shift_zeros` does.
    """
    right, left = _weights(tables)
    if not right and not left:
        return None
    finite = tables if right and left else [_filled(table) for table in tables]
    right, left = _weights(finite)
    odds = right / left
    reach = Z95 * sqrt(_log_variance(finite, right, left))
    return CommonOdds(odds, odds * exp(-reach), odds * exp(reach), _p(tables))


def _weights(tables: Sequence[Table]) -> tuple[float, float]:
    """The sums of ad/n and of bc/n."""
    ad = (a * d / _n(table) for table in tables for (a, _), (_, d) in [table])
    bc = (b * c / _n(table) for table in tables for (_, b), (c, _) in [table])
    return fsum(ad), fsum(bc)


def _filled(table: Table) -> Table:
    (a, b), (c, d) = table
    if a and b and c and d:
        return table
    return (a + CONTINUITY, b + CONTINUITY), (c + CONTINUITY, d + CONTINUITY)


def _log_variance(tables: Sequence[Table], right: float, left: float) -> float:
    """The variance of the ratio's logarithm: Robins, Breslow and Greenland's, for large tables and many small ones."""
    own, mixed, other = [], [], []
    for table in tables:
        (a, b), (c, d) = table
        n = _n(table)
        agree, differ = (a + d) / n, (b + c) / n
        ad, bc = a * d / n, b * c / n
        own.append(agree * ad)
        mixed.append(agree * bc + differ * ad)
        other.append(differ * bc)
    return (fsum(own) / right**2 + fsum(mixed) / (right * left) + fsum(other) / left**2) / 2


def _p(tables: Sequence[Table]) -> float:
    """Mantel and Haenszel's chi-squared test with one degree of freedom, without correction for continuity."""
    surplus, variance = [], []
    for table in tables:
        (a, b), (c, d) = table
        n = _n(table)
        surplus.append(a - (a + b) * (a + c) / n)
        variance.append((a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1)))
    return erfc(abs(fsum(surplus)) / sqrt(2 * fsum(variance)))


def _n(table: Table) -> float:
    return fsum(map(fsum, table))
