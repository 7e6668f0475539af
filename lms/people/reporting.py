"""Reporting lines at their upper end: a line never outlives the manager's employment, and never closes a circle.

Whoever reported to somebody who left reports to the leaver's own line manager from then on, so that nobody's training
drops out of every manager's sight. A functional line ends: it was to that person and nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from lms.people.changes import record_changes
from lms.people.dated import EMPLOYMENT, lines
from lms.people.facts_on_day import reports_to_between
from lms.people.models import Employment, Person, ReportingLine
from lms.people.timeline import Change, Span

LINE = ReportingLine.Kind.LINE
HIGHEST = 50  # more levels than any organisation has: what walks upwards ends


def end_of_work(person: Person) -> date | None:
    """The first day after the last employment; None while no end is known, or for somebody never employed."""
    ends = [span.end for span in EMPLOYMENT.spans(person)]
    return None if None in ends else max((end for end in ends if end), default=None)


def hand_up(leaver: Person, end: date, at: datetime) -> None:
    """Cuts every line to `leaver` at `end`, the first day after the last, and hands line reports up."""
    reaching = [row for row in ReportingLine.objects.current().filter(manager=leaver) if _reaches(row, end)]
    for row in reaching:
        span = Span(row.true_from, row.true_to, (leaver.pk,))
        kept = [Span(span.start, end, span.value)] if span.start < end else []
        _write(row.person, row.kind, Change((span,), (*kept, *_handed_up(row, leaver, end))), at)


def hand_back(leaver: Person, end: date, at: datetime) -> None:
    """What `hand_up` did for this `end` did not happen. Where a line was told anew since, that stays."""
    told = Employment.objects.filter(person=leaver, true_to=end).order_by("known_from").first()
    if told is None:
        return
    before = ReportingLine.objects.filter(manager=leaver, known_to=told.known_from).select_related("person")
    for row in [row for row in before if _reaches(row, end)]:
        spans = lines(row.kind).spans(row.person)
        kept = Span(row.true_from, end, (leaver.pk,))
        handed = list(_handed_up(row, leaver, end))
        since = [span for span in spans if _meets(span, max(row.true_from, end), row.true_to)]
        if since == handed and (row.true_from >= end or kept in spans):
            closed = (*handed, kept) if row.true_from < end else tuple(handed)
            whole = Span(row.true_from, row.true_to, (leaver.pk,))
            _write(row.person, row.kind, Change(closed, (whole,)), at)


def _handed_up(row: ReportingLine, leaver: Person, end: date) -> Iterator[Span]:
    """Who stands above instead of `leaver`, from `end` to where the line `row` ended: each until they leave too."""
    start, above = max(row.true_from, end), leaver
    gone: date | None = end
    for _level in range(HIGHEST):
        if row.kind != LINE or gone is None or (row.true_to and start >= row.true_to):
            return
        higher = Person.objects.filter(managed_lines__in=_lines_on(above, gone - timedelta(days=1))).first()
        if higher is None:
            return
        above = higher
        gone = end_of_work(above)
        until = row.true_to if gone is None or (row.true_to and row.true_to < gone) else gone
        if until and until <= start:
            continue
        if above.pk != row.person_id and not reports_to_between(above, row.person, start, until):
            yield Span(start, until, (above.pk,))
        start = until or date.max


def _lines_on(person: Person, day: date) -> QuerySet[ReportingLine]:
    return ReportingLine.objects.on(day).filter(person=person, kind=LINE)


def _write(person: Person, kind: str, change: Change, at: datetime) -> None:
    record_changes(person, "manager", lines(kind).write(person, change, at), at)


def _reaches(row: ReportingLine, end: date) -> bool:
    return row.true_to is None or row.true_to > end


def _meets(span: Span, start: date, end: date | None) -> bool:
    return (end is None or span.start < end) and (span.end is None or span.end > start)
