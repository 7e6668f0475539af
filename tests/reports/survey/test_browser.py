"""The survey and the pages of governance in a real Chromium on a narrow phone: by keyboard, in Arabic, with axe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from certification.ledger import clock
from courses.learning import enrolments, flow
from lms.people.groups import GOVERNANCE
from lms.people.models import User
from lms.reports.indicators import snapshots
from lms.reports.indicators.models import Target
from lms.reports.survey import answering
from lms.reports.survey.answering import Answer
from lms.reports.survey.models import Tally
from tests.courses.learning import factories
from tests.factories import AT, make_person, make_user, sign_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
NEXT_QUARTER = AT + timedelta(days=120)


@pytest.fixture
def user(monkeypatch: pytest.MonkeyPatch) -> User:
    """Of governance, with a module begun; half a year of other people's answers are there to be read."""
    module = factories.taught("m60", sections=1, questions=0, locales=("en", "ar")).module
    Target.objects.create(
        indicator="completion", attribute="language", group="other", percent=80, owner="AI office",
        due_on=date(2030, 1, 1), set_on=AT.date(),
    )  # fmt: skip
    for number in range(24):
        person = make_person(f"N{number}")
        way = enrolments.start(person, module, AT)
        if number % 2:
            flow.finish_section(way, "s1", "en", AT)
        said = {"statements": {"useful": "4"}, "groups": {"language": "other" if number % 2 else "first"}}
        answering.count_answer(person, module, Answer(**said, with_results=True, remark=f"Words {number}"), AT.date())
    snapshots.publish_snapshots_due(AT)
    found = make_user(GOVERNANCE)
    enrolments.start(found.person, module, AT)
    monkeypatch.setattr(clock, "now", lambda: NEXT_QUARTER)
    return found


@pytest.fixture(params=["en", "ar"])
def page(request: pytest.FixtureRequest, browser: Browser, live_server: Any, user: User) -> Iterator[Page]:
    """axe itself is an inline script, hence without the policy."""
    context = browser.new_context(
        base_url=live_server.url, bypass_csp=True, viewport={"width": 320, "height": 640}, color_scheme="light"
    )
    session = sign_in(Client(), user).cookies["sessionid"].value
    context.add_cookies(
        [
            {"name": "sessionid", "value": session, "url": live_server.url},
            {"name": "django_language", "value": request.param, "url": live_server.url},
        ]
    )
    yield context.new_page()
    context.close()


def look(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach(each => each.open = true)")
    found: Any = Axe().run(page, options=WCAG).response
    assert [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_it_is_answered_by_keyboard_alone(page: Page) -> None:
    before = {row.pk: row.people for row in Tally.objects.all()}
    page.goto("/survey/m60/")
    look(page)
    page.locator("form.form button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
    page.locator("[name=useful]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.locator("main [name=language]").first.focus()
    page.keyboard.press("Space")
    page.locator("form.form button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_be_visible()
    after = {row.pk: row.people - before.get(row.pk, 0) for row in Tally.objects.all()}
    assert sorted(key for key, more in after.items() if more) == [
        "m60/2027Q1/useful/4//",
        "m60/2027Q1/useful/4/language/first",
    ]
    page.goto("/survey/m60/")
    expect(page.locator("[name=useful]")).to_have_count(0)
    look(page)


def test_the_pages_of_governance_fit_a_phone_and_are_accessible(page: Page) -> None:
    for address in ("/effect/", "/effect/targets/", "/effect/remarks/m60/"):
        page.goto(address)
        look(page)
    assert page.locator("blockquote").count() == 24
    page.goto("/effect/targets/")
    page.evaluate("document.querySelector('main form.form').noValidate = true")  # a browser that checks nothing
    page.locator("main form.form button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
