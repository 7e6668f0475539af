"""Scales, dilemmas and cases with several questions in the curriculum's files: read, loaded, translated, frozen."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from content.curriculum.compare import compare
from content.curriculum.faults import Invalid
from content.curriculum.load import differences, load_module
from content.curriculum.parse import parse
from content.curriculum.record import Report
from content.curriculum.written import Written
from content.editions import ModuleText
from quizzes.models import Question, QuizEdition, QuizText, Story
from tests.content.samples import WORDS, source

STORY = """
::: story night
title: "{tongue} night"
text: |
  {tongue} what **happened**.

  - one
  - two
:::
"""
SCALE = """
::: question sure
{neutral}text: "{tongue} how sure?"
options:
  - {{key: low, text: "{tongue} low"}}
  - {{key: mid, text: "{tongue} mid"}}
  - {{key: high, text: "{tongue} high"}}
:::
"""
DILEMMA = """
::: question stop
{neutral}text: "{tongue} stop it?"
options:
  - {{key: stop, {seven}text: "{tongue} stop", feedback: "{tongue} those who stop"}}
  - {{key: ask, {two}text: "{tongue} ask", feedback: "{tongue} those who ask"}}
:::
"""


def text(language: str = "en", *, told: str = "") -> str:
    tongue, english = WORDS[language], language == "en"
    parts = {"tongue": told or tongue}
    found = source("s01", language, questions=2)
    if english:
        found = found.replace("kind: single\n", "kind: single\nstory: night\n", 1)
    head, rest = found.split("::: question q1", 1)
    return (
        head
        + STORY.format(**parts)
        + "\n::: question q1"
        + rest
        + SCALE.format(neutral="kind: likert\nobjective: first\n" if english else "", tongue=tongue)
        + DILEMMA.format(
            neutral="kind: dilemma\nobjective: first\nstory: night\n" if english else "",
            seven="panel: 7, " if english else "",
            two="panel: 2, " if english else "",
            tongue=tongue,
        )
    )


def written(language: str = "en", **more: str) -> Written:
    return parse(text(language, **more), language=language, file=f"s01/{language}.md")


def load(**told: str) -> Report:
    files = {language: written(language, told=told.get(language, "")) for language in ("en", "fr", "ar")}
    assert differences(files) == []
    report = Report()
    load_module(files, report)
    assert report.unfrozen == []
    return report


def faults(found: str, language: str = "en") -> list[str]:
    with pytest.raises(Invalid) as refused:
        parse(found, language=language, file="s01/x.md")
    return [str(fault) for fault in refused.value.faults]


def test_they_are_read() -> None:
    found = written()
    assert [story.key for story in found.stories] == ["night"]
    kinds = {question.key: question.neutral["kind"] for question in found.questions}
    assert kinds == {"q1": "single", "q2": "multiple", "sure": "likert", "stop": "dilemma"}
    assert [item.panel for item in found.questions[3].items] == [7, 2]
    assert all("feedback" not in item.texts for item in found.questions[2].items)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("panel: 7, ", "", "“panel:” is missing"),
        ("panel: 7, ", "panel: many, ", "“panel:” must be a whole number"),
        ("panel: 7, ", "panel: 1000, ", "at most 999"),
        ("panel: 7", "panel: 0", ""),
        ("  - {key: mid", "  - {key: low", "Keys must differ"),
        ('  - {key: mid, text: "English mid"}\n', "", "at least three options"),
        ('low, text: "English low"', 'low, panel: 3, text: "English low"', "“panel:” is not known here"),
        ('low, text: "English low"', 'low, text: "English low", feedback: "x"', "“feedback:” is not known here"),
        ("kind: likert\n", "kind: likert\ncompulsory: true\n", "so it cannot be compulsory"),
        ("story: night\ntext: \"English stop", "story: day\ntext: \"English stop", "There is no story “day”"),
        ("story: night\n", "", "No question is about the story “night”"),
        ("  English what", "  ### Head\n\n  English what", "no headings or links"),
        ("  English what", "  [x](https://example.org) what", "no headings or links"),
        ('title: "English night"', 'title: ""', "“title:” is empty"),
    ],
)  # fmt: skip
def test_a_mistake_is_named(old: str, new: str, sentence: str) -> None:
    wrong = text().replace(old, new)
    assert wrong != text()
    if not sentence:
        assert parse(wrong, language="en", file="x").questions[3].items[0].panel == 0
    else:
        assert any(sentence in fault for fault in faults(wrong)), faults(wrong)


def test_a_panel_of_nobody_is_none() -> None:
    wrong = text().replace("panel: 7", "panel: 0").replace("panel: 2", "panel: 0")
    assert any("Give the counts of a panel that has voted" in fault for fault in faults(wrong))


def test_a_test_of_ungraded_questions_alone_is_refused() -> None:
    whole = text()
    start, end = whole.index("::: story"), whole.index("::: question sure")
    wrong = (whole[:start] + whole[end:]).replace("story: night\n", "")
    assert any("nobody could pass" in fault for fault in faults(wrong))


def test_a_story_stands_with_its_questions() -> None:
    start, end = text().index("::: story"), text().index("::: question q1")
    story = text()[start:end]
    moved = text().replace(story, "").replace("::: key idea", f"{story}::: key idea")
    assert any("stands in the section with the graded questions" in fault for fault in faults(moved))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("key: stop, ", "key: stop, panel: 7, ", "Leave “panel:” out"),
        ("::: story night", "::: story day", "The story “night” is expected here"),
        (", feedback: \"Français those who stop\"", "", "stands in only one of the two languages"),
        ("  - one\n  - two", "  - one", "Each paragraph must answer to one"),
    ],
)  # fmt: skip
def test_a_translation_has_the_same_parts(old: str, new: str, sentence: str) -> None:
    wrong = text("fr").replace(old, new)
    assert wrong != text("fr")
    try:
        found = [str(fault) for fault in compare(written(), parse(wrong, language="fr", file="s01/fr.md"))]
    except Invalid as invalid:
        found = [str(fault) for fault in invalid.faults]
    assert any(sentence in fault for fault in found), found


@pytest.mark.django_db
def test_they_reach_the_bank_in_every_language() -> None:
    load()
    assert sorted(Story.objects.values_list("locale__language_code", "title")) == [
        ("ar", "العربية night"), ("en", "English night"), ("fr", "Français night"),
    ]  # fmt: skip
    english = Question.objects.get(code="s01-stop", locale__language_code="en")
    assert english.story
    assert [(child.value["key"], child.value["panel"]) for child in english.options] == [("stop", 7), ("ask", 2)]
    arabic = Question.objects.get(code="s01-sure", locale__language_code="ar")
    assert [child.value["text"] for child in arabic.options] == [f"العربية {key}" for key in ("low", "mid", "high")]


@pytest.mark.django_db
def test_they_are_frozen_with_their_story() -> None:
    load()
    keys = {question["key"]: question for question in QuizEdition.objects.get().keys["questions"]}
    assert keys["s01-stop"]["options"] == [{"key": "stop", "panel": 7}, {"key": "ask", "panel": 2}]
    assert (keys["s01-stop"]["story"], keys["s01-q1"]["story"]) == ("s01-night", "s01-night")
    assert "story" not in keys["s01-sure"]
    french = QuizText.objects.get(locale="fr").body
    assert french["s01-stop"]["story"]["title"] == "Français night"
    assert "<b>happened</b>" in french["s01-q1"]["story"]["html"]


@pytest.mark.django_db
def test_a_second_load_changes_nothing_and_a_new_story_everything_about_it() -> None:
    load()
    before = Story.objects.count(), Question.objects.count(), ModuleText.objects.count()
    report = load()
    assert (report.changed, report.left) == ([], [])
    assert (Story.objects.count(), Question.objects.count(), ModuleText.objects.count()) == before
    report = load(en="Anglais", fr="Autre", ar="أخرى")
    assert report.left == []
    assert Story.objects.get(locale__language_code="fr").title == "Autre night"
    newest = QuizText.objects.filter(locale="fr").latest("frozen_at")
    assert newest.body["s01-q1"]["story"]["title"] == "Autre night"


@pytest.mark.django_db
def test_a_translation_of_a_story_may_change_alone() -> None:
    load()
    report = load(fr="Autre")
    assert [line.split(":")[0] for line in report.changed] == ["s01/fr.md"]
    assert Story.objects.get(locale__language_code="fr").title == "Autre night"
    assert Story.objects.get(locale__language_code="en").title == "English night"


@pytest.mark.django_db
def test_an_editors_story_is_left() -> None:
    load()
    story = Story.objects.get(locale__language_code="en")
    story.title = "By an editor"
    story.save()
    story.save_revision().publish()
    with override("en"):
        report = load(en="New")
    assert any("question:q1" in line for line in report.left)
    assert Story.objects.get(locale__language_code="en").title == "By an editor"
