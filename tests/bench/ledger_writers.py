"""Eight writers on PostgreSQL: durable `append_entry` against a bare durable INSERT of a pending row, in turns.

Without an argument: starts the writers and prints one line of JSON. With one (the number of a writer): is one of them.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

from tests import environment  # noqa: F401 - what the settings need, before Django reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

from django.db import connection  # noqa: E402

from tests import databases  # noqa: E402
from tests.bench.ledger_bare import Bare  # noqa: E402
from tests.bench.ledger_drafts import append_singly, bare_row, draft  # noqa: E402
from tests.ledger_fixtures import make_ledger  # noqa: E402

WRITERS = 8
TURNS = 6
SECONDS = 2.0


def count(work: Callable[[int], object], start: int) -> int:
    """How often the work was done until the time was up, from the number `start` on."""
    end, number = time.perf_counter() + SECONDS, start
    while time.perf_counter() < end:
        work(number)
        number += 1
    return number - start


def write(name: str) -> None:
    """One writer: a turn begins with a line on its standard input, and ends with its count on its output."""
    bare, done = Bare(connection.settings_dict["NAME"]), {"ours": 0, "bare": 0}
    connection.ensure_connection()
    print("ready", flush=True)
    work: dict[str, Callable[[int], object]] = {
        "ours": lambda number: append_singly(draft(number, f"writer {name}")),
        "bare": lambda number: bare.insert(bare_row(number, f"bare {name}", sqlite=False)),
    }
    for line in sys.stdin:
        turn = line.strip()
        number = count(work[turn], done[turn])
        done[turn] += number
        print(number, flush=True)
    bare.close()


def together(writers: list[subprocess.Popen[str]], turn: str) -> int:
    for writer in writers:
        print(turn, file=writer.stdin, flush=True)
    return sum(int(writer.stdout.readline()) for writer in writers if writer.stdout)


def main() -> None:
    copy = databases.copy()
    copy.set_up()
    surroundings = os.environ | {"DATABASE_URL": os.environ["TEST_DATABASE_URL"], "REDIS_URL": ""}
    command = [sys.executable, "-m", "tests.bench.ledger_writers"]
    try:
        with tempfile.TemporaryDirectory() as folder:
            make_ledger(Path(folder))
        writers = [
            subprocess.Popen(
                [*command, str(n)], env=surroundings, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            for n in range(WRITERS)
        ]
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        turns = [(together(writers, "ours"), together(writers, "bare")) for _ in range(TURNS)]
        for writer in writers:
            writer.communicate()
    finally:
        copy.tear_down()
    ours, bare = (sum(column) / TURNS / SECONDS for column in zip(*turns, strict=True))
    print(f"{WRITERS} writers: append_entry {ours:.0f}/s, bare INSERT {bare:.0f}/s")
    print(json.dumps({"ratio": round(statistics.median(own / other for own, other in turns), 3)}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        write(sys.argv[1])
    else:
        main()
