"""HR files as people really have them: what each kind holds is taken as meant, asked about, or told by its line."""

from __future__ import annotations

import contextlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.people import spelling
from lms.people.directory import cells, date_forms
from lms.people.directory.date_forms import DateColumn, DateForm
from lms.people.directory.staff_import import StaffReport, import_people
from lms.people.directory.staff_rows import COLUMNS
from lms.people.models import Employment, ExternalId, Leave, Person, ReportingLine
from tests.factories import AT, make_entity, make_role, make_unit

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parent / "cases"
DAY = date(2026, 10, 1)
HEADER = "staff_number,given_name,family_name,entity,hired_on,left_on,manager,leave"


@pytest.fixture(autouse=True)
def _organisation() -> None:
    make_unit("sa-people", make_entity())
    make_unit("uk-sales", make_entity("mlg-uk", country="GB", zone="Europe/London"))
    make_role("overseer")
    make_role("writer")


def read(data: bytes, **options: Any) -> StaffReport:
    return import_people(data, at=AT, day=DAY, commit=True, **options)


def run(*lines: str, header: str = HEADER, encoding: str = "utf-8", **options: Any) -> StaffReport:
    return read("\n".join([header, *lines]).encode(encoding), **options)


def case(name: str) -> StaffReport:
    return read((CASES / name).read_bytes())


def said(result: StaffReport) -> list[str]:
    return [str(problem) for problem in result.problems]


# The cases


def test_a_header_that_ends_with_a_separator_has_no_column_more() -> None:
    assert case("hr-header-blank-tail.csv").problems == []
    assert Person.objects.get().name == "Tom Reed"


def test_lost_leading_zeros_are_asked_about() -> None:
    assert case("hr-leading-zeros-1.csv").written
    asked = case("hr-leading-zeros-2.csv")
    assert not asked.written
    assert [question.about for question in asked.questions] == ["7731"]
    assert "line 2, column staff_number: Is 7731 the same person as 007731?" in said(asked)[0]
    assert Person.objects.count() == 1


def test_a_no_break_space_in_a_name_is_a_blank() -> None:
    assert case("hr-name-nbsp.csv").problems == []
    assert Person.objects.get().given_name == "Anne Lise"


def test_a_joiner_that_belongs_to_the_spelling_stays() -> None:
    assert case("hr-name-zwnj.csv").problems == []
    assert Person.objects.get().given_name == "علی‌رضا"


def test_numbers_that_differ_by_what_nobody_sees_are_one() -> None:
    refused = said(case("hr-number-zero-width.csv"))
    assert refused == [
        "line 3, column staff_number: “hb2” already stands in line 2. Here it holds signs that nobody sees (U+200B)."
    ]


def test_the_end_of_the_calendar_is_no_last_day() -> None:
    assert case("hr-open-end-9999.csv").problems == []
    assert Employment.objects.get().true_to is None


# Encodings and separators


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_file_is_read_as_it_was_saved(encoding: str, separator: str) -> None:
    lines = (HEADER.replace(",", separator), separator.join(["1", "Zoé", "Müller", "mlg-sa", "2026-09-01", "", "", ""]))
    result = read("\r\n".join(lines).encode(encoding))
    assert result.problems == []
    assert Person.objects.get().name == "Zoé Müller"


def test_an_eight_bit_encoding_is_told_and_can_be_named() -> None:
    line = "1,Łucja,Wójcik,mlg-sa,2026-09-01,,,"
    tried = import_people(f"{HEADER}\n{line}".encode("cp1250"), at=AT, day=DAY)
    assert any("Windows-1252" in remark for remark in tried.remarks)
    assert any("say --encoding" in remark for remark in tried.remarks)
    read(f"{HEADER}\n{line}".encode("cp1250"), encoding="cp1250")
    assert Person.objects.get().given_name == "Łucja"


def test_the_line_by_which_a_spreadsheet_knows_its_separator_is_no_header() -> None:
    data = "sep=;\n" + HEADER.replace(",", ";") + "\n1;Amal;;nowhere;2026-09-01;;;"
    assert said(read(data.encode()))[0].startswith("line 3, column entity")


def test_roles_in_a_file_with_semicolons_stand_in_quotation_marks() -> None:
    result = read(b'staff_number;given_name;entity;hired_on;roles\n1;Amal;mlg-sa;2026-09-01;"overseer;writer"')
    assert result.changes["role"] == 2


def test_empty_columns_and_rows_are_passed_over_and_a_full_one_without_a_name_is_not() -> None:
    assert run("1,Amal,,mlg-sa,2026-09-01,,,,,", ",,,,,,,,,", "", header=HEADER + ",,").written
    told = said(run("2,Nico,,mlg-sa,2026-09-01,,,,secret,x", header=HEADER + ",,notes"))
    assert told == [f"line 1, column notes: There is no such column. Columns: {', '.join(COLUMNS)}."]
    assert said(run("2,Nico,,mlg-sa,2026-09-01,,,,secret", header=HEADER + ",,")) == [
        "line 2: This line has 9 cells, the header has 8. Is a comma or a quotation mark missing?"
    ]
    middle = "staff_number,,given_name,entity,hired_on"
    assert "Column 2 has no name, but here it holds “x”." in said(run("2,x,Nico,mlg-sa,2026-09-01", header=middle))[0]


# Dates


@pytest.mark.parametrize(
    "written", ["2026-09-13", "13/09/2026", "13.09.2026", "13.9.2026", "13-09-2026", "2026/09/13", "20260913",
                "2026-09-13 00:00:00", "13/09/2026 00:00", "09/13/2026", "١٣/٠٩/٢٠٢٦"],
)  # fmt: skip
def test_a_day_is_read_as_its_column_writes_it(written: str) -> None:
    result = run(f"1,Amal,,mlg-sa,{written},,,")
    assert result.problems == []
    assert Employment.objects.get().true_from == date(2026, 9, 13)
    assert any("hired_on" in remark and written in remark for remark in result.remarks)


def test_a_day_that_can_be_two_is_asked_about_once_and_decided_by_an_option() -> None:
    lines = ("1,Amal,,mlg-sa,01/02/2026,,,", "2,Nico,,mlg-sa,03/04/2026,,,")
    refused = said(run(*lines))
    assert len(refused) == 1
    assert "line 2, column hired_on: “01/02/2026” can be two days" in refused[0]
    assert "--dates dmy" in refused[0]
    assert run(*lines, dates="mdy").written
    assert set(Employment.objects.values_list("true_from", flat=True)) == {date(2026, 1, 2), date(2026, 3, 4)}


def test_one_day_beyond_the_twelfth_tells_for_the_column_and_for_no_other() -> None:
    lines = ("1,Amal,,mlg-sa,01/02/2026,,,", "2,Nico,,mlg-sa,31/01/2026,02/12/2026,,")
    assert [problem.column for problem in run(*lines).problems] == ["left_on"]
    assert run(*(line.replace("02/12", "31/12") for line in lines)).written
    assert set(Employment.objects.values_list("true_from", flat=True)) == {date(2026, 2, 1), date(2026, 1, 31)}


def test_the_same_day_in_both_orders_is_no_question() -> None:
    assert run("1,Amal,,mlg-sa,05/05/2026,,,").written


def test_dates_of_a_column_agree_or_are_told_by_line() -> None:
    lines = [f"{number},P{number},,mlg-sa,{day}/09/2026,,," for number, day in enumerate((13, 14, 15), 1)]
    assert said(run(*lines, "4,Nico,,mlg-sa,2026-09-01,,,")) == [
        "line 5, column hired_on: “2026-09-01” is not a date: this column writes 01/10/2026 (day/month/year)."
    ]


@pytest.mark.parametrize(
    "end",
    ["9999-12-31", "9999-01-01", "2999-12-31", "2199-12-31", "2099-12-31", "4712-12-31", "3000-01-01", "0000-00-00"],
)
@pytest.mark.parametrize("form", [DateForm.ISO, DateForm.DAY_DOTS, DateForm.DAY_SLASHES])
def test_open_ends_in_every_column_where_an_end_may_stand(end: str, form: DateForm) -> None:
    year, month, day = end.split("-")
    written = {"Y": year, "m": month, "d": day}
    end = "".join(written.get(each, each) for each in form.value)
    hired, leave = form.written(date(2026, 9, 13)), form.written(date(2026, 11, 20))
    result = run(f"1,Amal,,mlg-sa,{hired},{end},,{leave} - {end}")
    assert result.problems == []
    assert Employment.objects.get().true_to is None
    assert Leave.objects.get().last_day == date(2199, 12, 31)


@pytest.mark.parametrize("first", ["2062-09-01", "1926-01-01"])
def test_a_day_nobody_means_is_asked_about_by_its_line(first: str) -> None:
    asked = run(f"1,Amal,,mlg-sa,{first},,,")
    assert "line 2, column hired_on: Is " in said(asked)[0]
    assert run(f"1,Amal,,mlg-sa,{first},,,", sure=["1"]).written


@given(st.dates(date(1990, 1, 1), date(2030, 12, 31)), st.sampled_from(list(DateForm)))
def test_a_written_day_is_read_back(day: date, form: DateForm) -> None:
    assert form.read(form.written(day)) == day
    column = DateColumn()
    column.meet(2, form.written(day))
    found = column.recognised()
    assert found.ambiguous or found.form.read(form.written(day)) == day


@given(st.text(max_size=30))
def test_whatever_stands_in_a_cell_is_read_or_told(text: str) -> None:
    for reader in (cells.name(20), cells.staff_number, cells.last_day(DateForm.ISO), cells.leaves(DateForm.DAY_DOTS)):
        with contextlib.suppress(cells.BadCell):
            reader(text)
    date_forms.readings(text)


# Names and numbers


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("O’Neil", "O’Neil"),
        ("Zoe\u0308", "Zoë"),
        ("\u200fعلي\u200f", "علي"),
        ("می\u200cخواهد", "می\u200cخواهد"),
        ("\u200cAmal\u200d", "Amal"),
        ("Jean\u202fLuc", "Jean Luc"),
        ("An\u00adna", "Anna"),
        ("ක්\u200dෂ", "ක්\u200dෂ"),
        ("Ng\u1ecdc", "Ngọc"),
    ],
)
def test_names_keep_the_spelling_of_their_script(written: str, kept: str) -> None:
    assert cells.name(40)(written) == kept


@pytest.mark.parametrize("spoilt", ["AndrÃ©", "M?ller", "Ren\ufffd", "#REF!", "########"])
def test_what_another_program_has_spoilt_is_told(spoilt: str) -> None:
    assert said(run(f"1,{spoilt},,mlg-sa,2026-09-01,,,"))[0].startswith("line 2, column given_name: “")


@pytest.mark.parametrize("same", ["A\u200b-17", "a-17", "A\u201117", "A\uff0d１７", "\ufeffA-17", " A-17 "])
def test_numbers_are_compared_in_one_form(same: str) -> None:
    run("A-17,Amal,,mlg-sa,2026-09-01,,,")
    assert not run(f"{same},Amal,,mlg-sa,2026-09-01,,,").changes
    assert ExternalId.objects.get().key == "A-17"


@pytest.mark.parametrize("damaged", ["1.2E+05", "7731.0", "01.03.2026", "2026-03-01", "1-Mar", "'7731"])
def test_a_number_that_a_spreadsheet_made_is_asked_about(damaged: str) -> None:
    asked = run(f"{damaged},Amal,,mlg-sa,2026-09-01,,,")
    assert len(asked.questions) == 1
    assert run(f"{damaged},Amal,,mlg-sa,2026-09-01,,,", sure=[damaged]).written


def test_a_cell_that_saves_its_zeros_is_what_it_says() -> None:
    run('="007",Amal,,mlg-sa,2026-09-01,,,')
    assert ExternalId.objects.get().key == "007"


def test_a_namesake_of_the_same_day_is_asked_about_and_both_answers_hold() -> None:
    run("1,Amal,Bennani,mlg-sa,2026-09-01,,,")
    twin = "2,AMAL,Bennani,mlg-sa,2026-09-01,,,"
    assert "Is 2 the same person as 1?" in said(run(twin))[0]
    assert run(twin, same={"2": "1"}).changes == {"details": 1}
    assert not run(twin).changes
    assert run(twin.replace("2,", "3,", 1), sure=["3"]).changes["person"] == 1


def test_doubles_within_a_file_are_asked_about() -> None:
    asked = run("0042,Amal,B,mlg-sa,2026-09-01,,,", "42,Nico,C,mlg-sa,2026-01-01,,,")
    assert "Is 42 the same person as 0042 in line 2?" in said(asked)[0]


def test_two_numbers_of_one_person_are_not_two_lines_of_a_file() -> None:
    run("1,Amal,Bennani,mlg-sa,2026-09-01,,,")
    run("2,Amal,Bennani,mlg-sa,2026-09-01,,,", same={"2": "1"})
    both = run("1,Amal,Bennani,mlg-sa,2026-09-01,,,", "2,Amal,Bennani,mlg-sa,2026-09-01,,,")
    assert said(both) == ["line 3, column staff_number: This is the same person as in line 2, under another number."]


# A faulty line is the fault of nobody else


def test_a_faulty_line_makes_no_other_faulty() -> None:
    lines = ("1,Bea,Boss,mlg-sa,soon,,,", "2,Amal,,mlg-sa,2026-09-01,,1,", "3,Nico,,mlg-sa,2026-09-01,,1,")
    assert [(problem.line, problem.column) for problem in run(*lines).problems] == [(2, "hired_on")]
    broken = ("1,Bea,Boss,mlg-sa,2026-09-01,,,,,,x", *lines[1:])
    assert [problem.line for problem in run(*broken).problems] == [2]


def test_faulty_lines_can_be_left_out_and_the_others_are_written() -> None:
    good = ("1,Bea,Boss,mlg-sa,2026-09-01,,,", "2,Amal,,mlg-sa,2026-09-01,,1,", "3,Nico,,mlg-sa,2026-09-01,,2,")
    spoilt = (good[0].replace("mlg-sa", "nowhere"), *good[1:])
    nothing = run(*spoilt)
    assert not nothing.written
    assert not Person.objects.exists()
    result = run(*spoilt, leave_out=True)
    assert (result.written, result.left_out, result.changes["person"], result.changes["manager"]) == (True, 1, 2, 1)
    assert any("line 3" in remark and "left out" in remark for remark in result.remarks)
    assert run(*good).changes["person"] == 1
    assert ReportingLine.objects.current().count() == 2


def test_who_stands_in_a_faulty_line_is_not_missing_from_a_complete_file() -> None:
    run("1,Bea,Boss,mlg-sa,2026-09-01,,,", "2,Amal,,mlg-sa,2026-09-01,,,")
    result = run("1,Bea,Boss,mlg-sa,never,,,", complete=True, leave_out=True)
    assert not result.written
    result = run("1,Bea,Boss,mlg-sa,never,,,", "3,Nico,,mlg-sa,2026-09-01,,,", complete=True, leave_out=True)
    assert result.changes["leaving"] == 1
    assert Employment.objects.current().filter(true_to=None).count() == 2


@given(st.text(max_size=12))
def test_the_normal_form_is_stable(text: str) -> None:
    key = spelling.number_key(text)
    assert spelling.number_key(key) == key
    name = spelling.clean_name(text)
    assert spelling.clean_name(name) == name


@given(st.binary(max_size=300))
def test_whatever_bytes_are_a_table_or_told(data: bytes) -> None:
    result = import_people(HEADER.encode() + b"\n" + data, at=AT, day=DAY)
    assert not result.written
