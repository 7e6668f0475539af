"""What the pre-test shows: points per objective, and the sections that teach what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from content.editions import ModuleText
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from courses.player import pretest
from quizzes.grading import UnknownAnswer
from quizzes.models import Attempt
from tests.courses.learning import factories
from tests.factories import make_user, sign_in
from tests.quizzes.factories import right_answers, wrong_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def way() -> Enrolment:
    edition = factories.taught("m60", sections=3, questions=2, locales=("en",))
    quiz = edition.quiz_edition
    assert quiz
    quiz.keys["pretest"] = True
    for question in quiz.keys["questions"]:
        question["objective"] = "can"
    quiz.save(update_fields=["keys"])
    text = ModuleText.objects.get(edition=edition)
    text.body["objectives"][0]["sections"] = ["s2", "s3", "gone"]
    text.save(update_fields=["body"])
    return enrolments.start(make_user().person, edition.module, clock.now())


def shown(client: Client, way: Enrolment, *, right: bool) -> str:
    quiz = way.edition.quiz_edition
    assert quiz
    pretest.submit_pretest(
        way, pretest.sheet_for(way, right_answers(quiz) if right else wrong_answers(quiz)), "en", clock.now()
    )
    user = way.person.user
    return sign_in(client, user).get(reverse("learn:pretest_result", args=[way.pk])).content.decode()


def links(page: str, way: Enrolment) -> list[bool]:
    """Whether the table leads to the first, second and third section."""
    table = page[page.index("<table") : page.index("</table>")]
    return [reverse("learn:section", args=[way.pk, f"s{number}"]) in table for number in (1, 2, 3)]


def test_missing_points_lead_to_the_sections_that_teach_them(client: Client, way: Enrolment) -> None:
    page = shown(client, way, right=False)
    assert links(page, way) == [False, True, True]
    assert "Title of s2 (en)" in page


def test_who_has_every_point_is_sent_nowhere(client: Client, way: Enrolment) -> None:
    assert links(shown(client, way, right=True), way) == [False, False, False]


def test_a_text_that_names_no_sections_shows_points_alone(client: Client, way: Enrolment) -> None:
    text = ModuleText.objects.get()
    del text.body["objectives"][0]["sections"]
    text.save(update_fields=["body"])
    page = shown(client, way, right=False)
    assert links(page, way) == [False, False, False]
    assert "0 of 2" in page


def renew(way: Enrolment) -> None:
    """The enrolment was left idle, and its questions have been renewed since: three instead of two."""
    quiz = factories.taught("m60", sections=3, questions=3, locales=("en",), number=2).quiz_edition
    assert quiz
    quiz.keys["pretest"] = True
    quiz.save(update_fields=["keys"])
    Enrolment.objects.filter(pk=way.pk).update(active_at=clock.now() - timedelta(days=20))


def test_a_page_from_before_the_questions_were_renewed_is_not_stored(way: Enrolment) -> None:
    assert way.edition.quiz_edition
    sheet = pretest.sheet_for(way, right_answers(way.edition.quiz_edition))
    renew(way)
    flow.open_place(enrolments.own_enrolment(way.person, way.pk), "en", clock.now())
    with pytest.raises(UnknownAnswer):
        pretest.submit_pretest(way, sheet, "en", clock.now())
    assert not Attempt.objects.exists()


def test_who_comes_back_after_a_renewal_is_asked_the_new_questions(client: Client, way: Enrolment) -> None:
    renew(way)
    page = sign_in(client, way.person.user).get(reverse("learn:pretest", args=[way.pk])).content.decode()
    assert page.count("<fieldset") == 3
