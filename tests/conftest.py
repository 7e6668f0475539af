"""What every test stands on: its own copy of a migrated database, a fresh clock, a real browser where it asks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests import databases
from tests.parameters import _few_parameters, _parameters_watched  # noqa: F401


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests for a server that is not configured are deselected and counted aloud; CI makes that a failure."""
    missing = {
        "postgres": "" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "DATABASE_URL",
        "redis": "" if os.environ.get("REDIS_URL") else "REDIS_URL",
        "browser": "" if chromium() else "Chromium",
    }
    left_out = [item for item in items if any(need and item.get_closest_marker(mark) for mark, need in missing.items())]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
        for mark, need in missing.items():
            count = sum(1 for item in left_out if item.get_closest_marker(mark))
            if count:
                print(f"\nNOT RUN: {count} tests marked {mark} need {need}.")


def chromium() -> str | None:
    """Debian's Chromium, else Playwright's own download, else nothing."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found:
        return found
    downloads = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    return next((str(path) for path in sorted(downloads.glob("chromium-*/chrome-linux*/chrome"))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {
        **browser_type_launch_args,
        "executable_path": chromium(),
        "args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
    }
