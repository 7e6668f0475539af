"""The analysis in the editing area: the figures of the functions, nobody's name, a constant number of queries."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lms.people.groups import EDITOR, ensure_groups
from quizzes import attempts
from quizzes.analysis import question_figures
from quizzes.models import QuizEdition, QuizText
from tests.factories import AT, make_person, make_user, sign_in
from tests.quizzes import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> QuizEdition:
    frozen = factories.edition(3)
    body = {
        question["key"]: {
            "text": f"Text of {question['key']}",
            "options": {
                option["key"]: {"text": f"Option {option['key']}", "feedback": ""} for option in question["options"]
            },
        }
        for question in frozen.keys["questions"]
    }
    QuizText.objects.create(edition=frozen, locale="en", body=body, sha256="0" * 64, frozen_at=AT)
    return frozen


def take(edition: QuizEdition, count: int, start: int = 0) -> None:
    for number in range(start, start + count):
        person = make_person(f"Person{number}")
        answers = factories.wrong_answers(edition) if number % 3 == 0 else factories.right_answers(edition)
        attempts.submit(attempts.checked(attempts.start(person, f"way-{number}", edition, AT, "en"), answers), AT)


def editor(client: Client) -> Client:
    ensure_groups()
    return sign_in(client, make_user(EDITOR))


def test_the_page_shows_the_figures_and_no_name(client: Client, edition: QuizEdition) -> None:
    take(edition, 30)
    page = editor(client).get(reverse("quizzes_analysis", args=[edition.quiz_id])).content.decode()
    first = question_figures.figures_of_edition(edition, "en")[0]
    assert first.item.difficulty == pytest.approx(20 / 30)
    assert "0.67" in page
    assert "Text of q1" in page
    assert "<svg" in page
    assert "Person1" not in page


def test_below_thirty_there_are_no_figures(client: Client, edition: QuizEdition) -> None:
    take(edition, 29)
    page = editor(client).get(reverse("quizzes_analysis", args=[edition.quiz_id])).content.decode()
    assert "from 30 answers" in page
    assert "0.6" not in page


def test_second_tries_and_pretests_do_not_count(edition: QuizEdition) -> None:
    take(edition, 30)
    person = make_person("Again")
    attempts.submit(
        attempts.checked(attempts.start(person, "again", edition, AT, "en"), factories.wrong_answers(edition)), AT
    )
    attempts.submit(
        attempts.checked(attempts.start(person, "again", edition, AT, "en"), factories.right_answers(edition)), AT
    )
    pre = attempts.coming(person, "pre:again", edition, 0)
    pre.purpose = pre.Purpose.PRE
    attempts.submit(attempts.checked(attempts.begin(pre, AT, "en"), factories.right_answers(edition)), AT)
    assert question_figures.figures_of_edition(edition, "en")[0].item.answers == 31


def test_the_sheet_has_a_line_for_each_question_and_language(client: Client, edition: QuizEdition) -> None:
    take(edition, 30)
    answer = editor(client).get(reverse("quizzes_analysis", args=[edition.quiz_id]), {"file": "csv"})
    lines = answer.getvalue().decode().removeprefix("\ufeff").strip().splitlines()
    assert lines[0] == "question,language,answers,difficulty,discrimination,flags"
    assert [line.split(",")[:3] for line in lines[1:3]] == [["q1", "", "30"], ["q1", "en", "30"]]


def test_more_people_cost_no_query_more(edition: QuizEdition) -> None:
    take(edition, 30)
    counts = []
    for more in (0, 10):
        take(edition, more, start=30)
        with CaptureQueriesContext(connection) as queries:
            question_figures.figures_of_edition(edition, "en")
        counts.append(len(queries))
    assert counts[0] == counts[1]
