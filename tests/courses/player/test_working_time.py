"""That training is done in working time stands with what is asked: what the organisation says, and nothing where it
says nothing."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from certification.ledger import clock
from content.facts.recording import set_fact
from lms.people import facts_on_day
from lms.people.models import Person
from tests.courses.assignments.world import days_pass, make_path, make_rule, on
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db
SAID = "During your shift <or> by agreement"


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Person:
    make_path("p1", {"m50": 24})
    make_rule("r-01", "p1")
    hired = make_user(given_name="Amina", hired=date(2026, 9, 1)).person
    days_pass("2026-09-01")
    monkeypatch.setattr(clock, "now", lambda: on("2026-09-10"))
    return hired


def pages(person: Person) -> list[str]:
    browser = sign_in(Client(), person.user)
    return [browser.get(address).content.decode() for address in ("/learn/", "/learn/module/m50/")]


def test_it_stands_where_the_path_and_its_date_stand(person: Person) -> None:
    entity = facts_on_day.entity_of(person, date(2026, 9, 10))
    assert entity
    set_fact(entity, "en", "working-time", SAID, on("2026-09-02"))
    for html in pages(person):
        assert '<bdi lang="en">During your shift &lt;or&gt; by agreement</bdi>' in html
        assert "1 October 2026" in html


def test_an_organisation_that_says_nothing_shows_nothing(person: Person) -> None:
    assert all("orking time" not in html for html in pages(person))
