"""`make bench-assignments`: CPU seconds for synchronising many people, the database included on SQLite.

PEOPLE (3000) are hired, asked for one path of two modules by a rule, a third of them finish it. What is timed: the
opening, a night with nothing to do, the night after the completions, one with a day that came (30 days later), and a
new version of the rule. On PostgreSQL only the client's side is counted. The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections.abc import Sequence
from datetime import datetime

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import tests.environment  # noqa: F401  isort: skip

import django

django.setup()

from content.editions import Module  # noqa: E402
from content.texts import current_edition, text_for  # noqa: E402
from courses.assignments import sync  # noqa: E402
from courses.completions.models import Completion  # noqa: E402
from lms.people.models import Person  # noqa: E402
from tests import databases  # noqa: E402
from tests.courses.assignments.test_scale import crowd  # noqa: E402
from tests.courses.assignments.world import LONG_AGO, day, make_path, make_rule, on  # noqa: E402
from tests.factories import make_entity  # noqa: E402

PEOPLE = int(os.environ.get("PEOPLE", "3000"))


def main() -> None:
    copy = databases.copy()
    copy.set_up()
    try:
        report(measure())
    finally:
        copy.tear_down()


def measure() -> dict[str, tuple[float, int]]:
    make_path("p1", {"a": 24, "b": 24})
    make_rule("r-01", "p1")
    sync.sync_all(LONG_AGO)
    people = crowd(PEOPLE, make_entity())
    found = {"opening": timed(on("2026-10-01")), "nothing to do": timed(on("2026-10-02"))}
    finish(people[::3])
    found["a third finished"] = timed(on("2026-10-06"))
    found["a day came"] = timed(on("2026-11-05"))
    make_rule("r-01", "p1", due_days=40, at=on("2026-11-06"))
    found["another version of the rule"] = timed(on("2026-11-07"))
    found["nothing to do again"] = timed(on("2026-11-08"))
    return found


def finish(people: Sequence[Person]) -> None:
    """The rows that `complete` writes, without its run for each person."""
    for module in Module.objects.all():
        edition = current_edition(module)
        assert edition is not None
        text = text_for(edition, "en")
        Completion.objects.bulk_create(
            Completion(
                person=person,
                item=f"module:{module.code}",
                module=module,
                text=text,
                shown_kind="text",
                shown_sha256="0" * 64,
                evidence=f"bench:{uuid.uuid4()}",
                evidence_sha256="0" * 64,
                effective_on=day("2026-10-05"),
                recorded_at=on("2026-10-05"),
                entry=uuid.uuid4(),
            )
            for person in people
        )


def timed(at: datetime) -> tuple[float, int]:
    """(CPU seconds, rows written)."""
    began = time.process_time()
    changes = sync.sync_all(at).changes
    return round(time.process_time() - began, 2), changes


def report(found: dict[str, tuple[float, int]]) -> None:
    for name, (seconds, changes) in found.items():
        print(f"{name:30} {seconds:7.2f} s CPU {seconds / PEOPLE * 1000:7.2f} ms a person {changes:8} rows written")
    json.dump({"people": PEOPLE, "seconds": {name: one[0] for name, one in found.items()}}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
