"""A section with a figure, a case that asks and practice, in a real Chromium: accessible and readable on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from certification.ledger import clock
from courses.learning import enrolments
from courses.learning.models import Enrolment
from lms.people.models import User
from tests.content.figure_module import load_figures
from tests.courses.player.test_browser import look
from tests.factories import make_user, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; nothing of it is stored"),
    pytest.mark.django_db(transaction=True),
]
SMALLEST = "Math.min(...[...document.querySelectorAll('.drawing text')].map(%s))"
SHOWN = "t => parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getBoundingClientRect().width / 340"


@pytest.fixture
def user() -> User:
    return make_user(given_name="Amina")


@pytest.fixture
def way(user: User) -> Enrolment:
    return enrolments.start(user.person, load_figures(), clock.now())


@pytest.fixture(params=["en", "ar"])
def page(request: Any, browser: Browser, live_server: Any, user: User) -> Iterator[Page]:
    context = browser.new_context(
        base_url=live_server.url,
        bypass_csp=True,
        viewport={"width": 320, "height": 640},
        color_scheme="dark" if request.param == "ar" else "light",
    )
    session = sign_in(Client(), user).cookies["sessionid"].value
    cookies = {"sessionid": session, "django_language": request.param}
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


def test_every_state_is_accessible_and_the_answer_takes_the_focus(page: Page, way: Enrolment) -> None:
    page.goto(f"/learn/{way.pk}/all/")
    look(page)
    page.locator("#practice-pair button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
    for field in page.locator("#practice-pair select").all():
        field.select_option(index=1)
    page.locator("#practice-pair button[type=submit]").click()
    expect(page.locator("#practice-pair")).to_be_focused()
    for summary in page.locator(".case-lesson > summary, .figure summary").all():
        summary.click()
    look(page)


def test_letters_of_a_drawing_are_large_enough_on_a_phone_and_not_mirrored(page: Page, way: Enrolment) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"/learn/{way.pk}/all/")
    assert page.evaluate(SMALLEST % SHOWN) >= 12
    assert page.evaluate(SMALLEST % "t => t.getScreenCTM().a") > 0
