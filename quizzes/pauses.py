"""When one may try again. Pure: it reads no clock and no row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta


def next_try_opens_at(failures: Sequence[datetime], after: int, hours: int, latest: datetime | None) -> datetime | None:
    """The instant from which the next try is open; None = it is open.

    `failures` = when the latest unbroken run of failed tries was handed in, the oldest first. After every `after` of
    them one pauses for `hours`, but never past `latest`: the beginning of the day on which the training is due.
    """
    if not after or not failures or len(failures) % after:
        return None
    end = failures[-1] + timedelta(hours=hours)
    if latest is not None and latest < end:
        end = latest
    return end if end > failures[-1] else None
