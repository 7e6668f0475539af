"""How long a module takes: computed from its words and decisions, in each language for itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from content.curriculum.file_minutes import file_efforts, minutes_faults
from content.curriculum.load import read_module
from content.curriculum.parse import parse_module
from content.draft_minutes import draft_seconds
from content.editions import Module, ModuleText
from content.minutes import Effort, count_words, lab_effort, quiz_effort, section_effort, whole_minutes
from content.models import ModulePage
from courses.assignments.module_titles import titles_of_modules
from courses.learning.progress import measure
from quizzes.models import Quiz
from tests.content.figure_module import FOLDER, load_figures
from tests.content.samples import load, make_module, source, write

CASE = {"type": "case", "value": {"key": "a", "title": "One two", "sector": "work", "story": {"html": "<p>Three</p>"}}}


def lesson(html: str) -> dict[str, Any]:
    return {**CASE, "value": {**CASE["value"], "lesson": {"html": html}}}


def test_words_are_what_a_reader_sees_between_spaces() -> None:
    assert count_words("L’IA, c’est\u00a0: <b>78</b>\u00a0% — oui\u00a0!") == 4
    assert count_words("One.[^law] Two {fact:code-title}") == 2 + 6


def test_a_minute_has_130_words_and_a_decision_ten_seconds() -> None:
    assert Effort(130, 0).seconds == 60
    assert Effort(0, 3).seconds == 30
    assert [whole_minutes(seconds) for seconds in (0, 1, 60, 61)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("block", "words", "decisions"),
    [
        ({"type": "text", "value": {"html": "<p>One two</p><ul><li>three</li></ul>"}}, 3, 0),
        (CASE, 3, 0),
        (lesson("<p>Four</p>"), 4, 1),
        (lesson(""), 3, 0),
        ({"type": "reveal", "value": {"key": "a", "question": "One?", "answer": {"html": "<p>Two</p>"}}}, 2, 1),
        ({"type": "figure", "value": {"key": "a", "svg": "<svg/>", "mirror": True, "alt": "Not read", "caption": "One",
          "description": {"html": "<p>not read</p>"}, "labels": [{"key": "in", "text": "two"}]}}, 2, 0),
        ({"type": "practice", "value": {"key": "a", "kind": "sorting", "text": "One", "answers": [
            {"type": "category", "value": {"key": "x", "text": "two"}},
            {"type": "card", "value": {"key": "y", "text": "three", "category": "x", "feedback": "four"}}]}}, 4, 1),
    ],
)  # fmt: skip
def test_what_counts_in_a_block(block: dict[str, Any], words: int, decisions: int) -> None:
    found = section_effort({"title": "", "blocks": [block]})
    assert (found.words, found.decisions) == (words, decisions)


def question(key: str, words: int, pool: str = "", story: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    keys = {"key": key} | ({"pool": pool} if pool else {})
    said: dict[str, Any] = {"text": "word " * (words - 2), "options": {"a": {"text": "one", "feedback": "two"}}}
    return keys, said | ({"story": {"title": "", "html": "word " * story}} if story else {})


def test_a_test_takes_the_mean_of_each_pool_and_tells_a_story_once() -> None:
    rows = [question("a", 20, "p"), question("b", 40, "p"), question("c", 10, story=7), question("d", 10, story=7)]
    keys = {"questions": [each for each, _words in rows]}
    words = {each["key"]: said for each, said in rows}
    found = quiz_effort(keys, words)
    assert (found.words, found.decisions) == (30 + 10 + 10 + 7, 3)
    assert quiz_effort(keys | {"pools": {"p": 2}}, words).words == 60 + 10 + 10 + 7


def test_a_lab_is_decided_twice_where_advice_comes() -> None:
    lab = {"family": "expense_claims", "mode": "decide-first", "rationale": True}
    assert lab_effort(lab, "block-b", "en").decisions == 24 * 2 + 4
    assert lab_effort(lab | {"mode": "concurrent"}, "block-b", "en").decisions == 28
    assert lab_effort(lab | {"rationale": False}, "block-b", "en").words < lab_effort(lab, "block-b", "en").words
    assert lab_effort(lab, "debrief", "fr").decisions == 0


def test_a_written_figure_that_differs_is_a_fault() -> None:
    assert list(minutes_faults(write("s01", "en"))) == []
    text = source("s01", "en").replace("# more | English more", "# more | English more | 5")
    text = text.replace('audience: "English audience"', 'audience: "English audience"\nminutes: 40')
    found = [str(fault) for fault in minutes_faults(parse_module(text, language="en", file="s01/en.md"))]
    assert [fault.split(": ", 1)[1] for fault in found] == [
        "This section takes 1 minutes, not 5. Leave the number out.",
        "The module takes 2 minutes, not 40. Leave it out.",
    ]


@pytest.mark.django_db
def test_a_file_a_draft_and_a_frozen_text_take_equally_long() -> None:
    load_figures()
    written = read_module(FOLDER)
    for text in ModuleText.objects.all():
        efforts = file_efforts(written[text.locale], written["en"])
        assert text.seconds["sections"] == {key: effort.seconds for key, effort in efforts.items()}
        page = ModulePage.objects.get(locale__language_code=text.locale)
        assert draft_seconds(page) == text.seconds["sections"]


@pytest.mark.django_db
def test_each_language_has_minutes_of_its_own_and_every_page_shows_them(client: Client) -> None:
    module = make_module("s01")
    ModuleText.objects.filter(locale="fr").update(seconds={"module": 301, "sections": {}})
    assert titles_of_modules([module.pk], "fr")[module.pk].minutes == 6
    assert "6 minutes" in client.get("/fr/ai-literacy/").content.decode()
    assert titles_of_modules([module.pk], "en")[module.pk].minutes == 2


@pytest.mark.django_db
def test_texts_from_before_take_as_long_as_they_said() -> None:
    module = make_module("s01")
    edition = Module.objects.get().editions.get()
    edition.structure["minutes"] = 9
    edition.save()
    ModuleText.objects.update(seconds={})
    assert titles_of_modules([module.pk], "en")[module.pk].minutes == 9
    old = {"sections": [{"key": "a", "minutes": 4, "quiz": False}, {"key": "b", "minutes": 5, "quiz": False}]}
    assert measure(old, ("a",), passed=False).timed({}).minutes_left == 5
    assert measure(old, ("a",), passed=False).timed({"sections": {"b": 61}}).minutes_left == 2


@pytest.mark.django_db
def test_a_draft_is_timed_though_its_questions_cannot_be_asked_yet() -> None:
    load(languages=("en",))
    page = ModulePage.objects.get()
    whole = draft_seconds(page)["quiz"]
    Quiz.objects.update(live=False)
    draft = ModulePage.objects.get()
    draft.lab_family = "nobody"
    assert 0 < draft_seconds(draft)["quiz"] < whole
