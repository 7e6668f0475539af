"""`make bench-ledger`: what the ledger costs, each beside the bare work of the same rows in the same run.

ENTRIES (1,000,000) in a ledger on SQLite, or on the PostgreSQL of DATABASE_URL. The last line is one JSON object:

* tree_append_per_s: leaves hashed into the tree, without a database
* append_batch_ratio: `append_entries` and `sequence_pending` against one bare `executemany` a table of the same
  pending rows, openings, entries and nodes, in turns, into a second database that grows alike
* append_single_ratio: one durable `append_entry` on SQLite against a bare durable INSERT of a pending row, same file
* pending_pg_ratio: the same with 8 writers on PostgreSQL; null without one in DATABASE_URL
* inclusion_p50_ms: an inclusion proof, wall milliseconds
* verify_ratio, verify_ratio_two: how many times as long a verification takes, in one process and in two, as fetching
  every entry's bytes and every opening's value and salt, and hashing every byte; verify_rss_mb: the most memory the
  first of them held, verify_cpu_ratio its CPU time by that of the fetching, which is what counts on a busy machine

Ratios are medians of work done in turns; a ratio of rates is better the higher, a ratio of times the lower.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from tests import environment  # noqa: F401 - what the settings need, before Django reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from certification.ledger import checkpoints, clock, merkle, pending, proofs  # noqa: E402
from certification.ledger.models import Checkpoint, Entry  # noqa: E402
from certification.ledger.pending import EntryDraft  # noqa: E402
from certification.ledger.sequencer import sequence_pending  # noqa: E402
from tests import databases  # noqa: E402
from tests.bench.ledger_bare import Bare  # noqa: E402
from tests.bench.ledger_drafts import draft  # noqa: E402
from tests.ledger_fixtures import make_ledger  # noqa: E402

ENTRIES = int(os.environ.get("ENTRIES", "1000000"))
SLICE = max(1, min(10_000, ENTRIES // 5))
AT_ONCE = 1000
PROOFS = min(300, ENTRIES)
ROUNDS = 3 if ENTRIES >= 10_000 else 1


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def grow_tree(leaves: list[bytes]) -> None:
    frontier = merkle.Frontier()
    for data in leaves:
        frontier.append(merkle.hash_leaf(data))


def append_and_sequence(drafts: list[EntryDraft]) -> None:
    for start in range(0, len(drafts), AT_ONCE):
        with transaction.atomic():
            pending.append_entries(drafts[start : start + AT_ONCE])
    sequence_pending()


def batches(own: Bare, twin: Bare) -> dict[str, Any]:
    """Ours into the ledger, then the same rows bare into the twin, a slice at a time."""
    done: dict[str, int] = {}
    for batch in own.batches(done):  # genesis
        twin.insert_many(batch)
    ours, bare = [], []
    for start in range(0, ENTRIES, SLICE):
        drafts = [draft(number) for number in range(start, min(start + SLICE, ENTRIES))]
        ours.append(seconds(lambda drafts=drafts: append_and_sequence(drafts)) / len(drafts))
        spent = sum(seconds(lambda batch=batch: twin.insert_many(batch)) for batch in own.batches(done))
        bare.append(spent / len(drafts))
    ratios = [twins / own_time for twins, own_time in zip(bare, ours, strict=True)]
    return {
        "append_batch_ratio": round(statistics.median(ratios), 3),
        "append_and_sequence_per_s": round(1 / statistics.median(ours)),
        "bare_executemany_per_s": round(1 / statistics.median(bare)),
    }


def proof_ms() -> float:
    latest = Checkpoint.objects.latest()
    chosen = random.Random(9).sample(range(ENTRIES), PROOFS)
    entries = [Entry.objects.get(seq=seq) for seq in chosen]
    times = [seconds(lambda entry=entry: proofs.prove_inclusion(entry, latest)) for entry in entries]
    return round(1000 * statistics.median(times), 3)


def verification() -> dict[str, Any]:
    """Each in a process of its own, in turns."""
    found: dict[str, list[dict[str, float]]] = {"bare": [], "1": [], "2": []}
    for _ in range(ROUNDS):
        for what, figures in found.items():
            figures.append(part("tests.bench.ledger_verify", what, database=os.environ["TEST_DATABASE_URL"]))
    cpu = [own["cpu"] / alone["cpu"] for own, alone in zip(found["1"], found["bare"], strict=True)]
    bare, one, two = ([figures["seconds"] for figures in found[what]] for what in found)
    return {
        "verify_cpu_ratio": round(statistics.median(cpu), 2),
        "verify_ratio": round(statistics.median(a / b for a, b in zip(one, bare, strict=True)), 2),
        "verify_ratio_two": round(statistics.median(a / b for a, b in zip(two, bare, strict=True)), 2),
        "verify_rss_mb": max(figures["rss_mb"] for figures in found["1"]),
        "verify_grown_mb": max(figures["grown_mb"] for figures in found["1"]),
        "verify_s": round(statistics.median(one), 2),
        "verify_two_s": round(statistics.median(two), 2),
        "fetch_and_hash_s": round(statistics.median(bare), 2),
    }


def part(module: str, *arguments: str, database: str) -> Any:
    """What a part of the benchmark, in a process of its own on that database, prints in its last line."""
    surroundings = os.environ | {"DATABASE_URL": database, "REDIS_URL": ""}
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=surroundings, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(folder: Path, own: Bare, twin: Bare) -> dict[str, Any]:
    leaves = [bytes(450) + number.to_bytes(8, "big") for number in range(min(ENTRIES, 100_000))]
    tree = statistics.median(len(leaves) / seconds(lambda: grow_tree(leaves)) for _ in range(ROUNDS))
    signer = make_ledger(folder)
    appended = batches(own, twin)
    checkpoints.make_checkpoint(signer, clock.now())
    given = os.environ.get("DATABASE_URL", "")
    single = part("tests.bench.ledger_single", database="")
    writers = part("tests.bench.ledger_writers", database=given) if connection.vendor == "postgresql" else None
    return {
        "bench": "ledger",
        "database": connection.vendor,
        "entries": ENTRIES,
        "tree_append_per_s": round(tree),
        **appended,
        "append_single_ratio": single["ratio"],
        "pending_pg_ratio": None if writers is None else writers["ratio"],
        "inclusion_p50_ms": proof_ms(),
        **verification(),
    }


def main() -> None:
    copy, twin = databases.copy(), databases.copy()
    twin.name = type(twin.name)(f"{twin.name}_bare")
    twin.set_up()
    copy.set_up()
    links = [Bare(copy.name), Bare(twin.name)]
    try:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(Path(folder), *links)
    finally:
        for link in links:
            link.close()
        twin.tear_down()
        copy.tear_down()
    for name, figure in figures.items():
        print(f"{name:>26}  {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
