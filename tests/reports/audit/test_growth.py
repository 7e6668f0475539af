"""What a search reads does not grow with the ledger it searches: PostgreSQL's own plan says how much it read."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from certification.ledger.models import Entry, EntryPart, Opening
from lms.people.models import Person
from lms.reports.audit import searching
from tests.factories import AT, make_person

pytestmark = [pytest.mark.postgres("its planner says how many rows it read"), pytest.mark.django_db]

WANTED = {"q": "", "reason": "The yearly audit", "path": "", "kind": "", "since": None, "until": None}
FEW, MANY = 1_000, 8_000


@pytest.fixture
def ada() -> Person:
    return make_person("Ada", "Lovelace")


def append(first: int, last: int, person: uuid.UUID | None) -> None:
    """Entries `first` to `last` about this person, or each about somebody else; rows alone, without a tree."""
    ids = {number: uuid.uuid4() for number in range(first, last)}
    Entry.objects.bulk_create(
        Entry(seq=number, uuid=each, kind="completion", at=AT, sequenced_at=AT, leaf=b"", leaf_hash=b"")
        for number, each in ids.items()
    )
    Opening.objects.bulk_create(
        Opening(entry=each, part=part, person=whose, value=value, salt=b"")
        for each in ids.values()
        for part, whose, value in (
            (EntryPart.SUBJECT, person or uuid.uuid4(), "{}"),
            (EntryPart.PAYLOAD, None, '{"path":{"key":"p9"}}'),
        )
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE certification_entry, certification_opening, certification_member")


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(inner for child in plan.get("Plans", []) for inner in nodes(child))]


def plan(rows: QuerySet[Any]) -> list[dict[str, Any]]:
    sql, params = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
        return nodes(cursor.fetchone()[0][0]["Plan"])


def read(rows: QuerySet[Any]) -> int:
    """How many rows every step of the plan gave or threw away, all its rounds together."""
    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in plan(rows)
    )


def questions(person: Person) -> dict[str, QuerySet[Any]]:
    def find(**wanted: str) -> QuerySet[Any]:
        return searching.find_entries({**WANTED, **wanted}).entries[:25]

    return {
        "name": find(q="lovelace"),
        "number": find(q="#17"),
        "id": find(q=str(Entry.objects.get(seq=17).uuid)),
        "person page": Entry.objects.about(person.pk).order_by("-seq")[:25],
    }


def test_eight_times_the_ledger_is_not_read_for_the_same_answer(ada: Person) -> None:
    append(0, 40, ada.pk)
    append(40, FEW, None)
    before = {name: read(rows) for name, rows in questions(ada).items()}
    append(FEW, MANY, None)
    after = {name: read(rows) for name, rows in questions(ada).items()}
    assert {name: after[name] <= 2 * before[name] + 50 for name in after} == dict.fromkeys(after, True), (before, after)


def test_no_subquery_is_asked_for_every_entry(ada: Person) -> None:
    """Neither correlated nor hashed: a hash that outgrew its memory was read again for each of half a million."""
    append(0, FEW, ada.pk)
    asked = {
        **questions(ada),
        "training": searching.find_entries({**WANTED, "path": "p9"}).entries[:25],
        "both": searching.find_entries({**WANTED, "path": "p9", "q": "lovelace"}).entries[:25],
    }
    for name, rows in asked.items():
        subplans = [node for node in plan(rows) if node.get("Parent Relationship") == "SubPlan"]
        assert subplans == [], name
        assert rows[:1].get().seq == {"number": 17, "id": 17}.get(name, FEW - 1)
