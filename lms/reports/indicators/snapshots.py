"""Once a week every indicator of every module is published, unless it would tell of a few people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from content.editions import Module
from lms.reports.indicators import cohorts
from lms.reports.indicators.gathering import Bands
from lms.reports.indicators.indicator_register import REGISTER, Indicator
from lms.reports.indicators.models import Snapshot
from lms.reports.suppression import K_PERFORMANCE, Published, leaks, share, suppress

Years = dict[str, Any]
Members = dict[str, frozenset[str]]
Saved = Sequence[Snapshot]
"""What was published before of this indicator of this module."""
WEEK = timedelta(days=7)
KEPT = timedelta(days=730)


def publish_snapshots_due(at: datetime) -> int:
    """Publishes what is a week old or was never published; returns how many distributions."""
    today = at.date()
    Snapshot.objects.filter(taken_on__lt=today - KEPT).exclude(members={}).update(members={}, cohort_members={})
    fresh = set(Snapshot.objects.filter(taken_on__gt=today - WEEK).values_list("module", "measure"))
    due = [
        (module, indicator)
        for module in Module.objects.filter(withdrawn_at=None).order_by("code")
        for indicator in REGISTER
        if (module.code, indicator.key) not in fresh
    ]
    return sum(publish_snapshot(module, indicator, today) for module, indicator in due)


def publish_snapshot(module: Module, indicator: Indicator, today: date) -> bool:
    """Whether there was something to publish. A report that would differ from an earlier one by fewer than ten people
    is not published: the earlier one stands."""
    bands = indicator.gather(module, None)
    if not any(bands.values()):
        return False
    saved = list(Snapshot.objects.filter(module=module.code, measure=indicator.key))
    found = suppress({name: len(people) for name, people in bands.items()}, K_PERFORMANCE)
    members = shown_members(bands, found)
    if leaks(earlier(saved), members, K_PERFORMANCE):
        return False
    years = cohorts.split(bands, cohorts.years(module))
    shown, cohort_members = by_year(saved, indicator, bands, years, found)
    Snapshot.objects.create(
        module=module.code,
        measure=indicator.key,
        taken_on=today,
        shown=dict(found.cells),
        total=found.total,
        rest=found.rest,
        near=near(indicator, bands) if found.total is not None else "",
        cohorts=shown,
        members={name: sorted(keys) for name, keys in members.items()},
        cohort_members={year: sorted(keys) for year, keys in cohort_members.items()},
    )
    return True


def by_year(
    saved: Saved, indicator: Indicator, bands: Bands, years: cohorts.Sets, found: Published
) -> tuple[Years, Members]:
    """{year: [people, those of them who reached it]} and {year: pseudonyms}; both empty where they would tell of a few,
    by themselves or beside the bands that `found` hides.
    """
    members = {year: frozenset(map(pseudonym, years[year])) for year in cohorts.visible(years)}
    exact = indicator.told(found.cells, found.total) is not None
    shown = cohorts.figures(years, bands, indicator.reached, exact=exact)
    undone = not exact and not near(indicator, bands) and len(members) == len(years)
    if found.total is None or undone or leaks(earlier_cohorts(saved), members, K_PERFORMANCE):
        return {}, {}
    return ({}, {}) if steps(saved, shown, members) else (shown, members)


def steps(saved: Saved, shown: Years, members: Members) -> bool:
    """Whether a year of the same people as in an earlier report has a few more or fewer who reached it."""
    for row in saved:
        for year, figure in shown.items():
            before = row.cohorts.get(year)
            if figure and before and members[year] == set(row.cohort_members.get(year, [])):
                shares = {share(good, people, K_PERFORMANCE) for people, good in (before, figure)}
                seen = len(shares) > 1 or any(each and each.kind == "about" for each in shares)
                if seen and 0 < abs(figure[1] - before[1]) < K_PERFORMANCE:
                    return True
    return False


def near(indicator: Indicator, bands: Bands) -> str:
    """ "below" or "above" where a share of everybody is so near none or all that it may be said; else empty."""
    good = sum(len(people) for name, people in bands.items() if name in indicator.reached)
    found = share(good, sum(map(len, bands.values())), K_PERFORMANCE)
    return found.kind if found and found.kind != "about" else ""


def shown_members(bands: Bands, found: Published) -> Members:
    """The groups that readers see, with pseudonyms for their people: shown bands, and the rest where it is shown."""
    groups = {name: bands[name] for name, people in found.cells.items() if people is not None}
    if found.rest is not None:
        hidden = [name for name, people in found.cells.items() if people is None]
        groups["rest"] = set().union(*(bands[name] for name in hidden))
    return {name: frozenset(map(pseudonym, people)) for name, people in groups.items()}


def pseudonym(person: object) -> str:
    return salted_hmac("litmus.effect", str(person), algorithm="sha256").hexdigest()[:16]


def earlier_cohorts(saved: Saved) -> dict[str, Members]:
    """Every earlier report by year, and everybody of every report: a year is a part of them."""
    found = {}
    for row in saved:
        found[f"{row.taken_on} by year"] = {year: frozenset(keys) for year, keys in row.cohort_members.items()}
        found[f"{row.taken_on}"] = {"all": frozenset().union(*map(frozenset, row.members.values()))}
    return found


def earlier(saved: Saved) -> dict[str, Members]:
    return {str(row.taken_on): {name: frozenset(keys) for name, keys in row.members.items()} for row in saved}
