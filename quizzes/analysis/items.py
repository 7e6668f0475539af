"""Classical item analysis (MEASURES §6). Pure: takes anonymous sittings, gives figures; None where nothing is defined.

The estimators are the textbook's: the point-biserial correlation and, in `odds`, Mantel and Haenszel's odds ratio.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log
from statistics import correlation as pearson
from statistics import fmean

from quizzes.analysis.odds import Table, common_odds

LEAST = 30
"""Figures from fewer answers than this say nothing, and could point at a person."""
LEAST_PER_LANGUAGE = 100
EASY, HARD, LOOSE = 0.95, 0.20, 0.15
ETS = -2.35
"""The Educational Testing Service's delta scale: -2.35 times the logarithm of the odds ratio."""
STRATA = 4


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person's first try: `credits` = {question: 0 to 1}, `chosen` = {question: what was chosen}."""

    language: str
    credits: Mapping[str, float]
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OptionFigure:
    """How often an option was chosen, from 0 to 1."""

    key: str
    share: float


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """`difficulty` = the mean credit, so that high is easy. `flags` are names: easy, hard, loose, unchosen."""

    key: str
    answers: int
    difficulty: float | None
    discrimination: float | None
    options: tuple[OptionFigure, ...]
    flags: tuple[str, ...]
    unchosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LanguageDifference:
    """A question that works otherwise in another language: the common odds ratio with its 95 % interval, p, and delta.

    Above 1 the question is easier in the first of the two languages for people who do equally well in the rest.
    """

    question: str
    first: str
    second: str
    odds: float
    low: float
    high: float
    p: float
    delta: float


def item_figures(
    sittings: Sequence[Sitting], question: str, options: Sequence[str], right: Iterable[str]
) -> ItemFigures:
    """The figures of one question; None in place of each below LEAST answers."""
    asked = [each for each in sittings if question in each.credits]
    if len(asked) < LEAST:
        return ItemFigures(question, len(asked), None, None, (), ())
    credits = [each.credits[question] for each in asked]
    difficulty, discrimination = fmean(credits), correlation(credits, [rest_score(each, question) for each in asked])
    chosen = Counter(key for each in asked for key in set(each.chosen.get(question, ())))
    shares = tuple(OptionFigure(key, chosen[key] / len(asked)) for key in options)
    wanted = set(right)
    unchosen = tuple(key for key in options if key not in wanted and not chosen[key])
    flags = [
        name
        for name, holds in (
            ("easy", difficulty > EASY),
            ("hard", difficulty < HARD),
            ("loose", discrimination is not None and discrimination < LOOSE),
            ("unchosen", bool(unchosen)),
        )
        if holds
    ]
    return ItemFigures(question, len(asked), difficulty, discrimination, shares, tuple(flags), unchosen)


def rest_score(sitting: Sitting, question: str) -> float:
    """The mean credit of all the other questions: a question must not be compared with itself."""
    others = [credit for key, credit in sitting.credits.items() if key != question]
    return fmean(others) if others else 0.0


def correlation(credits: Sequence[float], others: Sequence[float]) -> float | None:
    """The point-biserial correlation with the rest (Pearson's, for part credit); None where one side never varies."""
    if len(set(credits)) < 2 or len(set(others)) < 2:
        return None
    return max(-1.0, min(1.0, pearson(credits, others)))  # rounding may leave it a hair outside


def language_difference(
    sittings: Sequence[Sitting], question: str, first: str, second: str
) -> LanguageDifference | None:
    """Mantel-Haenszel over groups of people who did equally well in the rest; None with fewer than 100 in a language
    or where no group tells the two apart."""
    asked = {code: [s for s in sittings if s.language == code and question in s.credits] for code in (first, second)}
    if min(len(rows) for rows in asked.values()) < LEAST_PER_LANGUAGE:
        return None
    found = common_odds(rest_strata(asked[first], asked[second], question))
    if found is None:
        return None
    return LanguageDifference(
        question, first, second, found.odds, found.low, found.high, found.p, ETS * log(found.odds)
    )


def rest_strata(first: Sequence[Sitting], second: Sequence[Sitting], question: str) -> list[Table]:
    """[((first right, first wrong), (second right, second wrong))] for bands of the rest score."""
    cells: dict[int, list[list[float]]] = defaultdict(lambda: [[0, 0], [0, 0]])
    for row, sittings in enumerate((first, second)):
        for each in sittings:
            band = min(STRATA - 1, int(rest_score(each, question) * STRATA))
            cells[band][row][0 if each.credits[question] == 1 else 1] += 1
    whole = [found for _band, found in sorted(cells.items()) if all(map(sum, found))]
    return [((a, b), (c, d)) for (a, b), (c, d) in whole]
