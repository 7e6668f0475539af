"""What the ledger says of assignments: who was asked to do what and why, and how it ended.

A single change is one entry about one person; several of one run are one entry over a roster of salted leaves.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from certification.ledger import pending
from courses.assignments.case_plan import Changes
from courses.assignments.models import Assignment, Justification
from lms.people import facts_on_day, names
from lms.people.models import Placement, known_at, true_on

ACTOR = {"role": "system"}
OPEN, CLOSE = "assignment.open", "assignment.close"


class Subjects(NamedTuple):
    """Units and staff numbers of the people of one run."""

    units: dict[uuid.UUID, str]
    numbers: dict[uuid.UUID, str]


def log_changes(changes: Changes, at: datetime) -> None:
    """Appends the entries of one run and notes on each row the latest that speaks of it."""
    rows = {row.pk: row for row in (*changes.opened, *changes.restated, *changes.satisfied, *changes.ended)}
    if not rows:
        return
    among = _subjects([row.person_id for row in rows.values()], at.date())

    def opening(row: Assignment) -> dict[str, Any]:
        return _opening(row, changes.reasons.get(row.pk, []))

    _append(OPEN, changes.opened, opening, among, at)
    _append(OPEN, changes.restated, opening, among, at)
    _append(CLOSE, [*changes.satisfied, *changes.ended], _closing, among, at)


def _append(
    kind: str,
    rows: Sequence[Assignment],
    describe: Callable[[Assignment], dict[str, Any]],
    among: Subjects,
    at: datetime,
) -> None:
    """A later entry about a row refers to the one before it."""
    if not rows:
        return
    if len(rows) == 1:
        row = rows[0]
        key = f"{kind}:{row.pk}:{at.isoformat()}"
        subject, payload = _subject(row, among), describe(row)
        row.entry = pending.append_entry(
            kind, key=key, at=at, subject=subject, actor=ACTOR, payload=payload, ref=row.entry
        )
        return
    ids = "\n".join(sorted(str(row.pk) for row in rows))
    key = f"{kind}:{hashlib.sha256(ids.encode()).hexdigest()}:{at.isoformat()}"
    leaves = [_subject(row, among) | describe(row) | {"ref": str(row.entry or "")} for row in rows]
    entry = pending.append_roster(kind, key=key, at=at, actor=ACTOR, payload=_paths(rows), leaves=leaves)
    for row in rows:
        row.entry = entry


def _opening(row: Assignment, reasons: list[Justification]) -> dict[str, Any]:
    return _what(row) | {
        "counted_from": row.anchor.isoformat(),
        "due": row.due.isoformat() if row.due else "",
        "zone": row.zone,
        "because": [
            {
                "rule": reason.rule.key,
                "number": reason.rule.number,
                "sha256": reason.rule.sha256,
                "basis": reason.rule.basis,
                "event": reason.event,
                "due": reason.due.isoformat() if reason.due else "",
            }
            for reason in sorted(reasons, key=lambda each: (each.rule.key, each.rule.number, each.event))
            if reason.true_to is None
        ],
    }


def _closing(row: Assignment) -> dict[str, Any]:
    return _what(row) | {
        "how": row.state,
        "reason": row.end_reason,
        "on": row.state_on.isoformat(),
        "valid_until": row.valid_until.isoformat() if row.valid_until else "",
    }


def _what(row: Assignment) -> dict[str, Any]:
    return {"assignment": str(row.pk), "path": _path(row), "about": row.about, "cycle": row.cycle_key}


def _path(row: Assignment) -> dict[str, Any]:
    return {"key": row.path_key, "number": row.version.number, "sha256": row.version.sha256}


def _paths(rows: Sequence[Assignment]) -> dict[str, Any]:
    versions = {row.version_id: _path(row) for row in rows}
    return {"paths": sorted(versions.values(), key=lambda each: (each["key"], each["number"]))}


def _subject(row: Assignment, among: Subjects) -> dict[str, str]:
    return facts_on_day.subject_named(
        row.person, among.units.get(row.person_id, ""), among.numbers.get(row.person_id, "")
    )


def _subjects(people: list[uuid.UUID], day: date) -> Subjects:
    rows = Placement.objects.filter(true_on(day), known_at(None), person__in=people).order_by("true_from")
    return Subjects(dict(rows.values_list("person_id", "unit__name")), names.staff_numbers(people))
