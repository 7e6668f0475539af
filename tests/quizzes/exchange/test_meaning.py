"""What an import changes is said with before and after; what was said to some is not told to others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Locale

from quizzes.exchange import exporting, importing
from quizzes.exchange.exporting import TARGETS
from quizzes.exchange.labels import latin_name
from tests.quizzes.questions import block, make_question

pytestmark = pytest.mark.django_db
EXAMPLES = Path(__file__).parents[1] / "interchange" / "examples"


def preview(text: str, format: str = "gift", language: str = "en") -> importing.ImportPreview:
    return importing.preview_import(text, format, "m07", Locale.objects.get(language_code=language))


def sentences(found: importing.ImportPreview) -> list[str]:
    return [remark.sentence for remark in found.changed]


def option_values(found: importing.ImportPreview) -> list[dict[str, Any]]:
    return [child.value for question in found.taken for child in question.options]


def test_what_is_said_to_wrong_numbers_never_stands_beside_the_right_one() -> None:
    found = preview((EXAMPLES / "gift-numeric-otherwise.gift").read_text(encoding="utf-8"))
    (value,) = option_values(found)
    assert (value["value"], value["feedback"]) == ("3", "")
    assert sentences(found) == [
        "What was said to wrong numbers is left out, for everybody would read it beside the right one: “That is wrong. "
        "Count again.”",
        "An option has no feedback. Write it before you publish the question.",
    ]


@pytest.mark.parametrize(
    ("answers", "feedback"),
    [
        ("#3#Exactly. =%50%4#Nearly. ~#No.", "Exactly."),
        ("#=%0%5#Far off. =3 ~#No.", ""),
        ("#3..4 =%0%*#No.", ""),
        ("#3 ####In general.", ""),
    ],
)
def test_a_number_keeps_only_what_was_said_to_the_right_one(answers: str, feedback: str) -> None:
    found = preview(f"How many? {{{answers}}}")
    (value,) = option_values(found)
    assert value["feedback"] == feedback
    said = " ".join(sentences(found))
    assert all(words in said for words in ("Nearly.", "Far off.", "No.", "Exactly.", "In general.") if words in answers)


@pytest.mark.parametrize(
    "answers", ["~%-100%yes#W =no#R", "FALSE#W#R", "F####G", "=no#R ~yes#W####G", "=%100%no#R ~%-50%yes#W"]
)
def test_feedback_stands_beside_the_answer_it_was_written_for(answers: str) -> None:
    found = preview(f"Yes? {{{answers}}}")
    said = {bool(value["right"]): value["feedback"] for value in option_values(found)}
    assert said == {
        True: "R" if "R" in answers.replace("TRUE", "") and "#R" in answers else "",
        False: "W" * ("#W" in answers),
    }
    assert any("“G”" in sentence for sentence in sentences(found)) == ("G" in answers)


def test_names_in_any_script_give_codes_that_can_be_told_apart() -> None:
    found = preview((EXAMPLES / "xml-arabic-names.xml").read_text(encoding="utf-8"), "xml")
    assert [question.code for question in found.taken] == ["m07-sul-wl", "m07-sul-thn"]


@pytest.mark.parametrize(
    "names",
    [
        ("Первый вопрос", "Второй вопрос"),
        ("第一题", "第二题"),
        ("질문 하나", "질문 둘"),
        ("😀", "🚀"),
        ("שאלה א", "שאלה ב"),
        ("Ερώτηση α", "Ερώτηση β"),
        ("प्रश्न एक", "प्रश्न दो"),
        ("Ωmega", "Émile"),
    ],
)
def test_every_script_has_its_letters(names: tuple[str, str]) -> None:
    one, other = map(latin_name, names)
    assert one
    assert other
    assert one != other


def test_a_code_that_begins_as_wanted_is_not_begun_twice() -> None:
    found = preview("// [id:m07-signs]\n::Signs::One? {=a ~b}")
    assert [question.code for question in found.taken] == ["m07-signs"]


def test_a_change_shows_before_and_after_and_its_line() -> None:
    found = preview("Fine? {T}\n\n[html]Is 10<sup>3</sup> <b>much</b>? {=10<sup>3</sup> ~103}")
    assert [question.text for question in found.taken][1] == "Is 10³ much?"
    told = [(each.line, each.sentence) for each in found.changed if "plain text here" in each.sentence]
    said = "Questions are plain text here: “%s” reads “%s”. Check that it still says the same."
    assert set(told) == {
        (3, said % ("Is 10<sup>3</sup> <strong>much</strong>?", "Is 10³ much?")),
        (3, said % ("10<sup>3</sup>", "10³")),
    }


def test_an_option_of_several_lines_is_shown_as_it_reads_on_one() -> None:
    found = preview("[html]Which? {=<p>a</p><p>b</p> ~c}")
    assert "An option stands on one line here: it reads “a b” now. Check that it is clear." in sentences(found)


def test_no_break_spaces_and_joiners_stay() -> None:
    found = preview("Combien\u00a0? {=10\u00a0000 ~می\u200cخواهم}")
    assert found.taken[0].text == "Combien\u00a0?"
    assert [value["text"] for value in option_values(found)] == ["10\u00a0000", "می\u200cخواهم"]


def test_the_language_of_the_import_chooses_the_words() -> None:
    Locale.objects.get_or_create(language_code="fr")
    found = preview((EXAMPLES / "xml-multilang-spans.xml").read_text(encoding="utf-8"), "xml", "fr")
    assert [value["text"] for value in option_values(found)] == ["L'agent", "L'outil"] * 2


def test_options_that_differ_in_capitals_only_are_taken_and_told() -> None:
    assert "differ in capital letters only: “ai”" in " ".join(sentences(preview("Which? {=AI#a ~ai#b}")))


def test_marks_that_cost_are_told() -> None:
    single = sentences(preview("Which? {=a#a ~%-50%b#b}"))
    assert single == ["A wrong option cost marks; here it only earns none."]
    free = sentences(preview("Which? {~%50%a#a ~%50%b#b ~c#c}"))
    assert free == ["Its wrong options cost nothing or different marks; here each one costs the same."]
    assert sentences(preview("Which? {~%50%a#a ~%50%b#b ~%-100%c#c}")) == []


def test_objective_and_requirement_come_back_and_strange_labels_are_told() -> None:
    question = make_question(objective="read-drafts", requirement="eu-ai-act-14")
    for format in ("gift", "xml"):
        file = exporting.export_questions([question], TARGETS[format])
        (again,) = preview(file.text, format).taken
        assert (again.objective, again.requirement) == ("read-drafts", "eu-ai-act-14")
    found = preview("$CATEGORY: Old course/Week 1\n\n// [tag:easy]\nWhich? {=a#a ~b#b}")
    assert sentences(found) == [
        "Its category and tags (Old course/Week 1, easy) are left out. Give it an objective and a requirement in the "
        "editor."
    ]


@pytest.mark.parametrize("text", ["Is $$x^2$$ it?", "{mlang en}a{mlang}", "See @@PLUGINFILE@@/a.pdf"])
def test_what_other_platforms_would_read_otherwise_is_not_exported_in_silence(text: str) -> None:
    file = exporting.export_questions([make_question(text=text)], TARGETS["xml"])
    assert (file.count, len(file.refused)) == (0, 1)


def test_options_that_read_the_same_are_not_exported_in_silence() -> None:
    same = [block("option", key, right=key == "a", feedback="F") for key in "ab"]
    for each in same:
        each["value"]["text"] = "Same"
    file = exporting.export_questions([make_question(options=same)], TARGETS["gift"])
    assert "read the same" in file.refused[0].sentence
