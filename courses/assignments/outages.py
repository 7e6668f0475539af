"""Times in which the platform could not be reached, as an administrator records them: never guessed from silence."""

from __future__ import annotations

from datetime import datetime

from courses.assignments.models import Outage


class NoOutage(ValueError):
    """This cannot be recorded; the text says why."""


def record_outage(first: datetime, last: datetime, reason: str, at: datetime) -> Outage:
    """From `first` until `last`: deadlines within the 24 hours after move to the end of the next working day (S15).

    The next run looks at whoever has one. Raises NoOutage.
    """
    if not reason.strip():
        raise NoOutage("Say in a sentence what happened: it is kept.")
    if last <= first:
        raise NoOutage(f"The end, {last.isoformat()}, must lie after the start, {first.isoformat()}.")
    if last > at:
        raise NoOutage(f"{last.isoformat()} is still to come: record an outage when it is over.")
    made, fresh = Outage.objects.get_or_create(
        first=first, last=last, defaults={"reason": reason.strip(), "recorded_at": at}
    )
    if not fresh:
        raise NoOutage(f"This outage was recorded already, on {made.recorded_at:%Y-%m-%d}.")
    return made
