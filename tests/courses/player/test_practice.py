"""Practice in a section: answered by the page's own form, explained in place, and kept nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.apps import apps
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from content.editions import Module
from courses.learning import enrolments
from courses.learning.models import Enrolment, SectionDone
from lms.people.models import Person
from tests.content.figure_module import load_figures
from tests.databases import ModuleRows

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _loaded(module_rows: ModuleRows) -> None:
    module_rows(load_figures)


@pytest.fixture
def way(person: Person) -> Enrolment:
    return enrolments.start(person, Module.objects.get(), clock.now())


def address(way: Enrolment) -> str:
    return reverse("learn:section", args=[way.pk, "all"])


def practice(answer: Any, key: str) -> Tag:
    found = BeautifulSoup(answer.content, "html.parser").select_one(f"#practice-{key}")
    assert found is not None
    return found


def send(browser: Client, way: Enrolment, key: str, chosen: dict[str, str]) -> Any:
    """Fills in the form of this practice: {words of a row or piece: words of what is chosen for it} or {piece: ""}."""
    form = practice(browser.get(address(way)), key).form
    assert form is not None
    sent = {tag["name"]: tag["value"] for tag in form.select("input[type=hidden]")}
    for row in form.select(".row"):
        named = row.select_one("legend, label")
        if named is None or (said := named.get_text(strip=True)) not in chosen:
            continue
        for choice in row.select("option, label.choice"):
            if choice.get_text(strip=True) == chosen[said]:
                field = choice.select_one("input") or choice
                sent[(field if field.get("name") else row.select_one("select"))["name"]] = field["value"]
    for piece in form.select("label.option"):
        if piece.get_text(strip=True) in chosen:
            sent[piece.input["name"]] = piece.input["value"]
    return browser.post(str(form["action"]), sent)


def verdicts(answer: Any, key: str) -> list[tuple[str, str]]:
    return [
        (row.select_one(".option-text").get_text(strip=True), row["class"][1])
        for row in practice(answer, key).select(".option")
    ]


def rows() -> dict[str, int]:
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


RIGHT = {
    "sort": {"Count twice.": "A rule", "Forty towels.": "An example", "Sign what you counted.": "A rule"},
    "pair": {"The list": "says 40", "The shelf": "holds 38"},
    "find": {"There are 40 towels.": ""},
    "order": {"Count.": "1", "Compare.": "2", "Sign.": "3"},
}


@pytest.mark.parametrize("key", RIGHT)
def test_each_kind_is_explained_in_place_and_nothing_is_kept(learner: Client, way: Enrolment, key: str) -> None:
    learner.get(address(way))
    before = rows()
    answer = send(learner, way, key, RIGHT[key])
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert {kind for _words, kind in verdicts(answer, key)} <= {"option-right", "option-rest"}
    assert "right" in practice(answer, key).select_one(".kicker").get_text()
    assert rows() == before
    assert practice(learner.get(address(way)), key).form  # asked anew


def test_what_is_wrong_is_said_beside_it_with_its_source(learner: Client, way: Enrolment) -> None:
    answer = send(learner, way, "sort", RIGHT["sort"] | {"Count twice.": "An example"})
    shown = practice(answer, "sort")
    assert ("Count twice.", "option-wrong") in verdicts(answer, "sort")
    assert "It says what to do." in shown.get_text()
    assert [link["href"] for link in shown.select("sup a")] == ["#source-all-laundry"]
    again = next(link for link in shown.select("a") if link.get_text() == "Try again")
    assert again["href"] == f"{address(way)}#practice-sort"
    assert shown.has_attr("data-focus")


def test_what_is_missing_is_told_as_everywhere(learner: Client, way: Enrolment) -> None:
    answer = send(learner, way, "pair", {"The list": "says 40"})
    assert answer.status_code == 422
    soup = BeautifulSoup(answer.content, "html.parser")
    assert soup.title.get_text().strip().startswith("Error:")
    link = soup.select_one(".error-summary a")
    assert link.get_text() == "Choose something in every row."
    assert soup.find(id=str(link["href"]).removeprefix("#")) is not None
    assert practice(answer, "pair").select("option[selected]")[0].get_text() == "says 40"


def test_what_the_page_did_not_ask_leads_back_to_it(learner: Client, way: Enrolment) -> None:
    for sent in ({"practice": "gone"}, {"practice": "sort", "answer-x": "y"}):
        assert learner.post(address(way), sent).headers["Location"] == address(way)


def test_a_section_is_still_done_by_its_own_button(learner: Client, way: Enrolment) -> None:
    learner.post(address(way))
    assert SectionDone.objects.filter(enrolment=way, section="all").exists()


def test_nobody_else_may_answer(way: Enrolment) -> None:
    assert Client().post(address(way), {"practice": "sort"}).status_code == 302


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_in_another_language_the_words_are_its_own(learner: Client, way: Enrolment, language: str) -> None:
    learner.cookies["django_language"] = language
    words = {"fr": "Une règle", "ar": "قاعدة"}[language]
    assert words in practice(learner.get(address(way)), "sort").get_text()
