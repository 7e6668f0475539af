"""The one clock: the machine's time, plus a stored offset on a site whose ledger origin says "demo" and only there.

Callers take `now()` once per event and pass it on as `at`. Ages on the health page use `machine_now()`.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext

from certification.ledger import kinds
from certification.ledger.models import DemoClock, Entry, EntryPart, Opening, Pending

STALE_AFTER = 1.0
DEMO = re.compile(r"(^|[./-])demo([./-]|$)")


class NotADemo(PermissionError):
    """Only the clock of a demo site may be set."""


class BackInTime(ValueError):
    """A clock that evidence was written by never goes back."""


@dataclass(slots=True)
class _Remembered:
    """What this process knows: the origin for good once there is one, its absence and the offset for a second."""

    origin: str | None = None
    looked_at: float | None = None
    offset: timedelta = timedelta(0)
    read_at: float | None = None


_remembered = _Remembered()


def machine_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    """The time evidence is written by, aware and in UTC."""
    return machine_now() + (_offset() if is_demo() else timedelta(0))


def is_demo() -> bool:
    name = ledger_origin()
    return name is not None and says_demo(name)


def ledger_origin() -> str | None:
    """The ledger's origin as its genesis entry names it; None while the ledger has not been begun."""
    if _remembered.origin is None and _stale(_remembered.looked_at):
        _remembered.origin, _remembered.looked_at = _read_origin(), time.monotonic()
    return _remembered.origin


def says_demo(name: str) -> bool:
    """Whether an origin has "demo" as one of its words: `demo.example/litmus`, `example.org/demo`."""
    return bool(DEMO.search(name))


def advance_demo(delta: timedelta) -> datetime:
    """Moves a demo site's clock forward and returns the new time. Raises NotADemo or BackInTime."""
    if not is_demo():
        raise NotADemo(gettext("Only a site whose ledger origin says “demo” has a clock that can be moved."))
    if delta < timedelta(0):
        raise BackInTime(gettext("The demo clock only moves forward: evidence was already written by it."))
    with transaction.atomic():
        _store(_stored(lock=True) + delta)
    return now()


def start_demo_at(instant: datetime, name: str) -> None:
    """Sets the clock for a ledger that is about to be begun under `name`, so that a history can be lived through.

    Only before genesis: from then on the clock goes forward. Raises as check_start.
    """
    check_demo_start(name)
    _store(instant - machine_now())


def check_demo_start(name: str) -> None:
    """Raises NotADemo or BackInTime unless the clock of a ledger called `name` may still be set."""
    if not says_demo(name):
        raise NotADemo(
            gettext("The ledger “%(origin)s” is no demo: its clock is the machine's clock.") % {"origin": name}
        )
    if Entry.objects.exists() or Pending.objects.exists():
        raise BackInTime(
            gettext("Entries were already written or wait to be: the clock can only be moved forward now.")
        )


def clear_cache() -> None:
    """Forgets origin and offset: for tests, and after the database was exchanged under a running process."""
    _remembered.origin, _remembered.looked_at = None, None
    _remembered.offset, _remembered.read_at = timedelta(0), None


def _offset() -> timedelta:
    if _stale(_remembered.read_at):
        _remembered.offset, _remembered.read_at = _stored(), time.monotonic()
    return _remembered.offset


def _stale(since: float | None) -> bool:
    return since is None or time.monotonic() - since > STALE_AFTER


def _stored(lock: bool = False) -> timedelta:
    rows = DemoClock.objects.select_for_update() if lock else DemoClock.objects.all()
    row = rows.filter(pk=1).first()
    return timedelta(0) if row is None else timedelta(microseconds=row.offset_us)


def _store(offset: timedelta) -> None:
    DemoClock.objects.update_or_create(pk=1, defaults={"offset_us": offset // timedelta(microseconds=1)})
    _remembered.read_at = None


def _read_origin() -> str | None:
    genesis = Pending.objects.filter(key=kinds.GENESIS).values("uuid")[:1]
    opened = Opening.objects.filter(entry__in=genesis, part=EntryPart.PAYLOAD).values_list("value", flat=True).first()
    return None if opened is None else str(json.loads(opened)["origin"])
