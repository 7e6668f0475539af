"""`make bench-ledger`: appending, sequencing, signing, proving and verifying on a database of its own.

LEDGER_BENCH_ENTRIES sets how many entries (10,000). The last line is one JSON object: rates in entries a second,
times in milliseconds, verification in seconds.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import django

from tests import environment  # noqa: F401 - what the settings need, before Django reads them

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from certification.ledger import checkpoints, clock, pending, proofs  # noqa: E402
from certification.ledger.models import Checkpoint, Entry  # noqa: E402
from certification.ledger.pending import EntryDraft  # noqa: E402
from certification.ledger.sequencer import sequence_pending  # noqa: E402
from certification.ledger.verification import verify_ledger  # noqa: E402
from tests import databases  # noqa: E402
from tests.ledger_fixtures import make_ledger  # noqa: E402

ENTRIES = int(os.environ.get("LEDGER_BENCH_ENTRIES", "10000"))
SINGLE = min(1000, ENTRIES // 2)
PROOFS = 300


def draft(number: int) -> EntryDraft:
    somebody = {"person": str(UUID(int=number)), "name": f"Learner {number}", "unit": "Finance"}
    payload = {"module": f"M{number % 17:02}", "edition": 3, "sha256": f"{number:064x}", "passed": "passed"}
    return EntryDraft("completion", f"bench:{number}", clock.now(), payload, subject=somebody, actor=somebody)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_ms(work: Callable[[int], object], numbers: list[int]) -> float:
    return round(1000 * statistics.median(seconds(lambda number=number: work(number)) for number in numbers), 3)


def append_singly() -> None:
    for number in range(SINGLE):
        one = draft(number)
        with transaction.atomic():
            pending.append_entry(
                one.kind, key=one.key, at=one.at, subject=one.subject, actor=one.actor, payload=one.payload
            )


def append_many() -> None:
    for start in range(SINGLE, ENTRIES, 1000):
        with transaction.atomic():
            pending.append_entries([draft(number) for number in range(start, min(start + 1000, ENTRIES))])


def measure(folder: Path) -> dict[str, float | int | str]:
    signer = make_ledger(folder)
    singly, many = seconds(append_singly), seconds(append_many)
    sequencing = seconds(sequence_pending)
    signing = seconds(lambda: checkpoints.make_checkpoint(signer, clock.now()))
    latest = Checkpoint.objects.latest()
    entries = {entry.seq: entry for entry in Entry.objects.filter(seq__in=random.sample(range(ENTRIES), PROOFS))}
    numbers = sorted(entries)
    verification = seconds(lambda: verify_ledger().consistent or exit("The ledger of the benchmark is not valid."))
    return {
        "bench": "ledger",
        "database": connection.vendor,
        "entries": ENTRIES,
        "append_single_per_s": round(SINGLE / singly),
        "append_many_per_s": round((ENTRIES - SINGLE) / many),
        "sequence_per_s": round(ENTRIES / sequencing),
        "checkpoint_ms": round(signing * 1000, 1),
        "inclusion_p50_ms": median_ms(lambda seq: proofs.prove_inclusion(entries[seq], latest), numbers),
        "consistency_p50_ms": median_ms(lambda seq: proofs.prove_consistency(seq + 1, latest.size), numbers),
        "verify_s": round(verification, 2),
        "verify_per_s": round(ENTRIES / verification),
    }


def main() -> None:
    copy = databases.copy()
    copy.set_up()
    try:
        with tempfile.TemporaryDirectory() as folder:
            figures = measure(Path(folder))
    finally:
        copy.tear_down()
    for name, figure in figures.items():
        print(f"{name:>22}  {figure}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
