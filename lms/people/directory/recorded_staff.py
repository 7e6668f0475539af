"""What the platform believes about the people of some lines: read for a batch, in a constant number of queries."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from lms.people.claims import EmploymentClaim
from lms.people.conflicts import conflicts_of
from lms.people.directory.feed_words import MANAGERS, FeedWords
from lms.people.idlist import IdList
from lms.people.models import (
    Employment,
    ExternalId,
    FactConflict,
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
DatedValue = tuple[Any, ...]


def value_on(spans: list[Span], day: date) -> Any:
    return next((span.value for span in spans if span.covers(day)), None)


@dataclass(frozen=True)
class UnitsAndRoles:
    """Units by code, and training roles' ids by key."""

    units: dict[str, OrgUnit]
    roles: dict[str, int]

    @classmethod
    def load(cls) -> UnitsAndRoles:
        units = {unit.code: unit for unit in OrgUnit.objects.current()}
        return cls(units, dict(JobRole.objects.values_list("key", "pk")))


@dataclass
class RecordedStaff:
    """By staff number (its key) or person id. Values: employment (entity id, kind, zone), placement unit id, line
    manager's id, holding role key. `facts`: the fact of each employment, by person and first day. `taken`: whose login
    a staff number is. `claims`, `words`: what other feeds last said of a person's employment, and beside it.
    `managers`: keys of managers and of owners of addresses beside those."""

    people: dict[str, Person]
    ids: dict[str, ExternalId]
    employments: Timelines
    facts: dict[tuple[uuid.UUID, date], tuple[uuid.UUID, Any]]
    placements: Timelines
    lines: dict[str, Timelines]
    holdings: Timelines
    leaves: dict[uuid.UUID, list[Leave]]
    logins: set[uuid.UUID]
    taken: dict[str, uuid.UUID]
    addresses: dict[str, uuid.UUID]
    claims: dict[uuid.UUID, list[EmploymentClaim]]
    words: dict[uuid.UUID, list[FeedWords]]
    conflicts: dict[uuid.UUID, list[FactConflict]]
    managers: dict[uuid.UUID, str]
    numbers: dict[uuid.UUID, str] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {person.pk: key for key, person in self.people.items()}

    def key_of(self, person: uuid.UUID) -> str:
        """The staff number by which this feed knows somebody; '' for none."""
        return self.numbers.get(person) or self.managers.get(person, "")


def load_recorded_staff(feed: str, keys: Collection[str], emails: Collection[str] = ()) -> RecordedStaff:
    """Everybody of this feed with one of these keys: at most some hundred, so that nothing grows with the whole."""
    ids = list(ExternalId.objects.filter(feed=feed, normal__in=keys).select_related("person").order_by("-pk"))
    people = {each.normal: each.person for each in ids}
    chosen = IdList.holding(person.pk for person in people.values())
    leaves: dict[uuid.UUID, list[Leave]] = defaultdict(list)
    for leave in Leave.objects.filter(chosen.among("person_id"), known_to=None).order_by("first_day", "last_day"):
        leaves[leave.person_id].append(leave)
    employments = Employment.objects.current().filter(chosen.among("person_id"))
    facts = {(row.person_id, row.true_from): (row.fact, row.known_from) for row in employments}
    lines = _lines(chosen)
    held: set[Any] = {span.value for kind in lines.values() for spans in kind.values() for span in spans}
    said = _said(feed, chosen)
    addresses = dict(EmailAddress.objects.filter(email__in=emails).values_list("email", "user__person"))
    return RecordedStaff(
        people=people,
        ids={each.normal: each for each in ids},
        employments=_timelines(employments, "entity_id", "kind", "zone"),
        facts=facts,
        placements=_timelines(Placement.objects.current().filter(chosen.among("person_id")), "unit_id"),
        lines=lines,
        holdings=_timelines(RoleHolding.objects.current().filter(chosen.among("person_id")), "role__key"),
        leaves=leaves,
        logins=set(User.objects.filter(chosen.among("person_id")).values_list("person_id", flat=True)),
        taken=_taken(keys),
        addresses=addresses,
        claims={person: [EmploymentClaim.from_json(one) for one in told] for person, told in said.items()},
        words=_words(feed, said),
        conflicts=conflicts_of([person.pk for person in people.values()]),
        managers=keys_of(feed, (held | set(addresses.values())) - {person.pk for person in people.values()}),
    )


def keys_of(feed: str, people: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    if not people:
        return {}
    rows = ExternalId.objects.filter(IdList.holding(people).among("person_id"), feed=feed).order_by("-pk")
    return dict(rows.values_list("person_id", "normal"))


def people_by_key(feed: str, keys: Iterable[str]) -> dict[str, Person]:
    ids = ExternalId.objects.filter(feed=feed, normal__in=list(keys)).select_related("person").order_by("-pk")
    return {each.normal: each.person for each in ids}


def employed_by_feed(feed: str, day: date) -> QuerySet[ExternalId]:
    """Keys of everybody of this feed whose employment runs on `day` or begins later."""
    running = Employment.objects.current().filter(Q(true_to=None) | Q(true_to__gt=day), person=OuterRef("person"))
    return ExternalId.objects.filter(Exists(running), feed=feed)


def ends_of_work(people: Collection[uuid.UUID]) -> dict[uuid.UUID, date | None]:
    """The first day after the last employment, None while no end is known; nobody who was never employed. One query."""
    found: dict[uuid.UUID, date | None] = {}
    rows = Employment.objects.current().filter(IdList.holding(people).among("person_id"))
    for person, end in rows.values_list("person_id", "true_to"):
        known = found.get(person, date.min)
        found[person] = None if end is None or known is None else max(known, end)
    return found


def _taken(keys: Collection[str]) -> dict[str, uuid.UUID]:
    rows = User.objects.annotate(upper=Upper("staff_number")).filter(upper__in=[key.upper() for key in keys])
    return {number.lower(): person for number, person in rows.values_list("staff_number", "person_id")}


def _said(feed: str, chosen: IdList) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """By person: what each other feed last said."""
    found: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    others = ExternalId.objects.filter(chosen.among("person_id"), said__isnull=False).exclude(feed=feed)
    for person, said in others.order_by("pk").values_list("person_id", "said"):
        if said:
            found[person].append(said)
    return found


def _words(feed: str, said: dict[uuid.UUID, list[dict[str, Any]]]) -> dict[uuid.UUID, list[FeedWords]]:
    """Managers are named by another key in every feed: by this one's, as far as it knows them. Two queries."""
    told = [(person, str(one["feed"]), one.get("words", {})) for person, all_of in said.items() for one in all_of]
    named = {words[name] for _person, _feed, words in told for name in MANAGERS if words.get(name)}
    people: dict[tuple[str, str], uuid.UUID] = {}
    if named:
        rows = ExternalId.objects.filter(normal__in=named).exclude(feed=feed).order_by("-pk")
        people = {(other, key): person for other, key, person in rows.values_list("feed", "normal", "person_id")}
    keys = keys_of(feed, set(people.values()))
    found: dict[uuid.UUID, list[FeedWords]] = defaultdict(list)
    for person, other, words in told:
        managers = {name: people.get((other, words[name])) for name in MANAGERS if words.get(name)}
        here = {name: keys[found_there] for name, found_there in managers.items() if found_there in keys}
        found[person].append(FeedWords(other, words, here))
    return found


def _lines(chosen: IdList) -> dict[str, Timelines]:
    found: dict[str, Timelines] = {kind: defaultdict(list) for kind in ReportingLine.Kind.values}
    rows = ReportingLine.objects.current().filter(chosen.among("person_id")).order_by("true_from")
    for person, kind, start, end, manager in rows.values_list(
        "person_id", "kind", "true_from", "true_to", "manager_id"
    ):
        found[kind][person].append(Span(start, end, manager))
    return found


def _timelines(rows: Any, *columns: str) -> Timelines:
    found: Timelines = defaultdict(list)
    for person, start, end, *value in rows.order_by("true_from").values_list(
        "person_id", "true_from", "true_to", *columns
    ):
        found[person].append(Span(start, end, tuple(value) if len(value) > 1 else value[0]))
    return found
