"""A browser for each visitor, opened once, that goes from state to state."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page

from tests.accessibility.engines import UNFOLD
from tests.accessibility.states import State, Visitors


class Look(NamedTuple):
    language: str
    width: int
    scheme: Any

    def __str__(self) -> str:
        return f"{self.language} {self.width} {self.scheme}"


class Visit:
    """One language, width and colour scheme; a page for each visitor, made when they are first needed."""

    def __init__(self, browser: Browser, site: str, visitors: Visitors, look: Look) -> None:
        self.browser, self.site, self.visitors, self.look = browser, site, visitors, look
        self.pages: dict[str, Page] = {}

    def page_of(self, visitor: str) -> Page:
        if visitor not in self.pages:
            context = self.browser.new_context(
                base_url=self.site,
                bypass_csp=True,
                viewport={"width": self.look.width, "height": 740},
                color_scheme=self.look.scheme,
            )
            cookies = {name: each.value for name, each in self.visitors.clients[visitor].cookies.items()}
            for name, value in (cookies | {"django_language": self.look.language}).items():
                context.add_cookies([{"name": name, "value": value, "url": self.site}])
            self.pages[visitor] = context.new_page()
        return self.pages[visitor]

    def go(self, state: State) -> Page:
        """The page in that state, with everything unfolded."""
        page = self.page_of(state.visitor)
        page.goto(state.path)
        if state.then:
            state.then(page)
        page.evaluate(UNFOLD)
        return page


@contextmanager
def visiting(browser: Browser, site: str, visitors: Visitors, look: Look) -> Iterator[Visit]:
    visit = Visit(browser, site, visitors, look)
    try:
        yield visit
    finally:
        for page in visit.pages.values():
            page.context.close()
