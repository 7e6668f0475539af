"""What a learner's page costs: the same number of queries whatever the size of the organisation or of the module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.ledger import clock
from content.facts import resolving
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from lms.people.models import User
from tests.courses.assignments.world import days_pass, done, make_path, make_rule, on
from tests.courses.learning import factories
from tests.factories import make_person, make_user, sign_in
from tests.ledger_fixtures import make_ledger
from tests.quizzes import posting
from tests.quizzes.factories import right_answers

pytestmark = pytest.mark.django_db

Step = Callable[[Client, Enrolment], object]


# With what everybody reads already remembered. Session and user take two of each; what writes opens transactions and
# savepoints too; "submit" is the last thing to do, so it completes the module through the seam.
COSTS = {
    "dashboard": 18,
    "module": 7,
    "section": 5,
    "done": 13,
    "quiz": 6,
    "save": 16,
    "submit": 33,
    "result": 8,
    "record": 11,
}


@pytest.fixture(autouse=True)
def _a_day_in_september(monkeypatch: pytest.MonkeyPatch, db: None, tmp_path: Path) -> Iterator[None]:
    """With a ledger that was begun, whose origin is known: before that, the clock asks for it every second."""
    make_ledger(tmp_path)
    clock.is_demo()
    monkeypatch.setattr(clock, "now", lambda: on("2026-09-20"))
    yield
    clock.clear_cache()


def submit(browser: Client, way: Enrolment) -> object:
    assert way.edition.quiz_edition
    answers = posting.fields(way, right_answers(way.edition.quiz_edition))
    return browser.post(reverse("learn:submit", args=[way.pk]), {"attempt": 1, **answers})


STEPS: dict[str, Step] = {
    "dashboard": lambda browser, way: browser.get("/learn/"),
    "module": lambda browser, way: browser.get(f"/learn/module/{way.module.code}/"),
    "section": lambda browser, way: browser.get(f"/learn/{way.pk}/s1/"),
    "done": lambda browser, way: browser.post(f"/learn/{way.pk}/s1/"),
    "quiz": lambda browser, way: browser.get(f"/learn/{way.pk}/quiz/"),
    "save": lambda browser, way: browser.post(
        reverse("learn:answers", args=[way.pk]), {"attempt": 1, **posting.fields(way, {"q1": ["a"]}), "autosave": 1}
    ),
    "submit": submit,
    "result": lambda browser, way: browser.get(f"/learn/{way.pk}/result/1/"),
    "record": lambda browser, way: browser.get("/learn/record/"),
}


def walk(user: User, way: Enrolment) -> dict[str, int]:
    """The number of queries of each step, once everything that is cached is."""
    browser = sign_in(Client(), user)
    for warm in ("dashboard", "section", "quiz"):
        STEPS[warm](browser, way)
    counts = {}
    for name, step in STEPS.items():
        with CaptureQueriesContext(connection) as queries:
            step(browser, way)
        counts[name] = len(queries)
    return counts


def learner(sections: int, questions: int, code: str) -> tuple[User, Enrolment]:
    """Everything but the first section and the questions is done."""
    user = make_user(given_name="Amina")
    edition = factories.taught(code, sections=sections, questions=questions)
    way = enrolments.start(user.person, edition.module, on("2026-09-19"))
    for number in range(2, sections + 1):
        flow.finish_section(way, f"s{number}", "en", on("2026-09-19"))
    return user, way


def organisation(people: int) -> None:
    for number in range(people):
        done(make_person(f"P{number}"), "m50", "2026-09-10")
    days_pass("2026-09-11")


def test_a_larger_organisation_and_longer_modules_cost_no_query_more() -> None:
    make_path("p1", {"m50": 24, "m51": 24})
    make_rule("r-01", "p1")
    resolving.store_fact_set({})  # the set of no facts is made once in the life of a site
    small = learner(sections=1, questions=2, code="m70")
    days_pass("2026-09-02")
    costs = walk(*small)
    large = learner(sections=9, questions=20, code="m71")
    organisation(25)
    assert walk(*large) == costs
    session = int(settings.SESSION_ENGINE.endswith("cached_db"))  # with Redis the session costs the database nothing
    saved = {"submit": int(connection.vendor == "postgresql")}  # an entry and its openings go in one statement there
    assert costs == {page: queries - session - saved.get(page, 0) for page, queries in COSTS.items()}
