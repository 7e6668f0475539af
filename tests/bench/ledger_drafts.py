"""Entries as the ledger's benchmarks append them."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from certification.ledger import pending
from certification.ledger.pending import EntryDraft

AT = datetime(2026, 11, 3, 9, 30, 0, 250_000, tzinfo=UTC)


def draft(number: int, key: str = "bench") -> EntryDraft:
    somebody = {"person": str(UUID(int=number)), "name": f"Learner {number}", "unit": "Finance"}
    payload = {"module": f"M{number % 17:02}", "edition": 3, "text_sha256": f"{number:064x}", "passed": 1}
    return EntryDraft("completion", f"{key}:{number}", AT, payload, subject=somebody, actor=somebody)


def append_singly(one: EntryDraft) -> None:
    with transaction.atomic():
        pending.append_entry(
            one.kind, key=one.key, at=one.at, subject=one.subject, actor=one.actor, payload=one.payload
        )


def bare_row(number: int, key: str, sqlite: bool) -> tuple[Any, ...]:
    """A row of the pending table as the driver takes it."""
    uuid, at = UUID(int=random.getrandbits(128)), AT
    stored = (uuid.hex, AT.replace(tzinfo=None).isoformat(" ")) if sqlite else (uuid, at)
    return (stored[0], "completion", f"{key}:{number}", bytes(32), stored[1], stored[1], None, *["0" * 64] * 3, False)
