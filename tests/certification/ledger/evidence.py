"""Entries as the business would append them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from certification.ledger import pending
from certification.ledger.sequencer import sequence_pending

AT = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
PEOPLE = uuid5(UUID(int=0), "people")


def person(number: int) -> dict[str, str]:
    return {"person": str(uuid5(PEOPLE, str(number))), "name": f"Learner {number}", "unit": "Finance"}


def append(number: int, **changes: Any) -> UUID:
    """A completion, pending; or the end of an assignment."""
    done = {"module": f"M{number:02}", "passed": 1, "pass_percent": 80, "language": "ar"}
    closed = {"cycle": f"C{number:02}", "how": "satisfied"}
    arguments: dict[str, Any] = {
        "key": f"completion:{uuid4()}",
        "at": AT,
        "subject": person(number),
        "actor": person(number),
        "payload": closed if changes.get("kind") == "assignment.close" else done,
    } | changes
    kind = arguments.pop("kind", "completion")
    with transaction.atomic():
        return pending.append_entry(kind, **arguments)


def roster(people: list[dict[str, str]], **changes: Any) -> UUID:
    arguments: dict[str, Any] = {
        "key": f"assign:{uuid4()}",
        "at": AT,
        "actor": {"role": "rule"},
        "payload": {"paths": [{"key": "p1", "number": 1, "sha256": "a" * 64}]},
    } | changes
    with transaction.atomic():
        return pending.append_roster("assignment.open", leaves=people, **arguments)


def fill(count: int) -> list[UUID]:
    ids = [append(number) for number in range(count)]
    sequence_pending()
    return ids
