"""A process that does what the signer does, and is killed (SIGKILL) at its n-th step: a file made durable, a commit.

It forks a child for each order, so that Django is set up once. Orders are lines of JSON, answers the child's status.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

KILLED, FINISHED, FAILED = "killed", "finished", "failed"


def main(key_file: str) -> None:
    import django

    django.setup()
    from django.conf import settings

    settings.LEDGER_KEY_FILE = Path(key_file)
    for line in sys.stdin:
        what, which, kill_at = json.loads(line)
        child = os.fork()
        if not child:
            os._exit(obey(what, which, kill_at))
        _, status = os.waitpid(child, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        print(KILLED if killed else FAILED if status else FINISHED, flush=True)


def obey(what: str, which: str, kill_at: int) -> int:
    try:
        die_at_step(kill_at)
        orders(which)[what]()
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def orders(which: str) -> dict[str, Callable[[], Any]]:
    from django.conf import settings

    from certification.ledger import clock, keys, loss, trust
    from certification.ledger.checkpoints import make_checkpoint
    from certification.ledger.sequencer import sequence_pending
    from certification.ledger.signer import Signer

    path = settings.LEDGER_KEY_FILE

    def declare() -> None:
        try:
            loss.declare_loss(Signer.from_file(path), (UUID(int=1), UUID(int=2)))
        except loss.LossRefused as refused:  # the killed one had come to its end
            print(refused, file=sys.stderr)

    return {
        "begin": lambda: keys.begin_ledger(path, "test.example/litmus"),
        "sequence": lambda: sequence_pending(batch=2),
        "sign": lambda: make_checkpoint(Signer.from_file(path), clock.now()),
        "add key": lambda: keys.add_signing_key(Signer.from_file(path)),
        "retire key": lambda: keys.revoke_key(Signer.from_file(path), which, trust.RETIRED),
        "declare loss": declare,
    }


def die_at_step(kill_at: int) -> None:
    """Counts what outlives the process: before and after each replaced file and each commit."""
    from django.db import connection

    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1
        if steps == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **options: Any) -> Any:
            step()
            found = function(*arguments, **options)
            step()
            return found

        return run

    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    Path.unlink = counted(Path.unlink)  # type: ignore[method-assign]
    connection._commit = counted(connection._commit)


if __name__ == "__main__":
    main(sys.argv[1])
