"""Pauses, time limits and what people choose for themselves, through the pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.ledger import clock
from courses.learning import enrolments
from courses.learning.models import Enrolment
from lms.people.models import Person
from quizzes import attempts
from quizzes.models import Accommodation, Attempt, Response
from tests.courses.assignments.world import days_pass, make_path, make_rule, on
from tests.courses.learning import every_kind, factories
from tests.courses.player.test_player import section, words
from tests.quizzes import posting
from tests.quizzes.factories import right_answers, wrong_answers

pytestmark = pytest.mark.django_db

MORNING = on("2026-10-05")
HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sets the time of every later request."""
    return lambda when: monkeypatch.setattr(clock, "now", lambda: when)


def send(
    browser: Client, way: Enrolment, number: int, *, right: bool = False, page: str = "submit", **more: Any
) -> Any:
    quiz = way.edition.quiz_edition
    assert quiz
    answers = right_answers(quiz) if right else wrong_answers(quiz)
    fields = {"attempt": number, **posting.fields(way, answers), **more}
    return browser.post(reverse(f"learn:{page}", args=[way.pk]), fields)


def fail_twice(browser: Client, way: Enrolment, at: Any, when: datetime = MORNING) -> None:
    for number in (1, 2):
        at(when)
        assert send(browser, way, number).headers["Location"].endswith(f"/result/{number}/#heading")


# --- Pauses ---------------------------------------------------------------------------------------------------


def test_after_two_failures_the_page_says_when_the_next_try_opens(learner: Client, way: Enrolment, at: Any) -> None:
    fail_twice(learner, way, at)
    for page in (learner.get(section(way, "quiz")), learner.get(reverse("learn:result", args=[way.pk, 2]))):
        seen = words(page)
        assert "The next try opens on 6 October 2026, 11:00 (CEST)." in seen  # nine in UTC, where the learner is
        assert "read again what every option of your last try means" in seen
        assert "Hand in my answers" not in seen
        assert "Try again" not in seen


def test_one_failure_pauses_nothing(learner: Client, way: Enrolment, at: Any) -> None:
    at(MORNING)
    send(learner, way, 1)
    assert "Hand in my answers" in words(learner.get(section(way, "quiz")))


def test_during_the_pause_nothing_is_taken(learner: Client, way: Enrolment, at: Any) -> None:
    fail_twice(learner, way, at)
    at(MORNING + 23 * HOUR)
    assert send(learner, way, 3, right=True, page="answers", autosave=1).status_code == 409
    for page in ("answers", "submit", "begin"):
        answer = send(learner, way, 3, right=True, page=page)
        assert answer.headers["Location"] == section(way, "quiz")
        assert "The next try is not open yet" in words(learner.get(section(way, "quiz")))
    assert Attempt.objects.count() == 2


def test_after_the_pause_the_next_try_is_open_and_one_failure_more_pauses_nothing(
    learner: Client, way: Enrolment, at: Any
) -> None:
    fail_twice(learner, way, at)
    at(MORNING + 24 * HOUR)
    assert "Hand in my answers" in words(learner.get(section(way, "quiz")))
    send(learner, way, 3)
    assert "Hand in my answers" in words(learner.get(section(way, "quiz")))
    assert send(learner, way, 4, right=True).headers["Location"].endswith("/result/4/#heading")
    assert Attempt.objects.get(number=4).passed is True


# A pause is announced before the failure that brings it, and nowhere are tries called free while there are pauses.

FREE = "as often as you like"
LASTS = "It lasts 24 hours, but never into the day on which this is due."


def test_a_pause_is_announced_before_it_happens(learner: Client, way: Enrolment, at: Any) -> None:
    at(MORNING)
    seen = words(learner.get(section(way, "quiz")))
    assert f"You may try more than once. After 2 failed tries in a row there is a pause. {LASTS}" in seen
    assert FREE not in seen
    send(learner, way, 1)
    for page in (learner.get(section(way, "quiz")), learner.get(reverse("learn:result", args=[way.pk, 1]))):
        seen = words(page)
        assert f"If the next try that you hand in fails, there is a pause before the one after it. {LASTS}" in seen
        assert FREE not in seen
    send(learner, way, 2)
    for page in (learner.get(section(way, "quiz")), learner.get(reverse("learn:result", args=[way.pk, 2]))):
        seen = words(page)
        assert "The next try opens on" in seen
        assert "there is a pause" not in seen
        assert FREE not in seen
    at(MORNING + 24 * HOUR)
    assert "After 2 more failed tries there is a pause." in words(learner.get(section(way, "quiz")))


def rule(way: Enrolment, after: int, hours: int) -> None:
    quiz = way.edition.quiz_edition
    assert quiz
    quiz.keys["pause"] = {"after": after, "hours": hours}
    quiz.save()


@pytest.mark.parametrize(("after", "hours"), [(0, 24), (2, 0)])
def test_without_pauses_tries_are_free(learner: Client, way: Enrolment, at: Any, after: int, hours: int) -> None:
    rule(way, after, hours)
    at(MORNING)
    for number in (1, 2):
        assert FREE in words(learner.get(section(way, "quiz")))
        send(learner, way, number)
        seen = words(learner.get(reverse("learn:result", args=[way.pk, number])))
        assert FREE in seen
        assert "pause" not in seen


def test_with_a_pause_after_every_failure_the_first_try_says_so(learner: Client, way: Enrolment, at: Any) -> None:
    rule(way, 1, 1)
    at(MORNING)
    seen = words(learner.get(section(way, "quiz")))
    assert "If the next try that you hand in fails, there is a pause" in seen
    assert "It lasts 1 hour, but never into the day" in seen


def read_all(browser: Client, way: Enrolment) -> None:
    for each in way.edition.structure["sections"]:
        if not each["quiz"]:
            browser.post(section(way, each["key"]))


def test_the_first_page_says_that_one_waits(learner: Client, way: Enrolment, at: Any) -> None:
    at(MORNING)
    read_all(learner, way)
    assert "left." in words(learner.get("/learn/"))
    fail_twice(learner, way, at)
    for address in ("/learn/", f"/learn/module/{way.module.code}/"):
        assert "The next try opens on 6 October 2026, 11:00 (CEST)." in words(learner.get(address))
    first_page = words(learner.get("/learn/"))
    assert "Read again" in first_page
    assert not re.search(r"Continue|minutes? left", first_page)
    at(MORNING + 24 * HOUR)
    first_page = words(learner.get("/learn/"))
    assert "The next try opens" not in first_page
    assert "Continue" in first_page


def test_who_waits_is_offered_what_can_be_done_meanwhile(learner: Client, way: Enrolment, at: Any) -> None:
    at(MORNING)
    read_all(learner, way)
    fail_twice(learner, way, at)
    other = enrolments.start(way.person, factories.taught("m98", sections=2, questions=0).module, MORNING - HOUR)
    first_page = learner.get("/learn/").content.decode()
    assert f'href="{section(other, "s1")}"' in first_page
    assert "Continue" in first_page


def test_with_sections_left_to_read_one_does_not_wait(learner: Client, way: Enrolment, at: Any) -> None:
    fail_twice(learner, way, at)
    first_page = words(learner.get("/learn/"))
    assert "The next try opens" not in first_page
    assert "Continue" in first_page


@pytest.fixture
def due(person: Person, way: Enrolment) -> None:
    """The module is due on 1 October 2026, 30 days after 1 September."""
    make_path("p1", {"m99": 24})
    make_rule("r-01", "p1")
    days_pass("2026-09-01")


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    ("failed_at", "opens"),
    [
        (on("2026-09-28"), "29 September 2026, 11:00 (CEST)"),
        (on("2026-09-30", 8), "1 October 2026, 00:00 (CEST)"),  # not into the day it is due
        (on("2026-10-01", 8), ""),  # it is due today
        (on("2026-10-20", 8), ""),  # it is late
    ],
)
def test_a_pause_never_lasts_into_the_day_it_is_due(
    learner: Client, way: Enrolment, at: Any, failed_at: datetime, opens: str
) -> None:
    fail_twice(learner, way, at, failed_at)
    seen = words(learner.get(section(way, "quiz")))
    assert ("The next try opens on" in seen) is bool(opens)
    assert opens in seen
    answer = send(learner, way, 3, right=True)
    assert answer.headers["Location"].endswith("/quiz/" if opens else "/result/3/#heading")


# --- Time limits and terms --------------------------------------------------------------------------------------


@pytest.fixture
def timed(person: Person) -> Enrolment:
    edition = factories.taught("m98", sections=1, questions=3)
    assert edition.quiz_edition
    edition.quiz_edition.keys["minutes"] = 30
    edition.quiz_edition.save()
    return enrolments.start(person, edition.module, MORNING)


def choose(browser: Client, **fields: Any) -> Any:
    return browser.post(reverse("learn:accommodations"), fields, follow=True)


def test_the_time_begins_when_one_says_so(learner: Client, timed: Enrolment, at: Any) -> None:
    at(MORNING)
    seen = words(learner.get(section(timed, "quiz")))
    assert "Once you start you have 30 minutes" in seen
    assert "Hand in my answers" not in seen
    assert Attempt.objects.count() == 0
    assert learner.post(reverse("learn:begin", args=[timed.pk]), {"attempt": 1}).status_code == 302
    assert "What is saved by 5 October 2026, 11:30 (CEST) counts." in words(learner.get(section(timed, "quiz")))


@pytest.mark.parametrize(("time", "minutes"), [("100", 30), ("150", 45), ("200", 60), ("999", 30)])
def test_one_takes_the_time_one_chose(learner: Client, timed: Enrolment, at: Any, time: str, minutes: int) -> None:
    at(MORNING)
    assert "Saved" in words(choose(learner, time=time))
    learner.post(reverse("learn:begin", args=[timed.pk]), {"attempt": 1})
    assert Attempt.objects.get().ends_at == MORNING + timedelta(minutes=minutes)


def test_after_the_time_what_was_saved_counts_and_nothing_is_taken(learner: Client, timed: Enrolment, at: Any) -> None:
    at(MORNING)
    learner.post(reverse("learn:begin", args=[timed.pk]), {"attempt": 1})
    send(learner, timed, 1, right=True, page="answers", autosave=1)
    at(MORNING + HOUR)
    assert send(learner, timed, 1, page="answers", autosave=1).status_code == 409
    seen = words(learner.get(section(timed, "quiz")))
    assert "The time is over." in seen
    assert "Hand in my answers" not in seen
    assert "Option a" not in seen
    send(learner, timed, 1)
    assert Attempt.objects.get().passed is True


def test_terms_are_ones_own_and_change_how_the_questions_look(learner: Client, way: Enrolment, person: Person) -> None:
    plain = learner.get(section(way, "quiz")).content.decode()
    assert "No reason is asked, and no page of this platform shows it to anybody else." in words(
        choose(learner, time="150", spacing="1")
    )
    kept = Accommodation.objects.get()
    assert (kept.person, kept.time, kept.spacing) == (person, 150, True)
    spaced = learner.get(section(way, "quiz")).content.decode()
    assert ('class="form quiz"' in plain, 'class="form quiz spaced"' in spaced) == (True, True)
    choose(learner, time="100")
    assert 'class="form quiz"' in learner.get(section(way, "quiz")).content.decode()
    assert Accommodation.objects.count() == 1


def test_the_terms_are_linked_from_the_questions_and_the_record(learner: Client, way: Enrolment) -> None:
    for page in (section(way, "quiz"), reverse("learn:record")):
        assert f'href="{reverse("learn:accommodations")}"' in learner.get(page).content.decode()


# --- The pre-test -----------------------------------------------------------------------------------------------


@pytest.fixture
def tested(person: Person) -> Enrolment:
    edition = every_kind.taught(found=every_kind.with_pools(pretest=True))
    return enrolments.start(person, edition.module, MORNING)


def before(way: Enrolment) -> str:
    return reverse("learn:pretest", args=[way.pk])


def drawn(way: Enrolment, number: int, known: dict[str, list[str]]) -> dict[str, Any]:
    """`known` = answers by kind's code, whichever of the twins this sitting asks."""
    assert way.edition.quiz_edition
    seed = attempts.seed_of(enrolments.subject(way))
    sitting = attempts.coming(way.person, enrolments.subject(way), way.edition.quiz_edition, number, seed)
    found: dict[str, Any] = {}
    for question in attempts.questions(sitting):
        chosen = known.get(question["key"].removesuffix("-twin"))
        if chosen:
            found |= posting.field(question, seed, chosen)
    return found


def test_the_pretest_is_offered_where_one_starts_until_the_questions_are_begun(
    learner: Client, tested: Enrolment
) -> None:
    places = [f"/learn/module/{tested.module.code}/", section(tested, "s1"), section(tested, "quiz")]
    for place in places:
        assert f'href="{before(tested)}"' in learner.get(place).content.decode()
    fields = {"attempt": 1, **drawn(tested, 1, {"authored-numeric": ["1"]})}
    learner.post(reverse("learn:answers", args=[tested.pk]), fields)
    for place in places:
        assert before(tested) not in learner.get(place).content.decode()
    assert learner.get(before(tested)).headers["Location"] == section(tested, "s1")


def test_a_module_without_a_pretest_offers_none(learner: Client, way: Enrolment) -> None:
    assert before(way) not in learner.get(section(way, "s1")).content.decode()
    assert learner.get(before(way)).status_code == 302


def test_the_pretest_shows_points_for_each_objective_and_gives_nothing_away(learner: Client, tested: Enrolment) -> None:
    answer = learner.post(before(tested), drawn(tested, 0, every_kind.right() | every_kind.answers({"numeric": ["1"]})))
    assert answer.headers["Location"] == f"{reverse('learn:pretest_result', args=[tested.pk])}#heading"
    page = learner.get(answer.headers["Location"])
    seen = words(page)
    assert "7 of 8 points" in seen
    assert "Objective (en) 7 of 8" in seen
    assert "Because" not in page.content.decode()
    assert "12.5" not in seen
    assert "no-store" in page.headers["Cache-Control"]
    assert (Attempt.objects.get().purpose, Attempt.objects.get().passed) == ("pre", None)
    again = learner.post(before(tested), drawn(tested, 0, every_kind.right()))
    assert again.headers["Location"] == reverse("learn:pretest_result", args=[tested.pk])
    assert "7 of 8 points" in words(learner.get(again.headers["Location"]))


def test_the_pretest_asks_for_what_is_missing_and_keeps_the_rest(learner: Client, tested: Enrolment) -> None:
    most = {key: chosen for key, chosen in every_kind.right().items() if key != "authored-matching"}
    answer = learner.post(before(tested), drawn(tested, 0, most))
    assert answer.status_code == 422
    assert "choose something in every row" in words(answer)
    assert learner.post(before(tested), drawn(tested, 0, every_kind.right())).status_code == 302


def test_after_passing_one_sees_both_tests_side_by_side(learner: Client, tested: Enrolment) -> None:
    half = every_kind.right() | every_kind.answers({"numeric": ["1"], "single": ["a"], "truefalse": ["false"]})
    half |= every_kind.answers({"matching": every_kind.WRONG["matching"]})
    learner.post(before(tested), drawn(tested, 0, half))
    assert "In the test before" not in words(learner.get(section(tested, "quiz")))
    fields = {"attempt": 1, **drawn(tested, 1, every_kind.right() | every_kind.answers({"numeric": ["1"]}))}
    learner.post(reverse("learn:submit", args=[tested.pk]), fields)
    seen = words(learner.get(reverse("learn:result", args=[tested.pk, 1])))
    assert "In the test before this module you had 4 of 8 points, now 7 of 8." in seen
    assert "a few points more or less can be chance" in seen
    assert "gained" not in seen


def test_who_knew_everything_before_sees_it(learner: Client, tested: Enrolment) -> None:
    learner.post(before(tested), drawn(tested, 0, every_kind.right()))
    learner.post(reverse("learn:submit", args=[tested.pk]), {"attempt": 1, **drawn(tested, 1, every_kind.right())})
    seen = words(learner.get(reverse("learn:result", args=[tested.pk, 1])))
    assert "In the test before this module you had 8 of 8 points, now 8 of 8." in seen


def test_without_a_test_before_nothing_is_compared(learner: Client, tested: Enrolment) -> None:
    learner.post(reverse("learn:submit", args=[tested.pk]), {"attempt": 1, **drawn(tested, 1, every_kind.right())})
    assert "In the test before" not in words(learner.get(reverse("learn:result", args=[tested.pk, 1])))


def test_the_pretest_has_no_time_limit(learner: Client, person: Person, at: Any) -> None:
    edition = every_kind.taught(found=every_kind.keys(pretest=True, minutes=5))
    way = enrolments.start(person, edition.module, MORNING)
    at(MORNING)
    assert learner.post(before(way), {}).status_code == 422
    at(MORNING + HOUR)
    assert learner.post(before(way), posting.fields(way, every_kind.right())).status_code == 302
    assert "8 of 8 points" in words(learner.get(reverse("learn:pretest_result", args=[way.pk])))


def test_the_pretest_costs_the_same_whatever_the_number_of_questions(learner: Client, person: Person) -> None:
    def costs(code: str, found: dict[str, Any]) -> list[int]:
        way = enrolments.start(person, every_kind.taught(found=found, code=code).module, MORNING)
        learner.get(before(way))
        steps: list[Callable[[], Any]] = [
            lambda: learner.get(f"/learn/module/{code}/"),
            lambda: learner.get(section(way, "s1")),
            lambda: learner.get(before(way)),
            lambda: learner.post(before(way), drawn(way, 0, every_kind.right())),
            lambda: learner.get(reverse("learn:pretest_result", args=[way.pk])),
            lambda: learner.get(section(way, "quiz")),
            lambda: learner.post(
                reverse("learn:submit", args=[way.pk]), {"attempt": 1, **drawn(way, 1, every_kind.right())}
            ),
            lambda: learner.get(reverse("learn:result", args=[way.pk, 1])),
        ]
        counts = []
        for step in steps:
            with CaptureQueriesContext(connection) as queries:
                assert step().status_code in (200, 302)
            counts.append(len(queries))
        return counts

    few = every_kind.keys(pretest=True)
    few["questions"] = few["questions"][:2]
    costs("m91", few)  # what is made once in the life of a site
    assert costs("m92", few) == costs("m93", every_kind.with_pools(pretest=True))


def test_an_abandoned_pretest_does_not_stand_in_the_way(learner: Client, tested: Enrolment) -> None:
    learner.post(before(tested), drawn(tested, 0, {"authored-numeric": ["3"]}))
    assert Response.objects.count() >= 1
    fields = {"attempt": 1, **drawn(tested, 1, every_kind.right())}
    answer = learner.post(reverse("learn:submit", args=[tested.pk]), fields)
    assert answer.headers["Location"] == f"{reverse('learn:result', args=[tested.pk, 1])}#heading"
    assert Attempt.objects.get(number=1).passed is True
