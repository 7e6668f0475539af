"""What the effect page shows: shares with how sure they are, the first one as the baseline, and targets beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext

from lms.reports.indicators.indicator_register import BY_KEY, REGISTER, Indicator
from lms.reports.indicators.models import Snapshot, Target
from lms.reports.suppression import K_PERFORMANCE, Share, lowest, share
from lms.reports.survey import published
from lms.reports.survey.questions import ATTRIBUTES, STATEMENTS
from lms.reports.survey.questions import BY_KEY as ABOUT_ONESELF
from lms.reports.survey.releases import EVERYBODY, UNSAID, Figure, Release
from quizzes.lab.intervals import wilson

NAMES = {each.key: each.name for each in REGISTER} | {each.key: each.text for each in STATEMENTS}
Aims = Mapping[tuple[str, str, str, str], Target]
"""{(indicator, module, attribute, group): the target in force}."""


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator of a module as it was published last; `cells` = (band, people or words), `cohorts` = (year, people
    or words, share) of the newest report that could tell them, that of `cohorts_on`. `baseline` is the share of
    `first_on`.
    """

    indicator: Indicator
    taken_on: date
    first_on: date
    cells: list[tuple[Any, Any]]
    rest: int | None
    total: int | None
    share: str
    baseline: str
    target: Target | None
    cohorts: list[tuple[str, Any, str]]
    cohorts_on: date


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A measure in one group; `people` and `share` are words where they are hidden."""

    question: Any
    group: Any
    people: Any
    share: str
    target: Target | None


def module_figures(today: date) -> list[dict[str, Any]]:
    """Everything published, module by module. Four queries, and three for each module with remarks."""
    saved: dict[str, dict[str, list[Snapshot]]] = defaultdict(lambda: defaultdict(list))
    for row in Snapshot.objects.filter(measure__in=BY_KEY).defer("members", "cohort_members").order_by("taken_on"):
        saved[row.module][row.measure].append(row)
    said, aims, themes = published.readable_releases(today), in_force(), published.themes_by_module(today)
    codes = sorted({*saved, *(module for module, _measure in said), *themes})
    return [
        {
            "code": code,
            "rows": [row_of(each, saved[code][each.key], aims) for each in REGISTER if saved[code][each.key]],
            "said": [
                (each.text, said[code, each.key].quarter, group_row(code, each.key, said, EVERYBODY, EVERYBODY, aims))
                for each in STATEMENTS
                if (code, each.key) in said
            ],
            "groups": [
                (NAMES[measure], said[code, measure].quarter, found)
                for measure in NAMES
                if (code, measure) in said and (found := group_rows(code, measure, said, aims))
            ],
            **themes.get(code, {}),
        }
        for code in codes
    ]


def in_force() -> Aims:
    rows = Target.objects.filter(ended_on=None)
    return {(row.indicator, row.module, row.attribute, row.group): row for row in rows}


def target_for(aims: Aims, module: str, indicator: str, attribute: str = "", group: str = "") -> Target | None:
    """That of the module before that of all modules."""
    return aims.get((indicator, module, attribute, group)) or aims.get((indicator, "", attribute, group))


def row_of(indicator: Indicator, rows: Sequence[Snapshot], aims: Aims) -> IndicatorRow:
    newest = rows[-1]
    cells = [(name, newest.shown.get(key)) for key, name in indicator.bands.items()]
    first = next((row for row in rows if share_in_words(indicator, row)), rows[0])
    split = next((row for row in reversed(rows) if row.cohorts), newest)
    return IndicatorRow(
        indicator=indicator,
        taken_on=newest.taken_on,
        first_on=first.taken_on,
        cells=[(name, hidden_in_words() if people is None else people) for name, people in cells],
        rest=newest.rest,
        total=newest.total,
        share=share_in_words(indicator, newest) or hidden_in_words(),
        baseline=share_in_words(indicator, first) or hidden_in_words(),
        target=target_for(aims, newest.module, indicator.key),
        cohorts=by_year(split.cohorts),
        cohorts_on=split.taken_on,
    )


def by_year(cohorts: Mapping[str, list[int] | None]) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = []
    for year, figure in cohorts.items():
        if figure:
            people, good = figure
            found.append((year, people, in_words(share(good, people, K_PERFORMANCE), good, people)))
        else:
            found.append((year, hidden_in_words(), hidden_in_words()))
    return found


def share_in_words(indicator: Indicator, row: Snapshot) -> str:
    """The share of people in the bands that count as reached, in words; empty where hidden bands hide it too, and where
    the bands were others than they are now.
    """
    if row.shown.keys() != indicator.bands.keys():
        return ""
    if row.near:
        limit = lowest(row.total or K_PERFORMANCE)
        return band_in_words(limit if row.near == "below" else 100 - limit, row.near)
    good, total = indicator.told(row.shown, row.total), row.total
    return in_words(share(good, total, K_PERFORMANCE), good, total) if good is not None and total is not None else ""


def group_rows(module: str, measure: str, said: Mapping[tuple[str, str], Release], aims: Aims) -> list[GroupRow]:
    """Every group of every question about oneself that was answered."""
    return [
        group_row(module, measure, said, each.key, group, aims)
        for each in ATTRIBUTES
        if each.key in said[module, measure].figures
        for group in (*each.answers, UNSAID)
        if group in said[module, measure].figures[each.key]
    ]


def group_row(
    module: str, measure: str, said: Mapping[tuple[str, str], Release], attribute: str, group: str, aims: Aims
) -> GroupRow:
    figure: Figure | None = said[module, measure].figures[attribute][group]
    question = ABOUT_ONESELF.get(attribute)
    return GroupRow(
        question=question.text if question else "",
        group=group_name(attribute, group),
        people=figure.people if figure else hidden_in_words(),
        share=in_words(figure.share, figure.reached, figure.people) if figure else hidden_in_words(),
        target=target_for(aims, module, measure, attribute, group),
    )


def group_name(attribute: str, group: str) -> Any:
    if group == EVERYBODY:
        return gettext("Everybody")
    if group == UNSAID:
        return gettext("Not said")
    question = ABOUT_ONESELF.get(attribute)
    return question.answers.get(group, group) if question else group  # what is asked no more goes by its key


def in_words(found: Share | None, good: int, total: int) -> str:
    """With Wilson's 95 % interval, except near 0 and 100 %: there it would tell the number that the band hides."""
    if found is None:
        return ""
    if found.kind != "about":
        return band_in_words(found.percent, found.kind)
    bounds = wilson(good, total)
    assert bounds is not None  # noqa: S101 -- a share has people
    return gettext("%(percent)s %% (between %(low)s and %(high)s %%)") % {
        "percent": found.percent,
        "low": round(bounds.low * 100),
        "high": round(bounds.high * 100),
    }


def band_in_words(percent: int, kind: str) -> str:
    words = gettext("under %(percent)s %%") if kind == "below" else gettext("over %(percent)s %%")
    return words % {"percent": percent}


def hidden_in_words() -> str:
    return gettext("fewer than %(k)s, or hidden for them") % {"k": K_PERFORMANCE}


def targets_in_force() -> list[tuple[Target, Any, str, Any]]:
    """(target, indicator, module, who) in force, for the page on which they are set and withdrawn."""
    rows = Target.objects.filter(ended_on=None).order_by("indicator", "module", "attribute", "group")
    return [
        (row, NAMES.get(row.indicator, row.indicator), row.module.upper(), group_name(row.attribute, row.group))
        for row in rows
    ]


def register_rows(aims: Aims) -> list[dict[str, Any]]:
    """The entries with the owners and targets that governance set for everybody, in all modules and in single ones."""
    found: dict[str, list[Target]] = defaultdict(list)
    for (key, _module, attribute, _group), target in aims.items():
        if attribute == EVERYBODY:
            found[key].append(target)
    return [{"entry": each, "targets": sorted(found[each.key], key=lambda row: row.module)} for each in BY_KEY.values()]
