"""The reader of staff lists, through its public function only."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from lms.people.directory.csv_table import BadCell, Column, read_table
from tests.fuzz import fuzzed


def no_x(cell: str) -> str:
    if "x" in cell:
        raise BadCell("An x.")
    return cell


COLUMNS = {"number": Column(str, required=True), "name": Column(no_x), "unit": Column(str)}
HEADER = "number,name,unit\n"
PIECES = [*"\",;\t\r\n'|x \ufeff\u200b\u00a0é", "\r\n", "a", "12", "31/12/2026", "=1", "number", ",,", '""']
TEXTS = st.lists(st.sampled_from(PIECES) | st.characters(exclude_categories=["Cs"]), max_size=30).map("".join)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman", "ascii"])
CELLS = st.lists(st.sampled_from([*"abc12;'-. \n\"", ",", "é", "ب"]), max_size=6).map("".join)


def check(data: bytes) -> tuple[int, int]:
    """How many rows and problems there are; each of them has a line of the file."""
    rows, problems = read_table(data, COLUMNS)
    most = len(data) + 1
    assert all(1 <= line <= most for line, _values in rows)
    assert all(1 <= problem.line <= most and str(problem).strip() for problem in problems)
    return len(rows), len(problems)


@fuzzed(150)
@given(st.binary(max_size=200) | st.builds(lambda text, code: text.encode(code, "replace"), TEXTS, ENCODINGS))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    check(data)
    check(HEADER.encode() + data)


@fuzzed(150)
@given(TEXTS)
def test_no_line_under_a_good_header_gets_lost_without_a_word(text: str) -> None:
    found = sum(check((HEADER + text).encode()))
    assert found or not any(cell.strip() for row in csv.reader(io.StringIO(text, newline="")) for cell in row)


@fuzzed(100)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5), st.sampled_from(["\n", "\r\n"]))
def test_a_table_that_was_well_written_comes_back_cell_by_cell(table: list[tuple[str, str, str]], end: str) -> None:
    """A cell of a cell's own line ends, quotation marks and commas too; blanks around it do not count."""
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end).writerows([COLUMNS, *table])
    rows, problems = read_table(stream.getvalue().encode(), COLUMNS)
    wanted = [tuple(cell.strip() for cell in row) for row in table if any(cell.strip() for cell in row)]
    without_number = sum(not row[0] for row in wanted)
    assert len(rows) == len(wanted)
    assert len(problems) == without_number
    for (_line, values), row in zip(rows, wanted, strict=True):
        assert all(values[name] == cell for name, cell in zip(COLUMNS, row, strict=True) if name in values)
