"""Claiming the next hundred messages is the same work whether a thousand wait or ten thousand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from lms.mail import sending
from lms.mail.models import Lane, Message
from lms.people.models import Person
from tests.factories import AT, make_person

pytestmark = pytest.mark.django_db


def wait(person: Person, first: int, last: int, **values: Any) -> None:
    """A digest to everybody: all queued at one instant."""
    common = {"kind": "digest", "to": "a@example.org", "locale": "en", "queued_at": AT, "next_try_at": AT, **values}
    Message.objects.bulk_create(
        Message(person=person, key=f"digest:{number}", subject="Due", body="Hello", **common)
        for number in range(first, last)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE mail_message" if connection.vendor == "postgresql" else "ANALYZE")


def selects() -> list[str]:
    """The statements with which a sender looks for the next messages; nothing is claimed by it."""
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        assert len(sending._claim(AT)) == sending.CLAIMED_AT_ONCE
        transaction.set_rollback(True)
    return [query["sql"] for query in captured if query["sql"].startswith("SELECT")]


def rows_read() -> int:
    """Of PostgreSQL: what each step of the plans gave or threw away."""

    def count(plan: dict[str, Any]) -> int:
        own = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
        return own * plan["Actual Loops"] + sum(map(count, plan.get("Plans", [])))

    total = 0
    with connection.cursor() as cursor:
        for sql in selects():
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            total += count(cursor.fetchone()[0][0]["Plan"])
    return total


def steps() -> int:
    """Of SQLite: thousands of instructions of its virtual machine."""
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1

    found = selects()
    connection.connection.set_progress_handler(tick, 100)
    try:
        with connection.cursor() as cursor:
            for sql in found:
                cursor.execute(sql).fetchall()
    finally:
        connection.connection.set_progress_handler(None, 0)
    return done


def work() -> int:
    return rows_read() if connection.vendor == "postgresql" else steps()


def test_what_waits_behind_costs_nothing() -> None:
    person = make_person(email="a@example.org")
    wait(person, 0, 1_000)
    before = work()
    wait(person, 1_000, 10_000)
    assert 0 < work() <= 2 * before


def test_what_was_put_off_sent_or_given_up_costs_nothing() -> None:
    person = make_person(email="a@example.org")
    wait(person, 0, 1_000)
    before = work()
    wait(person, 1_000, 4_000, next_try_at=AT + timedelta(hours=1))
    wait(person, 4_000, 7_000, lane=None, sent_at=AT)
    wait(person, 7_000, 9_000, lane=None, attempts=10)
    wait(person, 9_000, 10_000, lane=Lane.URGENT, next_try_at=AT + timedelta(hours=1))
    assert 0 < work() <= 2 * before
