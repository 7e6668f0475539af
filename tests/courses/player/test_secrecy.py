"""Before submission a page holds no key, no right answer, no feedback and no question that was not drawn."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from content.editions import ModuleEdition
from courses.learning import enrolments, frozen_texts
from courses.learning.models import Enrolment
from lms.people.models import Person
from quizzes import attempts
from quizzes.models import Attempt, QuizEdition
from tests.courses.learning import every_kind
from tests.factories import AT, make_person
from tests.quizzes import posting
from tests.quizzes.kinds import QUESTIONS

pytestmark = pytest.mark.django_db


def begun(person: Person, found: dict[str, Any] | None = None) -> Enrolment:
    return enrolments.start(person, every_kind.taught(found=found).module, AT)


def quiz_page(browser: Client, way: Enrolment) -> Any:
    return browser.get(reverse("learn:section", args=[way.pk, "quiz"]))


def everything(answer: Any) -> str:
    """Headers, cookies and page: all that reaches the browser."""
    head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{head}\n{answer.cookies.output()}\n{answer.content.decode()}"


def authored(quiz: QuizEdition) -> set[str]:
    """Every key somebody wrote, whether of a question, an option, a group, a pool or a case."""
    found = set()
    for question in quiz.keys["questions"]:
        found |= {question["key"], question.get("pool", ""), question.get("story", "")}
        found |= {option["key"] for option in question["options"]} | set(question.get("categories", ()))
    return found - {""}


def way_to_everything(browser: Client, way: Enrolment) -> list[Any]:
    """Every answer a learner gets before handing in: pages, autosaves, refusals, the error page."""
    some = posting.fields(way, {key: chosen for key, chosen in every_kind.right().items() if "multiple" in key})
    half = {f"{posting.name(way, every_kind.code('ordering'))}.zz": "1", posting.name(way, "authored-numeric"): "ten"}
    save, submit = (reverse(f"learn:{name}", args=[way.pk]) for name in ("answers", "submit"))
    before = reverse("learn:pretest", args=[way.pk])
    return [
        browser.get(f"/learn/module/{way.module.code}/"),
        browser.get(before),
        browser.post(before, some),
        quiz_page(browser, way),
        browser.post(save, {"attempt": 1, "autosave": 1, **some}),
        browser.post(save, {"attempt": 1, **half}),
        browser.post(submit, {"attempt": 1, **some, **half}),
        browser.post(submit, {"attempt": 1, "answer-nope": "x"}, follow=True),
        quiz_page(browser, way),
    ]


@pytest.mark.parametrize("pools", [False, True])
def test_nothing_authored_but_the_words_reaches_a_browser(learner: Client, person: Person, pools: bool) -> None:
    way = begun(person, (every_kind.with_pools if pools else every_kind.keys)(pretest=True))
    quiz = way.edition.quiz_edition
    assert quiz
    for answer in way_to_everything(learner, way):
        seen = everything(answer)
        assert [key for key in authored(quiz) if key in seen] == []
        assert "Because" not in seen
        assert enrolments.subject(way) not in re.sub(r"/learn/[0-9a-f-]+/", "", seen)
        assert attempts.seed_of(enrolments.subject(way)) not in seen


def test_only_what_was_drawn_is_on_the_page(learner: Client, person: Person) -> None:
    way = begun(person, every_kind.with_pools())
    page = quiz_page(learner, way).content.decode()
    drawn = attempts.questions(attempts.coming(person, enrolments.subject(way), way.edition.quiz_edition, 1))  # type: ignore[arg-type]
    assert len(drawn) == len(QUESTIONS)
    for kind in QUESTIONS:
        twin = any(question["key"] == f"{every_kind.code(kind)}-twin" for question in drawn)
        assert (f"What about {kind} then?" in page) is twin
        assert (f"What about {kind}?" in page) is not twin


@pytest.mark.parametrize("pretest", [False, True])
def test_quizzes_that_differ_in_what_is_right_look_the_same_to_the_byte(
    learner: Client, person: Person, pretest: bool
) -> None:
    way = begun(person, every_kind.keys(pretest=True))
    page = shown(learner, way, pretest)
    turned_over(way.edition)
    assert shown(learner, way, pretest) == page
    assert right_answers_fail(learner, way)


def right_answers_fail(browser: Client, way: Enrolment) -> bool:
    """Whether the keys really were turned over."""
    sent = {"attempt": 1, **posting.fields(way, every_kind.right())}
    browser.post(reverse("learn:submit", args=[way.pk]), sent)
    return Attempt.objects.get(number=1).passed is False


def shown(browser: Client, way: Enrolment, pretest: bool) -> str:
    """The page without what is new in every answer: the token of the form and the name of the page."""
    answer = browser.get(reverse("learn:pretest", args=[way.pk])) if pretest else quiz_page(browser, way)
    assert answer.status_code == 200
    return re.sub(r'name="(csrfmiddlewaretoken|page)" value="\w+"', "", answer.content.decode())


def turned_over(edition: ModuleEdition) -> None:
    """In the same quiz: what was right is wrong, and the other way round, in every kind."""
    quiz = edition.quiz_edition
    assert quiz
    keys = copy.deepcopy(quiz.keys)
    for question in keys["questions"]:
        TURN[question["kind"]](question)
    QuizEdition.objects.filter(pk=quiz.pk).update(keys=keys)
    for remembered in (
        frozen_texts.frozen_text,
        frozen_texts.pinned_edition,
    ):  # frozen texts never change, but in a test
        remembered.cache_clear()


def turn_marks(question: dict[str, Any]) -> None:
    for option in question["options"]:
        name = "fault" if "fault" in option else "right"
        option[name] = not option[name]


def turn_groups(question: dict[str, Any]) -> None:
    for option in question["options"]:
        option["category"] = next(each for each in question["categories"] if each != option["category"])


TURN: dict[str, Any] = {
    **dict.fromkeys(("single", "multiple", "truefalse", "faults"), turn_marks),
    "ordering": lambda question: question["options"].reverse(),
    "matching": lambda question: question["options"].reverse(),  # its pairs are its words: only their order is a key
    "sorting": turn_groups,
    "numeric": lambda question: question.update(answer={"value": "7", "tolerance": "3"}),
    "likert": lambda question: None,
    "dilemma": lambda question: question["options"][0].update(panel=9),
}


def test_no_cache_keeps_questions_or_results(learner: Client, person: Person) -> None:
    way = begun(person, every_kind.keys(pretest=True))
    answers = way_to_everything(learner, way)
    learner.post(reverse("learn:submit", args=[way.pk]), {"attempt": 1, **posting.fields(way, every_kind.wrong())})
    answers += [learner.get(reverse("learn:result", args=[way.pk, 1]))]
    with_questions = [answer for answer in answers if b"What about" in answer.content]
    assert len(with_questions) == 8
    assert {answer.headers["Cache-Control"] for answer in with_questions} == {"no-store, private"}


def test_two_people_know_the_same_options_by_other_names(person: Person) -> None:
    mine = begun(person)
    theirs = enrolments.start(make_person(), mine.module, AT)
    for kind in QUESTIONS:
        key = every_kind.code(kind)
        assert posting.name(mine, key) != posting.name(theirs, key)
        for option in posting.asked(mine, key)["options"]:
            assert posting.said(mine, key, option["key"]) != posting.said(theirs, key, option["key"])
