"""A demonstration somebody built is theirs: moved, copied or unknown, it is never thrown away unasked."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from certification.ledger import clock
from lms.demo import building
from lms.demo.demo_organisation import ORIGIN
from lms.people.models import Person
from tests.factories import make_person
from tests.ledger_fixtures import make_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


@pytest.fixture
def built(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a finished demonstration, whose database lies in it."""
    settings.VAR_DIR = tmp_path / "before"
    (tmp_path / "before").mkdir()
    make_ledger(tmp_path / "ledger", ORIGIN)
    make_person()
    if connection.vendor == "sqlite":  # a PostgreSQL database does not lie in the folder
        monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "before" / "litmus.sqlite3"))
    building._write_mark(building.ready_mark())
    assert building.ready()
    return tmp_path / "before"


def start(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """`make demo` without its server; says what it would have thrown away or built."""
    done: list[str] = []
    monkeypatch.setattr(building, "throw_away", lambda: done.append("thrown away"))
    monkeypatch.setattr(building, "build", lambda tell: done.append("built"))
    monkeypatch.setattr("lms.demo.management.commands.demo.collect_static", lambda: None)
    monkeypatch.setattr("lms.catalogues.compile_all", lambda: None)
    call_command("demo", build_only=True)
    return done


@pytest.mark.parametrize("way", [shutil.move, shutil.copytree])
def test_a_moved_or_copied_folder_keeps_its_data(
    built: Path, way: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = built.parent / "after"
    way(str(built), str(after))
    settings.VAR_DIR = after
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict, "NAME", str(after / "litmus.sqlite3"))
    assert start(monkeypatch) == []


def test_a_demonstration_without_its_mark_is_asked_about(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    building.ready_mark().unlink()
    with pytest.raises(CommandError, match=r"does not know.*Nothing was touched.*make demo-reset"):
        start(monkeypatch)
    assert Person.objects.exists()


def test_what_an_interrupted_build_left_is_begun_afresh(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    building.ready_mark().rename(building.building_mark())
    assert start(monkeypatch) == ["thrown away", "built"]


def test_a_mark_of_another_database_does_not_count(built: Path) -> None:
    building.ready_mark().write_text(json.dumps({"database": "/elsewhere/other.sqlite3"}))
    assert not building.ready()
    building.ready_mark().write_text("[]")
    assert not building.ready()


def test_a_site_that_is_being_set_up_is_nobodys_to_throw_away() -> None:
    make_person()
    with pytest.raises(building.NotADemoSite, match="being set up"):
        building.throw_away()
    assert Person.objects.exists()
