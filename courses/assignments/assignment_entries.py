"""Every difference of an assignment as an entry of the ledger: one, or a leaf of a roster where there are many.

`assignment.open` says what is asked (opened, moved, taken up again), `assignment.close` how it ended (fulfilled, no
longer required, a correction). The last that is written of a row in a run says the whole of it, with the periods that
hold and those it closed, so that the rows can be made again from the entries and their openings alone. What another
version of the rules changes of the past is written because somebody answers for it: they are the entry's actor, and
`why` is what they said (S10). Of a pause it says the new date and the days moved, never its dates or its cause.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from certification.ledger import pending
from certification.ledger.leaf import utc_stamp
from courses.assignments.derivation.record import Belief
from courses.assignments.derivation.rows import OPEN as OPEN_STATE
from courses.assignments.models import Assignment, Justification
from courses.assignments.stored import Changed
from courses.paths.models import PathVersion
from lms.people import facts_on_day, names
from lms.people.models import Person, Placement, known_at, true_on

OPEN, CLOSE = "assignment.open", "assignment.close"
ACTOR = {"role": "system"}


class Stated(NamedTuple):
    """One row and all that an entry says of it. `path` = what `path_named` makes of its version; `reasons` in force;
    `beliefs` that hold, and in the run that closed them, those that were closed."""

    row: Assignment
    path: dict[str, Any]
    reasons: Sequence[Justification]
    beliefs: Sequence[Belief]


class Subjects(NamedTuple):
    """What entries call the people of one run: themselves, the unit they are in today, their staff number."""

    people: dict[uuid.UUID, Person]
    units: dict[uuid.UUID, str]
    numbers: dict[uuid.UUID, str]


class AnsweredFor(NamedTuple):
    """Who answers for changes that no fact and no day explains, and why."""

    by: Person
    reason: str


def log_changes(
    changed: Sequence[Changed], versions: dict[uuid.UUID, PathVersion], at: datetime, answer: AnsweredFor | None = None
) -> None:
    """Appends the entries of one run and notes on each row the latest that speaks of it."""
    if not changed:
        return
    among = _subjects({one.row.person_id for one in changed}, at.date())

    def stated(one: Changed) -> Stated:
        return Stated(one.row, path_named(versions[one.row.version_id]), one.reasons, one.beliefs)

    def opening(one: Changed) -> dict[str, Any]:
        # What is closed in the same run is said whole by the entry that follows.
        said = stated(one)
        return payload(said) if one.row.state == OPEN_STATE else _asked(said)

    fresh = [one for one in changed if one.difference.opened or one.row.state == OPEN_STATE]
    closed = [one for one in changed if one.row.state != OPEN_STATE]
    _append(OPEN, fresh, opening, among, versions, at, answer)
    _append(CLOSE, closed, lambda one: payload(stated(one)), among, versions, at, answer)


def _append(
    kind: str,
    changed: Sequence[Changed],
    describe: Callable[[Changed], dict[str, Any]],
    among: Subjects,
    versions: dict[uuid.UUID, PathVersion],
    at: datetime,
    answer: AnsweredFor | None,
) -> None:
    """A later entry about a row refers to the one before it, also where both are written at one instant."""
    if not changed:
        return
    actor, why = ACTOR, {}
    if answer:
        actor = {"person": str(answer.by.pk), "name": answer.by.name, "role": "administrator"}
        why = {"why": answer.reason}
    if len(changed) == 1:
        row = changed[0].row
        row.entry = pending.append_entry(
            kind,
            key=f"{kind}:{row.pk}:{at.isoformat()}:{row.entry}",
            at=at,
            subject=_subject(row, among),
            actor=actor,
            payload=describe(changed[0]) | why,
            ref=row.entry,
        )
        return
    ids = "\n".join(sorted(f"{one.row.pk} {one.row.entry}" for one in changed))
    key = f"{kind}:{hashlib.sha256(ids.encode()).hexdigest()}:{at.isoformat()}"
    leaves = [_subject(one.row, among) | describe(one) | {"ref": str(one.row.entry or "")} for one in changed]
    paths = {"paths": _paths({one.row.version_id for one in changed}, versions)}
    entry = pending.append_roster(kind, key=key, at=at, actor=actor, payload=paths | why, leaves=leaves)
    for one in changed:
        one.row.entry = entry


def payload(one: Stated) -> dict[str, Any]:
    """What the ledger commits to of a row as it stands, made of it, its reasons and its periods."""
    row = one.row
    said = _asked(one) | {
        "deadline": _instant(row.deadline_at),
        "soon": _instant(row.soon_at),
        "expires": _instant(row.expires_at),
        "opened": _instant(row.opened_at),
        "closed": _instant(row.closed_at),
        "engine": row.engine,
        "periods": sorted(map(period_said, one.beliefs), key=lambda said: [f"{value}" for value in said.values()]),
    }
    if row.state != OPEN_STATE:
        return said | _closed(row)
    # What is open has nothing more to say than since when: a row that shows more differs from every entry.
    return said | {name: value for name, value in _closed(row).items() if name != "how" and value}


def period_said(belief: Belief) -> dict[str, Any]:
    """One period with both its times; what is empty is left out."""
    part = belief.segment
    said = {
        "state": part.state,
        "due": _day(part.due),
        "first": part.first.isoformat(),
        "end": _day(part.end),
        "deadline": _instant(part.deadline_at),
        "soon": _instant(part.soon_at),
        "expires": _instant(part.expires_at),
        "before_access": int(part.before_access),
        "waiting": int(part.waiting_since is not None),
        "known_from": utc_stamp(belief.known_from),
        "known_to": _instant(belief.known_to),
    }
    return {name: value for name, value in said.items() if value}


def _asked(one: Stated) -> dict[str, Any]:
    row, reasons = one.row, one.reasons
    holding = [belief.known_from for belief in one.beliefs if belief.known_to is None]
    return {
        "assignment": str(row.pk),
        "path": one.path,
        "about": row.about,
        "cycle": row.cycle_key,
        "known_from": _instant(max(holding, default=None)),
        "counted_from": row.anchor.isoformat(),
        "due": _day(row.due),
        "computed": _day(row.computed),
        "noticed": _day(row.noticed_on),
        "zone": row.zone,
        "moved_days": row.paused_days,
        "waiting": int(row.waiting_since is not None),
        "before_access": int(row.before_access),
        "renews": _day(row.expiring_on),
        "because": [
            {
                "rule": reason.rule.key,
                "number": reason.rule.number,
                "sha256": reason.rule.sha256,
                "basis": reason.rule.basis,
                "event": reason.event,
                "on": reason.event_on.isoformat(),
                "counted_from": _day(reason.counted_from),
                "first": reason.true_from.isoformat(),
                "end": _day(reason.true_to),
                "ended_by": reason.ended_by,
                "due": _day(reason.due),
            }
            for reason in sorted(reasons, key=lambda each: (each.rule.key, each.rule.number, each.event))
        ],
    }


def _closed(row: Assignment) -> dict[str, Any]:
    return {
        "how": row.state,
        "reason": row.end_reason,
        "on": row.state_on.isoformat(),
        "valid_until": _day(row.valid_until),
        "required_until": _day(row.required_until),
        "late": int(row.late),
    }


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _instant(at: datetime | None) -> str:
    return utc_stamp(at) if at else ""


def path_named(version: PathVersion) -> dict[str, Any]:
    return {"key": version.path.key, "number": version.number, "sha256": version.sha256}


def _paths(ids: set[uuid.UUID], versions: dict[uuid.UUID, PathVersion]) -> list[dict[str, Any]]:
    return sorted((path_named(versions[pk]) for pk in ids), key=lambda each: (each["key"], each["number"]))


def _subject(row: Assignment, among: Subjects) -> dict[str, str]:
    person = among.people[row.person_id]
    return facts_on_day.subject_named(person, among.units.get(person.pk, ""), among.numbers.get(person.pk, ""))


def _subjects(ids: set[uuid.UUID], day: date) -> Subjects:
    people = sorted(ids)
    rows = Placement.objects.filter(true_on(day), known_at(None), person__in=people).order_by("true_from")
    units = dict(rows.values_list("person_id", "unit__name"))
    return Subjects(Person.objects.in_bulk(people), units, names.staff_numbers(people))
