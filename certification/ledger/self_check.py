"""The operator's own check: the whole ledger is verified every night and on demand, and what it finds is latched.

It says nothing to somebody who does not trust the operator; to the operator it says that the database is what the
signer signed. While it fails, the signer refuses.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import Error
from django.utils.translation import gettext, ngettext

from certification.ledger import clock, latch
from certification.ledger.durable_files import write_durably
from certification.ledger.models import Entry, LedgerCheck
from certification.ledger.signer import last_note_path
from certification.ledger.trust import Anchors, HeldCheckpoint
from certification.ledger.verification import ClaimComparer, Unusable, VerificationReport, verify_ledger
from lms import rooms

FINE, CHANGED, UNUSABLE = 0, 1, 2
NIGHT = 3
"""The hour, UTC, from which the check of a night is due."""
RECENT = timedelta(hours=12)
AGAIN = timedelta(hours=1)
logger = logging.getLogger("litmus.ledger")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`code`: FINE, CHANGED or UNUSABLE. `sentence`: what was found, '' where all is fine."""

    code: int
    sentence: str
    size: int


def check_due(at: datetime) -> CheckResult | None:
    """The drain: once a night, and again after an hour where the database could not be read. Before genesis nothing."""
    if not Entry.objects.exists() or not is_due(last_checked(settings.LEDGER_KEY_FILE), clock.machine_now()):
        return None
    found = examine_ledger(rooms.ledger_claims(), own_note())
    note_result(found, LedgerCheck.Occasion.NIGHTLY)
    return found


def is_due(last: tuple[datetime, int] | None, now: datetime) -> bool:
    """By the machine's clock; `last`: when, and with which code.

    Whoever checks earlier in the night by a timer of their own is not disturbed.
    """
    if last is None or last[0] > now:
        return True
    if last[1] == UNUSABLE:
        return now - last[0] >= AGAIN
    night = now.replace(hour=NIGHT, minute=0, second=0, microsecond=0)
    night -= timedelta(days=1) if night > now else timedelta(0)
    return last[0] < night and now - last[0] >= RECENT


def last_checked(key_file: Path) -> tuple[datetime, int] | None:
    """When the process with the key last verified, and the code; None if never or unreadable.

    Not from the database: whoever edits the ledger could write there that it was verified just now.
    """
    try:
        at, code = checked_path(key_file).read_text(encoding="utf-8").split()
        return datetime.fromisoformat(at), int(code)
    except (OSError, ValueError):
        return None


def checked_path(key_file: Path) -> Path:
    return key_file.with_name(f"{key_file.name}.checked")


def examine_ledger(comparers: Sequence[ClaimComparer], own: tuple[HeldCheckpoint, ...]) -> CheckResult:
    """Verifies the site's own database; `own` is compared too. Notes and latches nothing."""
    try:
        report = verify_ledger(comparers=comparers, anchors=Anchors(own=own))
    except Unusable as error:
        return CheckResult(UNUSABLE, str(error), 0)
    return result_of(report)


def result_of(report: VerificationReport) -> CheckResult:
    """Whether the ledger is anchored is no question here: this is the operator's own database.

    The sentence stands on pages, so it names what kind of thing was found and where, and nothing that was found there.
    """
    if not report.findings:
        return CheckResult(FINE, "", report.entries)
    first = report.causes_first()[0]
    where = gettext("entry %(seq)s") % {"seq": first.entry.seq} if first.entry.seq is not None else gettext("no entry")
    sentence = ngettext(
        "%(count)s thing is not as it was written: %(code)s (%(where)s). `manage.py ledger verify` says more.",
        "%(count)s things are not as they were written, the first: %(code)s (%(where)s). `manage.py ledger verify` "
        "says more.",
        len(report.findings),
    ) % {"count": len(report.findings), "code": first.code, "where": where}
    return CheckResult(CHANGED, sentence, report.entries)


def note_result(found: CheckResult, occasion: LedgerCheck.Occasion) -> None:
    """Writes the result down for the pages, and closes or opens the latch where the key lies."""
    now = clock.machine_now()
    if os.path.isfile(settings.LEDGER_KEY_FILE):
        if found.code == CHANGED:
            latch.close_latch(settings.LEDGER_KEY_FILE, now, found.sentence)
        elif found.code == FINE:
            latch.open_latch(settings.LEDGER_KEY_FILE)
        write_durably(checked_path(settings.LEDGER_KEY_FILE), f"{now.isoformat()} {found.code:d}\n")
    try:
        LedgerCheck.objects.create(at=now, occasion=occasion, code=found.code, size=found.size, sentence=found.sentence)
    except Error:
        logger.exception("The result of the check could not be written down")


def own_note() -> tuple[HeldCheckpoint, ...]:
    """The signer's last note, where it can be seen."""
    try:
        text = last_note_path(settings.LEDGER_KEY_FILE).read_bytes().decode("utf-8", "replace")
    except OSError:
        return ()
    return (HeldCheckpoint(gettext("The signer's last note"), text),)
