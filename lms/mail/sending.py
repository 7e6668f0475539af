"""Sends what is due. A message is claimed by moving its next attempt away, sent outside any transaction, then marked.

Two senders never hold the same message. A process that dies between sending and marking leaves the claim; once it
lapses the message goes out again with the same Message-ID, by which mail systems drop doubles: at least once, never
lost. Everything else is sent once.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from lms.mail.models import Message
from lms.mail.outbox import ACCOUNT, MOST_ATTEMPTS

logger = logging.getLogger(__name__)

BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720)]
ROUND_SECONDS = 300
# Longer than a round and the last message's attempt together, so that no claim lapses in living hands.
CLAIM = timedelta(minutes=15)
# About this one message; whatever else goes wrong is about the server, and the other messages wait for it.
REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, ValueError)


def send_due(at: datetime) -> int:
    """Sends every message due at `at`; the number sent. A server that fails ends the round, so it is asked once."""
    sent = 0
    server = get_connection()
    try:
        for message in _claimed(at):
            try:
                _send(server, message)
            except (OSError, ValueError) as error:
                _put_off(message, error, at)
                if not isinstance(error, REFUSALS):
                    break
            else:
                _mark(message, at)
                sent += 1
    finally:
        _close(server)
    return sent


def _claimed(at: datetime) -> Iterator[Message]:
    """The due messages, oldest first, each claimed just before it is handed out."""
    due = Message.objects.filter(sent_at=None, next_try_at__lte=at, attempts__lt=MOST_ATTEMPTS)
    oldest = due.order_by("next_try_at", "queued_at", "pk")
    stop = time.monotonic() + ROUND_SECONDS
    while time.monotonic() < stop:
        with transaction.atomic():
            skip = connection.features.has_select_for_update_skip_locked
            message = oldest.select_for_update(skip_locked=skip).first()
            if message is None:
                return
            message.attempts += 1
            message.next_try_at = at + CLAIM
            message.save(update_fields=["attempts", "next_try_at"])
        yield message


def _send(server: BaseEmailBackend, message: Message) -> None:
    letter = EmailMessage(
        message.subject,
        message.body,
        settings.DEFAULT_FROM_EMAIL,
        [message.to],
        connection=server,
        headers={
            "Message-ID": message_id(message),
            "Content-Language": message.locale,
            "Auto-Submitted": "auto-generated",
        },
    )
    server.open()  # kept open for the messages that follow
    letter.send()


def message_id(message: Message) -> str:
    """The same for every attempt."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{message.pk}@{domain or 'localhost'}>"


def _mark(message: Message, at: datetime) -> None:
    message.sent_at = at
    message.last_error = ""
    if message.kind == ACCOUNT:
        message.body = ""
    message.save(update_fields=["sent_at", "last_error", "body"])


def _put_off(message: Message, error: Exception, at: datetime) -> None:
    message.next_try_at = at + BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
    message.last_error = f"{type(error).__name__}: {error}"[:300]
    message.save(update_fields=["next_try_at", "last_error"])
    logger.warning(
        "A message was not sent",
        extra={"outgoing": str(message.pk), "attempt": message.attempts, "error": type(error).__name__},
    )


def _close(server: BaseEmailBackend) -> None:
    try:
        server.close()
    except OSError:
        logger.info("The mail server closed the connection before we did")
