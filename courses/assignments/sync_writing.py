"""Writes the changes of one run in few statements. Inside the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from courses.assignments import assignment_entries
from courses.assignments.case_plan import FIELDS, Changes
from courses.assignments.models import Assignment, AssignmentPeriod, Justification

BATCH = 500


def write_changes(changes: Changes, at: datetime) -> None:
    assignment_entries.log_changes(changes, at)
    closed = [row for row in changes.updated if row.state != Assignment.State.OPEN]
    opened = [row for row in changes.updated if row.state == Assignment.State.OPEN]
    # What closes goes first: one row at a time may be open for a person and a path.
    for rows in (closed, opened):
        Assignment.objects.bulk_update(rows, FIELDS, batch_size=BATCH)
    Assignment.objects.bulk_create(changes.opened, batch_size=BATCH)
    Justification.objects.filter(pk__in=[reason.pk for reason in changes.reasons_closed]).update(known_to=at)
    Justification.objects.bulk_create(changes.reasons_opened, batch_size=BATCH)
    AssignmentPeriod.objects.filter(pk__in=[period.pk for period in changes.periods_closed]).update(known_to=at)
    AssignmentPeriod.objects.bulk_create(changes.periods_opened, batch_size=BATCH)
