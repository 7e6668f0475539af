"""The lab in a real Chromium: every page accessible and as wide as the window, in Arabic, in the dark, by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from certification.ledger import clock
from courses.lab import parts
from courses.learning import enrolments
from courses.learning.models import Enrolment
from lms.people.models import User
from quizzes.lab import sittings
from quizzes.lab_models import Trial
from tests.browser import WIDTH_UNFOLDED
from tests.courses.lab import labs
from tests.factories import make_user, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PHONE, DESK = (320, 640), (1280, 800)


@pytest.fixture
def user() -> User:
    return make_user(given_name="Amina")


@pytest.fixture
def way(user: User) -> Enrolment:
    return enrolments.start(user.person, labs.taught(confidence="true").module, clock.now())


@pytest.fixture
def browser_of(user: User) -> Client:
    return sign_in(Client(), user)


SEEN = [("en", "light", PHONE), ("ar", "dark", PHONE), ("fr", "dark", DESK), ("ar", "light", DESK)]


@pytest.fixture(params=SEEN, ids=str)
def page(request: Any, browser: Browser, live_server: Any, browser_of: Client) -> Iterator[Page]:
    language, scheme, (width, height) = request.param
    context = browser.new_context(
        base_url=live_server.url,
        bypass_csp=True,  # axe itself is an inline script
        color_scheme=scheme,
        viewport={"width": width, "height": height},
    )
    cookies = {"sessionid": browser_of.cookies["sessionid"].value, "django_language": language}
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


def look(page: Page, name: str) -> None:
    found: Any = Axe().run(page, options=WCAG).response
    assert [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate(WIDTH_UNFOLDED) <= width, name


def mixed(browser: Client, way: Enrolment, part: str) -> None:
    """Part of the first answers right, part of the advice followed: so that every measure is defined."""
    parts.enter(way, part, clock.now())
    here = labs.block(way, part)
    for place, name in enumerate(here.cases, 1):
        case = sittings.lab_case(here, name)
        first = case.truth == (place % 3 != 0)
        labs.post(browser, way, part, place, "decide", answer=labs.answers(first), certainty=70)
        if case.advice is not None:
            final = case.advice.breaks if place % 2 else first
            labs.post(browser, way, part, place, "final", answer=labs.answers(final), checked="the receipt")


def test_every_page_is_accessible_and_fits(page: Page, way: Enrolment, browser_of: Client) -> None:
    for part in labs.PARTS:
        page.goto(f"/learn/{way.pk}/{part}/")
        look(page, part)
    labs.walk(browser_of, way, "practice")
    page.goto(labs.address(way, "practice", "lab_result"))
    look(page, "practice-result")
    page.goto(labs.address(way, "block-a"))
    look(page, "decide")
    while not page.locator(".advice").count():
        page.locator("[name=answer]").first.check()
        with page.expect_navigation():
            page.locator("form.form button[type=submit]").first.click()
    look(page, "advice")
    mixed(browser_of, way, "block-a")
    mixed(browser_of, way, "block-b")
    for part in ("block-a", "block-b"):
        page.goto(labs.address(way, part, "lab_result"))
        expect(page.locator(".lab-plot")).to_have_count(1)
        page.evaluate("document.querySelectorAll('main .lab-case').forEach((each, place) => { each.open = place < 3 })")
        look(page, f"result-{part}")
    page.goto(f"/learn/{way.pk}/lab/delete/")
    look(page, "delete")


@pytest.mark.parametrize("page", [("en", "light", PHONE)], indirect=True, ids=str)
def test_a_case_is_decided_with_the_keyboard_alone(page: Page, way: Enrolment) -> None:
    page.goto(labs.address(way, "practice"))
    page.locator("[name=answer]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The advice")).to_be_visible()
    assert list(Trial.objects.values_list("initial", "confidence", "final")) == [(True, 60, None)]
    page.go_back()  # nothing was stored by the browser: one is where one is
    expect(page.get_by_text("Your own decision, locked:")).to_be_visible()
    expect(page.get_by_role("button", name="Lock my decision")).to_have_count(0)


IN_VIEW = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  return box.height > 0 && box.top >= 0 && box.bottom <= innerHeight;
}"""


@pytest.mark.parametrize("page", [("en", "light", (360, 740))], indirect=True, ids=str)
def test_what_a_step_brings_is_seen_and_nothing_is_far_for_a_keyboard(
    page: Page, way: Enrolment, browser_of: Client
) -> None:
    labs.walk(browser_of, way, "practice")
    page.goto(labs.address(way, "block-a"))
    lock = page.get_by_role("button", name="Lock my decision")
    assert page.evaluate(IN_VIEW, ".decision button[type=submit]")
    lock.click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.title().startswith("Error: Case 1 of ")
    page.get_by_role("link", name="Choose one of the two answers first.").click()
    expect(page.locator("[name=answer]").first).to_be_focused()
    page.keyboard.press("Space")
    page.context.set_offline(True)
    lock.click()
    expect(page.locator("[data-reach-status]")).to_contain_text("Not sent. Check your connection")
    assert page.locator("[name=answer]").first.is_checked()
    page.context.set_offline(False)
    while not page.locator(".advice").count():  # some cases come without advice
        page.locator("[name=answer]").first.check()
        with page.expect_navigation():
            page.locator(".decision button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="The advice")).to_be_focused()
    assert page.title().startswith("The advice · Case ")
    assert page.evaluate(IN_VIEW, ".advice")
    assert page.evaluate(IN_VIEW, ".decision button[type=submit]")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.goto(labs.address(way, "block-a"))
    assert page.evaluate(IN_VIEW, ".advice")
    assert page.evaluate(IN_VIEW, ".decision button[type=submit]")
    facts, decision = (page.locator(each).bounding_box() for each in (".facts-list", ".decision"))
    assert facts
    assert decision
    assert decision["x"] > facts["x"] + facts["width"]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _press in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "answer":
            break
    assert page.evaluate("document.activeElement.name") == "answer"
