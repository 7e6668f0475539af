"""`make bench-team`: what a manager's page costs in a large organisation, by ids and, in the same run, by subquery.

PostgreSQL only (DATABASE_URL): its planner is what the ids are for. PEOPLE (20000) in a tree where everybody leads ten;
each was open with one training and satisfied with two. Wall milliseconds, the median of ROUNDS; the ratio is what
counts, because it does not hang on the machine. The last line is one JSON object.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import tests.environment  # noqa: F401  isort: skip

import django

django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from certification.ledger import clock  # noqa: E402
from lms.people.facts_on_day import reports_of  # noqa: E402
from lms.people.idlist import IdList  # noqa: E402
from lms.people.models import Person, User  # noqa: E402
from lms.reports import standing  # noqa: E402
from tests import databases  # noqa: E402
from tests.factories import sign_in  # noqa: E402
from tests.reports.factories import make_path  # noqa: E402

PEOPLE = int(os.environ.get("PEOPLE", "20000"))
ROUNDS = 5
OPENED = "2026-10-01"
ORGANISATION = """
    INSERT INTO people_person (id, given_name, family_name, language, email, created_at)
    SELECT md5('p' || n)::uuid, 'Given' || n %% 97, 'Family' || n, 'en', '', now()
    FROM generate_series(1, %(people)s) n;
    INSERT INTO people_reportingline (fact, person_id, manager_id, kind, true_from, known_from)
    SELECT md5('f' || n)::uuid, md5('p' || n)::uuid, md5('p' || (n - 2) / 10 + 1)::uuid, 'line', '2020-01-01',
           '2020-01-01'
    FROM generate_series(2, %(people)s) n;
"""
TRAINING = """
    INSERT INTO courses_assignment (id, person_id, version_id, path_key, about, cycle_key, anchor, zone, due, state,
                                    state_on, opened_at, end_reason, paused_days, before_access, late, engine)
    SELECT md5(%(key)s || n)::uuid, md5('p' || n)::uuid, %(version)s, %(key)s, '', 'hire', '2026-10-01', 'UTC',
           date '2026-10-20' + n %% 60, %(state)s, '2026-10-01', '2026-10-01', '', 0, false, false, ''
    FROM generate_series(1, %(people)s) n;
    INSERT INTO courses_assignmentperiod (assignment_id, state, due, deadline_at, before_access, true_from, true_to,
                                          known_from, known_to)
    SELECT id, 'open', due, due + interval '1 day', false, anchor,
           CASE WHEN %(state)s != 'open' THEN date '2026-10-05' END, opened_at, NULL::timestamptz
    FROM courses_assignment WHERE path_key = %(key)s
    UNION ALL
    SELECT id, state, due, NULL::timestamptz, false, '2026-10-05', NULL, opened_at, NULL::timestamptz
    FROM courses_assignment WHERE path_key = %(key)s AND state != 'open';
"""


def main() -> None:
    if connection.vendor != "postgresql":
        sys.exit("This benchmark needs PostgreSQL: set DATABASE_URL.")
    copy = databases.copy()
    copy.set_up()
    try:
        build()
        report({name: measure(number) for name, number in leaders().items()})
    finally:
        copy.tear_down()


def build() -> None:
    with connection.cursor() as cursor:
        cursor.execute(ORGANISATION, {"people": PEOPLE})
        for key, state in (("p1", "open"), ("p2", "satisfied"), ("p3", "satisfied")):
            values = {"people": PEOPLE, "key": key, "state": state, "version": make_path(key).pk}
            cursor.execute(TRAINING, values)
        cursor.execute("ANALYZE")


def leaders() -> dict[str, int]:
    """Numbers of people: who leads only ten, who leads about a tenth, who leads everybody."""
    return {"ten": PEOPLE // 10 - 5, "a tenth": 3, "everybody": 1}


def measure(number: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5('p' || %s::text)::uuid", [number])
        manager = Person.objects.get(pk=cursor.fetchone()[0])
    at = clock.now()
    view, day = standing.View(at.date()), at.date()

    def by_subquery() -> Any:
        return standing.tally(standing.standings(view, assignment__person__in=reports_of(manager, day)))

    def by_ids() -> Any:
        ids = IdList.found_by(reports_of(manager, day))
        return standing.tally(standing.standings(view, ids.among("assignment__person")))

    if by_subquery() != by_ids():
        sys.exit("The two forms count differently.")
    page = signed_in(manager.pk)
    subquery, ids = median(by_subquery), median(by_ids)
    return {
        "team": reports_of(manager, day).count(),
        "counts_by_subquery_ms": subquery,
        "counts_by_ids_ms": ids,
        "ratio": round(ids / subquery, 3),
        "page_ms": median(lambda: get(page, "/team/")),
        "page_by_name_ms": median(lambda: get(page, "/team/?sort=name")),
        "page_overdue_ms": median(lambda: get(page, "/team/?status=overdue")),
        "export_ms": median(lambda: get(page, "/team/export.csv"), 1),
    }


def signed_in(person: UUID) -> Client:
    user, _new = User.objects.get_or_create(person_id=person, defaults={"staff_number": f"b-{person.hex}"})
    return sign_in(Client(), user)


def get(client: Client, path: str) -> None:
    response = client.get(path)
    if response.status_code != 200:
        sys.exit(f"{path} answered {response.status_code}: the benchmark measures pages that work.")
    if response.streaming:
        for _part in response:
            pass


def median(call: Callable[[], Any], rounds: int = ROUNDS) -> float:
    return round(statistics.median(timed(call) for _ in range(rounds)), 1)


def timed(call: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1000


def report(found: dict[str, dict[str, Any]]) -> None:
    for name, figures in found.items():
        print(f"leads {name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    print(json.dumps({"database": connection.vendor, "people": PEOPLE, **found}))


if __name__ == "__main__":
    main()
