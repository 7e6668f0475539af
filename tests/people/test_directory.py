"""The directory import: nothing half done, everything said by line and column, twice is once."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.people import facts_on_day, staffing
from lms.people.directory.staff_import import StaffReport, import_people
from lms.people.models import (
    Employment,
    ExternalId,
    Leave,
    PeopleChange,
    Person,
    Placement,
    ReportingLine,
    RoleHolding,
    User,
)
from tests.factories import AT, make_entity, make_role, make_unit

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 1)
HEADER = "staff_number,given_name,family_name,email,language,entity,unit,kind,zone,hired_on,left_on,manager,roles,leave"
BOSS = "1,Bea,Boss,bea@example.org,en,mlg-sa,,,,2020-01-01,,,,"
AMAL = "2,Amal,Bennani,Amal@Example.org,fr,mlg-sa,team-1,employee,,2026-09-01,,1,overseer,2026-11-20/2027-02-28"


@pytest.fixture(autouse=True)
def _organisation() -> None:
    make_unit("team-1")
    make_unit("team-2")
    make_entity("chile", country="CL", zone="America/Santiago")
    make_role("overseer")
    make_role("writer")


def run(*lines: str, header: str = HEADER, commit: bool = True, day: date = DAY, **options: Any) -> StaffReport:
    data = "\n".join([header, *lines]).encode()
    return import_people(data, at=AT + timedelta(days=(day - DAY).days), day=day, commit=commit, **options)


def told(result: StaffReport) -> list[str]:
    assert not result.written
    return [str(problem) for problem in result.problems]


def person(number: str) -> Person:
    return ExternalId.objects.select_related("person").get(feed="directory", key=number).person


def rows() -> dict[str, int]:
    tables = (Person, User, Employment, Placement, ReportingLine, RoleHolding, Leave, PeopleChange, ExternalId)
    return {model.__name__: model._default_manager.count() for model in tables}


# What it writes


def test_a_file_becomes_people_with_logins_and_dated_facts() -> None:
    result = run(AMAL, BOSS)  # the manager stands later in the file
    assert result.problems == []
    amal = person("2")
    assert (amal.name, amal.language, amal.email) == ("Amal Bennani", "fr", "amal@example.org")
    hired = date(2026, 9, 1)
    employment = facts_on_day.employment_on(amal, hired)
    assert employment
    assert (employment.entity.code, employment.kind, employment.zone) == ("mlg-sa", "employee", "Europe/Paris")
    assert facts_on_day.unit_of(amal, hired).code == "team-1"  # type: ignore[union-attr]
    assert facts_on_day.unit_of(person("1"), hired).code == "mlg-sa"  # type: ignore[union-attr]
    assert list(facts_on_day.reports_of(person("1"), hired)) == [amal]
    assert RoleHolding.objects.on(hired).get(person=amal).role.key == "overseer"
    assert facts_on_day.leaves_of([amal])[amal.pk] == [(date(2026, 11, 20), date(2027, 2, 28))]
    login = User.objects.get(person=amal)
    assert (login.staff_number, login.email, login.has_usable_password()) == ("2", "amal@example.org", False)
    assert login.emailaddress_set.get().verified  # type: ignore[attr-defined]


def test_a_second_run_changes_nothing() -> None:
    run(BOSS, AMAL)
    before = rows()
    result = run(BOSS, AMAL)
    assert result.written
    assert not result.changes
    assert rows() == before


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    before = rows()
    tried = run(BOSS, AMAL, commit=False)
    assert rows() == before
    assert not tried.written
    written = run(BOSS, AMAL)
    assert tried.changes == written.changes
    assert written.changes == {"person": 2, "login": 2, "hire": 2, "manager": 1, "role": 1, "leave": 1}


def test_a_changed_line_changes_from_the_day_of_the_import() -> None:
    run(BOSS, AMAL, "3,Nico,New,,en,mlg-sa,,,,2020-01-01,,,,")
    amal = person("2")
    later = DAY + timedelta(days=30)
    moved = "2,Amal,Alami,new@example.org,ar,mlg-sa,team-2,employee,Africa/Casablanca,2026-09-01,,3,writer,"
    result = run(BOSS, moved, day=later)
    assert result.changes == {
        "details": 1,
        "zone": 1,
        "unit": 1,
        "manager": 1,
        "role": 1,
        "role ended": 1,
        "leave": 1,
    }
    before = later - timedelta(days=1)
    assert [facts_on_day.unit_of(amal, each).code for each in (before, later)] == ["team-1", "team-2"]  # type: ignore[union-attr]
    assert list(facts_on_day.reports_of(person("1"), before)) == [amal]
    assert list(facts_on_day.reports_of(person("1"), later)) == []
    assert list(facts_on_day.reports_of(person("3"), later)) == [amal]
    held = RoleHolding.objects.on(later).filter(person=amal).values_list("role__key", flat=True)
    assert list(held) == ["writer"]
    assert facts_on_day.leaves_of([amal]) == {}
    assert User.objects.get(person=amal).email == "new@example.org"
    assert not run(BOSS, moved, day=later).changes


def test_a_column_that_is_not_there_says_nothing() -> None:
    run(BOSS, AMAL)
    result = run("2,Amal,mlg-sa,2026-09-01", header="staff_number,given_name,entity,hired_on")
    assert result.problems == []
    assert not result.changes
    assert result.absent == 1


def test_a_transfer_is_a_new_period_in_the_other_entity() -> None:
    run(BOSS, AMAL)
    line = AMAL.replace("mlg-sa,team-1", "chile,").replace(",1,overseer", ",1,overseer")
    later = DAY + timedelta(days=5)
    assert run(BOSS, line, day=later).changes == {"transfer": 1}
    amal = person("2")
    employment = facts_on_day.employment_on(amal, later)
    assert employment
    assert (employment.true_from, employment.zone) == (later, "America/Santiago")
    assert facts_on_day.unit_of(amal, later).code == "chile"  # type: ignore[union-attr]
    assert not run(BOSS, line, day=later).changes


def test_whoever_a_complete_file_did_not_name_stays_when_the_next_one_does() -> None:
    """Also where the feed has no column for the last day."""
    short = "staff_number,given_name,entity,hired_on"
    lines = "1,Bea,mlg-sa,2020-01-01", "2,Amal,mlg-sa,2026-09-01"
    run(*lines, header=short)
    assert run(lines[0], header=short, complete=True).changes == {"leaving": 1}
    assert run(*lines, header=short, complete=True, day=DAY + timedelta(days=1)).changes == {"staying": 1}
    assert Employment.objects.current().get(person=person("2")).true_to is None
    assert not run(*lines, header=short, complete=True, day=DAY + timedelta(days=2)).changes


def test_an_end_that_was_told_stays_where_the_next_file_has_no_column_for_it() -> None:
    run(BOSS, AMAL.replace("2026-09-01,,", "2026-09-01,2026-12-31,"))
    assert not run("2,Amal,mlg-sa,2026-09-01", header="staff_number,given_name,entity,hired_on").changes


@pytest.mark.parametrize("first", ["2026-09-20", "2027-02-01"])
def test_another_kind_of_contract_from_a_later_first_day_is_a_new_period(first: str) -> None:
    """No correction of the first day, and no conflict however far it lies."""
    run(BOSS, AMAL.replace(",employee,", ",contractor,"))
    day = date.fromisoformat(first)
    line = AMAL.replace(",employee,", ",employee,").replace("2026-09-01", first)
    assert run(BOSS, line, day=day).changes["transfer"] == 1
    spans = Employment.objects.current().filter(person=person("2")).order_by("true_from")
    assert [(row.kind, row.true_from, row.true_to) for row in spans] == [
        ("contractor", date(2026, 9, 1), day),
        ("employee", day, None),
    ]
    assert not run(BOSS, line, day=day).changes


def test_leaving_staying_and_coming_back() -> None:
    run(BOSS, AMAL)
    amal = person("2")
    leaving = AMAL.replace("2026-09-01,,", "2026-09-01,2026-12-31,")
    assert run(BOSS, leaving).changes == {"leaving": 1}
    assert not run(BOSS, leaving).changes
    assert facts_on_day.employment_on(amal, date(2027, 1, 1)) is None
    assert run(BOSS, AMAL).changes == {"staying": 1}
    assert facts_on_day.employment_on(amal, date(2027, 1, 1)) is not None
    run(BOSS, leaving)
    spring = date(2027, 3, 1)
    staffing.deactivate_leavers(AT + timedelta(days=151))
    assert not User.objects.get(person=amal).is_active
    assert not run(BOSS, leaving, day=spring).changes
    back = AMAL.replace("2026-09-01", "2027-03-01").replace("2026-11-20/2027-02-28", "")
    assert run(BOSS, back, day=spring).changes == {"hire": 1, "manager": 1, "role": 1}
    assert Employment.objects.current().filter(person=amal).count() == 2
    assert User.objects.get(person=amal).is_active
    assert not run(BOSS, back, day=spring).changes


def test_a_leaving_day_told_late_and_then_moved_further_leaves_no_double_rows() -> None:
    run(BOSS, AMAL)
    amal = person("2")
    run(BOSS, AMAL.replace("2026-09-01,,", "2026-09-01,2026-09-30,"))
    longer = AMAL.replace("2026-09-01,,", "2026-09-01,2026-12-31,")
    assert run(BOSS, longer, day=date(2026, 10, 15)).problems == []
    for model in (Employment, Placement, RoleHolding, ReportingLine):
        row = model.objects.current().get(person=amal)
        assert (row.true_from, row.true_to) == (date(2026, 9, 1), date(2027, 1, 1)), model
    assert not run(BOSS, longer, day=date(2026, 10, 15)).changes


def test_a_corrected_first_day_moves_the_period() -> None:
    run(BOSS, AMAL)
    assert run(BOSS, AMAL.replace("2026-09-01", "2026-09-15")).changes == {"correction": 1}
    assert Employment.objects.current().get(person=person("2")).true_from == date(2026, 9, 15)
    assert not run(BOSS, AMAL.replace("2026-09-01", "2026-09-15")).changes


def test_a_corrected_leave_supersedes_and_a_past_one_stays() -> None:
    run(BOSS, AMAL.replace("2026-11-20/2027-02-28", "2026-09-10/2026-09-12;2026-11-20/2027-02-28"))
    result = run(BOSS, AMAL.replace("2027-02-28", "2027-03-15"))
    assert result.changes == {"leave": 1}
    amal = person("2")
    assert facts_on_day.leaves_of([amal])[amal.pk] == [
        (date(2026, 9, 10), date(2026, 9, 12)),
        (date(2026, 11, 20), date(2027, 3, 15)),
    ]


def test_two_people_may_swap_places() -> None:
    run(BOSS, AMAL)
    boss = BOSS.replace("2020-01-01,,,,", "2020-01-01,,2,,")
    result = run(boss, AMAL.replace(",1,overseer", ",,overseer"))
    assert result.problems == []
    assert list(facts_on_day.reports_of(person("2"), DAY)) == [person("1")]


def test_whoever_is_missing_from_a_complete_file_has_left_yesterday() -> None:
    run(BOSS, AMAL, "3,Fu,Ture,,en,mlg-sa,,,,2027-01-01,,,,")
    assert run(BOSS).changes == {}
    amal, future = person("2"), person("3")
    assert run(BOSS, complete=True).changes == {"leaving": 2}
    assert Employment.objects.current().get(person=amal).true_to == DAY
    assert not Employment.objects.current().filter(person=future).exists()
    assert not run(BOSS, complete=True).changes


# What it refuses


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (AMAL.replace("mlg-sa", "mlg-xx"), "line 2, column entity: There is no legal entity “mlg-xx”"),
        (AMAL.replace("mlg-sa", "team-1"), "line 2, column entity: There is no legal entity “team-1”"),
        (AMAL.replace("team-1", "team-9"), "line 2, column unit: There is no unit “team-9”"),
        (AMAL.replace("mlg-sa", "chile"), "line 2, column unit: The unit “team-1” does not belong"),
        (AMAL.replace("2026-09-01", "01/09/2026"), "line 2, column hired_on: “01/09/2026” is not a date"),
        (AMAL.replace("2026-09-01", "2026-02-30"), "line 2, column hired_on: “2026-02-30” is not a date"),
        (AMAL.replace("2026-09-01", ""), "line 2, column hired_on: This cell is empty"),
        (AMAL.replace("2026-09-01,,", "2026-09-01,2026-08-31,"), "line 2, column left_on: The last day lies before"),
        (AMAL.replace("overseer", "pilot"), "line 2, column roles: There is no training role “pilot”"),
        (AMAL.replace(",1,overseer", ",2,overseer"), "line 2, column manager: A person cannot be their own"),
        (AMAL.replace(",1,overseer", ",77,overseer"), "line 2, column manager: Nobody has the staff number “77”"),
        (AMAL.replace("Amal@Example.org", "amal"), "line 2, column email: “amal” is not an e-mail address"),
        (AMAL.replace(",fr,", ",French,"), "line 2, column language: “French” is not a language"),
        (AMAL.replace("employee,,", "employee,Paris,"), "line 2, column zone: “Paris” is not a time zone"),
        (AMAL.replace("employee", "boss"), "line 2, column kind: “boss” is not one of: employee, contractor, partner"),
        (AMAL.replace("2027-02-28", "2026-02-28"), "line 2, column leave: The leave “2026-11-20/2026-02-28” ends"),
        (AMAL.replace("2026-11-20/", "2026-11-20 "), "line 2, column leave: “2026-11-20 2027-02-28” is not a leave"),
        (AMAL.replace("2,Amal", "a@b,Amal"), "line 2, column staff_number: “a@b” is not a staff number"),
        (AMAL.replace("Amal,", "A" * 101 + ","), "line 2, column given_name: This is longer than 100"),
        (AMAL + ",more", "line 2: This line has 15 cells, the header has 14"),
        ('2,"Amal', "line 2: This line is not valid CSV"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_written(line: str, expected: str) -> None:
    before = rows()
    result = run(line, BOSS)
    assert any(problem.startswith(expected) for problem in told(result)), told(result)
    assert rows() == before


def test_every_bad_line_is_told_at_once() -> None:
    result = run(BOSS, AMAL.replace("2026-09-01", "soon"), "", "3,,,no-mail,en,mlg-sa,,,,2026-09-01,,,,")
    assert [(problem.line, problem.column) for problem in result.problems] == [
        (3, "hired_on"),
        (5, "email"),
        (5, "given_name"),
    ]


def test_line_numbers_count_line_breaks_inside_cells() -> None:
    result = run('1,"Be\na",,,,mlg-sa,,,,2020-01-01,,,,', "2,Amal,,,,nowhere,,,,2020-01-01,,,,")
    assert [(problem.line, problem.column) for problem in result.problems] == [(2, "given_name"), (4, "entity")]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"staff_number;given_name\n", "line 1, column entity: This column is missing"),
        (b"staff_number,first\n", "line 1, column first: There is no such column. Columns: staff_number, given_name"),
        (b"staff_number,staff_number\n", "line 1, column staff_number: This column stands here more than once"),
        (b"staff_number,entity,hired_on\n", "line 1, column given_name: This column is missing"),
        (b"", "line 1, column staff_number: This column is missing"),
        (b"staff_number\n1\n\x81\xe9", "line 3: This is not text in an encoding we know"),
    ],
)
def test_a_file_that_is_no_such_table_says_so(data: bytes, expected: str) -> None:
    result = import_people(data, at=AT, commit=True)
    assert any(problem.startswith(expected) for problem in told(result)), told(result)


def test_a_byte_order_mark_does_no_harm() -> None:
    data = b"\xef\xbb\xbf" + "\n".join([HEADER, BOSS]).encode()
    assert import_people(data, at=AT, commit=True).written


def test_doubles_name_the_first() -> None:
    result = run(BOSS, "1,Ano,Ther,BEA@example.org,en,mlg-sa,,,,2020-01-01,,,,")
    assert told(result) == [
        "line 3, column email: “bea@example.org” already stands in line 2.",
        "line 3, column staff_number: “1” already stands in line 2.",
    ]


def test_a_circle_of_managers_is_told_once_with_its_path() -> None:
    lines = [f"{a},P{a},,,,mlg-sa,,,,2020-01-01,,{b},," for a, b in ((1, 2), (2, 3), (3, 1), (4, 1))]
    assert told(run(*lines)) == [
        "line 2, column manager: These people would manage each other in a circle: 1 → 2 → 3 → 1."
    ]


def test_a_circle_through_somebody_not_in_the_file_is_found() -> None:
    run(BOSS, AMAL)
    assert "circle" in told(run(BOSS.replace("2020-01-01,,,,", "2020-01-01,,2,,")))[0]


@pytest.mark.parametrize("also", [[], ["1,P1,,,,mlg-sa,,,,2026-08-01,,,,"]])
def test_a_circle_with_a_line_that_is_only_planned_is_found(also: list[str]) -> None:
    """1 begins in December, under 3; a file that knows another first day of theirs takes nothing of that back."""
    run("1,P1,,,,mlg-sa,,,,2026-12-01,,3,,", "3,P3,,,,mlg-sa,,,,2026-08-01,,,,")
    before = rows()
    assert "circle" in told(run(*also, "3,P3,,,,mlg-sa,,,,2026-08-01,,1,,2026-10-10/2026-10-20"))[0]
    assert rows() == before


def test_a_line_that_ends_with_the_file_closes_no_circle() -> None:
    run(BOSS, AMAL)
    swapped = [BOSS.replace("2020-01-01,,,,", "2020-01-01,,2,,"), AMAL.replace("2026-09-01,,1,", "2026-09-01,,,")]
    assert run(*swapped).problems == []


def test_who_has_left_is_no_manager() -> None:
    gone = BOSS.replace("2020-01-01,,", "2020-01-01,2026-08-31,")
    assert told(run(gone, AMAL))[0].startswith("line 3, column manager: “1” has left by then")


def test_the_address_of_somebody_else_is_refused() -> None:
    run(BOSS)
    result = run(AMAL.replace("Amal@Example.org", "bea@example.org"))
    assert "belongs to another person's login (1)" in told(result)[0]


def test_an_employment_that_ended_earlier_is_not_the_present_one() -> None:
    run(BOSS, AMAL.replace("2026-09-01,,", "2025-01-01,2026-03-31,"))
    run(BOSS, AMAL)
    assert run(BOSS, AMAL.replace("2026-09-01", "2025-06-01")).changes == {"conflict": 1}
    assert Employment.objects.current().filter(person=person("2")).count() == 2


def test_a_login_of_somebody_else_is_told_before_anything_is_written() -> None:
    """A staff number already used as a login elsewhere."""
    other = staffing.create_person("Admin", "", at=AT)
    staffing.give_login(other, "2")
    before = rows()
    assert told(run(BOSS, AMAL)) == ["line 3, column staff_number: The staff number 2 already has a login."]
    assert rows() == before


def test_too_many_leavers_need_a_second_look() -> None:
    many = [f"{number},P{number},,,,mlg-sa,,,,2020-01-01,,,," for number in range(100, 130)]
    run(*many)
    refused = run(BOSS, complete=True)
    assert not refused.written
    assert "30 of 30 people would leave" in refused.refusal
    assert "--allow-leavers 30" in refused.refusal
    assert run(*many).changes == {}
    assert run(*many[26:], complete=True, allow_leavers=26).changes == {"leaving": 26}


# The command


def command(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_people", str(path), "--on", DAY.isoformat(), *options, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_tries_by_default_and_writes_when_told(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("\n".join([HEADER, BOSS, AMAL]), encoding="utf-8")
    assert "Only tried: nothing was written" in command(path)
    assert not Person.objects.exists()
    assert "2  hires" in command(path, "--commit")
    assert "already says what the file says" in command(path, "--commit")


def test_the_command_names_file_line_and_column_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("\n".join([HEADER, AMAL]), encoding="utf-8")
    err = StringIO()
    with pytest.raises(CommandError, match=r"Nothing was written. Problems: 1\."):
        call_command("import_people", str(path), "--commit", stderr=err)
    assert f"{path}, line 2, column manager: Nobody has the staff number “1”" in err.getvalue()
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_people", str(tmp_path / "none.csv"))


# Costs and properties


def test_comparing_costs_the_same_for_more_people() -> None:
    def cost(count: int) -> int:
        many = [f"{number},P{number},,,,mlg-sa,team-1,,,2020-01-01,,,," for number in range(count)]
        run(*many)
        with CaptureQueriesContext(connection) as seen:
            assert not run(*many).changes
        return len(seen)

    assert cost(3) == cost(12)


numbers = st.sampled_from(["1", "2", "3", "4"])
line = st.fixed_dictionaries(
    {
        "unit": st.sampled_from(["", "team-1", "team-2"]),
        "hired": st.sampled_from(["2026-08-01", "2026-09-01", "2026-12-01"]),
        "left": st.sampled_from(["", "", "2026-09-15", "2026-12-31"]),
        "manager": st.sampled_from(["", "1", "2", "3", "4"]),
        "roles": st.sampled_from(["", "overseer", "writer", "overseer;writer"]),
        "leave": st.sampled_from(["", "2026-09-20/2026-10-10", "2026-10-01/2026-10-20", "2026-12-10/2026-12-20"]),
    }
)
files = st.dictionaries(numbers, line, min_size=1)


@given(st.lists(files, min_size=2, max_size=4))
@settings(max_examples=60)
def test_whatever_the_files_say_a_second_run_changes_nothing(sequence: list[dict[str, dict[str, str]]]) -> None:
    with transaction.atomic():
        for number, content in enumerate(sequence):
            lines = [
                f"{key},P{key},,,,mlg-sa,{cells['unit']},,,{cells['hired']},{cells['left']},{cells['manager']},"
                f"{cells['roles']},{cells['leave']}"
                for key, cells in content.items()
            ]
            day = DAY + timedelta(days=20 * number)
            before = rows()
            first = run(*lines, day=day)
            if first.problems:
                assert rows() == before
                continue
            assert run(*lines, day=day).changes == {}
            for model in (Employment, Placement, ReportingLine):
                for spans in _current(model).values():
                    assert all(end and end <= start for (_, end), (start, _) in itertools.pairwise(spans))
        transaction.set_rollback(True)


def _current(model: Any) -> dict[Any, list[tuple[date, date | None]]]:
    found: dict[Any, list[tuple[date, date | None]]] = {}
    for row in model.objects.current().order_by("true_from"):
        found.setdefault(row.person_id, []).append((row.true_from, row.true_to))
    return found
