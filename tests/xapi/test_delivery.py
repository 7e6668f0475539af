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

from lms.condition import Condition
from lms.people.models import Person
from lms.xapi import delivery, store
from lms.xapi.delivery import (
    BATCH,
    LEASE,
    LONGEST_WAIT,
    REFUSED_BY_ONE_RUN,
    REFUSED_WAIT,
    back_off,
    claim_statements,
    deliver_due,
    oldest_waiting,
)
from lms.xapi.health import look_at_statements
from lms.xapi.models import Statement
from lms.xapi.outbox import queue_satisfied
from lms.xapi.statements import PathDone
from lms.xapi.store_condition import MOST_PAUSE, batch_size, current_condition, pause
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


def asked_again() -> timedelta:
    """When the store itself is asked again."""
    found = current_condition()
    assert found is not None
    assert found.next_try_at is not None
    return found.next_try_at - LATER


def words() -> str:
    found = current_condition()
    return found.words if found and found.failing_since else ""


def alarms() -> str:
    found = Condition()
    look_at_statements(found)
    return " ".join(alarm for alarm in found.alarms if "turns this site away" in alarm)


def test_statements_arrive_exactly_as_they_were_stored(lrs: RecordStore, queue: Queue) -> None:
    rows = queue(3)

    assert deliver_due(LATER) == 3
    for row in rows:
        row.refresh_from_db()
        sent = json.loads(row.text)
        assert sent.items() <= lrs.statements[str(row.pk)].items()
        assert (row.delivered_at, row.attempts, row.last_error) == (LATER, 1, "")
    assert deliver_due(LATER) == 0
    assert lrs.requests == ["POST"]


def test_a_single_statement_is_put(lrs: RecordStore, queue: Queue) -> None:
    queue(1)

    assert deliver_due(LATER) == 1
    assert lrs.requests == ["PUT"]


def test_a_thousand_go_out_in_ten_arrays(lrs: RecordStore, queue: Queue, django_assert_max_num_queries: Any) -> None:
    queue(1000)

    with django_assert_max_num_queries(10 * 8 + 6):  # a hundred: claimed, leased, marked, each in its own transaction
        assert deliver_due(LATER) == 1000
    assert lrs.requests == ["POST"] * 10
    assert lrs.arrays == [BATCH] * 10
    assert len(lrs.connections) == 1


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
    assert asked_again() == timedelta(seconds=10)
    assert "did not answer (ConnectionError)" in words()
    assert due_again(first) == due_again(second) == timedelta(0), "it is not the statements' fault"
    assert alarms() == ""


def test_a_store_that_hangs_is_given_up_and_tried_again(
    lrs: RecordStore, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    lrs.misbehaviours = [hang]
    queue(1)

    with monkeypatch.context() as impatient:
        impatient.setattr(store, "TIMEOUT", (60, 0.2))
        assert deliver_due(LATER) == 0
    assert asked_again() == timedelta(seconds=10)
    assert "did not answer (ReadTimeout)" in words()
    assert deliver_due(LATER + timedelta(seconds=9)) == 0
    assert lrs.requests == ["PUT"], "it is left alone until then"
    assert deliver_due(LATER + timedelta(seconds=10)) == 1
    assert words() == ""


def test_a_store_that_hangs_up_is_tried_again(lrs: RecordStore, queue: Queue) -> None:
    lrs.misbehaviours = [hang_up]
    queue(1)

    assert deliver_due(LATER) == 0
    assert asked_again() == timedelta(seconds=10)


def test_an_error_of_the_store_then_success(lrs: RecordStore, queue: Queue) -> None:
    lrs.misbehaviours = [status(500), status(503), status(429)]
    (row,) = queue(1)
    at = LATER
    for wait in (10, 20, 40):
        assert deliver_due(at) == 0
        at += timedelta(seconds=wait)
        assert LATER + asked_again() == at

    assert deliver_due(at) == 1
    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (1, "")


def test_waiting_grows_and_has_an_end() -> None:
    assert [back_off(attempts).seconds for attempts in (1, 2, 3, 9)] == [10, 20, 40, 2560]
    assert back_off(10) == back_off(32_767) == LONGEST_WAIT
    assert [pause(tries).seconds for tries in (1, 2, 3)] == [10, 20, 40]
    assert pause(6) == pause(1000) == MOST_PAUSE


def test_a_statement_that_is_refused_waits_long_and_holds_nobody_up(lrs: RecordStore, queue: Queue) -> None:
    rows = queue(BATCH)
    lrs.poison = {str(rows[37].pk): 400}

    assert deliver_due(LATER) == BATCH - 1
    assert due_again(rows[37]) == REFUSED_WAIT
    assert rows[37].last_error == "The learning record store answered 400 Bad Request."
    assert len(lrs.requests) <= 15, "found by halving"


def test_what_the_store_says_about_a_statement_is_kept(lrs: RecordStore, queue: Queue) -> None:
    lrs.misbehaviours = [status(400, "l’acteur\nest inconnu".encode())]
    (row,) = queue(1)

    assert deliver_due(LATER) == 0
    assert due_again(row) == REFUSED_WAIT
    assert row.last_error == "The learning record store answered 400 Bad Request. l’acteur est inconnu"


@pytest.mark.parametrize("code", [400, 413, 422, 500])
def test_poison_among_a_thousand_holds_nobody_up(lrs: RecordStore, queue: Queue, code: int) -> None:
    rows = queue(300)
    poison = [rows[number] for number in (0, 1, 99, 150, 299)]
    lrs.poison = {str(row.pk): code for row in poison}

    at = LATER
    while Statement.objects.waiting().count() > len(poison):
        deliver_due(at)
        at += MOST_PAUSE
        assert at < LATER + 12 * MOST_PAUSE, "the poison holds others up"
    assert set(Statement.objects.waiting()) == set(poison)
    assert len(lrs.requests) < 150


def test_a_store_that_breaks_over_everything_is_not_searched_for_poison(lrs: RecordStore, queue: Queue) -> None:
    rows = queue(250)
    lrs.poison = {str(row.pk): 500 for row in rows[BATCH:]}

    assert deliver_due(LATER) == BATCH
    assert len(lrs.requests) <= 1 + delivery.BREAKS_IN_A_ROW
    assert asked_again() == timedelta(seconds=10)


def test_an_array_too_large_is_sent_in_halves(lrs: RecordStore, queue: Queue) -> None:
    lrs.misbehaviours = [status(413)]
    queue(BATCH)

    assert deliver_due(LATER) == BATCH
    assert lrs.arrays == [BATCH // 2, BATCH // 2]


@pytest.mark.parametrize("code", [400, 404, 405, 415, 501])
def test_a_store_that_takes_no_arrays_gets_them_one_by_one(lrs: RecordStore, queue: Queue, code: int) -> None:
    lrs.takes_arrays = code
    queue(BATCH + 20)

    assert deliver_due(LATER) == BATCH + 20
    assert lrs.requests.count("PUT") == BATCH + 20
    assert len(lrs.arrays) <= 8, "once it is known, no more are tried"


@pytest.mark.parametrize("code", [401, 302], ids=["401", "302"])
def test_xapi_wrong_credentials(lrs: RecordStore, queue: Queue, code: int) -> None:
    """Case xapi-wrong-credentials: a fault of the site is no fault of a thousand statements."""
    queue(1000)
    lrs.always = status(code, b"Who are you?")

    assert deliver_due(LATER) == 0
    assert len(lrs.requests) == 1
    assert f"answered {code}" in words()
    assert f"answered {code}" in alarms()
    assert not Statement.objects.exclude(last_error="", attempts=0).exists(), "booked on no statement"

    lrs.always = None
    assert deliver_due(LATER + asked_again()) == 1000
    assert alarms() == ""


def test_a_fault_of_the_site_for_hours_is_asked_about_every_five_minutes(lrs: RecordStore, queue: Queue) -> None:
    queue(300)
    lrs.always = status(403)
    at = LATER
    for _run in range(6 * 360):  # six hours, every ten seconds
        deliver_due(at)
        at += timedelta(seconds=10)

    assert 70 < len(lrs.requests) < 80
    lrs.always = None
    assert deliver_due(at + MOST_PAUSE) == 300


def test_wrong_credentials_are_said(lrs: RecordStore, queue: Queue, settings: Any) -> None:
    settings.LRS_SECRET = "wrong"
    queue(1)

    assert deliver_due(LATER) == 0
    assert "401 Unauthorized" in alarms()


def test_a_certificate_nobody_vouches_for_is_a_fault_of_the_site(lrs: RecordStore, queue: Queue, settings: Any) -> None:
    queue(2)
    settings.LRS_ENDPOINT = settings.LRS_ENDPOINT.replace("http:", "https:")

    assert deliver_due(LATER) == 0
    assert "No safe connection" in alarms()


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("code", [200, 302, 404, 410])
def test_an_address_that_is_no_record_store_is_not_believed(
    lrs: RecordStore, queue: Queue, code: int, count: int
) -> None:
    lrs.always = status(code, b"<h1>Sign in</h1>")
    queue(count)

    assert deliver_due(LATER) == 0
    assert len(lrs.requests) <= 2
    assert f"answered {code}" in alarms()


def test_a_store_that_refuses_everything_is_an_alarm_and_what_it_refused_goes_out_after_mending(
    lrs: RecordStore, queue: Queue
) -> None:
    """As when it wants another version of xAPI: each answer is about one statement, the fault is not."""
    queue(250)
    lrs.always = status(400)

    assert deliver_due(LATER) == 0
    assert lrs.requests.count("PUT") == REFUSED_BY_ONE_RUN
    assert "answered 400" in alarms()

    lrs.always = None
    mended = LATER + asked_again()
    assert deliver_due(mended) + deliver_due(mended) == 250
    assert alarms() == ""


def test_the_number_tried_shrinks_while_a_store_fails(lrs: RecordStore, queue: Queue) -> None:
    """So that one statement which brings the store down each time does not take others with it."""
    rows = queue(BATCH)
    lrs.always = status(500)
    at = LATER
    for size in (50, 25, 12, 6, 3, 1, 1):
        deliver_due(at)
        at += MOST_PAUSE
        assert batch_size(at, BATCH) == size
    assert batch_size(at - MOST_PAUSE, BATCH) == 0

    lrs.always, lrs.poison = None, {str(rows[0].pk): 500}
    for _run in range(3):
        deliver_due(at)
        at += MOST_PAUSE
    assert list(Statement.objects.waiting()) == [rows[0]]


def crash(*arguments: Any) -> None:
    raise SystemExit("killed")


@pytest.mark.parametrize("strict", [False, True], ids=["store answers 204 to a repetition", "store answers 409"])
def test_a_crash_between_sending_and_marking_stores_one_statement(
    lrs: RecordStore, queue: Queue, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    lrs.strict = strict
    (row,) = queue(1)
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "record_delivered", crash)
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
    queue(1)
    lrs.misbehaviours = [status(409), status(502)]

    assert deliver_due(LATER) == 0
    assert asked_again() == timedelta(seconds=10)


@pytest.mark.parametrize("strict", [False, True], ids=["store answers 200 to a repetition", "store answers 409"])
def test_a_crash_after_an_array_stores_each_once(
    lrs: RecordStore, queue: Queue, monkeypatch: pytest.MonkeyPatch, strict: bool
) -> None:
    lrs.strict = strict
    rows = queue(8)
    with monkeypatch.context() as patched:
        patched.setattr(delivery, "record_delivered", crash)
        with pytest.raises(SystemExit):
            deliver_due(LATER)

    assert deliver_due(LATER + LEASE) == 8
    assert set(lrs.statements) == {str(row.pk) for row in rows}


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

    first, second = claim_statements(LATER, 1), claim_statements(LATER, 1)

    assert len({row.pk for row in first + second}) == 2
    assert claim_statements(LATER, 1) == []


@pytest.mark.postgres("two transactions side by side, which SQLite has not")
@pytest.mark.django_db(transaction=True)
def test_a_row_somebody_is_claiming_is_passed_over(queue: Queue) -> None:
    queue(2)
    claimed: list[Statement] = []

    def work(at: datetime) -> None:
        claimed.extend(claim_statements(at, 1))
        connection.close()

    with transaction.atomic():
        locked = Statement.objects.due(LATER).select_for_update().first()
        thread = threading.Thread(target=work, args=[LATER])
        thread.start()
        thread.join(60)
        assert not thread.is_alive(), "the second worker waits for the first"
    assert locked is not None
    assert claimed[0].pk != locked.pk
