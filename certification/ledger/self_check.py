"""The operator's own check: the whole ledger is verified every night and on demand, and what it finds is latched.

It says nothing to somebody who does not trust the operator; to the operator it says that the database is what the
signer signed. While it fails, the signer refuses.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext

from certification.ledger import clock, latch
from certification.ledger.models import Entry, LedgerCheck
from certification.ledger.signer import last_note_path
from certification.ledger.verification import ClaimComparer, HeldCheckpoint, Unusable, verify_ledger
from lms import rooms

FINE, CHANGED, UNUSABLE = 0, 1, 2
NIGHT = 3
"""The hour, UTC, from which the check of a night is due."""
RECENT = timedelta(hours=12)
AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`code`: FINE, CHANGED or UNUSABLE. `sentence`: the worst that was found, '' where all is fine."""

    code: int
    sentence: str
    size: int


def check_due(at: datetime) -> CheckResult | None:
    """The drain: once a night, and again after an hour where the database could not be read. Before genesis nothing."""
    if not Entry.objects.exists() or not is_due(LedgerCheck.objects.order_by("id").last(), clock.machine_now()):
        return None
    found = examine_ledger(rooms.ledger_claims(), own_note())
    note_result(found, LedgerCheck.Occasion.NIGHTLY)
    return found


def is_due(last: LedgerCheck | None, now: datetime) -> bool:
    """By the machine's clock. Whoever checks earlier in the night by a timer of their own is not disturbed."""
    if last is None or last.at > now:
        return True
    if last.code == UNUSABLE:
        return now - last.at >= AGAIN
    night = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    night -= timedelta(days=1) if night > now else timedelta(0)
    return last.at < night and now - last.at >= RECENT


def examine_ledger(comparers: Iterable[ClaimComparer], own: Sequence[HeldCheckpoint]) -> CheckResult:
    """Verifies the site's own database; `own` is compared too. Notes and latches nothing."""
    try:
        report = verify_ledger(comparers=comparers, held=own)
    except Unusable as error:
        return CheckResult(UNUSABLE, str(error), 0)
    if report.findings:
        return CheckResult(CHANGED, report.findings[0].sentence, report.entries)
    return CheckResult(FINE, "", report.entries)


def note_result(found: CheckResult, occasion: LedgerCheck.Occasion) -> None:
    """Writes the result down for the pages, and closes or opens the latch where the key lies."""
    now = clock.machine_now()
    if os.path.isfile(settings.LEDGER_KEY_FILE):
        if found.code == CHANGED:
            latch.close_latch(settings.LEDGER_KEY_FILE, now, found.sentence)
        elif found.code == FINE:
            latch.open_latch(settings.LEDGER_KEY_FILE)
    LedgerCheck.objects.create(at=now, occasion=occasion, code=found.code, size=found.size, sentence=found.sentence)


def own_note() -> list[HeldCheckpoint]:
    """The signer's last note, where it can be seen."""
    try:
        text = last_note_path(settings.LEDGER_KEY_FILE).read_bytes().decode("utf-8", "replace")
    except OSError:
        return []
    return [HeldCheckpoint(gettext("The signer's last note"), text)]
