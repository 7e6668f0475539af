"""A path was fulfilled: the certificate is written, pending until a checkpoint covers its ledger entry."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Any

from certification.credentials.models import Certificate
from certification.ledger import canonical, pending
from lms.people import facts_on_day
from lms.people.models import Person

KIND = "certificate.issue"


def award_certificate(
    person: Person,
    *,
    key: str,
    path: dict[str, Any],
    items: list[dict[str, Any]],
    basis: list[dict[str, Any]],
    issued_on: date,
    valid_until: date | None,
    at: datetime,
) -> Certificate:
    """The person's certificate for a fulfilled path; a `key` used before returns the certificate of then.

    `path`, `items` and `basis` become the certificate's content (shapes: `Certificate`): plain JSON, dates as ISO
    text. They are snapshots and hold nothing personal. Runs in the caller's transaction, because certificate, entry
    and completion stand or fall together; raises pending.NotInTransaction outside of one.
    """
    awarded = Certificate.objects.filter(key=key).first()
    if awarded is not None:
        return awarded
    certificate = Certificate(
        person=person,
        key=key,
        path_key=path["key"],
        content={"path": path, "items": items, "basis": basis},
        issued_on=issued_on,
        valid_until=valid_until,
        awarded_at=at,
    )
    certificate.sha256 = canonical.digest(certificate.content)
    certificate.entry = _log(certificate, at)
    # Two workers with the same key: the second writes nothing and finds the certificate of the first.
    Certificate.objects.bulk_create([certificate], ignore_conflicts=True)
    return Certificate.objects.get(key=key)


def certificate_key(certificate: Certificate) -> str:
    return f"{KIND}:{certificate.key}"


def certificate_payload(certificate: Certificate) -> dict[str, Any]:
    """What the ledger commits to, and what a check compares it with: made of the row alone, nothing personal."""
    path = certificate.content["path"]
    return {
        "certificate": str(certificate.pk),
        "path": {name: path[name] for name in ("key", "number", "sha256")},
        "issued_on": certificate.issued_on.isoformat(),
        "valid_until": certificate.valid_until.isoformat() if certificate.valid_until else "",
        "content": certificate.sha256,
        "basis": sorted({reason["kind"] for reason in certificate.content["basis"]}),
    }


def _log(certificate: Certificate, at: datetime) -> uuid.UUID:
    person = certificate.person
    return pending.append_entry(
        KIND,
        key=certificate_key(certificate),
        at=at,
        subject=facts_on_day.ledger_subject(person, certificate.issued_on),
        actor={"role": "system"},
        payload=certificate_payload(certificate),
    )
