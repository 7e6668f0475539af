"""`make bench-xapi`: statements a second to a learning record store on this machine, one by one and in arrays, in the
same run, to the same store, from the same outbox.

The store is the tests' own, in a process of its own. STATEMENTS (2000) each way, ROUNDS times in turn; the medians and
their ratio count, because a ratio does not hang on the machine. The last line is one JSON object. Exit code 1 where
arrays are less than AIM times as fast.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import statistics
import sys
import time
from datetime import timedelta
from multiprocessing.connection import Connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import tests.environment  # noqa: F401  isort: skip

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from certification.ledger import clock  # noqa: E402
from lms.people.models import Person  # noqa: E402
from lms.xapi import delivery  # noqa: E402
from lms.xapi.models import Statement  # noqa: E402
from lms.xapi.outbox import queue_satisfied  # noqa: E402
from tests import databases  # noqa: E402
from tests.xapi.record_store import KEY, SECRET, RecordStore  # noqa: E402

STATEMENTS = int(os.environ.get("STATEMENTS", "2000"))
ROUNDS = 3
AIM = 10
PATH = {"key": "p1", "number": 2, "sha256": "a" * 64, "titles": {"en": "AI literacy for everyone"}}


def main() -> None:
    copy = databases.copy()
    copy.set_up()
    ours, theirs = multiprocessing.Pipe()
    store = multiprocessing.get_context("spawn").Process(target=serve, args=[theirs], daemon=True)
    store.start()
    settings.LRS_ENDPOINT, settings.LRS_KEY, settings.LRS_SECRET = ours.recv(), KEY, SECRET
    delivery.RUN_SECONDS = 3600.0
    try:
        report(measure())
    finally:
        store.terminate()
        copy.tear_down()


def serve(pipe: Connection) -> None:
    server = RecordStore()
    pipe.send(server.address)
    server.serve_forever()


def measure() -> dict[str, float]:
    found: dict[str, list[float]] = {"one_by_one": [], "in_arrays": []}
    for number in range(ROUNDS):
        for name, size in (("one_by_one", 1), ("in_arrays", 100)):
            found[name].append(statements_a_second(f"{name}:{number}", size))
    return {name: statistics.median(figures) for name, figures in found.items()}


def statements_a_second(key: str, size: int) -> float:
    at = clock.now()
    person = Person.objects.create(given_name="Amal", created_at=at)
    for number in range(STATEMENTS):
        queue_satisfied(person, key=f"{key}:{number}", path=PATH, at=at)  # type: ignore[arg-type]
    delivery.BATCH = size
    begun = time.perf_counter()
    delivered = delivery.deliver_due(at + timedelta(seconds=1))
    seconds = time.perf_counter() - begun
    if delivered != STATEMENTS or Statement.objects.waiting().exists():
        sys.exit(f"Only {delivered} of {STATEMENTS} statements arrived: the benchmark measures what works.")
    return STATEMENTS / seconds


def report(found: dict[str, float]) -> None:
    ratio = found["in_arrays"] / found["one_by_one"]
    for name, figure in found.items():
        print(f"{name.replace('_', ' ')}: {figure:.0f} statements a second")
    print(f"in arrays: {ratio:.1f} times as many (the aim is {AIM})")
    figures = {name: round(figure) for name, figure in found.items()}
    print(json.dumps({"database": connection.vendor, "statements": STATEMENTS, **figures, "ratio": round(ratio, 1)}))
    if ratio < AIM:
        sys.exit(1)


if __name__ == "__main__":
    main()
