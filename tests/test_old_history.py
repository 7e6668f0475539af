"""Databases from before the first release are refused with a sentence, and nothing in them is touched."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError, SystemCheckError
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from certification.ledger import triggers
from lms import old_history, rooms
from lms.demo import building


@pytest.fixture
def _old(db: None) -> None:
    MigrationRecorder(connection).record_applied(*old_history.GONE)


def test_a_database_of_today_is_not_refused(db: None) -> None:
    assert old_history.refusal(DEFAULT_DB_ALIAS) == ""
    call_command("check", databases=[DEFAULT_DB_ALIAS])


@pytest.mark.usefixtures("_old")
def test_migrate_refuses_a_database_of_the_old_history_and_says_what_to_do() -> None:
    with pytest.raises(SystemCheckError, match="make demo-reset"):
        call_command("migrate", skip_checks=False, verbosity=0)


@pytest.mark.usefixtures("_old")
def test_the_demo_refuses_it_too_and_a_reset_throws_it_away(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(building, "throw_away", lambda: done.append("thrown away"))
    monkeypatch.setattr(building, "build", lambda tell: done.append("built"))
    monkeypatch.setattr("lms.demo.management.commands.demo.collect_static", lambda: None)
    with pytest.raises(CommandError, match="make demo-reset"):
        call_command("demo", build_only=True)
    assert done == []
    call_command("demo", build_only=True, reset=True)
    assert done == ["thrown away", "built"]


def test_no_migration_of_ours_is_called_as_the_old_ones_were(db: None) -> None:
    ours = {room.label for room in rooms.all_rooms()}
    named = [name for label, name in MigrationLoader(None).disk_migrations if label in ours]
    assert named
    assert "0001_initial" not in named


def test_after_migrate_the_ledgers_triggers_stand(db: None) -> None:
    assert triggers.missing_triggers() == []
