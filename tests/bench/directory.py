"""What an import of people costs: `make bench-directory`. Milliseconds and queries a person, memory beside the file,
for newcomers and for people without changes. On a database of its own, like the tests. PEOPLE= another number.

The milliseconds include the counting of queries and of memory, which about doubles them.
"""

from __future__ import annotations

import os
import time
import tracemalloc
from datetime import date

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import tests.environment  # noqa: F401  isort: skip

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from lms.people.directory.staff_import import import_people  # noqa: E402
from tests import databases  # noqa: E402
from tests.factories import AT, make_entity, make_role  # noqa: E402


def main() -> None:
    people = int(os.environ.get("PEOPLE") or 5000)
    copy = databases.copy()
    copy.set_up()
    try:
        make_entity()
        make_role("overseer")
        for what in ("newcomers", "people without changes"):
            seconds, queries, peak = cost(staff_file(people))
            each = f"{1000 * seconds / people:.2f} ms and {queries / people:.3f} queries each"
            print(f"{people} {what}: {each}, {peak / 1_000_000:.0f} MB beside the file")
    finally:
        copy.tear_down()


def cost(data: bytes) -> tuple[float, int, int]:
    """Seconds, queries, bytes at the highest."""
    tracemalloc.start()
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as seen:
        result = import_people(data, at=AT, day=date(2026, 10, 1), commit=True)
    seconds, peak = time.perf_counter() - begun, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert result.written, result.problems[:3]
    return seconds, len(seen), peak


def staff_file(people: int) -> bytes:
    """Managers stand above nine people each, before them in the file."""
    lines = ["staff_number,given_name,family_name,email,entity,hired_on,manager,roles"]
    for number in range(people):
        above = f"S{number // 9}" if number else ""
        lines.append(f"S{number},P{number},F{number},p{number}@example.org,mlg-sa,2026-09-01,{above},overseer")
    return "\n".join(lines).encode()


if __name__ == "__main__":
    main()
