"""One durable `append_entry` on SQLite against a bare durable INSERT of a pending row into the same file, in turns."""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import django

from tests import environment  # noqa: F401 - what the settings need, before Django reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

from tests import databases  # noqa: E402
from tests.bench.ledger_bare import Bare  # noqa: E402
from tests.bench.ledger_drafts import append_singly, bare_row, draft  # noqa: E402
from tests.ledger_fixtures import make_ledger  # noqa: E402

TURNS = 15
IN_A_TURN = 40


def rate(work: Callable[[int], object], first: int) -> float:
    start = time.perf_counter()
    for number in range(first, first + IN_A_TURN):
        work(number)
    return IN_A_TURN / (time.perf_counter() - start)


def main() -> None:
    copy = databases.copy()
    copy.set_up()
    bare = Bare(copy.name)
    try:
        with tempfile.TemporaryDirectory() as folder:
            make_ledger(Path(folder))
        drafts = [draft(number) for number in range(TURNS * IN_A_TURN)]
        rows = [bare_row(number, "bare", sqlite=True) for number in range(len(drafts))]
        ratios = [
            rate(lambda n: append_singly(drafts[n]), first) / rate(lambda n: bare.insert(rows[n]), first)
            for first in range(0, len(drafts), IN_A_TURN)
        ]
    finally:
        bare.close()
        copy.tear_down()
    print(json.dumps({"ratio": round(statistics.median(ratios), 3)}))


if __name__ == "__main__":
    main()
