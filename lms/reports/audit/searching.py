"""What an auditor finds: people, certificates and ledger entries, by the words and dates of one form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from certification.credentials.models import Certificate
from certification.ledger.models import Entry, EntryPart, Member, Opening
from courses.completions.models import Completion
from lms.people import facts_on_day
from lms.people.idlist import IdList
from lms.people.masked_names import Name, Names, as_uuid
from lms.people.models import Person
from lms.reports.audit.examined_entry import value_of
from lms.reports.audit.forms import NUMBER, start_of

MOST = 25
LARGEST_NUMBER = 2**63 - 1
Ids = QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """People and certificates are the first MOST; `more_people` says whether there are others."""

    people: list[Person]
    more_people: bool
    certificates: list[Certificate]
    entries: QuerySet[Entry]


class EntryRow(NamedTuple):
    """One entry of a list. `about` is None for an entry about nobody; of a roster it is the person searched for."""

    entry: Entry
    about: Name | None
    roster: bool


def find_entries(wanted: dict[str, Any]) -> Found:
    """`wanted`: the cleaned data of SearchForm. Entries are newest first and not fetched yet.

    People are looked for only where a reason is given: a number without one is that of an entry.
    """
    text = wanted["q"].strip()
    wants_person = bool(text and wanted["reason"])
    people = IdList.found_by(facts_on_day.search_people(text)) if wants_person else IdList.holding([])
    ordered = Person.objects.filter(people.among("pk")).order_by("family_name", "given_name", "pk")
    shown = list(ordered[: MOST + 1]) if wants_person else []
    entries = Entry.objects.order_by("-seq")
    if wanted["kind"]:
        entries = entries.of_kind(wanted["kind"])
    since, until = wanted["since"], wanted["until"]
    entries = entries.happened(
        start_of(since) if since else None, start_of(until + timedelta(days=1)) if until else None
    )
    if wanted["path"]:
        entries = entries.filter(uuid__in=naming_path(wanted["path"]))
    certificates = certificates_of(text, shown, wanted["path"])
    if text:
        entries = entries.filter(uuid__in=entries_matching(text, people, certificates))
    return Found(shown[:MOST], len(shown) > MOST, certificates, entries)


# Each of the following is a set of entries' ids, made of parts that an index gives. An OR between subqueries would be
# asked for every entry of the ledger: at half a million entries one search by training never ended.


def entries_matching(text: str, people: IdList, certificates: Sequence[Certificate]) -> Ids:
    """Entries about the people found, alone or listed, those of a certificate, or the one with this number or id."""
    ids = [certificate.entry for certificate in certificates]
    wanted = as_uuid(text)
    if wanted:
        ids.append(wanted)
    number = int(text.lstrip("#")) if NUMBER.fullmatch(text) else None
    numbered = [number] if number is not None and number <= LARGEST_NUMBER else []
    named = Entry.objects.order_by().values("uuid")
    alone = Opening.objects.filter(people.among("person"), part=EntryPart.SUBJECT).values("entry")
    listed = Member.objects.filter(people.among("person")).values("entry")
    return alone.union(listed, named.filter(uuid__in=ids), named.filter(ref__in=ids), named.filter(seq__in=numbered))


def naming_path(key: str) -> Ids:
    """Entries whose payload names the path, and completions of its modules.

    Payloads are canonical JSON, so the text of a member is always the same; a key is a slug and needs no escaping.
    """
    names_it = Q(value__contains=f'"key":"{key}"') | Q(value__contains=f'"path":"{key}"')
    done = Completion.objects.filter(module__leaves__version__path__key=key)
    return Opening.objects.filter(names_it, part=EntryPart.PAYLOAD).values("entry").union(done.values("entry"))


def certificates_of(text: str, people: Sequence[Person], path: str) -> list[Certificate]:
    """By the certificate's own id, or those of the people found."""
    wanted = as_uuid(text)
    rows = Certificate.objects.filter(Q(pk=wanted) | Q(entry=wanted) if wanted else Q(person__in=people))
    if path:
        rows = rows.filter(path_key=path)
    return list(rows.select_related("person").order_by("-issued_on", "pk")[:MOST])


def rows_of(entries: Iterable[Entry], names: Names, people: Sequence[Person] = ()) -> list[EntryRow]:
    """Three queries for a page of entries; `people`: whose lines of rosters are wanted.

    A value that was made unreadable names nobody.
    """
    page = list(entries)
    ids = [entry.uuid for entry in page]
    members = Member.objects.filter(entry__in=ids)
    rosters = set(members.values_list("entry", flat=True).distinct())
    openings = Opening.objects.filter(entry__in=ids, part=EntryPart.SUBJECT)
    told = {
        **dict(
            members.filter(person__in=[each.pk for each in people], value__isnull=False).values_list("entry", "value")
        ),
        **dict(openings.values_list("entry", "value")),
    }
    return [
        EntryRow(entry, names.of_value(value_of(told.get(entry.uuid) or "")), entry.uuid in rosters) for entry in page
    ]


def people_in(rows: Iterable[EntryRow]) -> list[UUID]:
    return list(dict.fromkeys(row.about.person for row in rows if row.about and row.about.person))
