"""Times in which the platform could not be reached, as an administrator records them: never guessed from silence.

Recording one and withdrawing one each leave an entry in the ledger: they move deadlines for everybody.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from certification.ledger import pending
from certification.ledger.leaf import utc_stamp
from courses.assignments.models import Outage
from lms.people.models import Person

RECORD, WITHDRAW = "outage.record", "outage.withdraw"


class NoOutage(ValueError):
    """This cannot be recorded or withdrawn; the text says why."""


@transaction.atomic
def record_outage(first: datetime, last: datetime, reason: str, by: Person, at: datetime) -> Outage:
    """From `first` until `last`: deadlines within the 24 hours after move to the end of the next working day (S15).

    The next run looks at whoever has one. `reason` is logged: a sentence that names no person. Raises NoOutage.
    """
    if not reason.strip():
        raise NoOutage("Say in a sentence what happened: it is kept.")
    if last <= first:
        raise NoOutage(f"The end, {last.isoformat()}, must lie after the start, {first.isoformat()}.")
    if last > at:
        raise NoOutage(f"{last.isoformat()} is still to come: record an outage when it is over.")
    made, fresh = Outage.objects.get_or_create(
        first=first,
        last=last,
        withdrawn_at=None,
        defaults={"reason": reason.strip(), "recorded_at": at, "recorded_by": by},
    )
    if not fresh:
        raise NoOutage(f"This outage was recorded already, on {made.recorded_at:%Y-%m-%d}.")
    _log(RECORD, made, record_payload(made), by, at)
    return made


@transaction.atomic
def withdraw_outage(number: int, reason: str, by: Person, at: datetime) -> Outage:
    """It was recorded by mistake. Whoever was shown a later date while that still lay ahead keeps it (S19); all else
    stands as if it had not been. `reason` is logged: a sentence that names no person. Raises NoOutage."""
    if not reason.strip():
        raise NoOutage("Say in a sentence why it is withdrawn: it is kept.")
    found = Outage.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if found is None:
        raise NoOutage(f"There is no outage {number}: the list gives each its number.")
    if found.withdrawn_at:
        raise NoOutage(f"This outage was withdrawn already, on {found.withdrawn_at:%Y-%m-%d}.")
    found.withdrawn_at, found.withdrawn_by, found.withdrawal_reason = at, by, reason.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_reason"])
    recorded = pending.ids_by_key(RECORD, "default").get(log_key(RECORD, found))
    _log(WITHDRAW, found, withdrawal_payload(found), by, at, ref=recorded)
    return found


def record_payload(row: Outage) -> dict[str, Any]:
    """What the ledger commits to when an outage is recorded, made of the row alone."""
    return {"outage": row.pk, "from": utc_stamp(row.first), "to": utc_stamp(row.last), "reason": row.reason}


def withdrawal_payload(row: Outage) -> dict[str, Any]:
    return {
        "outage": row.pk,
        "withdrawn_at": utc_stamp(row.withdrawn_at) if row.withdrawn_at else "",
        "reason": row.withdrawal_reason,
    }


def log_key(kind: str, row: Outage) -> str:
    return f"{kind}:{row.pk}"


def _log(kind: str, row: Outage, payload: dict[str, Any], by: Person, at: datetime, ref: Any = None) -> None:
    actor = {"person": str(by.pk), "name": by.name, "role": "administrator"}
    pending.append_entry(kind, key=log_key(kind, row), at=at, subject=None, actor=actor, payload=payload, ref=ref)
