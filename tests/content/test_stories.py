"""Scales, dilemmas and cases with several questions in the curriculum's files: read, loaded, translated, frozen."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from content.curriculum.compare import structure_faults
from content.curriculum.load import language_faults, load_module
from content.curriculum.module_file import ModuleFile
from content.curriculum.parse import parse_module
from content.curriculum.record import LoadReport
from content.editions import ModuleText
from lms.yaml_lines import FaultyFile
from quizzes import soundness
from quizzes.models import Question, QuizEdition, QuizText, Story
from tests.content.samples import LANGUAGES, WORDS, source

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


def written(language: str = "en", **more: str) -> ModuleFile:
    return parse_module(text(language, **more), language=language, file=f"s01/{language}.md")


def load(**told: str) -> LoadReport:
    return load_files({language: written(language, told=told.get(language, "")) for language in LANGUAGES})


def load_english(found: str) -> LoadReport:
    """This English file, with the translations as they are."""
    english = parse_module(found, language="en", file="s01/en.md")
    return load_files({"en": english, "fr": written("fr"), "ar": written("ar")})


def load_files(files: dict[str, ModuleFile]) -> LoadReport:
    assert language_faults(files) == []
    report = LoadReport()
    load_module(files, report)
    assert report.unfrozen == []
    return report


def faults(found: str, language: str = "en") -> list[str]:
    with pytest.raises(FaultyFile) as refused:
        parse_module(found, language=language, file="s01/x.md")
    return [str(fault) for fault in refused.value.faults]


def test_they_are_read() -> None:
    found = written()
    assert [story.key for story in found.stories] == ["night"]
    kinds = {question.key: question.neutral["kind"] for question in found.questions}
    assert kinds == {"q1": "single", "q2": "multiple", "sure": "likert", "stop": "dilemma"}
    assert [item.panel for item in found.questions[3].items] == [7, 2]
    assert all("feedback" not in item.texts for item in found.questions[2].items)


STOP, ASK, LOW, MID = "  - {key: stop", "  - {key: ask", "  - {key: low", "  - {key: mid"
LONG_KEY = "k" * 41


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("panel: 7, ", "", STOP, "“panel:” is missing. Add it with a whole number."),
        ("panel: 7, ", "panel: many, ", STOP, "“panel:” must be a whole number."),
        ("panel: 7, ", "panel: 7.5, ", STOP, "“panel:” must be a whole number."),
        ("panel: 7, ", "panel: -1, ", STOP, "“panel:” must be a whole number."),
        ("panel: 7, ", "panel: 1000, ", STOP, "“panel:” is a number of people, at most 999."),
        ("panel: 7, ", "panel: 7, right: true, ", STOP, "“right:” is not known here."),
        (', feedback: "English those who stop"', "", STOP, "“feedback:” is missing."),
        ("  - {key: ask", STOP, STOP + ", panel: 2", "The key “stop” stands on line"),
        ('"English ask"', f'"{"x" * 501}"', ASK, "“text:” has 501 characters, 500 at most are possible."),
        (MID, LOW, LOW + ', text: "English mid"', "The key “low” stands on line"),
        (f'{MID}, text: "English mid"}}\n', "", "::: question sure", "A question needs at least three options."),
        ('low, text: "English low"', 'low, panel: 3, text: "English low"', LOW, "“panel:” is not known here."),
        ('low, text: "English low"', 'low, text: "English low", feedback: "x"', LOW, "“feedback:” is not known here."),
        ("key: low,", f"key: {LONG_KEY},", LONG_KEY, "The key of an option or group has at most 40"),
        ('"English low"', f'"{"x" * 121}"', LOW, "“text:” has 121 characters, 120 at most are possible."),
        ("kind: likert\n", "kind: likert\ncompulsory: true\n", "::: question sure", "so it cannot be compulsory."),
        ("kind: likert\n", "kind: likert\nscoring: part\n", "scoring: part", "has no partial credit."),
        ("kind: dilemma\n", "kind: dilemma\nscoring: part\n", "scoring: part", "has no partial credit."),
        ("kind: dilemma\n", "kind: dilemma\nrequirement: EU AI\n", "requirement:", "“EU AI” is none."),
        ("kind: likert\n", "kind: scale\n", "kind: scale", "“kind:” must be one of: single, multiple"),
        ('story: night\ntext: "English stop', 'story: day\ntext: "English stop', "::: question stop", "no story “day”"),
        ("story: night\n", "", "::: story night", "No question is about the story “night”."),
        ("  English what", "  ### Head\n\n  English what", "  ### Head", "no headings or links."),
        ("  English what", "  [x](https://example.org) what", "  [x](https", "no headings or links."),
        ('title: "English night"', 'title: ""', "title: \"\"", "“title:” is empty."),
        ('"English night"', f'"{"x" * 201}"', "xxx", "“title:” has 201 characters, 200 at most are possible."),
        ('title: "English night"', 'kind: single\ntitle: "English night"', "kind: single\ntitle", "“kind:” is not"),
        ("::: question q1", "::: question night", "::: question night", "The key “night” stands on line"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_line(old: str, new: str, where: str, sentence: str) -> None:
    wrong = text().replace(old, new)
    assert wrong != text()
    line = wrong[: wrong.index(where)].count("\n") + 1
    found = [fault for fault in faults(wrong) if sentence in fault]
    assert found, faults(wrong)
    assert found[0].startswith(f"s01/x.md:{line}: ")


def test_a_way_out_that_nobody_of_the_panel_chose_is_one() -> None:
    found = parse_module(text().replace("panel: 7", "panel: 0"), language="en", file="x")
    assert found.questions[3].items[0].panel == 0


def test_a_text_as_long_as_the_bank_allows_is_taken() -> None:
    long = text().replace('"English low"', f'"{"x" * 120}"').replace("key: low,", f"key: {LONG_KEY[1:]},")
    assert parse_module(long, language="en", file="x").questions[2].items[0].key == LONG_KEY[1:]


def test_a_dilemma_has_more_than_one_way_out() -> None:
    ask = next(line for line in text().split("\n") if line.startswith(ASK))
    assert any("A question needs at least two options." in fault for fault in faults(text().replace(f"{ask}\n", "")))


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


SURE = "::: question sure\n"


@pytest.mark.parametrize(
    ("old", "new", "where", "sentence"),
    [
        ("key: stop, ", "key: stop, panel: 7, ", STOP, "Leave “panel:” out: only the English file says it."),
        (SURE, f"{SURE}kind: likert\n", "kind:", "Leave “kind:” out"),
        (SURE, f"{SURE}story: night\n", "story: night", "Leave “story:” out"),
        (SURE, f"{SURE}scoring: whole\n", "scoring:", "Leave “scoring:” out"),
        (SURE, f"{SURE}requirement: eu-ai-act-14\n", "requirement:", "Leave “requirement:” out"),
        ("::: story night", "::: story day", "::: story day", "The story “night” is expected here"),
        (', feedback: "Français those who stop"', "", STOP, "“feedback:” of “stop” stands in only one"),
        ('text: "Français low"', 'text: "Français low", feedback: "x"', LOW, "“feedback:” of “low” stands in only one"),
        ("  - {key: mid", "  - {key: middle", "  - {key: middle", "The option or item “mid” is expected here"),
        ('  - {key: high, text: "Français high"}\n', "", MID, "The option or item “high” is missing after this"),
        ("  - one\n  - two", "  - one", "  - one", "Each paragraph must answer to one"),
        ('"Français mid"', f'"{"x" * 121}"', MID, "“text:” has 121 characters, 120 at most are possible."),
        ('"Français stop"', f'"{"x" * 501}"', STOP, "“text:” has 501 characters, 500 at most are possible."),
        ('"Français night"', f'"{"x" * 201}"', "xxx", "“title:” has 201 characters, 200 at most are possible."),
    ],
)  # fmt: skip
def test_a_translation_has_the_same_parts(old: str, new: str, where: str, sentence: str) -> None:
    wrong = text("fr").replace(old, new)
    assert wrong != text("fr")
    try:
        found = [
            str(fault) for fault in structure_faults(written(), parse_module(wrong, language="fr", file="s01/fr.md"))
        ]
    except FaultyFile as invalid:
        found = [str(fault) for fault in invalid.faults]
    line = wrong[: wrong.index(where)].count("\n") + 1
    assert [fault for fault in found if sentence in fault and fault.startswith(f"s01/fr.md:{line}: ")], found


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
    assert soundness.question_gaps(list(Question.objects.all())) == []


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
def test_what_a_dilemma_answers_to_and_a_new_vote_are_frozen() -> None:
    load()
    english = (
        text().replace("panel: 7", "panel: 8").replace("kind: dilemma\n", "kind: dilemma\nrequirement: eu-ai-act-14\n")
    )
    report = load_english(english)
    assert [line for line in report.changed if "question:stop" in line] == [
        f"s01/{code}.md: question:stop" for code in LANGUAGES
    ]
    edition = QuizEdition.objects.get(quiz__code="s01", number=2)
    dilemma = next(question for question in edition.keys["questions"] if question["key"] == "s01-stop")
    assert (dilemma["requirement"], dilemma["options"][0]) == ("eu-ai-act-14", {"key": "stop", "panel": 8})
    assert set(QuizText.objects.filter(edition__number=2).values_list("locale", flat=True)) == set(LANGUAGES)


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


@pytest.mark.django_db
@pytest.mark.parametrize(("told", "published"), [("", True), ("New", True), ("New", False)])
def test_a_question_that_comes_to_an_editors_story_waits(told: str, published: bool) -> None:
    load()
    story = Story.objects.get(locale__language_code="en")
    story.title = "By an editor"
    revision = story.save_revision()
    if published:
        revision.publish()
    report = load_english(text(told=told).replace("kind: likert\n", "kind: likert\nstory: night\n"))
    assert any("s01/en.md: “question:sure”" in line for line in report.left)
    found = Story.objects.get(locale__language_code="en")
    assert found.get_latest_revision_as_object().title == "By an editor"
    assert found.title == ("By an editor" if published else "English night")
    assert Question.objects.get(code="s01-sure", locale__language_code="en").story is None


@pytest.mark.django_db
def test_a_question_that_comes_to_a_story_nobody_edited_is_loaded() -> None:
    load()
    english = text(told="New").replace("kind: likert\n", "kind: likert\nstory: night\n")
    report = load_english(english)
    assert report.left == []
    assert Story.objects.get(locale__language_code="en").title == "New night"
    assert "story" in QuizText.objects.filter(locale="fr").latest("frozen_at").body["s01-sure"]
