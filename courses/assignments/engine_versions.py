"""The version that rows carry, and the list of what it would make of the past (S10)."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

import tzdata

from courses.assignments.derivation import derive
from courses.assignments.derivation.rows import DerivedRow, Justified, Segment
from courses.assignments.engine_models import EngineDifference

BATCH = 500
DAYS = {
    *("anchor", "computed", "due", "noticed_on", "waiting_since", "expiring_on", "state_on", "valid_until"),
    *("required_until", "event_on", "counted_from", "first", "end"),
}
INSTANTS = {"deadline_at", "soon_at", "expires_at"}
IDS = {"version", "rule"}
Listed = dict[tuple[uuid.UUID, str, str], dict[str, EngineDifference]]
"""{(person, path, about): {cycle key: what is listed}}."""


def engine_version() -> str:
    """Of the rules of derivation and of the time zone data, as rows carry it.

    The data is read from this package alone: lms.settings empties the search path of `zoneinfo`.
    """
    return f"{derive.ENGINE}/{tzdata.IANA_VERSION}"


def as_json(row: DerivedRow) -> dict[str, Any]:
    """What the row says, without what only helps to find or to certify it."""
    return {name: _told(value) for name, value in asdict(replace(row, keys=(), fulfilled=None)).items()}


def from_json(values: Mapping[str, Any]) -> DerivedRow:
    row = {name: _heard(name, value) for name, value in values.items()}
    whys = tuple(Justified(**{name: _heard(name, value) for name, value in one.items()}) for one in values["whys"])
    parts = tuple(Segment(**{name: _heard(name, value) for name, value in one.items()}) for one in values["segments"])
    return DerivedRow(**row | {"keys": (), "whys": whys, "segments": parts})


def _told(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [{name: _told(part) for name, part in one.items()} for one in value]
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def _heard(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in DAYS:
        return date.fromisoformat(value)
    if name in INSTANTS:
        return datetime.fromisoformat(value)
    return uuid.UUID(value) if name in IDS else value


def load_listed(people: Sequence[uuid.UUID]) -> Listed:
    """One query."""
    found: Listed = defaultdict(dict)
    for one in EngineDifference.objects.filter(person__in=people):
        found[one.person_id, one.path_key, one.about][one.cycle_key] = one
    return found


@dataclass(slots=True)
class ListWriter:
    """What a run lists anew, and what it strikes off."""

    at: datetime
    engine: str
    made: list[EngineDifference] = field(default_factory=list)
    struck: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.made) + len(self.struck)

    def take(
        self,
        key: tuple[uuid.UUID, str, str],
        withheld: Mapping[str, DerivedRow],
        listed: Mapping[str, EngineDifference],
        stored: Mapping[str, str],
    ) -> None:
        """`stored` = {cycle key: the version of what is stored}, before anything of it is written."""
        for cycle, row in withheld.items():
            person, path, about = key
            one = listed.get(cycle) or EngineDifference(
                person_id=person, path_key=path, about=about, cycle_key=cycle, was=stored.get(cycle, ""), since=self.at
            )
            derived = as_json(row)
            if (one.engine, one.derived) != (self.engine, derived):
                one.engine, one.derived = self.engine, derived
                self.made.append(one)
        self.struck += [one.pk for cycle, one in listed.items() if cycle not in withheld]

    def write(self) -> None:
        EngineDifference.objects.filter(pk__in=self.struck).delete()
        EngineDifference.objects.bulk_create([one for one in self.made if one.pk is None], batch_size=BATCH)
        changed = [one for one in self.made if one.pk is not None]
        EngineDifference.objects.bulk_update(changed, ["engine", "derived"], batch_size=BATCH)
