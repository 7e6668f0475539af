"""What governance may read of the survey: shares of groups, themes, and remarks in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count as CountOf
from django.db.models import QuerySet

from lms.reports.indicators.indicator_register import BY_KEY as INDICATORS
from lms.reports.indicators.models import Snapshot
from lms.reports.suppression import K_PERFORMANCE, K_THEMES
from lms.reports.survey.answering import quarter_of
from lms.reports.survey.models import Remark, Tally, Theme
from lms.reports.survey.questions import AGREED, STATEMENTS
from lms.reports.survey.releases import Count, Release, release

KEPT = timedelta(days=730)


def readable_releases(today: date) -> dict[tuple[str, str], Release]:
    """{(module, measure): what may be read of it}. Two queries."""
    counts: dict[tuple[str, str], list[Count]] = defaultdict(list)
    for row in Tally.objects.filter(people__gt=0).order_by("pk"):
        counts[row.module, row.measure].append(Count(row.quarter, row.attribute, row.group, row.band, row.people))
    wholes = published_totals()
    found = {
        key: release(rows, bands_reached(key[1]), quarter_of(today), K_PERFORMANCE, wholes[key])
        for key, rows in counts.items()
        if key[1] in INDICATORS or key[1] in {each.key for each in STATEMENTS}
    }
    return {key: each for key, each in found.items() if each}


def published_totals() -> Mapping[tuple[str, str], list[tuple[str, int]]]:
    """{(module, measure): every published number of people with its quarter}: who read an earlier one remembers it."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = defaultdict(list)
    for row in Snapshot.objects.filter(total__isnull=False).only("module", "measure", "taken_on", "total"):
        found[row.module, row.measure].append((quarter_of(row.taken_on), row.total or 0))
    return found


def bands_reached(measure: str) -> frozenset[str]:
    return INDICATORS[measure].reached if measure in INDICATORS else AGREED


def readable_remarks(module: str, today: date) -> QuerySet[Remark]:
    """The remarks about a module that may be read, in no order of time. None until five people wrote.

    Those of a quarter that is not over wait, and so do fewer than five new ones: who knows who was there last week
    would know who wrote. Deleted texts count on, or a deletion would move the batches and let a single one through.
    """
    rows = Remark.objects.filter(module=module, quarter__lt=quarter_of(today))
    sizes = rows.values_list("quarter").annotate(CountOf("pk")).order_by("quarter")
    last, waiting = "", 0
    for quarter, size in sizes:
        waiting += size
        if waiting >= K_THEMES:
            last, waiting = quarter, 0
    return rows.filter(quarter__lte=last).exclude(text="").order_by("pk")


def themes_by_module(today: date) -> dict[str, dict[str, Any]]:
    """{module: {"remarks": how many may be read, "themes": [(theme, remarks that have it)]}}, the most frequent first.

    Themes of fewer than five remarks are left out.
    """
    found = {}
    for module in Remark.objects.order_by("module").values_list("module", flat=True).distinct():
        rows = readable_remarks(module, today)
        named = Theme.objects.filter(remarks__in=rows).annotate(found=CountOf("remarks"))
        listed = named.filter(found__gte=K_THEMES).order_by("-found", "name").values_list("name", "found")
        if number := rows.count():
            found[module] = {"remarks": number, "themes": list(listed)}
    return found


def forget_remarks_due(at: datetime) -> int:
    """Deletes the texts of remarks of more than two years ago; how many."""
    return delete_texts(Remark.objects.filter(quarter__lt=quarter_of(at.date() - KEPT)).exclude(text=""))


def delete_texts(rows: QuerySet[Remark]) -> int:
    """Deletes the texts and their themes; how many. That there was one, in which quarter, stays for the batches."""
    Remark.themes.through.objects.filter(remark__in=rows).delete()
    return rows.update(text="")
