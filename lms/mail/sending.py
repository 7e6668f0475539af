"""Sends what is due. Messages are claimed many at once by moving their next attempt away, worded as of now
(`wording`), sent outside any transaction, then marked, each by itself.

Two senders never hold the same message, and a claim that lapsed is not used. A process that dies leaves its claims;
once they lapse, what it had not sent goes out for the first time, and the one message it may have died over goes out
again with the same Message-ID, by which mail systems drop doubles: at least once, never lost. Everything else is sent
once.
"""

from __future__ import annotations

import logging
import smtplib
import time
from collections import deque
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction

from lms.mail import wording
from lms.mail.models import Lane, Message
from lms.mail.outbox import ACCOUNT, MOST_ATTEMPTS

logger = logging.getLogger(__name__)

BACK_OFF = [timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720)]
ROUND_SECONDS = 300
# Longer than a round and the last message's attempt together, so that no claim lapses in living hands.
CLAIM = timedelta(minutes=15)
BEHIND = timedelta(seconds=1)
# Also how many may go out before somebody who waits at the screen gets their turn.
CLAIMED_AT_ONCE = 100
# About this one message; whatever else goes wrong is about the server, and the other messages wait for it.
REFUSALS = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError, ValueError)


def send_due(at: datetime) -> int:
    """Sends every message due at `at`; the number sent. A server that fails ends the round, so it is asked once."""
    this = _Round(at)
    while this.goes_on() and (batch := _claim(at)):
        this.send(batch)
    return this.sent


class _Round:
    """`over`: the server failed. What was claimed and not tried is given back."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.stop = time.monotonic() + ROUND_SECONDS
        self.sent = 0
        self.over = False

    def goes_on(self) -> bool:
        return not self.over and time.monotonic() < self.stop

    def send(self, batch: Sequence[Message]) -> None:
        """Over one connection."""
        waiting = deque(wording.word(batch, self.at + CLAIM, self.at))
        server = get_connection()
        try:
            while waiting and self.goes_on():
                self._try(server, waiting.popleft())
        finally:
            _close(server)
            _give_back(waiting, self.at)

    def _try(self, server: BaseEmailBackend, message: Message) -> None:
        if not _begin(message, self.at):
            return
        try:
            _send(server, message)
        except (OSError, ValueError) as error:
            _put_off(message, error, self.at)
            self.over = not isinstance(error, REFUSALS)
        else:
            _mark(message, self.at)
            self.sent += 1


def _claim(at: datetime) -> list[Message]:
    """The next due messages, for this sender alone until CLAIM is over: what is urgent first, then the oldest."""
    for lane in Lane:
        due = Message.objects.filter(lane=lane, next_try_at__lte=at).order_by("next_try_at", "queued_at", "pk")
        with transaction.atomic():
            skip = connection.features.has_select_for_update_skip_locked
            batch = list(due.select_for_update(skip_locked=skip)[:CLAIMED_AT_ONCE])
            Message.objects.filter(pk__in=[message.pk for message in batch]).update(next_try_at=at + CLAIM)
        if batch:
            return batch
    return []


def _begin(message: Message, at: datetime) -> bool:
    """Counts the attempt before it is made, so that a message which kills its sender is given up in the end; until then
    it waits behind those that were only claimed with it, lest it take them down again and again.

    Whether the claim still holds: a sender that slept too long finds that another has taken the message.
    """
    message.attempts += 1
    held = Message.objects.filter(pk=message.pk, sent_at=None, next_try_at=at + CLAIM)
    lane = message.lane if message.attempts < MOST_ATTEMPTS else None
    return bool(held.update(attempts=message.attempts, lane=lane, next_try_at=at + CLAIM + BEHIND))


def _give_back(messages: Iterable[Message], at: datetime) -> None:
    """They were claimed and not tried: due at once again, without an attempt counted."""
    held = Message.objects.filter(pk__in=[message.pk for message in messages], next_try_at=at + CLAIM)
    held.update(next_try_at=at)


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
    message.lane = None
    message.last_error = ""
    message.wordings = {}
    if message.kind == ACCOUNT:
        message.body = ""
    message.save(update_fields=["sent_at", "lane", "last_error", "body", "wordings"])


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
