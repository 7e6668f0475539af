"""Files of people and units have their limits, and days their range: a sentence with its line, never a traceback."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lms.people.directory import csv_table
from lms.people.directory.staff_import import StaffReport, import_people
from lms.people.models import Employment
from tests.factories import AT, make_entity
from tests.growth import assert_linear

pytestmark = pytest.mark.django_db
HEADER = "staff_number,given_name,entity,hired_on,left_on,leave"


@pytest.fixture(autouse=True)
def _entity() -> None:
    make_entity()


def tried(*lines: str) -> StaffReport:
    return import_people("\n".join((HEADER, *lines)).encode(), at=AT, day=date(2026, 10, 1), commit=True)


def said(*lines: str) -> str:
    return " ".join(map(str, tried(*lines).problems))


def test_the_end_of_the_calendar_is_no_last_day() -> None:
    assert tried("1,Amal,mlg-sa,2026-09-01,9999-12-31,").problems == []
    assert Employment.objects.get().true_to is None


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "2200-01-01"])
def test_days_that_cannot_be_reckoned_with_are_named(day: str) -> None:
    assert f"line 2, column hired_on: “{day}” lies outside the years 1900 to 2199." in said(f"1,Amal,mlg-sa,{day},,")
    assert "column leave: " in said(f"1,Amal,mlg-sa,2026-09-01,,{day}/{day}")


def test_nul_and_other_invisible_characters_are_refused_in_every_column() -> None:
    for line in ("1\0,Amal,mlg-sa,2026-09-01,,", "1,Am\0al,mlg-sa,2026-09-01,,", "1,Amal,mlg\0,2026-09-01,,"):
        assert "line 2, column" in said(line)


def test_a_file_is_read_up_to_its_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "Is it the header?" in str(import_people(b"a," * 200, at=AT).problems[0])
    monkeypatch.setattr(csv_table, "MOST_ROWS", 1)
    assert "Only 1 people or units are read of one file." in said(*["1,Amal,mlg-sa,2026-09-01,,"] * 2)
    monkeypatch.setattr(csv_table, "LARGEST", 100)
    file = tmp_path / "people.csv"
    file.write_bytes(b"x" * 10_000)
    assert len(csv_table.read_file(file)) == 101
    with pytest.raises(CommandError, match="Nothing was written"):
        call_command("import_people", str(file))


@pytest.mark.parametrize("command", ["import_people", "import_units"])
def test_the_day_of_an_import_is_one_too(command: str, tmp_path: Path) -> None:
    with pytest.raises((CommandError, SystemExit)):
        call_command(command, str(tmp_path / "x.csv"), "--on", "9999-12-31")


@pytest.mark.parametrize(
    "opener", [",", ";", '"', '""', "\n", "\r", "\r\n", "a,", "1,", "@", "a@", "-", "/", " ", '",', "\0", "é"]
)
def test_reading_takes_twice_the_work_for_twice_the_file(opener: str) -> None:
    assert_linear(lambda text: csv_table.read_table(f"{HEADER}\n{text}".encode(), {}), opener)
    columns = {name: csv_table.Column(str) for name in HEADER.split(",")}
    assert_linear(lambda text: csv_table.read_table(f"{HEADER}\n{text}".encode(), columns), opener)
    assert_linear(lambda text: csv_table.read_table(text.encode(), columns), opener)
