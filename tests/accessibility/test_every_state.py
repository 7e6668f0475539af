"""axe on every page and in every state, once in English and once in Arabic, wide and narrow, light and dark in turn."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from certification.ledger import clock
from lms.demo.demo_organisation import ORIGIN
from tests.accessibility.engines import AXE
from tests.accessibility.states import furnish
from tests.accessibility.visiting import Look, visiting
from tests.test_permissions import world as world  # the fixture

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

WIDTHS, SCHEMES = (320, 1280), ("light", "dark")


def test_axe_finds_nothing_in_any_state_of_any_page(
    browser: Browser, live_server: Any, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "ledger_origin", lambda: ORIGIN)  # so that the demonstration's pages are there too
    visitors = furnish(world)
    assert len(visitors.states) > 55
    faults: list[str] = []
    for turn, language in enumerate(("en", "ar")):
        # Each page is seen once narrow and once wide; colours change at half that pace, so that all four pairs occur.
        for at in range(4):
            look = Look(language, WIDTHS[(at + turn) % 2], SCHEMES[at // 2])
            with visiting(browser, live_server.url, visitors, look) as visit:
                for state in visitors.states[at::4]:
                    page = visit.go(state)
                    faults += [
                        f"{state.name} ({look}): {found.rule}: {found.html}"
                        for found in AXE.look(page)
                        if not found.excuse
                    ]
                    if page.evaluate("document.documentElement.scrollWidth") > look.width:
                        faults.append(f"{state.name} ({look}) scrolls sideways")
    assert not faults, "\n".join(faults)
