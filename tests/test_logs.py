"""What is logged tells where something failed, never about whom."""

from __future__ import annotations

import json
import logging
import sys
import uuid
from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.test import Client

from lms.logs import JsonFormatter, bare_traceback, tell_uncaught
from lms.people.models import Person, User
from tests.factories import make_user

# The code in a traceback stays: only what was in it must not come out.
SECRETS = ("Zebulon", "zebulon@example.org", "Quagmire")


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(JsonFormatter().format(record)) for record in caplog.records]


def without_secrets(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text


@pytest.mark.django_db
def test_a_database_that_repeats_the_row_is_not_repeated(caplog: pytest.LogCaptureFixture) -> None:
    user = make_user(email="zebulon@example.org", staff_number="Quagmire")
    try:
        with transaction.atomic():
            User.objects.bulk_create([User(person=user.person, staff_number=SECRETS[2], email=SECRETS[1])])
    except IntegrityError:
        logging.getLogger("litmus.test").exception("It failed", extra={"why": ValueError("Zebulon")})
    (line,) = logged(caplog)
    assert line["message"] == "It failed"
    assert "tests/test_logs.py" in line["exception"]
    assert "IntegrityError" in line["exception"]
    assert "people_user" in line["exception"]  # which table it was stays
    without_secrets(json.dumps(line))


@pytest.mark.postgres("SQLite stores any value in any column")
@pytest.mark.django_db
def test_a_value_that_does_not_fit_is_not_repeated() -> None:
    for values in ({"given_name": "Zebulon" * 100}, {"given_name": "Zebulon\0"}):
        with pytest.raises((DataError, ValueError)) as failed, transaction.atomic():
            Person.objects.bulk_create([Person(pk=uuid.uuid4(), family_name=SECRETS[2], **values)])
        without_secrets(bare_traceback(failed.value))
        assert "bulk_create" in bare_traceback(failed.value)


def test_causes_come_first_and_an_exceptions_own_words_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            {}[SECRETS[0]]
        except KeyError as error:
            raise ValueError(f"{SECRETS[2]} is not a number") from error
    except ValueError as error:
        text = bare_traceback(error)
        tell_uncaught(type(error), error, error.__traceback__)
    assert text.index("KeyError") < text.index("which led to") < text.index("ValueError")
    without_secrets(text)
    assert capsys.readouterr().err == text + "\n"
    assert "No such file or directory" in bare_traceback(FileNotFoundError(2, "No such file or directory", "Zebulon"))


def test_an_exception_among_the_arguments_is_named_only() -> None:
    record = logging.makeLogRecord({"msg": "%s: %s", "args": ("one", ValueError("Zebulon")), "name": "x"})
    assert json.loads(JsonFormatter().format(record))["message"] == "one: ValueError"
    record = logging.makeLogRecord({"msg": ValueError("Zebulon"), "name": "x"})
    assert json.loads(JsonFormatter().format(record))["message"] == "ValueError"


def test_a_task_that_failed_is_named_without_what_it_was_given() -> None:
    try:
        raise ValueError(SECRETS[0])
    except ValueError:
        told = {"name": "lms.tasks.drain", "description": "raised unexpected", "exc": "ValueError('Zebulon')"}
        words = "Task %(name)s: %(exc)s"
        record = logging.LogRecord("celery.app.trace", logging.ERROR, "x", 1, words, (told,), sys.exc_info())
        line = JsonFormatter().format(record)
    assert json.loads(line)["message"] == "lms.tasks.drain raised unexpected"
    without_secrets(line)


@pytest.mark.django_db
def test_what_a_visitor_sent_wrongly_is_one_line_without_a_traceback(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    form = {"login": "Zebulon", "password": "Quagmire"}
    assert client.post("/accounts/login/", form, headers={"X-Forwarded-For": "Zebulon, Quagmire"}).status_code == 200
    client.get("/learn/?q=Zebulon", headers={"Host": "Zebulon.example.org"})
    client.get("/learn/?q=Zebulon%00")
    lines = logged(caplog)
    assert [line["status"] for line in lines] == [400, 400]
    assert [line for line in lines if "exception" in line] == []
    without_secrets(json.dumps(lines))
