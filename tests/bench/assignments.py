"""`make bench-assignments`: CPU seconds for synchronising many people, the database included on SQLite.

PEOPLE (3000) are hired, asked for one path of two modules by a rule, a third of them finish it. What is timed: the
opening, a night with nothing to do, the night after the completions, one with a day that came, and a new version of
the rule. Beside them, in the same run: writing as many rows as the opening writes, bare, and deriving everybody anew;
the ratios to those hang less on the machine. On PostgreSQL only the client's side is counted. The last line is one
JSON object.
"""

from __future__ import annotations

import copy
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
from courses.assignments.models import Assignment, AssignmentPeriod, Derivation, Justification  # noqa: E402
from courses.completions.models import Completion  # noqa: E402
from lms.people.models import Person  # noqa: E402
from tests import databases  # noqa: E402
from tests.courses.assignments.test_scale import crowd  # noqa: E402
from tests.courses.assignments.world import LONG_AGO, day, make_path, make_rule, on  # noqa: E402
from tests.factories import make_entity  # noqa: E402

ANEW, BARE = "everybody derived anew", "bare rows of an opening"
PEOPLE = int(os.environ.get("PEOPLE", "3000"))


def main() -> None:
    database = databases.copy()
    database.set_up()
    try:
        report(measure())
    finally:
        database.tear_down()


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
    Derivation.objects.update(basis_sha256="")
    found[ANEW] = timed(on("2026-11-09"))
    found[BARE] = bare(), 0
    return found


def bare() -> float:
    """CPU seconds to write rows like those of an opening, and nothing else."""
    people = Person.objects.bulk_create(Person(created_at=LONG_AGO) for _ in range(PEOPLE))
    rows = list(Assignment.objects.order_by("opened_at")[:PEOPLE])
    period, reason = AssignmentPeriod.objects.first(), Justification.objects.first()
    assert period
    assert reason
    began = time.process_time()
    for row, person in zip(rows, people, strict=True):
        row.pk, row.person = uuid.uuid4(), person
    parts = [copy.copy(part) for part in (period, reason) for _ in rows]
    for part, row in zip(parts, [*rows, *rows], strict=True):
        part.pk, part.assignment = None, row
    for model, each in (
        (Assignment, rows),
        (AssignmentPeriod, parts[:PEOPLE]),
        (Justification, parts[PEOPLE:]),
        (Derivation, [Derivation(person=person, derived_at=LONG_AGO) for person in people]),
    ):
        model.objects.bulk_create(each, batch_size=500)
    return round(time.process_time() - began, 2)


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
    print(f"The opening takes {found['opening'][0] / found[BARE][0]:.1f} times the bare writing of its rows;")
    print(f"a night with nothing to do {found['nothing to do'][0] / found[ANEW][0]:.2f} times deriving everybody anew.")
    json.dump({"people": PEOPLE, "seconds": {name: one[0] for name, one in found.items()}}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
