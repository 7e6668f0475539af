from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import Client

from certification.ledger import clock, pending, triggers
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Pending
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from courses.assignments.models import Blocked
from courses.paths.models import LearningPath
from lms.mail.models import Message
from lms.people.logins import give_login
from lms.xapi.models import Statement
from tests.factories import make_entity, make_person
from tests.reports.factories import AT

LATE = AT - timedelta(hours=2)


TOKEN = "a-long-random-token"


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.HEALTH_TOKEN = TOKEN


def ask(client: Client) -> tuple[int, dict[str, Any]]:
    """As whoever is on call asks."""
    response = client.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
    return response.status_code, json.loads(response.content)


def append(key: str = "completion:1") -> None:
    with transaction.atomic():
        pending.append_entry("completion", key=key, at=AT, subject=None, actor=None, payload={"code": "m01"})


@pytest.mark.smoke
def test_a_site_that_is_well_answers_200_without_a_login(client: Client, signer: Signer) -> None:
    status, report = ask(client)
    assert (status, report["status"], report["failures"], report["alarms"]) == (200, "well", [], [])
    assert report["database"] == "reachable"
    assert report["pending"] == {"entries": 0, "oldest_seconds": None}
    assert report["ledger"] == {
        "entries": 1,
        "checkpoint_size": 1,
        "checkpoint_age_seconds": 0,
        "left_age_seconds": None,
    }
    assert report["missing_triggers"] == []


def test_an_entry_may_wait_a_minute_and_no_longer(client: Client, signer: Signer) -> None:
    append()
    Pending.objects.filter(sequenced=False).update(created_at=AT - timedelta(seconds=60))
    assert ask(client)[0] == 200
    Pending.objects.filter(sequenced=False).update(created_at=AT - timedelta(seconds=61))
    status, report = ask(client)
    assert (status, report["status"]) == (503, "failing")
    assert report["pending"] == {"entries": 1, "oldest_seconds": 61}
    assert "waited 61 seconds" in report["failures"][0]


def test_missing_triggers_are_named(client: Client, signer: Signer) -> None:
    with triggers.triggers_suspended():
        status, report = ask(client)
    assert status == 503
    assert "ledger_entry_no_update" in report["missing_triggers"]
    assert "manage.py migrate" in report["failures"][0]


def test_entries_without_a_checkpoint_are_an_alarm(
    client: Client, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    append()
    sequence_pending()
    monkeypatch.setattr(clock, "machine_now", lambda: AT + timedelta(hours=1, seconds=1))
    status, report = ask(client)
    assert (status, report["status"]) == (200, "alarm")
    assert "3601 seconds" in report["alarms"][0]
    make_checkpoint(signer, AT)
    assert ask(client)[1]["status"] == "well"


@pytest.fixture
def undelivered(signer: Signer) -> Statement:
    return Statement.objects.create(
        person=make_person(), key="k", verb="completed", text="{}", stored_at=LATE, next_try_at=AT
    )


def test_a_statement_may_wait_where_no_record_store_is_configured(client: Client, undelivered: Statement) -> None:
    assert ask(client)[1]["status"] == "well"


def test_a_record_store_that_is_down_is_an_alarm_and_takes_no_page_away(
    client: Client, undelivered: Statement, settings: Any
) -> None:
    settings.LRS_ENDPOINT = "https://lrs.example/xapi"
    status, report = ask(client)
    assert (status, report["status"]) == (200, "alarm")
    assert report["statements"] == {"record_store_configured": True, "oldest_undelivered_seconds": 7200}


def test_an_unsent_message_is_an_alarm(client: Client, signer: Signer) -> None:
    Message.objects.create(
        person=make_person(), key="k", kind="digest", to="a@example.org", locale="en", queued_at=LATE, next_try_at=AT
    )
    status, report = ask(client)
    assert (status, report["messages"]) == (200, {"oldest_unsent_seconds": 7200})
    assert "7200 seconds" in report["alarms"][0]


def test_blocked_paths_are_counted(client: Client, signer: Signer) -> None:
    path = LearningPath.objects.create(key="p1")
    blocked = Blocked.objects.create(path=path, entity=make_entity(), problems=[], since=AT)
    assert (ask(client)[1]["blocked_assignments"], ask(client)[1]["status"]) == (1, "alarm")
    Blocked.objects.filter(pk=blocked.pk).update(until=AT)
    assert ask(client)[1]["blocked_assignments"] == 0


@pytest.fixture
def no_database(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def fail() -> None:
        raise OperationalError("could not connect to server at 10.0.0.7")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "ensure_connection", fail)
        patch.setattr(connection, "cursor", lambda *args: fail())
        yield


def test_without_a_database_it_says_so_in_a_sentence(no_database: None) -> None:
    response = Client(raise_request_exception=False).get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
    report = json.loads(response.content)
    assert (response.status_code, report["status"], report["database"]) == (503, "failing", "unreachable")
    assert "cannot be reached" in report["failures"][0]
    assert "10.0.0.7" not in response.content.decode()


def test_it_is_cheap_holds_nothing_personal_and_is_not_cached(
    client: Client, undelivered: Statement, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(21):
        response = client.get("/healthz", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "Amal" not in response.content.decode()
    assert str(undelivered.pk) not in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]
    assert client.post("/healthz").status_code == 405


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": ""}, {"X-Forwarded-For": "127.0.0.1"}],
)
def test_strangers_are_told_one_word(client: Client, signer: Signer, headers: dict[str, str]) -> None:
    response = client.get("/healthz", headers=headers)
    assert (response.status_code, json.loads(response.content)) == (200, {"status": "well"})
    with triggers.triggers_suspended():
        response = client.get("/healthz", headers=headers)
    assert (response.status_code, json.loads(response.content)) == (503, {"status": "failing"})


def test_without_a_token_set_none_is_accepted(client: Client, signer: Signer, settings: Any) -> None:
    settings.HEALTH_TOKEN = ""
    for header in ("Bearer ", ""):
        response = client.get("/healthz", headers={"Authorization": header})
        assert json.loads(response.content) == {"status": "well"}


@pytest.mark.parametrize(("administrator", "told"), [(True, True), (False, False)])
def test_an_administrator_is_told_all(client: Client, signer: Signer, administrator: bool, told: bool) -> None:
    user = make_person("Ada", "L", staff_number="S-1")
    login = give_login(user, "S-1", password="a-long-password")
    login.is_superuser = administrator
    login.save()
    client.force_login(login)
    assert ("ledger" in json.loads(client.get("/healthz").content)) is told


def test_a_stranger_is_answered_without_a_database(no_database: None) -> None:
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = "a" * 32
    response = client.get("/healthz")
    assert (response.status_code, json.loads(response.content)) == (503, {"status": "failing"})
