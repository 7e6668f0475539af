"""What an auditor's tests share: entries as the seam writes them, and pages as an auditor reads them."""

from __future__ import annotations

import csv
import html as entities
import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.test import Client

from certification.credentials.award import award_certificate
from certification.credentials.models import Certificate
from certification.ledger import pending
from certification.ledger.models import Entry
from certification.ledger.sequencer import sequence_pending
from lms.people.models import Person
from tests.reports.factories import AT, TODAY

Write = Callable[[], None]


def append(person: Person | None, kind: str = "completion", *, at: datetime = AT, **payload: Any) -> Entry:
    """An entry as the seam writes it, already sequenced."""
    subject = {"person": str(person.pk), "name": person.name, "unit": "Service desk"} if person else None
    with transaction.atomic():
        uuid = pending.append_entry(
            kind,
            key=f"test:{Entry.objects.count()}:{kind}",
            at=at,
            subject=subject,
            actor={"role": "system"},
            payload={"code": "m01", **payload},
        )
    sequence_pending()
    return Entry.objects.get(uuid=uuid)


def certify(person: Person) -> Certificate:
    path = {"key": "p1", "number": 1, "sha256": "a" * 64, "titles": {"en": "All staff"}}
    with transaction.atomic():
        made = award_certificate(
            person, key=f"test:{person.pk}", path=path, items=[], basis=[], issued_on=TODAY, valid_until=None, at=AT
        )
    sequence_pending()
    return made


WHY = "The yearly audit asks for this record"


def asked(query: dict[str, str]) -> dict[str, str]:
    """The search form as somebody fills it in who looks for a person."""
    return {"reason": WHY} | query if query.get("q") else query


def page(client: Client, address: str = "/audit/", **query: str) -> str:
    response = client.get(address, asked(query))
    assert response.status_code == 200
    return entities.unescape(response.content.decode())


def found(client: Client, **query: str) -> list[int]:
    """The numbers of the entries in the answer."""
    html = page(client, **query)
    return [int(number) for number in re.findall(r'<th scope="row"><a href="/audit/entry/(\d+)/', html)]


def sheet(client: Client, address: str, **query: str) -> tuple[list[list[str]], list[list[str]]]:
    """(what is said above the table, the table)."""
    text = client.get(address, asked(query)).getvalue().decode().removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    middle = rows.index([])
    return rows[:middle], rows[middle + 1 :]
