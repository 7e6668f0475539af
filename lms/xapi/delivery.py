"""Delivery: rows are claimed a hundred at once, sent as one array, and marked. A crash in between sends them again,
under the same ids.

Three kinds of trouble are kept apart. *The site's* (credentials, address, certificate) and *the store's* (down) end
the run, are noted once for the store (`store_condition`) and leave every row as it was: soon after mending everything
goes out. *A statement's* is found by halving the array it was in, and waits by itself.

Without a configured learning record store nothing is sent and the rows wait: learners can read them, and a store that
is configured later receives them all. That is a choice of the site and no fault, so `oldest_waiting` is silent then.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from lms.xapi import store_condition
from lms.xapi.models import Statement
from lms.xapi.store import Parcel, Store, StoreReply, Verdict, is_store_configured

logger = logging.getLogger("litmus.xapi")

BATCH = 100
LEASE = timedelta(minutes=2)
"""Longer than a run and its last request may take: until then no other worker takes the rows."""

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
REFUSED_WAIT = store_condition.REFUSED_WAIT
MOST_ATTEMPTS = 32_767
"""What the column holds."""
RUN_SECONDS = 20.0
"""One run ends after this time: the same process may have other drains to serve."""
BREAKS_IN_A_ROW = 10
"""Halving a hundred down to the one that breaks the store takes eight breaks, and then its neighbour is stored."""
REFUSED_BY_ONE_RUN = 10
"""So many refused and none stored: more of the same would only be refused too."""


def deliver_due(at: datetime) -> int:
    """Sends the statements that are due and returns how many were delivered.

    The run ends at the first sign of a trouble that is not a statement's: a dead store or wrong credentials cost one
    request and not a thousand.
    """
    if not is_store_configured() or (size := store_condition.batch_size(at, BATCH)) == 0:
        return 0
    with Store() as store:
        run = _Run(store, at, size)
        while run.goes_on() and (rows := claim_statements(at, run.size)):
            run.send(rows)
    store_condition.note_run(run.ended_by, run.delivered, run.refused, at)
    return run.delivered


def oldest_waiting() -> datetime | None:
    """When the oldest undelivered statement was stored, by the site's clock; None without a configured store."""
    if not is_store_configured():
        return None
    return Statement.objects.waiting().order_by("stored_at").values_list("stored_at", flat=True).first()


@transaction.atomic(durable=True)
def claim_statements(at: datetime, most: int) -> list[Statement]:
    """Takes the rows that have been due longest; other workers pass over them, now and until the lease ends."""
    skip = connection.features.has_select_for_update_skip_locked
    rows = list(Statement.objects.due(at).select_for_update(skip_locked=skip)[:most])
    _set_due(rows, at + LEASE)
    return rows


class _Run:
    """`ended_by`: the answer after which nothing more is asked. What was claimed and not decided is given back."""

    def __init__(self, store: Store, at: datetime, size: int) -> None:
        self.store = store
        self.at = at
        self.size = size
        self.end = time.monotonic() + RUN_SECONDS
        self.delivered = self.refused = self.breaks = 0
        self.ended_by: StoreReply | None = None
        self.one_by_one = False
        self.pair: set[UUID] = set()

    def goes_on(self) -> bool:
        return self.ended_by is None and time.monotonic() < self.end

    def send(self, rows: Sequence[Statement]) -> None:
        parts = [rows]
        while parts and self.goes_on():
            part = parts.pop()
            if self.one_by_one and len(part) > 1:
                parts += [[row] for row in reversed(part)]
                continue
            reply = self.store.send([Parcel(str(row.pk), row.text) for row in part])
            if reply.verdict is Verdict.DELIVERED:
                self._delivered(part, reply)
            elif reply.verdict in (Verdict.DOWN, Verdict.SITE):
                self._stop(part, reply)
            elif len(part) == 1:
                self._alone(part[0], reply)
            else:
                parts += self._halves(part, reply)
        _set_due([row for part in parts for row in part], self.at)

    def _delivered(self, part: Sequence[Statement], reply: StoreReply) -> None:
        record_delivered(part, reply, self.at)
        self.delivered += len(part)
        self.breaks = 0
        self.size = BATCH
        if len(part) == 1 and part[0].pk in self.pair:
            self.pair.discard(part[0].pk)
            # Both were refused together and stored one by one: this store takes no arrays.
            self.one_by_one = not self.pair

    def _stop(self, part: Sequence[Statement], reply: StoreReply) -> None:
        """They go behind everything else that is due, lest one of them be what brings the store down each time."""
        _set_due(part, self.at)
        self.ended_by = reply

    def _alone(self, row: Statement, reply: StoreReply) -> None:
        if reply.verdict is Verdict.BROKE and self._is_broken():
            self._stop([row], reply)
            return
        self.pair.clear()
        record_trouble(row, reply, self.at)
        self.refused += reply.verdict is Verdict.REFUSED
        if self.refused >= REFUSED_BY_ONE_RUN and not self.delivered:
            self.ended_by = reply

    def _halves(self, part: Sequence[Statement], reply: StoreReply) -> list[Sequence[Statement]]:
        """What is sent first comes last. Nothing to go on with where the store is broken, whatever is sent."""
        if reply.verdict is Verdict.NO_ARRAYS:
            self.one_by_one = True
            return [part]
        if reply.verdict is Verdict.BROKE and self._is_broken():
            self._stop(part, reply)
            return []
        if len(part) == 2:
            self.pair = {row.pk for row in part}
        middle = len(part) // 2
        return [part[middle:], part[:middle]]

    def _is_broken(self) -> bool:
        """Whether it breaks over everything: it has stored nothing in this run, or not for a while."""
        self.breaks += 1
        return not self.delivered or self.breaks >= BREAKS_IN_A_ROW


def record_delivered(rows: Sequence[Statement], answer: StoreReply, at: datetime) -> None:
    for attempts, pks in _by_attempts(rows).items():
        sent = {"delivered_at": at, "attempts": attempts, "last_error": answer.words}
        Statement.objects.filter(pk__in=pks).update(**sent)


def record_trouble(row: Statement, answer: StoreReply, at: datetime) -> None:
    attempts = _counted(row)
    wait = REFUSED_WAIT if answer.verdict is Verdict.REFUSED else back_off(attempts)
    tried = {"next_try_at": at + wait, "attempts": attempts, "last_error": answer.words[:300]}
    Statement.objects.filter(pk=row.pk).update(**tried)
    logger.warning(
        "A statement was not delivered",
        extra={"statement": str(row.pk), "attempts": attempts, "reason": answer.words},
    )


def back_off(attempts: int) -> timedelta:
    """10 s after the first attempt, twice as long after each further one, an hour at most."""
    return min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(attempts - 1, 16))


def _by_attempts(rows: Iterable[Statement]) -> dict[int, list[UUID]]:
    found: dict[int, list[UUID]] = {}
    for row in rows:
        found.setdefault(_counted(row), []).append(row.pk)
    return found


def _counted(row: Statement) -> int:
    return min(row.attempts + 1, MOST_ATTEMPTS)


def _set_due(rows: Sequence[Statement], at: datetime) -> None:
    if rows:
        Statement.objects.filter(pk__in=[row.pk for row in rows]).update(next_try_at=at)
