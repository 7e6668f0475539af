"""How the learning record store fares: one row that outlives the processes which ask it.

A trouble that concerns every statement is booked here and on no statement, so that mending it lets everything out
within MOST_PAUSE.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from lms.xapi.models import Statement, StoreCondition
from lms.xapi.store import StoreReply, Verdict

FIRST_PAUSE, MOST_PAUSE = timedelta(seconds=10), timedelta(minutes=5)
REFUSED_WAIT = timedelta(hours=6)
"""How long a refused statement waits: what would help it is a change of the store's or of our code."""


def current_condition() -> StoreCondition | None:
    """None until a store has been in trouble for the first time."""
    return StoreCondition.objects.filter(pk=1).first()


def batch_size(at: datetime, most: int) -> int:
    """How many to try first: half as many after each failed run, lest one among them bring the store down each time; 0
    while a failed store is left alone."""
    found = current_condition()
    if found is None or found.failing_since is None:
        return most
    if found.next_try_at and found.next_try_at > at:
        return 0
    return max(1, most >> found.tries)


def pause(tries: int) -> timedelta:
    """10 s after the first failed run, twice as long after each further one, five minutes at most."""
    return min(MOST_PAUSE, FIRST_PAUSE * 2 ** min(tries - 1, 16))


def note_run(ended_by: StoreReply | None, delivered: int, refused: int, at: datetime) -> None:
    """What a run found. Writes only where something changed."""
    found = current_condition() or StoreCondition(pk=1)
    before = (found.failing_since, found.tries, found.refusing_since)
    if delivered:
        _let_out(found, at)
        found.failing_since, found.tries, found.refusing_since = None, 0, None
    elif refused and found.refusing_since is None:
        found.refusing_since = at
    if ended_by:
        found.failing_since = found.failing_since or at
        found.tries = min(found.tries + 1, 1000)
        found.next_try_at = at + pause(found.tries)
        found.needs_mending = ended_by.verdict in (Verdict.SITE, Verdict.REFUSED)
        found.words = ended_by.words[:300]
    if ended_by or before != (found.failing_since, found.tries, found.refusing_since):
        found.save()


def _let_out(found: StoreCondition, at: datetime) -> None:
    """The store takes statements again: those it refused while it took none at all need not wait out their hours."""
    if found.refusing_since:
        refused = Statement.objects.waiting().filter(next_try_at__gte=found.refusing_since + REFUSED_WAIT)
        refused.exclude(last_error="").update(next_try_at=at)
