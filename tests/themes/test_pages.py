"""The frame, the pattern page, the error pages and the sign-in pages, as a browser would receive them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.views import defaults
from django.views.csrf import csrf_failure

from lms.people.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", re.IGNORECASE)
ENTRANCES = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
    "account_reset_password_from_key_done",
]


@pytest.mark.parametrize(
    ("query", "lang", "direction"),
    [
        ("", "en", "ltr"),
        ("?lang=ar", "ar", "rtl"),
        ("?lang=fr", "fr", "ltr"),
        ("?dir=rtl", "en", "rtl"),
        ("?lang=xx&dir=up", "en", "ltr"),
    ],
)
def test_the_pattern_page_in_each_language_and_direction(client: Client, query: str, lang: str, direction: str) -> None:
    response = client.get(f"/styleguide/{query}")
    assert response.status_code == 200
    page = response.content.decode()
    assert f'<html lang="{lang}" dir="{direction}">' in page
    assert page.count("<h1") == 2  # its own, and the certificate's example
    assert INLINE.findall(page) == []


def test_the_pattern_page_only_shows(client: Client) -> None:
    assert client.post("/styleguide/").status_code == 405


@pytest.mark.parametrize("name", ENTRANCES)
def test_the_sign_in_pages_wear_the_same_frame(client: Client, name: str) -> None:
    page = client.get(reverse(name)).content.decode()
    assert 'class="bar"' in page
    assert page.count("<h1") == 1
    assert INLINE.findall(page) == []


@pytest.mark.parametrize(
    "name",
    [
        *("account_change_password", "account_logout", "account_reauthenticate", "account_sessions"),
        *("mfa_index", "mfa_activate_totp", "mfa_generate_recovery_codes"),
    ],
)
def test_the_pages_of_ones_own_account_wear_it_too(client: Client, name: str) -> None:
    make_user()
    client.post(reverse("account_login"), {"login": User.objects.get().staff_number, "password": PASSWORD})
    page = client.get(reverse(name)).content.decode()
    assert page.count("<h1") == 1
    assert "button-primary" in page
    assert INLINE.findall(page) == []


def test_an_old_reset_link_says_how_to_get_a_new_one(client: Client) -> None:
    page = client.get("/accounts/password/reset/key/x-old/").content.decode()
    assert "This link no longer works" in page
    assert reverse("account_reset_password") in page


def test_sign_in_asks_for_either_name(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert "E-mail or staff number</label>" in page
    assert "placeholder" not in page


def test_a_wrong_sign_in_says_so_above_the_heading_and_in_the_title(client: Client) -> None:
    page = client.post(reverse("account_login"), {"login": "nobody@example.org", "password": "x"}).content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title
    assert title[1].split()[:1] == ["Error:"]
    assert page.index("There is a problem") < page.index("<h1")
    assert 'href="#id_login"' in page


def test_an_empty_sign_in_names_what_is_missing(client: Client) -> None:
    page = client.post(reverse("account_login"), {}).content.decode()
    assert page.count("“E-mail or staff number” is missing: please fill it in.") == 2
    assert page.count("“Password” is missing: please fill it in.") == 2


def test_the_stylesheet_is_one_and_so_is_the_script(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert page.count('rel="stylesheet"') == 1
    assert page.count("<script") == 1


@pytest.mark.parametrize("name", ["400", "403", "404", "500", "503", "403_csrf"])
def test_an_error_page_needs_no_context(name: str) -> None:
    page = get_template(f"{name}.html").render()
    assert page.count("<h1") == 1
    assert 'href="/"' in page
    assert INLINE.findall(page) == []


def test_a_refusal_may_say_why(rf: RequestFactory) -> None:
    response = defaults.permission_denied(rf.get("/"), Exception("Only your manager may see this."))
    assert response.status_code == 403
    assert b"Only your manager may see this." in response.content


def test_an_unknown_address_says_what_to_do_and_not_what_was_sought(client: Client) -> None:
    response = client.get("/en/no-such-page/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "There is no such page for you" in page
    assert "No Page matches" not in page


def test_an_expired_form_says_that_nothing_changed(rf: RequestFactory) -> None:
    response: Any = csrf_failure(rf.post("/"), reason="CSRF cookie not set.")
    assert response.status_code == 403
    assert b"Nothing was changed." in response.content
