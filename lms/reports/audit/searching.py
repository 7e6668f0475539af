"""What an auditor finds: people, certificates and ledger entries, by the words and dates of one form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from certification.credentials.models import Certificate
from certification.ledger.models import Entry, Member, Opening, Part
from courses.completions.models import Completion
from lms.people import reading
from lms.people.models import Person
from lms.reports.audit.evidence import value_of
from lms.reports.audit.forms import start_of
from lms.reports.audit.names import Name, Names, as_uuid

MOST = 25
LARGEST_NUMBER = 2**63 - 1
NUMBER = re.compile(r"#?\d{1,19}")


@dataclass(frozen=True, slots=True)
class Found:
    """People and certificates are the first MOST; `more_people` says whether there are others."""

    people: list[Person]
    more_people: bool
    certificates: list[Certificate]
    entries: QuerySet[Entry]


class Row(NamedTuple):
    """One entry of a list. `about` is None for an entry about nobody; of a roster it is the person searched for."""

    entry: Entry
    about: Name | None
    roster: bool


def find(wanted: dict[str, Any]) -> Found:
    """`wanted`: the cleaned data of SearchForm. Entries are newest first and not fetched yet."""
    text = wanted["q"].strip()
    people = reading.search(text) if text else Person.objects.none()
    shown = list(people[: MOST + 1])
    entries = Entry.objects.order_by("-seq")
    if wanted["kind"]:
        entries = entries.of_kind(wanted["kind"])
    since, until = wanted["since"], wanted["until"]
    entries = entries.happened(
        start_of(since) if since else None, start_of(until + timedelta(days=1)) if until else None
    )
    if wanted["path"]:
        entries = entries.filter(of_path(wanted["path"]))
    certificates = certificates_of(text, shown, wanted["path"])
    if text:
        entries = entries.filter(matching(text, people, certificates))
    return Found(shown[:MOST], len(shown) > MOST, certificates, entries)


def matching(text: str, people: QuerySet[Person], certificates: Sequence[Certificate]) -> Q:
    """Entries about the people found, those of a certificate, or the one with this number or id."""
    ids = [certificate.entry for certificate in certificates]
    same = Q(uuid__in=ids) | Q(ref__in=ids) | about(people.order_by().values("pk"))
    if NUMBER.fullmatch(text):
        number = int(text.lstrip("#"))
        same |= Q(seq=number) if number <= LARGEST_NUMBER else Q()
    wanted = as_uuid(text)
    return same | Q(uuid=wanted) | Q(ref=wanted) if wanted else same


def about(people: Any) -> Q:
    """Entries whose subject is one of these people (ids), alone or in a roster."""
    alone = Opening.objects.filter(entry=OuterRef("uuid"), part=Part.SUBJECT, person__in=people)
    listed = Member.objects.filter(entry=OuterRef("uuid"), person__in=people)
    return Q(Exists(alone)) | Q(Exists(listed))


def of_path(key: str) -> Q:
    """Entries whose payload names the path, and completions of its modules.

    Payloads are canonical JSON, so the text of a member is always the same; a key is a slug and needs no escaping.
    """
    names_it = Q(value__contains=f'"key":"{key}"') | Q(value__contains=f'"path":"{key}"')
    payloads = Opening.objects.filter(names_it, entry=OuterRef("uuid"), part=Part.PAYLOAD)
    done = Completion.objects.filter(module__leaves__version__path__key=key).values("entry")
    return Q(Exists(payloads)) | Q(uuid__in=done)


def certificates_of(text: str, people: Sequence[Person], path: str) -> list[Certificate]:
    """By the certificate's own id, or those of the people found."""
    wanted = as_uuid(text)
    rows = Certificate.objects.filter(Q(pk=wanted) | Q(entry=wanted) if wanted else Q(person__in=people))
    if path:
        rows = rows.filter(path_key=path)
    return list(rows.select_related("person").order_by("-issued_on", "pk")[:MOST])


def rows_of(entries: Iterable[Entry], names: Names, people: Sequence[Person] = ()) -> list[Row]:
    """Three queries for a page of entries; `people`: whose lines of rosters are wanted.

    A value that was made unreadable names nobody.
    """
    page = list(entries)
    ids = [entry.uuid for entry in page]
    members = Member.objects.filter(entry__in=ids)
    rosters = set(members.values_list("entry", flat=True).distinct())
    openings = Opening.objects.filter(entry__in=ids, part=Part.SUBJECT)
    told = {
        **dict(
            members.filter(person__in=[each.pk for each in people], value__isnull=False).values_list("entry", "value")
        ),
        **dict(openings.values_list("entry", "value")),
    }
    return [Row(entry, names.of_value(value_of(told.get(entry.uuid) or "")), entry.uuid in rosters) for entry in page]


def people_in(rows: Iterable[Row]) -> list[UUID]:
    return list(dict.fromkeys(row.about.person for row in rows if row.about and row.about.person))
