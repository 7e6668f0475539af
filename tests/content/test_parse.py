"""The curriculum's files: every mistake is shown with its file, its line and what to do."""

import pytest

from content.curriculum.compare import structure_faults
from content.curriculum.load import read_folder
from content.curriculum.module_file import ModuleFile, Rich
from content.curriculum.parse import parse_module
from lms.yaml_lines import FaultyFile
from tests.content.samples import source, write


def faults(text: str, language: str = "en") -> list[str]:
    with pytest.raises(FaultyFile) as refused:
        parse_module(text, language=language, file="s01/x.md")
    return [str(fault) for fault in refused.value.faults]


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.split("\n"), 1) if part in line)


def rich(text: str) -> Rich:
    written = parse_module(source("s01", "en", words=text), language="en", file="s01/en.md")
    found = written.sections[0].blocks[0].texts["text"]
    assert isinstance(found, Rich)
    return found


def test_the_shipped_modules_are_without_fault_in_three_languages() -> None:
    modules = read_folder()
    assert [module["en"].code for module in modules] == ["m01", "m02", "m03", "m04", "m05", "m07", "m13"]
    assert all(set(module) == {"en", "fr", "ar"} for module in modules)


def test_a_module_is_read_with_its_parts_and_lines() -> None:
    text = source("s01", "en")
    written = parse_module(text, language="en", file="s01/en.md")
    assert written.code == "s01"
    assert [section.key for section in written.sections] == ["start", "more", "quiz"]
    assert [block.kind for block in written.sections[0].blocks] == ["text", "key", "check"]
    assert [question.neutral["kind"] for question in written.questions] == ["single", "multiple"]
    assert written.sections[0].blocks[1].line == line_of(text, "::: key idea")


def test_markdown_becomes_the_rich_text_of_the_editor() -> None:
    found = rich("A **b** & *c*\non [d](https://example.org/?a=1&b=2).\n\n### Head\n\n- one\n- two\n\n1. three")
    assert found.html == (
        '<p>A <b>b</b> &amp; <i>c</i> on <a href="https://example.org/?a=1&amp;b=2">d</a>.</p><h3>Head</h3>'
        "<ul><li>one</li><li>two</li></ul><ol><li>three</li></ol>"
    )
    assert [place for place, _line in found.shape] == ["p", "h3", "ul li", "ul li", "ol li"]


def test_loose_lists_hold_their_text_directly_too() -> None:
    assert rich("- one\n\n- two").html == "<ul><li>one</li><li>two</li></ul>"


@pytest.mark.parametrize(
    ("words", "line", "sentence"),
    [
        ("fine\n\n<b>raw</b>", 2, "Raw HTML is not allowed"),
        ("fine\n\n<div>raw</div>", 2, "Raw HTML is not allowed"),
        ("![alt](x.png)", 0, "Images are not allowed"),
        ("a\n\n> quote", 2, "Quotations with >"),
        ("a\n\n## Head", 2, "Only ### headings"),
        ("a\n\n    code", 2, "four spaces"),
        ("a `b`", 0, "Code marks"),
        ("a  \nb", 0, "forced line break"),
        ("- one\n\n  more", 2, "one paragraph"),
        ("[x](javascript:alert(1))", 0, "This is no link"),
        ("[x](/relative)", 0, "must begin with https://"),
    ],
)
def test_other_markdown_is_refused_by_line(words: str, line: int, sentence: str) -> None:
    text = source("s01", "en", words=words)
    found = faults(text)
    start = line_of(text, "# start") + 2
    assert len(found) == 1
    assert found[0].startswith(f"s01/x.md:{start + line}: ")
    assert sentence in found[0]


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ('audience: "English audience"', 'audience: "English audience"\nminutes: ten', "minutes: ten", "whole number"),
        ('audience: "English audience"', 'audience: "English audience"\nminuts: 10', "minuts", "not known here"),
        ('summary: "English summary"', "summary: 5", "summary", "quotation marks"),
        ('summary: "English summary"', 'summary: "English *summary*"', "summary", "plain text"),
        ("# more | English more", "# more | English more | two", "# more", "whole number"),
        ("# more | English more", "# more | English more | 2 | 3", "# more", "is written “# key | Title”"),
        ("# more | English more", "# start | English more", "# start | English more", "stands on line"),
        ("# more | English more", "# More! | English more", "# More!", "A key has"),
        ("::: key idea", "::: idea key", "::: idea", "There is no directive"),
        ("::: key idea", "::: key practice", "::: check practice", "stands on line"),
        ('text: "English key idea"', 'txt: "English key idea"', "txt:", "not known here"),
        ("kind: single", "kind: one", "kind: one", "must be one of: single, multiple"),
        ("objective: first", "objective: second", "::: question q1", "no objective"),
        ('publisher: "English publisher", note', "publisher: , note", "publisher: , note", "is empty"),
        ('date: "2024-06-13"', 'date: "13 June"', "13 June", "must look like 2024-06-13"),
        ("written: ai", "written: robot", "written: robot", "ai or human"),
        ("code: S01", 'code: "S 1"', "code", "2 to 20"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, where: str, sentence: str) -> None:
    good = source("s01", "en")
    assert old in good
    text = good.replace(old, new, 1)
    found = [fault for fault in faults(text) if sentence in fault]
    assert found, faults(text)
    assert found[0].startswith(f"s01/x.md:{line_of(text, where)}: ")


def test_a_directive_without_its_end_is_named() -> None:
    text = source("s01", "en").replace('text: "English key idea"\n:::', 'text: "English key idea"', 1)
    assert any("is not closed" in fault for fault in faults(text))


def test_broken_yaml_is_named_by_line() -> None:
    text = source("s01", "en").replace('text: "English key idea"', "text: English: key idea", 1)
    assert faults(text)[0].startswith(f"s01/x.md:{line_of(text, 'English: key')}: This is not valid YAML")


def test_right_answers_are_checked() -> None:
    one = source("s01", "en", questions=1)
    none_right = one.replace("key: a, right: true, ", "key: a, right: false, ")
    assert [fault for fault in faults(none_right) if "No option is right" in fault]
    both_right = one.replace("key: b, right: false, ", "key: b, right: true, ")
    assert [fault for fault in faults(both_right) if "the kind is single" in fault]


def test_all_mistakes_of_a_file_are_reported_at_once() -> None:
    text = source("s01", "en").replace("code: S01", "code: 1").replace("kind: single", "kind: one")
    assert len(faults(text)) == 2


def test_a_translation_leaves_out_what_is_neutral() -> None:
    text = source("s01", "fr").replace("# start | Français start", "# start | Français start | 3")
    assert "key | Title”" in faults(text, "fr")[0]
    text = source("s01", "fr").replace("{key: a, text", "{key: a, right: true, text", 1)
    assert "Leave “right:” out" in faults(text, "fr")[0]


def different(old: str, new: str, **parts: object) -> list[str]:
    text = source("s01", "fr", **parts)  # type: ignore[arg-type]
    assert old in text
    french = parse_module(text.replace(old, new, 1), language="fr", file="s01/fr.md")
    return [str(fault) for fault in structure_faults(write("s01", "en", **parts), french)]


def test_the_same_structure_in_two_languages_is_accepted() -> None:
    assert structure_faults(write("s01", "en"), write("s01", "fr")) == []


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Français second paragraph.", "Un.\n\nDeux.", "2 paragraphs and list items, the English one"),
        ("Français second paragraph.", "- Un.", "A paragraph is expected here"),
        ("# more |", "# extra |", "The section “more” is expected here"),
        ("::: key idea", "::: key other", "The key “idea” is expected here"),
        ("::: question q2", "::: question q3", "The question “q2” is expected here"),
        ("  - {key: law,", "  - {key: loi,", "The source “law” is expected here"),
        ("  - {key: b, text", "  - {key: z, text", "The option or item “b” is expected here"),
        ("Français second paragraph.", "Avec un fait {fact:helpdesk}.", "{fact:helpdesk} stands in only one"),
        ("Français second paragraph.", "Un [lien](https://example.org).", "The links must be those of the English"),
        ("code: S01", "code: S02", "The code must be S01"),
    ],
)
def test_another_structure_is_refused_by_line(old: str, new: str, sentence: str) -> None:
    found = different(old, new)
    assert len(found) == 1
    assert sentence in found[0]
    text = source("s01", "fr").replace(old, new, 1)
    line = int(found[0].split(":")[1])
    near = "\n".join(text.split("\n")[line - 1 : line + 2])
    assert new.split("\n")[-1] in near or line == 2


def test_a_missing_section_is_named() -> None:
    english = write("s01", "en")
    french = write("s01", "fr")
    shorter = ModuleFile(french.file, "fr", french.front, french.sections[:2])
    assert "The section “quiz” is missing after this" in str(structure_faults(english, shorter)[0])


def test_an_objective_names_sections_of_the_file() -> None:
    text = source("s01", "en").replace('objective"}', 'objective", sections: "start gone"}')
    (found,) = faults(text)
    assert found.startswith(f"s01/x.md:{line_of(text, 'key: first')}: There is no section “gone”.")
    right = text.replace("start gone", "start more")
    assert parse_module(right, language="en", file="x").front.objectives[0].neutral == {"sections": "start more"}


def test_the_sections_of_an_objective_stand_in_the_english_file_alone() -> None:
    text = source("s01", "fr").replace('objective"}', 'objective", sections: "start"}')
    assert any("sections" in fault for fault in faults(text, "fr"))
