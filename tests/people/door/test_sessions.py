"""Sessions end: without use, after a day, everywhere at once. Nothing that was typed is lost with them."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from lms.people import groups
from lms.people.door import session_limits
from lms.people.door.clearing import clear_door
from lms.people.logins import grant
from lms.people.models import User
from tests.factories import AT, PASSWORD, make_user, sign_in
from tests.forms import fill_in, form_of

pytestmark = pytest.mark.django_db
RECORD = "/learn/record/"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The machine's clock, to be moved by minutes."""

    class Moved:
        minutes = 0

        def __call__(self) -> float:
            return start + self.minutes * 60

    start, moved = time.time(), Moved()
    monkeypatch.setattr(session_limits.time, "time", moved)
    return moved


def signed_in(*rights: str, superuser: bool = False) -> Client:
    """By the sign-in page, so that the limits are those of the person; the factor's step is left out."""
    user = make_user(*rights)
    User.objects.filter(pk=user.pk).update(is_superuser=superuser)
    client = Client()
    client.post(reverse("account_login"), {"login": user.staff_number, "password": PASSWORD})
    return client


@pytest.mark.parametrize(
    ("rights", "minutes"),
    [
        ([], 120),
        ([groups.EDITOR], 60),
        ([groups.REVIEWER, groups.TRANSLATOR], 60),
        ([groups.AUDITOR], 30),
        ([groups.EDITOR, groups.AUDITOR], 30),
        ([groups.HR_ADMIN], 30),
        ([groups.GOVERNANCE], 30),
    ],
)
def test_a_session_ends_after_minutes_without_use_by_what_one_may_do(
    clock: Any, rights: list[str], minutes: int
) -> None:
    used, unused = signed_in(*rights), signed_in(*rights)
    clock.minutes = minutes - 1
    assert used.get(RECORD).status_code == 200
    clock.minutes = minutes + 1
    assert used.get(RECORD).status_code == 200
    over = unused.get(RECORD, follow=True)
    assert over.redirect_chain[0][0] == f"/accounts/login/?next={RECORD}"
    assert "nothing happened for a while" in over.content.decode()


def test_administrators_have_the_shorter_time(clock: Any) -> None:
    client = signed_in(superuser=True)
    clock.minutes = 31
    assert client.get(RECORD).status_code == 302


def test_after_a_day_it_ends_however_busy(clock: Any) -> None:
    client = signed_in()
    for hour in range(1, 24):
        clock.minutes = hour * 60
        assert client.get(RECORD).status_code == 200
    clock.minutes = 24 * 60 + 1
    assert "a session lasts a day" in client.get(RECORD, follow=True).content.decode()


def test_a_right_that_is_given_shortens_running_sessions(clock: Any) -> None:
    client = signed_in()
    user = User.objects.get(pk=client.session["_auth_user_id"])
    groups.ensure_groups()
    grant(user.person, groups.AUDITOR)
    clock.minutes = 2
    client.get(RECORD)
    clock.minutes = 2 + 31
    assert client.get(RECORD).status_code == 302


def test_asking_how_long_it_lasts_prolongs_nothing_and_staying_does(clock: Any) -> None:
    client = signed_in()
    clock.minutes = 119
    left = client.get(reverse("account_session_left")).json()
    assert left == {"left": 60, "stays": True}
    assert client.get(reverse("account_stay")).json()["left"] == 120 * 60
    clock.minutes = 119 + 121
    assert client.get(reverse("account_session_left")).json()["left"] <= 0
    assert client.get(RECORD).status_code == 302


def test_an_open_editor_alone_does_not_keep_a_session(clock: Any) -> None:
    client = signed_in(groups.EDITOR)
    for minute in range(0, 61, 10):
        clock.minutes = minute
        client.get("/admin/editing-sessions/0/")
    clock.minutes = 61
    assert client.get("/admin/").status_code == 302


def test_what_is_sent_too_late_is_there_after_signing_in_again(clock: Any) -> None:
    client, user = Client(), make_user(groups.AUDITOR)
    person = make_user(family_name="Hidden").person
    sign_in(client, user)
    reveal = reverse("audit:reveal", args=[person.pk])
    form = client.get(reveal)
    clock.minutes = 24 * 60 + 1
    asked = fill_in(client, form, {"reason": "the audit of October"}, follow=True)
    assert "Sign in" in asked.content.decode()
    sign_in(client, user)
    back = client.get(reverse("account_go_on"))
    assert form_of(back, reveal)["reason"] == ["the audit of October"]
    shown = fill_in(client, back, {}, follow=True)
    assert "Hidden" in shown.content.decode()


def test_it_is_there_too_when_another_window_had_ended_the_session(clock: Any) -> None:
    client, user = Client(), make_user(groups.AUDITOR)
    reveal = reverse("audit:reveal", args=[make_user().person.pk])
    sign_in(client, user)
    form = client.get(reveal)
    clock.minutes = 24 * 60 + 1
    client.get(RECORD)
    fill_in(client, form, {"reason": "the audit of October"}, follow=True)
    sign_in(client, user)
    assert "the audit of October" in client.get(reverse("account_go_on")).content.decode()


def test_whoever_signs_in_next_at_the_same_device_does_not_see_it(clock: Any) -> None:
    client, user = Client(), make_user(groups.AUDITOR)
    sign_in(client, user)
    form = client.get(reverse("audit:reveal", args=[make_user().person.pk]))
    clock.minutes = 24 * 60 + 1
    fill_in(client, form, {"reason": "said in confidence"}, follow=True)
    sign_in(client, make_user(groups.AUDITOR))
    assert "said in confidence" not in client.get(reverse("account_go_on"), follow=True).content.decode()


def test_pages_say_how_long_and_the_script_is_told(client: Client) -> None:
    page = sign_in(client, make_user()).get("/learn/").content.decode()
    assert "after 120 minutes in which no page was opened or sent" in page
    assert 'role="alertdialog"' in page
    assert "session-end" not in Client().get("/accounts/login/").content.decode()


def test_one_sees_where_one_is_signed_in_and_ends_it_everywhere_else() -> None:
    user = make_user()
    here, there = (
        Client(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux) Firefox/140.0"),
        Client(HTTP_USER_AGENT="iPhone Safari/1"),
    )
    for client in (here, there):
        client.post(reverse("account_login"), {"login": user.staff_number, "password": PASSWORD})
    page = here.get(reverse("account_sessions"))
    words = page.content.decode()
    assert "Firefox, Linux" in words
    assert "Safari, iPhone" in words
    assert words.count("this device") == 1
    done = fill_in(here, page, {}, follow=True)
    assert "signed out everywhere else" in done.content.decode()
    assert "Safari, iPhone" not in done.content.decode()
    assert here.get(RECORD).status_code == 200
    assert there.get(RECORD).status_code == 302


def test_sessions_that_are_over_are_deleted_with_their_addresses() -> None:
    signed_in()
    Session.objects.update(expire_date=AT)
    clear_door(AT)
    assert not Session.objects.exists()
    assert not UserSession.objects.exists()
