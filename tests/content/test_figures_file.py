"""Figures, cases that ask and practice in a module's files: what is read, and what is told by file and line."""

from pathlib import Path

import pytest

from content.curriculum.load import read_module
from content.curriculum.module_file import FIGURE, PRACTICE, Block
from lms.yaml_lines import FaultyFile
from tests.content.figure_module import FOLDER


def blocks(language: str = "en") -> list[Block]:
    return list(read_module(FOLDER)[language].sections[0].blocks)


def changed(tmp_path: Path, old: str, new: str, file: str = "en.md") -> list[str]:
    """The faults of the module with these words of a file replaced."""
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        if path.name == file:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    with pytest.raises(FaultyFile) as refused:
        read_module(tmp_path)
    return [str(fault) for fault in refused.value.faults]


def test_a_module_with_each_of_them_is_read() -> None:
    found = blocks()
    figure = next(block for block in found if block.kind == FIGURE)
    assert figure.neutral["svg"].startswith("<svg")
    assert [item.key for item in figure.items] == ["in", "out", "back"]
    assert figure.items[2].texts["text"].value == "What is corrected\ncomes back"
    assert [block.neutral["kind"] for block in found if block.kind == PRACTICE] == [
        "sorting",
        "matching",
        "faults",
        "ordering",
    ]
    case = next(block for block in found if block.kind == "case")
    assert case.texts["question"].value == "What does Ada do first?"
    assert [item.key for item in case.items] == ["sign", "count"]


@pytest.mark.parametrize(
    ("old", "new", "file", "sentence"),
    [
        ("file: loop.svg", "file: other.svg", "en.md", "There is no drawing other.svg beside this file."),
        ("file: loop.svg", "file: ../loop.svg", "en.md", "the name of a drawing beside this file"),
        ("{key: out, text", "{key: outer, text", "en.md", "the label “out”, which has no text"),
        ('class="box"', 'class="box" onclick="x()"', "loop.svg", "The attribute onclick of <rect> is not taken"),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox', "<svg viewbox", "loop.svg", "begins with <svg viewBox="),
        ("kind: sorting", "kind: single", "en.md", "“kind:” must be one of: sorting, matching, faults, ordering."),
        ("kind: sorting", "kind: sorting\npool: a", "en.md", "“pool:” is not known here"),
        ('question: "What does Ada do first?"\n', "", "en.md", "A case that asks has both"),
        ("level: law", "level: hearsay", "en.md", "The “level:” of “act” must be one of: law,"),
        ('checked: "2026-11-29"', 'checked: "today"', "en.md", "“checked:” of “act” is the day"),
        ("alt: ", "file: loop.svg\nalt: ", "fr.md", "Leave “file:” out: only the English file says it."),
        (
            '{key: count, text: "Elle recompte."}',
            '{key: again, text: "Elle recompte."}',
            "fr.md",
            "“count” is expected",
        ),
        ('match: "indique 40", ', "", "fr.md", "“match:” of “list” stands in only one of the two languages."),
    ],
)
def test_what_does_not_fit_is_told(tmp_path: Path, old: str, new: str, file: str, sentence: str) -> None:
    assert any(sentence in fault for fault in changed(tmp_path, old, new, file)), sentence
