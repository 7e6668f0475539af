"""The reader of files that people write: what YAML means, and the line of what nobody can read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from lms.yaml_lines import FaultyFile, YamlMapping, read_yaml_file


def written(folder: Path, text: str) -> YamlMapping:
    path = folder / "file.yaml"
    path.write_text(text, encoding="utf-8")
    return read_yaml_file(path)


def faults(mapping: YamlMapping) -> list[str]:
    return [str(fault) for fault in mapping.faults.found]


def test_plain_values_are_what_yaml_means_by_them(tmp_path: Path) -> None:
    read = written(tmp_path, 'n: 7\nmoney: 1.5\nday: 2025-03-10\nyes: true\nnone:\nword: "7"\nrows: [{a: 1}, [b]]\n')
    assert read.plain() == {
        "n": 7, "money": 1.5, "day": date(2025, 3, 10), "yes": True, "none": None, "word": "7",
        "rows": [{"a": 1}, ["b"]],
    }  # fmt: skip
    read.finish()
    assert faults(read) == []


def test_plain_values_that_are_none_are_named_with_their_lines(tmp_path: Path) -> None:
    read = written(tmp_path, "day: 2025-02-31\nrows:\n  - {a: 1, a: 2}\n  - !python/name:os.system x\n")
    assert read.plain() == {"day": None, "rows": [{"a": 1}, None]}
    assert faults(read) == [
        "file.yaml:1: “2025-02-31” is no day, number or text. Correct it, or put it in quotation marks.",
        "file.yaml:3: “a” stands here twice. Keep one of them.",
        "file.yaml:4: “x” is no day, number or text. Correct it, or put it in quotation marks.",
    ]


@pytest.mark.parametrize("nothing", ["", "null", "~"])
def test_nothing_is_no_text_however_it_is_written(tmp_path: Path, nothing: str) -> None:
    read = written(tmp_path, f"text: {nothing}\n")
    assert read.text("text", required=False).value == ""
    assert faults(read) == []
    read.text("text")
    assert faults(read) == ["file.yaml:1: “text:” is empty. Write its text."]


def test_a_list_may_be_empty_where_that_is_asked_for(tmp_path: Path) -> None:
    read = written(tmp_path, "rows: []\n")
    assert list(read.mappings("rows", least=0)) == []
    assert faults(read) == []
    assert list(read.mappings("rows")) == []
    assert list(read.mappings("others", least=0)) == []
    assert faults(read) == [
        "file.yaml:1: “rows:” must be a list with at least one entry.",
        "file.yaml:1: “others:” must be a list.",
    ]


def test_a_sign_that_no_yaml_file_may_hold_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(FaultyFile, match=r"file\.yaml:2: This is not valid YAML") as refused:
        written(tmp_path, "a: b\nc: \x07\n")
    assert len(refused.value.faults) == 1


def test_faults_name_the_file_as_it_is_called(tmp_path: Path) -> None:
    with pytest.raises(FaultyFile, match=r"folder/other\.yaml:1: This file cannot be read"):
        read_yaml_file(tmp_path / "other.yaml", "folder/other.yaml")
