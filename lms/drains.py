"""Everything that is done after the request: idempotent functions that drain rows. See STACK: no broker remembers.

One table serves both ways to run: the child process of `make demo` calls the drains in a loop, Celery beat in
production. `seconds` is how often a drain runs when nothing wakes it earlier.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from certification.credentials.sealing import seal_due
from certification.ledger import clock
from certification.ledger.checkpoints import checkpoint_due
from certification.ledger.sequencer import sequence_pending
from content.freezing import freeze_due
from content.publishing import publish_due
from courses.assignments.digest import queue_digests
from courses.assignments.sync import sync_due, sync_nightly
from lms.mail.sending import send_due
from lms.people.logins import deactivate_leavers
from lms.reports.effect.snapshots import take_due
from lms.reports.survey.reading import forget_due
from lms.xapi.delivery import deliver_due
from quizzes.lab.sittings import clear_due

logger = logging.getLogger("litmus.drains")


@dataclass(frozen=True, slots=True)
class Drain:
    """`ledger` drains run only where the signing key lies: one process, concurrency 1."""

    name: str
    seconds: int
    run: Callable[[datetime], object]
    ledger: bool = False


DRAINS = [
    Drain("publish", 30, publish_due),
    Drain("freeze", 60, freeze_due),
    Drain("leavers", 3600, deactivate_leavers),
    Drain("assignments", 5, sync_due),
    Drain("nightly", 900, sync_nightly),
    Drain("digests", 300, queue_digests),
    Drain("effect", 3600, take_due),
    Drain("remarks", 3600, lambda at: forget_due(at.date())),
    Drain("lab answers", 3600, lambda at: clear_due(at.date())),
    Drain("sequence", 2, lambda at: sequence_pending(), ledger=True),
    Drain("checkpoint", 5, checkpoint_due, ledger=True),
    Drain("seal", 5, seal_due),
    Drain("xapi", 10, deliver_due),
    Drain("mail", 10, send_due),
]
BY_NAME = {drain.name: drain for drain in DRAINS}


def run(drain: Drain) -> bool:
    """One drain, once. A failure is logged and tried again next time: one broken drain must not stop the others."""
    try:
        drain.run(clock.now())
    except Exception:
        logger.exception("A drain failed", extra={"drain": drain.name})
        return False
    return True


def run_all() -> list[str]:
    """Every drain once, in order; returns the names of those that failed."""
    return [drain.name for drain in DRAINS if not run(drain)]
