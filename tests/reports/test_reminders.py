"""Managers act: they remind, at most once a week a person, and it stands beside the name."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.ledger import clock
from certification.ledger.signer import Signer
from courses.assignments.models import Derivation
from lms.mail.models import Message
from lms.people import groups, staffing
from lms.people.access import log_of
from lms.people.models import Person, User
from lms.reports.team.models import Reminder
from tests.factories import make_person, make_user, sign_in
from tests.forms import fill_in
from tests.reports.factories import AT, assign, crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(manager: User) -> Person:
    """Overdue, reachable in French."""
    ada = Person.objects.get(given_name="Ada")
    Person.objects.filter(pk=ada.pk).update(email="ada@example.org", language="fr")
    ada.refresh_from_db()
    assign(ada, "p1", due=date(2026, 11, 18))
    return ada


def remind(client: Client, person: Person) -> tuple[int, str]:
    """Presses the page's own button; where there is none, sends what it would."""
    address = f"/team/{person.pk}/remind/"
    page = client.get(address)
    if "Send this reminder now" in page.content.decode():
        answer = fill_in(client, page, {}, follow=True)
    else:
        answer = client.post(address)
    return answer.status_code, answer.content.decode()


def test_what_is_shown_is_what_goes_out_in_the_persons_language(
    as_manager: Client, ada: Person, manager: User, settings: object
) -> None:
    settings.BASE_URL = "https://learn.example.org"  # type: ignore[attr-defined]
    shown = as_manager.get(f"/team/{ada.pk}/remind/").content.decode()
    assert not Message.objects.exists()
    status, page = remind(as_manager, ada)
    letter = Message.objects.get()
    assert (status, letter.to, letter.locale, letter.person) == (200, "ada@example.org", "fr", ada)
    assert f'lang="fr" dir="auto">{letter.subject}' in shown
    for line in ("All staff (fr)", "18 novembre 2026", "https://learn.example.org/learn/"):
        assert line in letter.body
        assert line in shown
    assert "\n\n\n" not in letter.body
    assert "The reminder to Ada Report is on its way." in page
    made = Reminder.objects.get()
    assert (made.person, made.by, made.at, made.trainings, made.message) == (ada, manager.person, AT, ["p1"], letter)
    assert [(row.viewer, row.what) for row in log_of(ada, AT)][1:3] == [
        (manager.person, "team.remind"),
        (manager.person, "team.person"),
    ]


def test_what_was_done_stands_beside_the_name(as_manager: Client, ada: Person, manager: User) -> None:
    assert f'href="/team/{ada.pk}/remind/"' in as_manager.get("/team/").content.decode()
    assert "No reminder has been sent yet." in as_manager.get(f"/team/{ada.pk}/").content.decode()
    remind(as_manager, ada)
    team = as_manager.get("/team/").content.decode()
    assert "You reminded them on 20 November 2026" in team
    assert f'href="/team/{ada.pk}/remind/"' not in team
    record = as_manager.get(f"/team/{ada.pk}/").content.decode()
    assert "20 November 2026, by Mona Lead: All staff. The message waits to be sent." in record
    Message.objects.update(sent_at=AT, lane=None)
    assert "The message was sent." in as_manager.get(f"/team/{ada.pk}/").content.decode()
    Message.objects.update(sent_at=None, attempts=10)
    assert "The message could not be delivered." in as_manager.get(f"/team/{ada.pk}/").content.decode()


def test_once_a_week_whoever_presses(
    as_manager: Client, ada: Person, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    above = make_user(given_name="Nina", family_name="Above")
    staffing.set_manager(manager.person, above.person, on=AT.date(), at=AT)
    remind(as_manager, ada)
    for client in (as_manager, sign_in(Client(), above)):
        status, page = remind(client, ada)
        assert status == 422
        assert "Ada Report was reminded on 20 November 2026." in page
        assert "the next can go out on 27 November 2026" in page
    assert "Reminded by somebody else on 20 November 2026" in sign_in(Client(), above).get("/team/").content.decode()
    assert Message.objects.count() == Reminder.objects.count() == 1
    monkeypatch.setattr(clock, "machine_now", lambda: AT + timedelta(days=7))
    assert remind(as_manager, ada)[0] == 200
    assert Reminder.objects.count() == 2


def away(ada: Person) -> None:
    staffing.record_leave(ada, date(2026, 11, 2), date(2026, 12, 31), at=AT)


def unreachable(ada: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(email="")


def contradictory(ada: Person) -> None:
    Derivation.objects.create(person=ada, fault="Two feeds disagree", fault_since=AT)


def waiting(ada: Person) -> None:
    ada.assignments.update(waiting_since=date(2026, 11, 10), deadline_at=None, soon_at=None)


@pytest.mark.parametrize(
    ("because", "sentence"),
    [
        (away, "No reminders go to Ada Report at present."),
        (unreachable, "Ada Report has no e-mail address on this site."),
        (contradictory, "could not be determined: the facts contradict each other."),
        (waiting, "Ada Report has nothing open to be reminded of."),
    ],
)
def test_what_cannot_go_out_is_refused_in_words(
    as_manager: Client, ada: Person, because: object, sentence: str
) -> None:
    """Of a leave a manager learns neither that it is one nor how long it is."""
    because(ada)  # type: ignore[operator]
    status, page = remind(as_manager, ada)
    assert status == 422
    assert sentence in page
    assert "leave" not in page.lower()
    assert "31 December" not in page
    assert "Send this reminder now" not in page
    assert not Reminder.objects.exists()
    assert not Message.objects.exists()


def test_whoever_has_nothing_open_gets_no_link(as_manager: Client, manager: User) -> None:
    done = make_person("Bo", "Done", manager=manager.person)
    assign(done, state="satisfied")
    assert f"/team/{done.pk}/remind/" not in as_manager.get("/team/").content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 302), ("learner", 403), ("auditor", 403), ("other manager", 404), ("manager", 302)]
)
def test_who_may_remind_whom(ada: Person, manager: User, who: str, status: int) -> None:
    groups.ensure_groups()
    client = Client()
    if who == "manager":
        sign_in(client, manager)
    elif who == "other manager":
        other = make_user(given_name="Olaf", family_name="Other")
        make_person("Bo", "Else", manager=other.person)
        sign_in(client, other)
    elif who != "stranger":
        sign_in(client, make_user(*([] if who == "learner" else [who])))
    answer = client.post(f"/team/{ada.pk}/remind/")
    assert answer.status_code == status
    assert Reminder.objects.exists() is (who == "manager")
    assert client.get(f"/team/{ada.pk}/remind/").status_code == (200 if who == "manager" else status)


def test_nobody_reminds_themselves(as_manager: Client, manager: User) -> None:
    assert as_manager.get(f"/team/{manager.person.pk}/remind/").status_code == 404


def test_the_list_costs_the_same_however_many_were_reminded(as_manager: Client, manager: User, signer: Signer) -> None:
    def cost() -> int:
        as_manager.get("/team/")
        with CaptureQueriesContext(connection) as captured:
            as_manager.get("/team/")
        return len(captured)

    people = crowd(20, manager.person)
    before = cost()
    week = timedelta(days=7)
    instants: list[datetime] = [AT - week * number for number in range(1, 6)]
    Reminder.objects.bulk_create(
        Reminder(person=person, by=manager.person, at=at, trainings=["p1"]) for person in people for at in instants
    )
    assert cost() == before
    lines = as_manager.get("/team/").context["lines"]
    assert {line.reminded.at for line in lines if line.reminded} == {AT - week}
