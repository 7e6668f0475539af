"""Checkpoints leave the building: downloaded by an auditor, and mailed to the auditors' list once a day.

What was signed before the last one that left cannot be rewritten unseen: its age is the window in which it could.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

from certification.ledger import clock
from certification.ledger.models import Checkpoint
from lms.condition import Condition
from lms.mail import outbox
from lms.mail.models import Message

KIND = "checkpoint"
LOOKED_AT = 200
"""Messages that may still be under way; with one mail a day and address, months."""
LATE = timedelta(days=3)


def checkpoints_made() -> QuerySet[Checkpoint]:
    """The newest first."""
    return Checkpoint.objects.order_by("-size")


def newest_that_left() -> Checkpoint | None:
    return checkpoints_made().filter(left_at__isnull=False).first()


def note_left(checkpoint: Checkpoint, at: datetime) -> None:
    """A copy is in other hands; that it left before stays as it was noted."""
    Checkpoint.objects.filter(pk=checkpoint.pk, left_at__isnull=True).update(left_at=at)


def mail_checkpoints_due(at: datetime) -> int:
    """Queues the newest checkpoint to every address of AUDITOR_MAIL, once a UTC day if there is a new one; and notes
    which have left since. Returns how many messages were queued."""
    note_mails_accepted()
    newest = checkpoints_made().first()
    if newest is None or not settings.AUDITOR_MAIL:
        return 0
    last = Message.objects.filter(kind=KIND).order_by("-queued_at").first()
    if last and (size_of(last) == newest.size or last.queued_at.date() == at.date()):
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        for address in settings.AUDITOR_MAIL:
            outbox.queue_to_address(address, kind=KIND, key=message_key(newest, address), at=at, **letter(newest))
    return len(settings.AUDITOR_MAIL)


def note_mails_accepted() -> None:
    """What a mail server took has left. Without one, letters are files on this machine."""
    if not outbox.letters_leave():
        return
    sent = Message.objects.filter(kind=KIND, sent_at__isnull=False).order_by("-queued_at")[:LOOKED_AT]
    accepted = {size_of(message): message.sent_at for message in sent}
    for checkpoint in Checkpoint.objects.filter(size__in=accepted, left_at__isnull=True):
        note_left(checkpoint, accepted[checkpoint.size] or checkpoint.made_at)


def letter(checkpoint: Checkpoint) -> Mapping[str, Any]:
    """The note stands in it as it was signed, so that the saved mail is a checkpoint `ledger verify` takes."""
    origin = clock.ledger_origin()
    subject = gettext("Checkpoint of the ledger %(origin)s over %(size)s entries")
    words = gettext(
        "This is the signed checkpoint of the ledger of %(site)s. Keep this mail as it is, where whoever runs the site "
        "cannot change it. Later, “ledger verify --checkpoint” with the saved mail tells whether anything that was "
        "written before it has been changed since. The guide for auditors says how."
    )
    return {
        "subject": subject % {"origin": origin, "size": checkpoint.size},
        "body": f"{words % {'site': settings.WAGTAIL_SITE_NAME}}\n\n{checkpoint.note}\n{settings.BASE_URL}/audit/\n",
        "locale": settings.LANGUAGE_CODE,
    }


def message_key(checkpoint: Checkpoint, address: str) -> str:
    return f"{KIND}:{checkpoint.size}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def size_of(message: Message) -> int:
    return int(message.key.split(":")[1])


def file_name(checkpoint: Checkpoint) -> str:
    origin = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in clock.ledger_origin() or "")
    return f"checkpoint-{origin}-{checkpoint.size}.txt"


def look_at_leaving(found: Condition) -> None:
    """An alarm where checkpoints are to be mailed and none has left for days. (How long ago one last left, the ledger
    says beside the age of the newest.)"""
    if not settings.AUDITOR_MAIL:
        return
    now, left = clock.now(), newest_that_left()
    waiting = (
        Checkpoint.objects.filter(left_at__isnull=True, size__gt=left.size if left else 0).order_by("size").first()
    )
    if waiting and now - waiting.made_at > LATE:
        found.alarms.append(
            gettext("No checkpoint has left the building for %(days)s days. Do the mails to AUDITOR_MAIL go out?")
            % {"days": (now - waiting.made_at).days}
        )
