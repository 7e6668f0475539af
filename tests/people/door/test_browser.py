"""In a real Chromium: a security key is added and asked for, and the page warns before a session ends."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import Page, expect

from lms.people import groups
from tests.factories import PASSWORD, make_user, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]


def plug_in_a_key(page: Page) -> None:
    """Chromium's own authenticator: it holds a key and answers as if it was touched."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})


def give_password(page: Page, address: str, number: str) -> None:
    page.goto(f"{address}/accounts/login/")
    page.get_by_label("E-mail or staff number").fill(number)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_a_key_is_added_and_opens_the_second_step(page: Page, live_server: Any, settings: Any) -> None:
    address = live_server.url.replace("127.0.0.1", "localhost")
    settings.BASE_URL = address
    user = make_user(groups.AUDITOR, staff_number="ma-17")
    plug_in_a_key(page)
    give_password(page, address, "ma-17")
    page.get_by_role("link", name="Add a key").click()
    page.get_by_label("Name of the key").fill("The blue one")
    page.get_by_role("button", name="Add a key").click()
    expect(page.get_by_role("heading", name="Printed codes")).to_be_visible()
    assert Authenticator.objects.filter(user=user, type="webauthn").count() == 1
    page.context.clear_cookies()
    give_password(page, address, "ma-17")
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use the key").click()
    expect(page.get_by_role("heading", name="Second step")).to_have_count(0)
    page.goto(f"{address}/accounts/factors/")
    expect(page.get_by_text("The blue one", exact=True)).to_be_visible()


def test_the_page_warns_and_one_key_press_keeps_the_session(page: Page, live_server: Any) -> None:
    client = sign_in(Client(), make_user())
    session = client.session
    session["lasts"] = {"began": time.time() - 3600, "used": time.time() - 3600, "idle": 3700, "whole": 86400}
    session.save()
    kept = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": kept, "url": live_server.url}])
    # The page itself is a use of the session; here it has been open for an hour when its script begins to look.
    page.route("**/accounts/sessions/", lambda route: route.continue_())
    page.goto(f"{live_server.url}/accounts/login/")
