"""Signing in through the real pages: by e-mail or staff number, one door, closed to leavers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from lms.mail.models import Message
from lms.mail.sending import send_due
from lms.people import staffing
from lms.people.backend import SignInBackend
from lms.people.models import User
from tests.factories import AT, PASSWORD, make_entity, make_person, make_user, sign_in

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another long pass phrase 7"


def post_sign_in(client: Client, login: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": login, "password": password})


@pytest.mark.parametrize("login", ["amal@example.org", "AMAL@Example.ORG", "ma-17", "MA-17", " ma-17 "])
def test_e_mail_or_staff_number_in_any_case(client: Client, login: str) -> None:
    make_user(email="Amal@example.org", staff_number="ma-17", language="fr")
    response = post_sign_in(client, login)
    assert response.status_code == 302
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "fr"
    assert "_auth_user_id" in client.session


def test_somebody_without_an_address_signs_in_by_staff_number(client: Client) -> None:
    make_user(staff_number="pl-4")
    assert post_sign_in(client, "pl-4").status_code == 302


def test_a_wrong_pair_says_what_to_do_and_not_which_half_was_right(client: Client) -> None:
    make_user(email="amal@example.org")
    known = post_sign_in(client, "amal@example.org", "wrong").content.decode()
    unknown = post_sign_in(client, "nobody@example.org", "wrong").content.decode()
    sentence = "These do not match an account. Check your e-mail or staff number and your password"
    assert sentence in known
    assert sentence in unknown


def test_the_sixth_wrong_password_is_told_to_wait(client: Client) -> None:
    make_user(staff_number="ma-17")
    for _number in range(5):
        assert "do not match" in post_sign_in(client, "ma-17", "wrong").content.decode()
    assert "Wait five minutes" in post_sign_in(client, "ma-17").content.decode()
    assert "_auth_user_id" not in client.session


def test_many_sign_ins_from_one_address_are_slowed_down(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    answers = [post_sign_in(client, "nobody") for _number in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "Wait five minutes, then try again" in answers[-1].content.decode()


def test_wagtails_own_sign_in_leads_to_ours(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/pages/")
    assert response.status_code == 302
    assert response["Location"] == reverse("account_login") + "?next=/admin/pages/"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 302
    assert client.get("/admin/")["Location"].startswith(reverse("account_login"))
    assert client.get("/admin/password_reset/", follow=True).status_code == 404


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_confirm_email"])
def test_pages_the_directory_makes_needless_are_not_mounted(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["signup/", "email/", "confirm-email/"])
def test_nobody_can_register(client: Client, path: str) -> None:
    sign_in(client, make_user())
    assert client.get(f"/accounts/{path}", follow=True).status_code == 404
    posted = client.post(f"/accounts/{path}", {"username": "new", "password1": PASSWORD}, follow=True)
    assert posted.status_code == 404


def reset_link(user: User) -> str:
    body = Message.objects.get(person=user.person).body
    found = re.search(r"https?://testserver(/accounts/password/reset/key/\S+)", body)
    assert found, body
    return found[1]


@pytest.mark.smoke
def test_a_forgotten_password_is_set_anew_by_mail(client: Client) -> None:
    user = make_user(email="amal@example.org", language="fr", password=None)
    response = client.post(reverse("account_reset_password"), {"email": "AMAL@example.org"})
    assert response["Location"] == reverse("account_reset_password_done")
    page = client.get(reset_link(user), follow=True)
    form_at = page.redirect_chain[-1][0]
    done = client.post(form_at, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert done.status_code == 200
    assert post_sign_in(client, "amal@example.org", NEW_PASSWORD).status_code == 302


def test_the_letter_is_in_the_persons_language_and_its_link_is_wiped_once_sent(client: Client) -> None:
    user = make_user(email="amal@example.org", language="fr")
    client.post(reverse("account_reset_password"), {"email": "amal@example.org"})
    message = Message.objects.get(person=user.person)
    assert message.locale == "fr"
    assert "mot de passe" in message.body
    link = reset_link(user)
    assert send_due(message.queued_at) == 1
    assert link in str(mail.outbox[0].body)
    message.refresh_from_db()
    assert message.body == ""


def test_a_strangers_address_gets_the_same_page_and_no_letter(client: Client) -> None:
    response = client.post(reverse("account_reset_password"), {"email": "stranger@example.org"})
    assert response["Location"] == reverse("account_reset_password_done")
    assert not Message.objects.exists()


def test_a_staff_number_in_the_address_field_says_whom_to_ask(client: Client) -> None:
    page = client.post(reverse("account_reset_password"), {"email": "pl-4"}).content.decode()
    assert "Without one, ask your HR department" in page


def test_changing_the_password_tells_its_owner(client: Client) -> None:
    user = make_user(email="amal@example.org")
    sign_in(client, user)
    wanted = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(reverse("account_change_password"), wanted).status_code == 302
    assert Message.objects.filter(person=user.person, kind="account").count() == 1
    client.logout()
    assert post_sign_in(client, "amal@example.org", NEW_PASSWORD).status_code == 302


def test_a_leaver_may_sign_in_to_the_end_of_the_last_day_and_then_no_more(client: Client) -> None:
    user = make_user(staff_number="ma-17", entity=make_entity("chile", zone="America/Santiago"))
    staffing.leave_company(user.person, on=date(2026, 10, 31), at=AT)
    sign_in(client, user)
    # Santiago is three hours behind UTC: its 31 October ends at 03:00.
    assert staffing.deactivate_leavers(datetime(2026, 11, 1, 2, 59, tzinfo=UTC)) == 0
    assert post_sign_in(Client(), "ma-17").status_code == 302
    assert staffing.deactivate_leavers(datetime(2026, 11, 1, 3, 0, tzinfo=UTC)) == 1
    assert staffing.deactivate_leavers(datetime(2026, 11, 1, 3, 0, tzinfo=UTC)) == 0
    refused = post_sign_in(Client(), "ma-17")
    assert refused["Location"] == reverse("account_inactive")
    assert client.get(reverse("account_change_password"))["Location"].startswith(reverse("account_login"))


def test_who_was_never_employed_or_is_hired_again_keeps_the_login() -> None:
    outsider = make_user(hired=None)
    rehired = make_user(hired=date(2025, 1, 1))
    staffing.leave_company(rehired.person, on=date(2026, 3, 31), at=AT)
    assert list(User.objects.filter(is_active=True)) == [outsider]
    staffing.hire(rehired.person, make_entity(), on=date(2026, 12, 1), at=AT)
    assert staffing.deactivate_leavers(AT + timedelta(days=1)) == 0
    assert set(User.objects.filter(is_active=True)) == {outsider, rehired}


def test_a_staff_number_or_address_has_one_login() -> None:
    make_user(staff_number="ma-17", email="amal@example.org")
    with pytest.raises(ValueError, match="staff number MA-17 already has a login"):
        staffing.give_login(make_person(), "MA-17", "", None)
    with pytest.raises(ValueError, match="already belongs to another login"):
        staffing.give_login(make_person(), "ma-18", "AMAL@example.org", None)


def test_the_login_and_its_person_are_one_query(django_assert_num_queries: Any) -> None:
    user = make_user()
    with django_assert_num_queries(1):
        found = SignInBackend().get_user(user.pk)
        assert found
        assert found.person == user.person
