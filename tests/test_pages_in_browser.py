"""The real pages in a real Chromium: with everything unfolded nothing is wider than the screen, and whatever stands
alone is large enough to touch.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser

from lms.people import groups
from tests.test_permissions import world as world  # the fixture
from tests.test_place_kept import address_of
from tests.test_place_kept import visitors as visitors  # the fixture
from tests.themes.test_browser import TOO_SMALL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

PAGES = {
    "owner": ("learn:dashboard", "learn:record", "learn:module", "learn:section", "certificates:detail"),
    "stranger": ("verify:certificate", "account_login"),
    groups.AUDITOR: ("audit:search", "audit:coverage", "audit:person", "audit:entry", "audit:delays", "learn:record"),
    groups.GOVERNANCE: ("targets", "appeals:awaiting"),
}
QUERY = {"audit:search": "?kind=certificate.issue", "audit:coverage": "?path=p1"}
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = !each.matches('.menu') })"


@pytest.mark.parametrize(("language", "width"), [("ar", 320), ("en", 1280)])
def test_nothing_is_wider_than_the_screen_or_too_small_to_touch(
    browser: Browser, live_server: Any, world: dict[str, Any], visitors: dict[str, Client], language: str, width: int
) -> None:
    wide, small = [], []
    for visitor, names in PAGES.items():
        context = browser.new_context(base_url=live_server.url, viewport={"width": width, "height": 740})
        cookies = {name: each.value for name, each in visitors[visitor].cookies.items()} | {"django_language": language}
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        for name in names:
            page.goto(address_of(name, world) + QUERY.get(name, ""))
            page.evaluate(UNFOLD)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append(name)
            small += [f"{name}: {html}" for html in page.evaluate(TOO_SMALL)]
        context.close()
    assert wide == []
    assert small == []
