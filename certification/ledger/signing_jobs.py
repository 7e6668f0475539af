"""What the process that holds the key met when it last sequenced or signed, written down for the health page.

Web processes cannot see the key's folder, so the two jobs say here how they fared. Only for display: the signer itself
believes none of it.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error

from certification.ledger import clock
from certification.ledger.clock_guard import ClockJumped
from certification.ledger.models import SigningJob
from certification.ledger.signer import KeyUnusable

SEQUENCE, SIGN = "sequence", "sign"
KEY, REFUSED, BEHIND, DISK, CLOCK, OTHER = "key", "refused", "behind", "disk", "clock", "other"
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
HEARTBEAT = timedelta(minutes=1)
logger = logging.getLogger("litmus.ledger")


class Behind(RuntimeError):
    """The database holds less than, or something else than, what the signer has signed."""


@contextmanager
def troubles_noted(job: str) -> Iterator[None]:
    """Notes how the job ended. What stops it is raised on: the drains log it and try again."""
    try:
        yield
    except Exception as error:
        _note(job, _trouble(error), str(error))
        raise
    _note(job, "", "")


def _trouble(error: Exception) -> str:
    if isinstance(error, KeyUnusable):
        return KEY
    if isinstance(error, Behind):
        return BEHIND
    if isinstance(error, ClockJumped):
        return CLOCK
    if isinstance(error, OSError):
        return DISK if error.errno in FULL else KEY
    if isinstance(error, Error):
        return DISK if "full" in str(error).lower() or "no space" in str(error).lower() else OTHER
    return REFUSED


def _note(job: str, trouble: str, sentence: str) -> None:
    """Writes only what changed, and a sign of life once a minute. A database that takes no row is nothing new."""
    now = clock.machine_now()
    try:
        known = SigningJob.objects.filter(job=job).first()
        same = known is not None and (known.trouble, known.sentence) == (trouble, sentence)
        if same and known is not None and timedelta(0) <= now - known.heard_at < HEARTBEAT:
            return
        SigningJob.objects.update_or_create(
            job=job, defaults={"heard_at": now, "trouble": trouble, "sentence": sentence}
        )
    except Error:
        logger.exception("The signer's state could not be written")
