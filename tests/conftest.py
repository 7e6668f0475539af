"""What every test stands on: its own copy of a migrated database, a fresh clock, a real browser where it asks."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import transaction
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect
from pytest_django import DjangoDbBlocker

from tests import browser, databases
from tests.parameters import _few_parameters, _parameters_watched  # noqa: F401

# No test depends on how fast the machine is: a property is true or false, however long its examples took to make,
# and a page has a minute to show what it will show. Fixtures that last for all examples of a test are meant so here.
UNHURRIED = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
hypothesis_settings.register_profile("any-machine", deadline=None, suppress_health_check=UNHURRIED)
hypothesis_settings.load_profile("any-machine")
expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever is begun last, one worker is alone with: nothing that takes long."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """Django and thousands of tests are there to stay: the collector need not walk over them again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    copy = databases.copy()
    original = TransactionTestCase._fixture_teardown
    with django_db_blocker.unblock():
        copy.set_up()
    TransactionTestCase._fixture_teardown = lambda self: copy.restore()
    yield
    TransactionTestCase._fixture_teardown = original
    with django_db_blocker.unblock():
        copy.tear_down()


@pytest.fixture(scope="module")
def module_rows(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[databases.ModuleRows]:
    """Makes the rows that all tests of a module begin with, once: in a transaction around theirs, taken back after.

    All of them begin with them then, so ask for it in an autouse fixture. Not beside `transaction=True`.
    """

    def make(rows: Callable[[], object]) -> None:
        with django_db_blocker.unblock():
            rows()

    around = transaction.atomic()
    make(around.__enter__)
    yield make
    make(lambda: transaction.set_rollback(True))
    make(lambda: around.__exit__(None, None, None))


@pytest.fixture(scope="session", autouse=True)
def _static_root() -> None:
    """WhiteNoise warns of a folder that is not there; the tests take static files from the themes (PLAIN_STATIC)."""
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


@pytest.fixture(autouse=True)
def _own_surroundings(settings: Any, tmp_path: Path) -> None:
    """Nothing a test writes outside the database meets another test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.LEDGER_KEY_FILE = tmp_path / "ledger" / "signing-key"
    cache.clear()


@pytest.fixture(autouse=True)
def _steady_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process knows of its ledger's origin does not go stale in the middle of counting queries."""
    if "test_clock" not in request.node.nodeid:
        monkeypatch.setattr("certification.ledger.clock.STALE_AFTER", 3600.0)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, **browser.launch()}
