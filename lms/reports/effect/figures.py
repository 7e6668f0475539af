"""What the effect page shows: shares with how sure they are, the first one as the baseline, and targets beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext

from content.editions import Module
from courses.assignments.module_titles import ModuleTitle, titles_of_modules
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
    """An indicator of a module as it was published last; `cells` = (band, people or why they are hidden), `cohorts` =
    (year, people or words, share) of the newest report that could tell them, that of `cohorts_on`. `baseline` is the
    share of `first_on`. `told`: `share` is one, and not the reason why there is none.
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
    told: bool


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A measure in one group; where it is hidden, `people` is empty and `share` says why."""

    question: Any
    group: Any
    people: Any
    share: str
    target: Target | None


def module_figures(today: date) -> list[dict[str, Any]]:
    """Everything published, module by module. Six queries, and three for each module with remarks."""
    saved: dict[str, dict[str, list[Snapshot]]] = defaultdict(lambda: defaultdict(list))
    for row in Snapshot.objects.filter(measure__in=BY_KEY).defer("members", "cohort_members").order_by("taken_on"):
        saved[row.module][row.measure].append(row)
    said, aims, themes = published.readable_releases(today), in_force(), published.themes_by_module(today)
    codes = sorted({*saved, *(module for module, _measure in said), *themes})
    named = titles_by_code(codes, get_language() or "")
    rows = {
        code: [row_of(each, saved[code][each.key], aims) for each in REGISTER if saved[code][each.key]]
        for code in codes
    }
    answers = {
        code: [
            (each.text, said[code, each.key].quarter, group_row(code, each.key, said, EVERYBODY, EVERYBODY, aims))
            for each in STATEMENTS
            if (code, each.key) in said
        ]
        for code in codes
    }
    return [
        {
            "code": code,
            "title": named.get(code),
            "sentence": sentence_of(rows[code], answers[code]),
            "rows": rows[code],
            "said": answers[code],
            "groups": [
                (NAMES[measure], said[code, measure].quarter, found)
                for measure in NAMES
                if (code, measure) in said and (found := group_rows(code, measure, said, aims))
            ],
            **themes.get(code, {}),
        }
        for code in codes
    ]


def titles_by_code(codes: Iterable[str], language: str) -> dict[str, ModuleTitle]:
    """Two queries; a module nobody signed off has none, and goes by its code."""
    modules = dict(Module.objects.filter(code__in=codes).values_list("pk", "code"))
    return {modules[module]: title for module, title in titles_of_modules(modules, language).items()}


def named_module(code: str, titles: Mapping[str, ModuleTitle]) -> str:
    """The title with the code behind it; the code alone where nobody signed the module off."""
    return f"{titles[code].title} ({code.upper()})" if code in titles else code.upper()


def sentence_of(rows: Sequence[IndicatorRow], answers: Sequence[tuple[Any, str, GroupRow]]) -> str:
    """What a first reader takes home: the first indicator that can be told, else the first answer, else why nothing."""
    for row in rows:
        if row.told and row.total is not None:
            named = {"people": row.total, "share": row.share, "name": row.indicator.name, "goal": row.indicator.goal}
            return gettext("Of %(people)s people, %(share)s reached this: %(name)s (%(goal)s).") % named
    for text, _quarter, group in answers:
        if group.people:
            named = {"people": group.people, "share": group.share, "text": text}
            return gettext("Of %(people)s people who answered, %(share)s agree: “%(text)s”.") % named
    return gettext("Nothing can be told yet: every figure would tell of fewer than %(k)s people.") % {
        "k": K_PERFORMANCE
    }


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
    told = share_in_words(indicator, newest)
    return IndicatorRow(
        indicator=indicator,
        taken_on=newest.taken_on,
        first_on=first.taken_on,
        cells=[(name, why_group_hidden() if people is None else people) for name, people in cells],
        rest=newest.rest,
        total=newest.total,
        share=told or why_share_hidden(indicator, newest),
        baseline=share_in_words(indicator, first) or why_share_hidden(indicator, first),
        target=target_for(aims, newest.module, indicator.key),
        cohorts=by_year(split.cohorts),
        cohorts_on=split.taken_on,
        told=bool(told),
    )


def by_year(cohorts: Mapping[str, list[int] | None]) -> list[tuple[str, Any, str]]:
    found: list[tuple[str, Any, str]] = []
    for year, figure in cohorts.items():
        if figure:
            people, good = figure
            found.append((year, people, in_words(share(good, people, K_PERFORMANCE), good, people)))
        else:
            found.append((year, "–", why_group_hidden()))
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
        people=figure.people if figure else "",
        share=in_words(figure.share, figure.reached, figure.people) if figure else why_group_hidden(),
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


def why_group_hidden() -> str:
    """Which of the two it is stays unsaid: that would narrow the number (lms.reports.suppression)."""
    words = gettext("Hidden: fewer than %(k)s people, or a smaller group beside it could be reckoned from this figure.")
    return words % {"k": K_PERFORMANCE}


def why_share_hidden(indicator: Indicator, row: Snapshot) -> str:
    """Of what everybody sees alone: whether there is a total, and which groups were counted then."""
    if row.shown.keys() != indicator.bands.keys():
        return gettext("Not comparable: it was counted in other groups then.")
    if row.total is None:
        return gettext("Hidden: fewer than %(k)s people so far.") % {"k": K_PERFORMANCE}
    words = gettext("Hidden: the share would tell how many are in a group of fewer than %(k)s people.")
    return words % {"k": K_PERFORMANCE}


def targets_in_force() -> list[tuple[Target, Any, str, Any]]:
    """(target, indicator, module, who) in force, for the page on which they are set and withdrawn."""
    rows = list(Target.objects.filter(ended_on=None).order_by("indicator", "module", "attribute", "group"))
    named = titles_by_code({row.module for row in rows if row.module}, get_language() or "")
    return [
        (
            row,
            NAMES.get(row.indicator, row.indicator),
            named_module(row.module, named),
            group_name(row.attribute, row.group),
        )
        for row in rows
    ]


def modules_to_choose() -> list[tuple[str, str]]:
    """(code, name) of every module that is taught, in the order of the codes."""
    codes = list(Module.objects.filter(withdrawn_at=None).order_by("code").values_list("code", flat=True))
    named = titles_by_code(codes, get_language() or "")
    return [(code, named_module(code, named)) for code in codes]


def register_rows(aims: Aims) -> list[dict[str, Any]]:
    """The entries with the owners and targets that governance set for everybody, in all modules and in single ones."""
    found: dict[str, list[Target]] = defaultdict(list)
    for (key, _module, attribute, _group), target in aims.items():
        if attribute == EVERYBODY:
            found[key].append(target)
    return [{"entry": each, "targets": sorted(found[each.key], key=lambda row: row.module)} for each in BY_KEY.values()]
