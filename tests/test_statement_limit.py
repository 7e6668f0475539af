"""A web process gives up a statement that takes too long, and says so; nothing of the request is left."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as site
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from lms import statement_limit
from lms.people.models import Person
from tests.factories import AT, make_person


def slow(request: HttpRequest) -> HttpResponse:
    """Writes, then waits in the database, as a page would that searches too much."""
    with transaction.atomic():
        Person.objects.create(given_name="Half", family_name="Done", created_at=AT)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(20)")
    return HttpResponse("never")


urlpatterns = [path("slow/", slow)]


@pytest.fixture
def limited(settings: Any) -> Iterator[None]:
    """Connections as a web process opens them, with a limit of one second; afterwards as before."""
    settings.STATEMENT_SECONDS = 1
    settings.ROOT_URLCONF = __name__
    options = connections.settings[DEFAULT_DB_ALIAS]["OPTIONS"]
    before = options["options"]
    statement_limit.limit_statements()
    connection.close()
    yield
    options["options"] = before
    connection.close()


@pytest.mark.postgres("SQLite has no limit on the time of a statement")
@pytest.mark.django_db(transaction=True)
def test_a_page_that_takes_too_long_says_so_and_leaves_nothing_half_done(limited: None) -> None:
    client = Client()
    response = client.get("/slow/")
    assert response.status_code == 503
    html = response.content.decode()
    assert "This took too long" in html
    assert "narrow the search" in html
    assert not Person.objects.filter(given_name="Half").exists()
    assert make_person("Still", "Works").pk


@pytest.mark.django_db
def test_any_other_failure_of_the_database_is_not_called_slow() -> None:
    limit = statement_limit.TooLong(lambda request: HttpResponse())
    assert limit.process_exception(RequestFactory().get("/"), OperationalError("disk is full")) is None
    assert limit.process_exception(RequestFactory().get("/"), ValueError()) is None


def timeout_of(module: str, **environment: str) -> list[str]:
    """[statement_timeout, jit] of a connection in a process of its own that has imported `module`."""
    code = (
        f"import {module}, django; django.setup()\n"
        "from django.db import connection\n"
        "cursor = connection.cursor()\n"
        "for name in ('statement_timeout', 'jit'):\n"
        "    cursor.execute('SHOW ' + name); print(cursor.fetchone()[0])"
    )
    around = {**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings", **environment}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=around, cwd=site.BASE_DIR
    )
    return done.stdout.split()


@pytest.mark.postgres("SQLite has no limit on the time of a statement")
@pytest.mark.parametrize("module", ["lms.wsgi", "lms.asgi"])
def test_what_serves_the_web_is_limited(module: str) -> None:
    assert timeout_of(module) == ["10s", "off"]
    assert timeout_of(module, STATEMENT_SECONDS="3") == ["3s", "off"]
    assert timeout_of(module, STATEMENT_SECONDS="0") == ["0", "off"]


@pytest.mark.postgres("SQLite has no limit on the time of a statement")
@pytest.mark.parametrize("module", ["lms.celery", "manage"])
def test_background_work_and_commands_are_not(module: str) -> None:
    assert timeout_of(module) == ["0", "off"]
