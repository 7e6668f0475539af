"""`make bench-ledger` runs, and says all it promises in its last line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

FIGURES = {
    "tree_append_per_s",
    "append_batch_ratio",
    "append_single_ratio",
    "inclusion_p50_ms",
    "verify_ratio",
    "verify_ratio_two",
    "verify_rss_mb",
}


@pytest.mark.once("the program is the same on both, and starts seven processes")
def test_the_last_line_holds_every_figure() -> None:
    command = [sys.executable, "-m", "tests.bench.ledger"]
    surroundings = os.environ | {"ENTRIES": "60", "DATABASE_URL": "", "REDIS_URL": ""}
    folder = Path(__file__).parents[2]
    ended = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    figures = json.loads(ended.stdout.splitlines()[-1])
    assert figures["entries"] == 60
    assert set(figures) >= FIGURES
    assert all(figures[name] > 0 for name in FIGURES)
    assert figures["pending_pg_ratio"] is None  # there is no PostgreSQL
