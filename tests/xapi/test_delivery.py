"""Delivery to a record store over real HTTP: down, slow, wrong, forgetful, and crashes in between."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from lms.people.models import Person
from lms.xapi import delivery, store
from lms.xapi.delivery import LEASE, LONGEST_WAIT, REFUSED_WAIT, back_off, claim_statement, deliver_due, oldest_waiting
from lms.xapi.models import Statement
from lms.xapi.outbox import queue_satisfied
from lms.xapi.statements import PathDone
from tests.xapi.conftest import AT
from tests.xapi.record_store import KEY, SECRET, RecordStore, hang, hang_up, status

Queue = Callable[[int], list[Statement]]


@pytest.fixture
def lrs(settings: Any) -> Iterator[RecordStore]:
    server = RecordStore()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.LRS_ENDPOINT, settings.LRS_KEY, settings.LRS_SECRET = server.address, KEY, SECRET
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def queue(learner: Person, path: PathDone) -> Queue:
    def queue(count: int = 1) -> list[Statement]:
        for number in range(count):
            queue_satisfied(learner, key=f"assignment:{number}", path=path, at=AT + timedelta(microseconds=number))
        return list(Statement.objects.order_by("next_try_at"))

    return queue


LATER = AT + timedelta(seconds=1)


def due_again(row: Statement) -> timedelta:
    row.refresh_from_db()
    assert row.delivered_at is None
    return row.next_try_at - LATER


def test_statements_arrive_exactly_as_they_were_stored(lrs: RecordStore, queue: Queue) -> None:
    rows = queue(3)

    assert deliver_due(LATER) == 3
    for row in rows:
        row.refresh_from_db()
        sent = json.loads(row.text)
        assert sent.items() <= lrs.statements[str(row.pk)].items()
        assert (row.delivered_at, row.attempts, row.last_error) == (LATER, 1, "")
    assert deliver_due(LATER) == 0
    assert lrs.requests == ["PUT"] * 3


def test_one_connection_serves_them_all(lrs: RecordStore, queue: Queue) -> None:
    queue(5)

    deliver_due(LATER)

    assert len(lrs.connections) == 1


def test_without_a_configured_store_the_rows_wait_and_nothing_is_alarming(settings: Any, queue: Queue) -> None:
    settings.LRS_ENDPOINT = ""
    (row,) = queue(1)

    assert deliver_due(LATER) == 0
    row.refresh_from_db()
    assert (row.attempts, row.delivered_at) == (0, None)
    assert oldest_waiting() is None


def test_a_store_configured_later_receives_what_waited(settings: Any, queue: Queue, lrs: RecordStore) -> None:
    settings.LRS_ENDPOINT, address = "", settings.LRS_ENDPOINT
    queue(2)
    deliver_due(LATER)
    settings.LRS_ENDPOINT = address

    assert oldest_waiting() is not None
    assert deliver_due(AT + timedelta(days=30)) == 2
    assert oldest_waiting() is None


def test_what_is_due_later_is_left_alone(lrs: RecordStore, queue: Queue) -> None:
    queue(1)

    assert deliver_due(AT - timedelta(seconds=1)) == 0
    assert lrs.requests == []


def test_a_store_that_is_down_costs_one_attempt_a_run(settings: Any, queue: Queue) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        settings.LRS_ENDPOINT = f"http://127.0.0.1:{nobody.getsockname()[1]}/xapi"
    first, second = queue(2)

    assert deliver_due(LATER) == 0
    assert due_again(first) == timedelta(seconds=10)
    assert "did not answer (ConnectionError)" in first.last_error
    second.refresh_from_db()
    assert second.attempts == 0


def test_a_store_that_hangs_is_given_up_and_tried_again(
    lrs: RecordStore, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    lrs.misbehaviours = [hang]
    (row,) = queue(1)

    with monkeypatch.context() as impatient:
        impatient.setattr(store, "TIMEOUT", (60, 0.2))
        assert deliver_due(LATER) == 0
    assert due_again(row) == timedelta(seconds=10)
    assert "did not answer (ReadTimeout)" in row.last_error
    assert deliver_due(row.next_try_at) == 1


def test_a_store_that_hangs_up_is_tried_again(lrs: RecordStore, queue: Queue) -> None:
    lrs.misbehaviours = [hang_up]
    (row,) = queue(1)

    assert deliver_due(LATER) == 0
    assert due_again(row) == timedelta(seconds=10)


def test_an_error_of_the_store_then_success(lrs: RecordStore, queue: Queue) -> None:
    lrs.misbehaviours = [status(500), status(503), status(429)]
    (row,) = queue(1)
    at = LATER
    for wait in (10, 20, 40):
        assert deliver_due(at) == 0
        row.refresh_from_db()
        assert row.next_try_at - at == timedelta(seconds=wait)
        at = row.next_try_at

    assert deliver_due(at) == 1
    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (4, "")


def test_waiting_grows_and_has_an_end() -> None:
    assert [back_off(attempts).seconds for attempts in (1, 2, 3, 9)] == [10, 20, 40, 2560]
    assert back_off(10) == back_off(32_767) == LONGEST_WAIT


def test_a_statement_that_is_refused_waits_long_and_holds_nobody_up(lrs: RecordStore, queue: Queue) -> None:
    lrs.misbehaviours = [status(400, "l’acteur\nest inconnu".encode())]
    first, second = queue(2)

    assert deliver_due(LATER) == 1
    assert due_again(first) == REFUSED_WAIT
    assert first.last_error == "The learning record store answered 400 Bad Request. l’acteur est inconnu"
    second.refresh_from_db()
    assert second.delivered_at == LATER


def test_wrong_credentials_are_said(lrs: RecordStore, queue: Queue, settings: Any) -> None:
    settings.LRS_SECRET = "wrong"
    (row,) = queue(1)

    assert deliver_due(LATER) == 0
    assert due_again(row) == REFUSED_WAIT
    assert "401 Unauthorized" in row.last_error


@pytest.mark.parametrize("code", [200, 302])
def test_an_address_that_is_no_record_store_is_not_believed(lrs: RecordStore, queue: Queue, code: int) -> None:
    lrs.misbehaviours = [status(code, b"<h1>Sign in</h1>")]
    (row,) = queue(1)

    assert deliver_due(LATER) == 0
    assert due_again(row) == REFUSED_WAIT


def crash(*arguments: Any) -> None:
    raise SystemExit("killed")


@pytest.mark.parametrize("strict", [False, True], ids=["store answers 204 to a repetition", "store answers 409"])
def test_a_crash_between_sending_and_marking_stores_one_statement(
    lrs: RecordStore, queue: Queue, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    lrs.strict = strict
    (row,) = queue(1)
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "record_reply", crash)
        with pytest.raises(SystemExit):
            deliver_due(LATER)

    assert deliver_due(LATER) == 0, "the lease still runs"
    assert deliver_due(LATER + LEASE) == 1
    assert list(lrs.statements) == [str(row.pk)]
    assert lrs.requests == ["PUT", "PUT", "GET"] if strict else ["PUT", "PUT"]
    row.refresh_from_db()
    assert row.last_error == ""


def test_another_statement_under_our_id_is_not_taken_for_ours(lrs: RecordStore, queue: Queue) -> None:
    (row,) = queue(1)
    other = json.loads(row.text) | {"timestamp": "2020-01-01T00:00:00+00:00"}
    lrs.statements[str(row.pk)] = other

    assert deliver_due(LATER) == 0
    assert due_again(row) == REFUSED_WAIT
    assert "Another statement" in row.last_error


def test_a_store_that_may_not_be_read_is_believed_on_409(lrs: RecordStore, queue: Queue) -> None:
    lrs.strict, lrs.readable = True, False
    (row,) = queue(1)
    lrs.statements[str(row.pk)] = {}

    assert deliver_due(LATER) == 1
    row.refresh_from_db()
    assert "could not be read back" in row.last_error


def test_a_store_that_breaks_while_comparing_is_asked_again(lrs: RecordStore, queue: Queue) -> None:
    (row,) = queue(1)
    lrs.misbehaviours = [status(409), status(502)]

    assert deliver_due(LATER) == 0
    assert due_again(row) == timedelta(seconds=10)


def test_a_store_may_write_instants_and_titles_its_own_way(queue: Queue) -> None:
    (row,) = queue(1)
    sent = json.loads(row.text)
    stored = sent | {
        "id": sent["id"].upper(),
        "timestamp": "2026-11-20T09:00:00.000Z",
        "object": {"id": sent["object"]["id"], "definition": {"name": {"en": "Another title"}}},
        "authority": {"objectType": "Agent"},
    }

    assert store.is_same_statement(sent, stored)
    for part, other in {
        "verb": {"id": "http://adlnet.gov/expapi/verbs/completed"},
        "object": {"id": "https://elsewhere.org"},
        "actor": {"account": {"homePage": "https://elsewhere.org", "name": "1"}},
        "result": {"success": False},
        "timestamp": "2026-11-20T10:00:00+00:00",
    }.items():
        assert not store.is_same_statement(sent, stored | {part: other})


def test_a_run_ends_after_its_time(lrs: RecordStore, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "RUN_SECONDS", 0)
    queue(2)

    assert deliver_due(LATER) == 0
    assert lrs.requests == []


def test_two_workers_never_claim_the_same_row(queue: Queue) -> None:
    queue(2)

    first, second = claim_statement(LATER), claim_statement(LATER)

    assert first is not None
    assert second is not None
    assert first.pk != second.pk
    assert claim_statement(LATER) is None


@pytest.mark.postgres("two transactions side by side, which SQLite has not")
@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_is_claiming_is_passed_over(queue: Queue) -> None:
    queue(2)
    claimed: list[Statement | None] = []

    def work(at: datetime) -> None:
        claimed.append(claim_statement(at))
        connection.close()

    with transaction.atomic():
        locked = Statement.objects.due(LATER).select_for_update().first()
        thread = threading.Thread(target=work, args=[LATER])
        thread.start()
        thread.join(60)
        assert not thread.is_alive(), "the second worker waits for the first"
    assert claimed[0] is not None
    assert locked is not None
    assert claimed[0].pk != locked.pk
