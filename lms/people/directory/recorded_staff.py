"""What the platform believes about everybody a feed names: read once, in a constant number of queries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress

from lms.people.models import (
    Employment,
    ExternalId,
    JobRole,
    Leave,
    OrgUnit,
    Person,
    Placement,
    ReportingLine,
    RoleHolding,
    User,
)
from lms.people.timeline import Span

Timelines = dict[Any, list[Span]]


def value_on(spans: list[Span], day: date) -> Any:
    return next((span.value for span in spans if span.covers(day)), None)


@dataclass
class RecordedStaff:
    """By staff number (casefolded) or person id. Values: employment (entity id, kind, zone), placement unit id,
    line manager's id, holding role key."""

    people: dict[str, Person]
    units: dict[str, OrgUnit]
    roles: set[str]
    employments: Timelines
    placements: Timelines
    lines: dict[str, Timelines]
    holdings: Timelines
    leaves: dict[uuid.UUID, list[Leave]]
    logins: set[uuid.UUID]
    addresses: dict[str, uuid.UUID]
    numbers: dict[uuid.UUID, str] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {person.pk: key for key, person in self.people.items()}

    def employed(self, day: date) -> set[uuid.UUID]:
        """Everybody of this feed whose employment runs on `day` or begins later."""
        return {
            person
            for person in self.numbers
            if any(span.end is None or span.end > day for span in self.employments[person])
        }


def load_recorded_staff(feed: str) -> RecordedStaff:
    ids = ExternalId.objects.filter(feed=feed).select_related("person")
    leaves: dict[uuid.UUID, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.filter(known_to=None).order_by("first_day", "last_day"):
        leaves[leave.person_id].append(leave)
    lines = ReportingLine.objects.current()
    return RecordedStaff(
        people={each.key.casefold(): each.person for each in ids},
        units={unit.code: unit for unit in OrgUnit.objects.current()},
        roles=set(JobRole.objects.values_list("key", flat=True)),
        employments=_timelines(Employment.objects.current(), "entity_id", "kind", "zone"),
        placements=_timelines(Placement.objects.current(), "unit_id"),
        lines={kind: _timelines(lines.filter(kind=kind), "manager_id") for kind in ReportingLine.Kind.values},
        holdings=_timelines(RoleHolding.objects.current(), "role__key"),
        leaves=leaves,
        logins=set(User.objects.values_list("person_id", flat=True)),
        addresses={email.lower(): person for email, person in _addresses()},
    )


def _addresses() -> Any:
    return EmailAddress.objects.values_list("email", "user__person")


def _timelines(rows: Any, *columns: str) -> Timelines:
    found: Timelines = defaultdict(list)
    for person, start, end, *value in rows.order_by("true_from").values_list(
        "person_id", "true_from", "true_to", *columns
    ):
        found[person].append(Span(start, end, tuple(value) if len(value) > 1 else value[0]))
    return found
