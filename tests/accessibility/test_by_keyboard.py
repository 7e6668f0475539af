"""Ten tasks by keyboard alone on a screen of 320 pixels: each is reached, done and left, and none is a dead end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from lms.people import groups
from quizzes.appeal_models import Appeal
from tests.accessibility.states import Visitors, furnish
from tests.accessibility.visiting import Look, Visit, visiting
from tests.test_permissions import world as world  # the fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

MANY = 90
"""Presses of Tab that nobody needs more of to reach anything on one of these pages."""
FOCUSED = """wanted => { const here = document.activeElement, box = here.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  return [here.matches(wanted), top === null || here.contains(top) || top.contains(here) || !!top.closest("label"),
    document.documentElement.scrollWidth] }"""


class Keys:
    """Somebody who has no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, path: str) -> None:
        self.page.goto(path)
        self.arrived()

    def arrived(self) -> None:
        """A page with a heading, as wide as the screen, in which Tab leads somewhere and past the frame."""
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 320, self.page.url
        assert self.page.locator("a.skip").count() == 1

    def to(self, wanted: str) -> None:
        """Tab until that has the focus; there it must not lie under anything."""
        for _press in range(MANY):
            self.page.keyboard.press("Tab")
            there, seen, _width = self.page.evaluate(FOCUSED, wanted)
            if there:
                assert seen, f"{wanted} has the focus and is covered on {self.page.url}"
                return
        raise AssertionError(f"Tab does not lead to {wanted} on {self.page.url}")

    def follow(self, wanted: str) -> None:
        """A link or a button that leads to another page."""
        self.to(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.arrived()

    def unfold(self, wanted: str) -> None:
        self.to(wanted)
        self.page.keyboard.press("Enter")
        assert self.page.evaluate("document.activeElement.parentElement.open")


@pytest.fixture
def visit(browser: Browser, live_server: Any, world: dict[str, Any]) -> Iterator[Visit]:
    visitors: Visitors = furnish(world)
    with visiting(browser, live_server.url, visitors, Look("en", 320, "light")) as made:
        yield made


def path_of(visit: Visit, state: str) -> str:
    return next(each.path for each in visit.visitors.states if each.name == state)


def test_ten_tasks_by_keyboard_alone(visit: Visit) -> None:
    learner = Keys(visit.page_of("owner"))
    learn_and_be_tested(learner)
    doubt(learner, path_of(visit, "result, not passed"))
    fetch_certificate(learner)
    decide_a_case(Keys(visit.page_of("lab begun")), path_of(visit, "lab, case"))
    look_at_the_team(Keys(visit.page_of("manager")))
    audit(Keys(visit.page_of(groups.AUDITOR)))


def learn_and_be_tested(learner: Keys) -> None:
    """From the module's page through its sections and questions to a result."""
    learner.open("/learn/module/s01/")
    learner.follow("main form button[type=submit], main a.button")
    while not learner.page.locator("form[data-autosave]").count():
        learner.follow("main form.form:not(:has([name=practice])) button[type=submit]")
    for _question in range(2):
        learner.to("form[data-autosave] input:is([type=radio], [type=checkbox]):not(:checked)")
        learner.page.keyboard.press("Space")
    learner.follow("form[data-autosave] button[type=submit]:not([formaction])")


def doubt(learner: Keys, result: str) -> None:
    """An appeal, from the question it is about."""
    before = Appeal.objects.count()
    learner.open(result)
    learner.unfold("details:has(form[action$='/appeal/']) > summary")
    learner.follow("form[action$='/appeal/'] button[type=submit]")
    assert Appeal.objects.count() == before + 1


def fetch_certificate(learner: Keys) -> None:
    learner.open(reverse("certificates:list"))
    learner.follow("main a[href^='/certificates/']")
    learner.to("main :is(button, a.button, a)")


def decide_a_case(learner: Keys, case: str) -> None:
    """Decided alone, and again with the advice."""
    learner.open(case)
    for _step in range(6):
        if learner.page.locator(".advice").count():
            break
        learner.to("[name=answer]")
        learner.page.keyboard.press("Space")
        learner.follow("main form.form button[type=submit]")
    expect(learner.page.locator(".advice")).to_have_count(1)
    learner.to("[name=answer]")
    learner.page.keyboard.press("Space")
    learner.follow("main form.form button[type=submit]")


def look_at_the_team(manager: Keys) -> None:
    manager.open(reverse("team:people"))
    manager.follow("main td a[href^='/team/'], main th a[href^='/team/']")


def audit(auditor: Keys) -> None:
    """Search, an entry and its proof, and who was covered on a day."""
    auditor.open(reverse("audit:search"))
    auditor.to("[name=kind]")
    auditor.page.keyboard.press("ArrowDown")
    auditor.follow("main form button[type=submit]")
    auditor.open(reverse("audit:entry", args=[0]))
    auditor.unfold("main summary")
    auditor.open(reverse("audit:coverage"))
    auditor.to("[name=path]")
    auditor.page.keyboard.press("ArrowDown")
    auditor.follow("main form button[type=submit]")
