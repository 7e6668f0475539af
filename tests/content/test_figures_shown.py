"""Figures, cases that ask, practice and marks of sources: from the file by the CMS and its translations to the page."""

import re

import pytest
from bs4 import BeautifulSoup, Tag
from wagtail_localize.models import StringTranslation, Translation
from wagtail_localize.segments import StringSegmentValue
from wagtail_localize.segments.extract import extract_segments

from content import rendering, texts
from content.closure import page_body
from content.completeness import publish_gaps
from content.curriculum.load import load_module, read_module
from content.curriculum.record import LoadReport
from content.editions import ModuleText
from content.fact_models import FactSet
from content.media import Media
from content.models import ModulePage
from content.practice import Practice
from tests.content.figure_module import FOLDER, load_figures
from tests.databases import ModuleRows

pytestmark = pytest.mark.django_db
NONE = FactSet(facts={})


@pytest.fixture(scope="module", autouse=True)
def _loaded(module_rows: ModuleRows) -> None:
    module_rows(load_figures)


def text(language: str = "en") -> ModuleText:
    return ModuleText.objects.get(locale=language, edition__module__code="f01")


def shown(language: str = "en") -> BeautifulSoup:
    parts = rendering.section_parts(text(language), "all", NONE, language)
    return BeautifulSoup("".join(part for part in parts if not isinstance(part, Practice)), "html.parser")


def one(found: Tag, selector: str) -> Tag:
    tag = found.select_one(selector)
    assert tag is not None, selector
    return tag


def test_loading_again_changes_nothing() -> None:
    report = LoadReport()
    load_module(read_module(FOLDER), report)
    assert (report.changed, report.left) == ([], [])


def test_translators_get_the_words_and_nothing_neutral() -> None:
    page = ModulePage.objects.get(code="f01", locale__language_code="en")
    said = {segment.string.data for segment in extract_segments(page) if isinstance(segment, StringSegmentValue)}
    for words in (
        "What goes in",
        "Two boxes, joined by an arrow; a dashed arrow leads back.",
        "What goes in comes back.",
        "A dashed arrow leads back from the second to the first.",
        "What does Ada do first?",
        "She counts once more.",
        "What belongs to which group?",
        "A rule",
        "says 40",
        "The signature comes last.",
    ):
        assert words in said
    assert not [each for each in said if "<svg" in each or each in ("sorting", "law", "2026-11-29", "counted")]


def test_a_case_from_before_cases_asked_is_translated_and_digested_as_it_was() -> None:
    page = ModulePage.objects.get(code="f01", locale__language_code="en")
    raw = page.sections.get_prep_value()
    case = next(child["value"] for child in raw[0]["value"]["body"] if child["type"] == "case")
    del case["question"], case["options"]
    page.sections = raw
    assert list(extract_segments(page))
    body = page_body(page, Media())["sections"][0]["blocks"]
    assert set(next(block["value"] for block in body if block["type"] == "case")) == {
        *("key", "title", "sector", "story", "lesson")
    }


def test_every_language_is_translated_by_way_of_the_cms_and_frozen() -> None:
    assert StringTranslation.objects.filter(data="Ce qui entre").exists()
    assert Translation.objects.filter(target_locale__language_code="ar").count() == 1
    body = text("fr").body["sections"][0]["blocks"]
    figure = next(block["value"] for block in body if block["type"] == "figure")
    labels = [label["text"] for label in figure["labels"]]
    assert labels == ["Ce qui entre", "Ce qui sort", "Ce qui est corrigé\nrevient"]
    practice = next(block["value"] for block in body if block["type"] == "practice")
    assert practice["answers"][0] == {"type": "category", "value": {"key": "rule", "text": "Une règle"}}


def test_frozen_texts_verify_and_their_structure_holds_what_is_right() -> None:
    found = text()
    assert texts.digest(found) == found.sha256
    outline = {entry[1]: entry for entry in found.edition.structure["sections"][0]["blocks"]}
    assert outline["towels"] == ["case", "towels", ["sign", "count"]]
    assert outline["loop"] == ["figure", "loop", ["in", "out", "back"]]
    pieces = [{"key": "one", "fault": True}, {"key": "two", "fault": False}]
    assert outline["find"][2] == {"kind": "faults", "options": pieces}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_lesson_is_never_printed_under_its_story(language: str) -> None:
    case = one(shown(language), ".case")
    lesson = one(case, "details.case-lesson")
    assert not lesson.has_attr("open")
    assert len(case.select("input[type=radio]")) == 2
    words = lesson.get_text()
    lesson.extract()
    assert words.strip().split("\n")[-1][-20:] not in case.get_text()


def test_a_figure_says_what_it_shows_and_is_mirrored_only_for_languages_from_the_right() -> None:
    english, arabic = one(shown(), ".figure"), one(shown("ar"), ".figure")
    drawing = one(english, "svg")
    assert (drawing["role"], drawing["viewbox"]) == ("img", "0 0 340 190")
    assert drawing["aria-label"] == "Two boxes, joined by an arrow; a dashed arrow leads back."
    assert one(english, "figcaption").get_text() == "What goes in comes back."
    assert "A dashed arrow" in one(english, "details").get_text()
    assert [tag.get_text() for tag in english.select("tspan")][-2:] == ["What is corrected", "comes back"]
    assert "scale(-1 1)" not in str(english)
    mirrored = one(arabic, "svg > g")
    assert mirrored["transform"] == "translate(340 0) scale(-1 1)"
    assert all(tag["transform"].endswith("scale(-1 1)") for tag in arabic.select("text"))


def test_marks_lead_to_the_sources_and_back() -> None:
    html = shown()
    marks = html.select("sup a[role=doc-noteref]")
    assert [mark.get_text() for mark in marks] == ["1", "2", "2", "1", "1"]
    assert marks[0]["aria-label"] == "Source 1: Regulation (EU) 2024/1689"
    foot = one(html, "#source-all-act")
    assert marks[0]["href"] == "#source-all-act"
    assert "Law" in foot.get_text()
    assert "read on 29 November 2026" in foot.get_text()
    assert [link["href"] for link in foot.select("a[role=doc-backlink]")] == [f"#{marks[n]['id']}" for n in (0, 3, 4)]
    ids = [tag["id"] for tag in html.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert "[^" not in html.get_text()


def test_practice_is_asked_and_for_reviewers_solved() -> None:
    found = [part for part in rendering.section_parts(text(), "all", NONE, "en") if isinstance(part, Practice)]
    assert [practice.key for practice in found] == ["sort", "pair", "find", "order"]
    assert "It says what to do." not in str(found[0].to_answer())
    solved = BeautifulSoup(rendering.render_section(text(), "all", NONE, "en"), "html.parser")
    assert len(solved.select(".practice .option-right")) == 3 + 2 + 1 + 3
    assert "[^" not in solved.get_text()


def with_source(page: ModulePage, **changed: object) -> dict[str, list[str]]:
    for child in page.sections[0].value["body"]:
        if child.block_type == "figure":
            child.value.update(changed)
    return publish_gaps(page)


def test_what_is_missing_keeps_a_module_from_being_published() -> None:
    page = ModulePage.objects.get(code="f01", locale__language_code="en")
    assert publish_gaps(page) == {}
    assert re.search("“loop” has no alternative text", str(with_source(page, alt="")))
    hostile = with_source(page, svg='<svg viewBox="0 0 9 9"><script>alert(1)</script></svg>')
    assert "The element <script> is not taken in a figure" in str(hostile)
