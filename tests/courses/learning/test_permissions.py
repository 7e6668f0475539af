"""Whose learning it is: the learner's own and nobody else's, whatever their task on the site."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from courses.learning.models import Enrolment, SectionDone
from lms.people import groups, staffing
from lms.people.models import Person, User
from quizzes.models import Attempt
from tests.factories import AT, HIRED, make_user, sign_in
from tests.quizzes import posting

pytestmark = pytest.mark.django_db

OWN = ["dashboard", "record", "accommodations"]
PERSONAL = ["section", "pretest", "pretest_result", "begin", "answers", "submit", "result"]


def address(name: str, way: Enrolment) -> str:
    arguments: dict[str, list[Any]] = {
        "module": [way.module.code],
        "start": [way.module.code],
        "section": [way.pk, "s1"],
        "result": [way.pk, 1],
        "pretest": [way.pk],
        "pretest_result": [way.pk],
        "begin": [way.pk],
        "answers": [way.pk],
        "submit": [way.pk],
    }
    return reverse(f"learn:{name}", args=arguments.get(name, []))


def ask(browser: Client, name: str, way: Enrolment, **data: Any) -> Any:
    """As the address is meant to be asked: those that write by POST."""
    if name in {"start", "begin", "answers", "submit", "language"}:
        return browser.post(address(name, way), {"attempt": 1, **posting.fields(way, {"q1": ["a"]}), **data})
    return browser.get(address(name, way))


def final_status(browser: Client, name: str, way: Enrolment) -> int:
    answer = ask(browser, name, way)
    if answer.status_code in {301, 302}:  # the language's prefix is tried before "not found" is final
        answer = browser.get(answer.headers["Location"], follow=True)
    return int(answer.status_code)


@pytest.fixture(
    params=["manager", groups.AUDITOR, groups.EDITOR, groups.REVIEWER, groups.HR_ADMIN, "colleague", "root"]
)
def other(request: pytest.FixtureRequest, person: Person) -> Client:
    """Somebody signed in who is not the learner: their manager, people with other tasks, a colleague, a superuser."""
    return sign_in(Client(), made(request.param, person))


def made(who: str, person: Person) -> User:
    user = make_user(*([who] if who in groups.ALL else []), given_name="Other")
    if who == "manager":
        staffing.set_manager(person, user.person, on=HIRED, at=AT)
    if who == "root":
        user.is_superuser = True
        user.save()
    return user


@pytest.mark.parametrize("name", PERSONAL)
def test_another_persons_way_is_not_found_and_untouched(other: Client, way: Enrolment, name: str) -> None:
    assert final_status(other, name, way) == 404
    assert Attempt.objects.count() == 0


def test_another_person_cannot_finish_a_section(other: Client, way: Enrolment) -> None:
    other.post(address("section", way))
    assert SectionDone.objects.count() == 0


@pytest.mark.parametrize("name", OWN)
def test_everybody_signed_in_has_a_day_and_a_record_of_their_own(other: Client, way: Enrolment, name: str) -> None:
    answer = other.get(address(name, way))
    assert answer.status_code == 200
    assert "Amina" not in answer.content.decode()


@pytest.mark.parametrize("name", ["module", "start"])
def test_a_module_is_begun_for_oneself(other: Client, way: Enrolment, name: str) -> None:
    assert ask(other, name, way).status_code in {200, 302}
    mine = Enrolment.objects.exclude(pk=way.pk)
    assert mine.count() == (name == "start")
    assert not mine.filter(person=way.person).exists()


@pytest.mark.parametrize("name", ["module", "start", "language", *OWN, *PERSONAL])
def test_a_stranger_is_sent_to_sign_in(way: Enrolment, name: str) -> None:
    answer = ask(Client(), name, way)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize("name", ["start", "begin", "language"])
def test_what_writes_is_never_a_get(learner: Client, way: Enrolment, name: str) -> None:
    assert learner.get(address(name, way)).status_code == 405


@pytest.mark.parametrize("name", ["answers", "submit"])
def test_where_the_questions_can_come_back_a_get_shows_them_and_writes_nothing(
    learner: Client, way: Enrolment, name: str
) -> None:
    assert learner.get(address(name, way)).headers["Location"] == f"/learn/{way.pk}/quiz/"
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["start", "section", "accommodations", "pretest", "begin", "answers", "submit", "language"]
)
def test_what_writes_needs_its_token(user: User, way: Enrolment, name: str) -> None:
    strict = sign_in(Client(enforce_csrf_checks=True), user)
    assert strict.post(address(name, way), {"attempt": 1}).status_code == 403
    assert SectionDone.objects.count() == 0


def test_the_learner_reaches_every_page(learner: Client, way: Enrolment) -> None:
    for name in ("dashboard", "module", "section", "record", "accommodations"):
        assert learner.get(address(name, way)).status_code == 200


@pytest.mark.parametrize(
    ("came_from", "back"),
    [("http://testserver/learn/x/quiz/", "/learn/x/quiz/"), ("https://example.org/learn/", "/"), ("", "/")],
)
def test_after_the_session_a_form_leads_back_to_its_own_page(way: Enrolment, came_from: str, back: str) -> None:
    answer = Client().post(address("submit", way), headers={"referer": came_from})
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={back}"
