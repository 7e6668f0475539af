"""What `ledger verify` compares people with: every entry that names somebody must lead to their name and staff number
of today. No name is printed: what is found may be shown to others than it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext

from certification.ledger import pending
from certification.ledger.models import EntryPart, Member, Opening
from certification.ledger.verification.business import EntryContradiction, LedgerClaim
from lms.people import names
from lms.people.batches import in_batches
from lms.people.models import ExternalId, Person
from lms.people.names import RENAME, NameChange, rename_key, rename_payload

AT_ONCE = 500


class NameClaims:
    kinds = frozenset({RENAME})
    payload = staticmethod(rename_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim | EntryContradiction]:
        logged = pending.ids_by_key(RENAME, using)
        rows = Person.objects.using(using).only("given_name", "family_name").order_by("pk")
        for people in in_batches(rows.iterator(chunk_size=AT_ONCE), AT_ONCE):
            changes = names.changes_of([person.pk for person in people], using)
            for person in people:
                yield from self._renames(person, changes[person.pk], logged)
            yield from _strangers(people, changes, using)

    def _renames(
        self, person: Person, changes: Sequence[NameChange], logged: dict[str, UUID]
    ) -> Iterator[LedgerClaim | EntryContradiction]:
        for change in changes:
            key = rename_key(person.pk, change.number)
            yield LedgerClaim(
                gettext("The change of name %(number)s of the person %(id)s")
                % {"number": change.number, "id": person.pk},
                logged.get(key),
                RENAME,
                payload=self.payload(change.number),
                subject={"person": str(person.pk)},
                key=key,
            )
        broken = names.first_break(person.name, changes)
        if broken:
            yield EntryContradiction(
                broken.entry,
                gettext(
                    "the name it gives to the person %(id)s is neither theirs today nor changed by the next such entry"
                )
                % {"id": person.pk},
            )


def _strangers(
    people: Sequence[Person], changes: dict[UUID, list[NameChange]], using: str
) -> Iterator[EntryContradiction]:
    """Entries and lines of rosters that name these people otherwise than they are named today."""
    ids = [person.pk for person in people]
    known = {person.pk: names.names_leading_to(person.name, changes[person.pk]) for person in people}
    numbers: dict[UUID, set[str]] = {person: set() for person in ids}
    for person, key in ExternalId.objects.using(using).filter(person__in=ids).values_list("person", "key"):
        numbers[person].add(key)
    openings = Opening.objects.using(using).filter(person__in=ids, part__in=[EntryPart.SUBJECT, EntryPart.ACTOR])
    lines = Member.objects.using(using).filter(person__in=ids, value__isnull=False)
    for rows in (openings, lines):
        for entry, who, text in rows.values_list("entry", "person", "value").iterator(chunk_size=2000):
            value = names.said(text or "")
            # Where the changes themselves do not lead to today's name, that is said once, of the change.
            if who and "name" in value and known[who] and value["name"] not in known[who]:
                words = gettext(
                    "the name it commits to is not that of the person %(id)s today, and no change leads there"
                )
                yield EntryContradiction(entry, words % {"id": who})
            if who and value.get("staff_number", "") and value["staff_number"] not in numbers[who]:
                words = gettext("the staff number it commits to is not that of the person %(id)s today")
                yield EntryContradiction(entry, words % {"id": who})


people = NameClaims()
