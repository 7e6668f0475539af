"""Everything that is done after the request: idempotent functions that drain rows. See STACK: no broker remembers.

Each room names its own (`drains` in its `apps.py`). The same ones run in the child process of `make demo`, which calls
them in a loop, and by Celery beat in production. `seconds` is how often a drain runs when nothing wakes it earlier.
"""

from __future__ import annotations

import logging

from certification.ledger import clock
from lms import rooms
from lms.rooms import Drain

logger = logging.getLogger("litmus.drains")


def drain_named(name: str) -> Drain:
    return next(drain for drain in rooms.drains() if drain.name == name)


def run_drain(drain: Drain) -> bool:
    """One drain, once. A failure is logged and tried again next time: one broken drain must not stop the others."""
    try:
        drain.run(clock.now())
    except Exception:
        logger.exception("A drain failed", extra={"drain": drain.name})
        return False
    return True


def run_all() -> list[str]:
    """Every drain once, in order; returns the names of those that failed."""
    return [drain.name for drain in rooms.drains() if not run_drain(drain)]
