"""Names in the ledger. An entry commits to a person's name as it was; a change of name is an entry of its own.

Pages show today's name. It belongs to an entry that commits to another one only if entries of changes of name lead from
that one to it; otherwise somebody exchanged it behind the application's back.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS

from certification.ledger import commitments, pending
from certification.ledger.models import EntryPart, Opening, Pending
from lms.people.models import ExternalId, Person
from lms.people.prepared import Prepared, slot

RENAME = "person.rename"
CHANGED_BY = {"role": "system"}
NUMBER = Prepared(lambda: ExternalId.objects.filter(person=slot("person")).order_by("pk").values_list("key", flat=True))
SHOWN_WITH_NAME = ("name", "was", "staff_number")
"""Members of an opened value that say who somebody is, beside their opaque id: masked where the name is."""


class NameChange(NamedTuple):
    """`number`: the how-manieth change of this person's name."""

    entry: UUID
    number: int
    was: str
    name: str


@dataclass(frozen=True, slots=True)
class CommittedName:
    """`issued_to`: the name an entry commits to; `today`: the person's name now. `leads`: they are the same, or
    `changes`, the entries of changes of name in their order, lead from one to the other."""

    issued_to: str
    today: str
    changes: tuple[UUID, ...]
    leads: bool


def log_rename(person: Person, was: str, at: datetime) -> UUID:
    """The entry of a change of name, to be called by whoever changes one, in the same transaction."""
    number = 1 + max((change.number for change in changes_of([person.pk])[person.pk]), default=0)
    return pending.append_entry(
        RENAME,
        key=rename_key(person.pk, number),
        at=at,
        subject={"person": str(person.pk), "name": person.name, "was": was},
        actor=CHANGED_BY,
        payload=rename_payload(number),
    )


def rename_key(person: UUID, number: int) -> str:
    return f"{RENAME}:{person}:{number}"


def rename_payload(number: int) -> dict[str, int]:
    """What the ledger commits to for ever: that it was the how-manieth change. The names stand in the subject, which
    can be erased."""
    return {"number": number}


def changes_of(people: Collection[UUID], using: str = DEFAULT_DB_ALIAS) -> dict[UUID, list[NameChange]]:
    """The changes of these people's names in their order, empty for those who never had one. Two queries.

    One whose opening does not fit its commitment is left out: it leads nowhere.
    """
    found: dict[UUID, list[NameChange]] = {person: [] for person in people}
    renames = Pending.objects.using(using).filter(kind=RENAME)
    told = Opening.objects.using(using).filter(person__in=people, part=EntryPart.SUBJECT)
    openings = list(told.filter(entry__in=renames.values("uuid")))
    written = {row.uuid: row for row in renames.filter(uuid__in=[opening.entry for opening in openings])}
    for opening in openings:
        row, value = written[opening.entry], said(opening.value)
        number = row.key.rpartition(":")[2]
        fits = commitments.opens_commitment(row.subject or "", bytes(opening.salt), opening.value.encode())
        if opening.person and fits and number.isdecimal():
            change = NameChange(opening.entry, int(number), str(value.get("was")), str(value.get("name")))
            found[opening.person].append(change)
    return {person: sorted(changes, key=lambda change: change.number) for person, changes in found.items()}


def committed_name(entry: UUID, person: Person) -> CommittedName | None:
    """The name the subject of an entry opens to, and whether it is today's; None where it opens to nobody's.

    Whether the entry itself, and those of `changes`, are what the tree holds is for whoever asks to check. A constant
    number of queries.
    """
    opening = Opening.objects.filter(entry=entry, part=EntryPart.SUBJECT, person=person.pk).first()
    name = said(opening.value).get("name") if opening else None
    if not isinstance(name, str):
        return None
    changes = changes_of([person.pk])[person.pk]
    return CommittedName(
        name, person.name, tuple(change.entry for change in changes), name in names_leading_to(person.name, changes)
    )


def names_leading_to(today: str, changes: Sequence[NameChange]) -> frozenset[str]:
    """The names from which these changes lead to the name of today: that one, and each that was changed."""
    if not changes:
        return frozenset([today])
    if first_break(today, changes) is not None:
        return frozenset()
    return frozenset([changes[0].was, *(change.name for change in changes)])


def first_break(today: str, changes: Sequence[NameChange]) -> NameChange | None:
    """The change after which the next begins with another name, or after which today's is another."""
    broken = (one for one, following in pairwise(changes) if one.name != following.was)
    return next(broken, changes[-1] if changes and changes[-1].name != today else None)


def staff_number(person: UUID) -> str:
    """The number the directory knows this person by; '' for none."""
    return NUMBER.get(person=person) or ""


def staff_numbers(people: Iterable[UUID]) -> dict[UUID, str]:
    """{person: the staff number the directory knows them by}, of those who have one. One query."""
    rows = ExternalId.objects.filter(person__in=people).order_by("-pk")
    return dict(rows.values_list("person", "key"))


def said(text: str) -> Mapping[str, Any]:
    """An opened value; {} for what was made unreadable."""
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
