"""Once a week managers are told, in figures, what is late or near below them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lms.mail.models import Message
from lms.people import staffing
from lms.people.facts_on_day import managers_of, reports_of
from lms.people.models import Person, ReportingLine
from lms.reports.team.models import Reminder
from lms.reports.team.weekly import queue_team_weeks
from tests.factories import make_person
from tests.reports.factories import AT, TODAY, assign, crowd

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Nine in the morning in Paris."""


@pytest.fixture
def mona(settings: object, db: None) -> Person:
    settings.BASE_URL = "https://learn.example.org"  # type: ignore[attr-defined]
    return make_person("Mona", "Lead", email="mona@example.org")


@pytest.fixture
def ada(mona: Person) -> Person:
    ada = make_person("Ada", "Report", manager=mona)
    assign(ada, "p1", due=date(2026, 11, 18))
    return ada


def test_it_says_how_many_and_where_to_look_and_names_nobody(mona: Person, ada: Person) -> None:
    below = make_person("Bo", "Below", manager=ada)
    assign(below, "p1", due=date(2026, 11, 25))
    assign(below, "p2", state="satisfied")
    Reminder.objects.create(person=ada, by=mona, at=MONDAY - timedelta(days=3), trainings=["p1"])
    assert queue_team_weeks(MONDAY) == 1
    letter = Message.objects.get()
    assert (letter.to, letter.subject) == ("mona@example.org", "Your team: 1 training is overdue or expired")
    for line in (
        "* Overdue: 1\n  https://learn.example.org/team/?status=overdue\n",
        "* Due soon: 1\n  https://learn.example.org/team/?status=soon\n",
        "1 reminder went out to your team in the last seven days.",
    ):
        assert line in letter.body
    for name in ("Ada", "Bo", "Report", "Below", "Done"):
        assert name not in letter.body
    assert "\n\n\n" not in letter.body


def test_at_nine_on_the_first_working_day_and_once_a_week(mona: Person, ada: Person) -> None:
    hours = [MONDAY + timedelta(hours=hour) for hour in range(-48, 24 * 14)]
    assert [at for at in hours if queue_team_weeks(at)] == [MONDAY, MONDAY + timedelta(days=7)]
    assert queue_team_weeks(datetime(2027, 3, 29, 12, tzinfo=UTC)) == 0  # Easter Monday in France
    assert queue_team_weeks(datetime(2027, 3, 30, 12, tzinfo=UTC)) == 1


def test_nothing_late_or_near_is_no_message(mona: Person) -> None:
    bo = make_person("Bo", "Later", manager=mona)
    assign(bo, "p1", due=date(2027, 11, 18))
    assign(bo, "p2", state="satisfied")
    assert queue_team_weeks(MONDAY) == 0


def test_who_is_away_is_told_when_back(mona: Person, ada: Person) -> None:
    staffing.record_leave(mona, date(2026, 11, 20), date(2026, 11, 24), at=AT)
    assert [day for day in range(5) if queue_team_weeks(MONDAY + timedelta(days=day))] == [2]


def test_it_is_written_in_the_managers_language(mona: Person, ada: Person) -> None:
    Person.objects.filter(pk=mona.pk).update(language="fr")
    queue_team_weeks(MONDAY)
    assert Message.objects.get().locale == "fr"


def test_managers_of_people_are_those_who_see_them(mona: Person, ada: Person) -> None:
    boss = make_person("Bea", "Boss")
    staffing.set_manager(mona, boss, on=TODAY, at=AT)
    functional = make_person("Fay", "Functional")
    make_person("Over", "Functional")
    kind = ReportingLine.Kind.FUNCTIONAL
    ReportingLine.objects.create(person=ada, manager=functional, kind=kind, true_from=TODAY, known_from=AT)
    found = set(managers_of(Person.objects.filter(pk=ada.pk), TODAY))
    assert found == {each for each in Person.objects.all() if ada in reports_of(each, TODAY)}
    assert found == {mona, boss, functional}


def test_a_larger_team_costs_no_more(mona: Person) -> None:
    def cost(at: datetime) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert queue_team_weeks(at) == 1
        return len(captured)

    crowd(20, mona)
    few = cost(MONDAY)
    crowd(150, mona)
    assert cost(MONDAY + timedelta(days=7)) == few
