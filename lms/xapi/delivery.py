"""Delivery: each row is claimed, sent, and marked. A crash in between sends it again, under the same id.

Without a configured learning record store nothing is sent and the rows wait: learners can read them, and a store that
is configured later receives them all. That is a choice of the site and no fault, so `oldest_waiting` is silent then.
"""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from django.db import connection, transaction

from lms.xapi.models import Statement
from lms.xapi.store import Store, StoreReply, Verdict, is_store_configured

logger = logging.getLogger("litmus.xapi")

LEASE = timedelta(minutes=2)
"""Longer than any one attempt may take: until then no other worker takes the row."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
REFUSED_WAIT = timedelta(hours=6)
MOST_ATTEMPTS = 32_767
"""What the column holds."""
RUN_SECONDS = 20.0
"""One run ends after this time: the same process may have other drains to serve."""


def deliver_due(at: datetime) -> int:
    """Sends the statements that are due and returns how many were delivered.

    The run ends at the first sign that the store is down, so that a dead store costs one time-out and not a thousand.
    """
    if not is_store_configured():
        return 0
    delivered, end = 0, time.monotonic() + RUN_SECONDS
    with Store() as store:
        while time.monotonic() < end and (statement := claim_statement(at)):
            answer = store.put(str(statement.pk), statement.text)
            record_reply(statement, answer, at)
            if answer.verdict is Verdict.DOWN:
                break
            delivered += answer.verdict is Verdict.DELIVERED
    return delivered


def oldest_waiting() -> datetime | None:
    """When the oldest undelivered statement was stored, by the site's clock; None without a configured store."""
    if not is_store_configured():
        return None
    return Statement.objects.waiting().order_by("stored_at").values_list("stored_at", flat=True).first()


@transaction.atomic(durable=True)
def claim_statement(at: datetime) -> Statement | None:
    """Takes the row that has been due longest; other workers pass over it, now and until its lease ends."""
    skip = connection.features.has_select_for_update_skip_locked
    statement = Statement.objects.due(at).select_for_update(skip_locked=skip).first()
    if statement is not None:
        statement.next_try_at = at + LEASE
        statement.attempts = min(statement.attempts + 1, MOST_ATTEMPTS)
        statement.save(update_fields=["next_try_at", "attempts"])
    return statement


def record_reply(statement: Statement, answer: StoreReply, at: datetime) -> None:
    row = Statement.objects.filter(pk=statement.pk)
    if answer.verdict is Verdict.DELIVERED:
        row.update(delivered_at=at, last_error=answer.words)
        return
    wait = REFUSED_WAIT if answer.verdict is Verdict.REFUSED else back_off(statement.attempts)
    row.update(next_try_at=at + wait, last_error=answer.words[:300])
    logger.warning(
        "A statement was not delivered",
        extra={"statement": str(statement.pk), "attempts": statement.attempts, "reason": answer.words},
    )


def back_off(attempts: int) -> timedelta:
    """10 s after the first attempt, twice as long after each further one, an hour at most."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 16))
