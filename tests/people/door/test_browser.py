"""In a real Chromium: a security key is added and asked for, and the page warns before a session ends."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from lms.people import groups
from tests.browser import WIDTH_UNFOLDED
from tests.factories import PASSWORD, make_user, sign_in
from tests.themes.test_browser import problems

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


def cookie_of(client: Client, live_server: Any) -> Any:
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


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
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.clock.install()
    page.goto(f"{live_server.url}/learn/record/")
    session, now = client.session, time.time()
    session["lasts"] = {"began": now - 7150, "used": now - 7150, "idle": 7200, "whole": 86400}
    session.save()
    page.clock.fast_forward(7190 * 1000)
    warning = page.get_by_role("alertdialog")
    expect(warning).to_contain_text("in about two minutes you are signed out")
    expect(warning.get_by_role("button")).to_be_focused()
    with page.expect_response("**/accounts/session/stay/"):
        page.keyboard.press("x")
    expect(warning).to_be_hidden()
    assert client.session["lasts"]["used"] >= now


def test_without_scripts_the_page_says_how_long_the_session_lasts(browser: Browser, live_server: Any) -> None:
    client = sign_in(Client(), make_user())
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie_of(client, live_server)])
    page = context.new_page()
    page.goto(f"{live_server.url}/learn/record/")
    expect(page.get_by_text("after 120 minutes in which no page was opened or sent")).to_be_visible()
    context.close()


PAGES = ("factors/", "factors/totp/activate/", "factors/recovery-codes/", "sessions/", "recovery/", "reauthenticate/")


@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_and_nothing_scrolls_sideways(browser: Browser, live_server: Any, language: str) -> None:
    client = sign_in(Client(), make_user(groups.HR_ADMIN))
    context = browser.new_context(bypass_csp=True, viewport={"width": 320, "height": 640})  # axe is an inline script
    spoken = {"name": "django_language", "value": language, "url": live_server.url}
    context.add_cookies([cookie_of(client, live_server), spoken])
    page = context.new_page()
    for path in PAGES:
        page.goto(f"{live_server.url}/accounts/{path}")
        assert problems(page) == [], path
        assert page.evaluate(WIDTH_UNFOLDED) <= 320, path
    page.evaluate("document.getElementById('session-end').showModal()")
    assert problems(page) == []
    context.close()
