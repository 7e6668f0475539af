"""Has the machine's clock jumped ahead? What it writes is never taken back, so the sequencer asks first.

The ledger's own times say nothing of it: an idle ledger may be quiet for weeks. What the time should be is known from
a moment at which the clock was believed and from how long the machine has been running since, which no change of the
clock moves. After a restart the machine cannot know how long it was off, and more is allowed.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.utils.translation import gettext

from certification.ledger import clock
from certification.ledger.models import ClockAnchor

LARGEST_JUMP = timedelta(days=1)
"""Beyond what the machine has been running."""
LONGEST_REST = timedelta(days=7)
"""Between the last sign of life and the first after a restart."""
SIGN_OF_LIFE = timedelta(minutes=1)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class ClockJumped(RuntimeError):
    """The clock is further ahead than can be explained; the message says what to do."""


@dataclass(frozen=True, slots=True)
class ClockReading:
    """`boot` names the machine's start, "" where the system does not tell; `up`: how long it runs since."""

    at: datetime
    boot: str
    up: timedelta


def read_clock() -> ClockReading:
    try:
        boot = BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    return ClockReading(clock.machine_now(), boot, timedelta(microseconds=time.clock_gettime_ns(CLOCK) // 1000))


def check_clock() -> None:
    """Notes that the clock was looked at. Raises ClockJumped when it stands further ahead than can be explained."""
    known, now = ClockAnchor.objects.filter(pk=1).first(), read_clock()
    if known is None:
        _anchor(now)
        return
    anchored = ClockReading(known.at, known.boot, timedelta(microseconds=known.up_us))
    same_start = bool(now.boot) and now.boot == anchored.boot and now.up >= anchored.up
    ahead = now.at - anchored.at - (now.up - anchored.up) if same_start else now.at - known.heard_at
    if ahead > (LARGEST_JUMP if same_start else LONGEST_REST):
        raise ClockJumped(_sentence(ahead, same_start, now))
    if not same_start:
        _anchor(now)
    elif abs(now.at - known.heard_at) >= SIGN_OF_LIFE:
        ClockAnchor.objects.filter(pk=1).update(heard_at=now.at)


def accept_clock() -> datetime:
    """An operator has looked at the clock: from now on this is the time. Returns it."""
    now = read_clock()
    _anchor(now)
    return now.at


def _anchor(now: ClockReading) -> None:
    ClockAnchor.objects.update_or_create(
        pk=1,
        defaults={
            "at": now.at,
            "boot": now.boot,
            "up_us": now.up // timedelta(microseconds=1),
            "heard_at": now.at,
        },
    )


def _sentence(ahead: timedelta, same_start: bool, now: ClockReading) -> str:
    figures = {"now": f"{now.at:%Y-%m-%d %H:%M}", "ahead": str(ahead).split(".")[0]}
    if same_start:
        text = gettext(
            "Nothing is numbered: the machine's clock says %(now)s UTC, %(ahead)s more than has passed. Set it right; "
            "if it is right, run `manage.py ledger clock accept`."
        )
    else:
        text = gettext(
            "Nothing is numbered: the machine was started again and its clock says %(now)s UTC, %(ahead)s after the "
            "sequencer last ran. If the clock is right, run `manage.py ledger clock accept`; if not, set it right."
        )
    return text % figures
