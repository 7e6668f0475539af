"""The whole journey in a real browser: learn and pass in English and in Arabic, be seen by the manager, be verified by
the auditor; and a database in which somebody changed a byte is caught."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from certification.credentials.models import Certificate
from certification.ledger import clock
from certification.ledger.models import Entry
from content.editions import Module
from courses.completions.models import Completion
from courses.demo import study
from courses.learning.models import Enrolment
from lms.people.models import User
from tests.browser import WIDTH_UNFOLDED
from tests.factories import PASSWORD
from tests.journeys.organisation import night, open_for_business
from tests.quizzes import posting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PHONE = {"width": 360, "height": 780}
DESKTOP = {"width": 1280, "height": 900}
MODULES = ("m01", "m13")
LEARNED_BEFORE = ("m02", "m03", "m04", "m05")
"""The rest of the path: through the player's own functions, so that the browser walks each kind of page, not all."""
ONWARD = "main form.form:not(:has([name=practice])) button[type=submit]"
"""Done with this section: its practice has forms of its own, and may be left out."""


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


class Visitor:
    """One person at one browser. Every page they reach is looked at by axe, and must not scroll sideways."""

    def __init__(self, browser: Browser, site: str, size: dict[str, int], script: bool = True) -> None:
        # axe itself is an inline script; that our pages obey the policy is tested with the theme
        self.context = browser.new_context(viewport=size, bypass_csp=script, java_script_enabled=script)
        self.page: Page = self.context.new_page()
        self.site, self.script = site, script
        self.looked_at: set[str] = set()

    def go(self, path: str) -> None:
        self.page.goto(self.site + path)
        self.look()

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def look(self) -> None:
        """Once for each kind of page: ids and numbers in the address do not make another kind."""
        kind = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+", "…", self.page.url)
        expect(self.page.locator("h1")).to_have_count(1)
        if not self.script or kind in self.looked_at:
            return
        self.looked_at.add(kind)
        found: Any = Axe().run(self.page, options=WCAG).response
        faults = [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]
        assert not faults, f"{self.page.url}: {faults}"
        width = self.page.evaluate(WIDTH_UNFOLDED)
        assert width <= self.page.viewport_size["width"], f"{self.page.url} scrolls sideways: {width}"

    def sign_in(self, user: User) -> None:
        self.go("/accounts/login/")
        self.page.fill("input[name=login]", user.staff_number)
        self.page.fill("input[name=password]", PASSWORD)
        self.press("main form button[type=submit]")


def learn(visitor: Visitor, code: str) -> None:
    """From the module's page to the result of its questions, one section a page."""
    visitor.go(f"/learn/module/{code}/")
    visitor.press("main form button[type=submit], main a.button")
    for _section in range(20):
        if visitor.page.locator("form[data-autosave]").count():
            answer(visitor)
            visitor.press("form[data-autosave] button[type=submit]:not([formaction])")
            expect(visitor.page).to_have_url(re.compile("/result/"))
            resume = visitor.page.locator("main a[href*='/learn/'].button")
            if not unfinished(visitor.page) or not resume.count():
                return
            visitor.press("main a[href*='/learn/'].button")
        elif visitor.page.locator(ONWARD).count():
            visitor.press(ONWARD)
        else:
            return


def unfinished(page: Page) -> bool:
    return page.locator("main a[href*='/learn/'].button[href$='/']").count() > 0 and "/result/" in page.url


def answer(visitor: Visitor) -> None:
    """Everything that is asked, rightly, by whatever it is answered with."""
    way = Enrolment.objects.get(pk=visitor.page.url.split("/learn/")[1].split("/")[0])
    for name, values in posting.right_fields(way).items():
        fields = visitor.page.locator(f"form[data-autosave] [name='{name}']")
        kind = fields.first.evaluate("field => field.type") if fields.count() else "not asked"
        for value in values:
            if kind in ("radio", "checkbox"):
                visitor.page.check(f"[name='{name}'][value='{value}']")
            elif kind == "select-one":
                fields.select_option(value)
            elif kind == "text":
                fields.fill(value)


@pytest.mark.once("the demonstration lives through the same on both; a browser shows the same on both")
@pytest.mark.long
def test_from_hire_to_evidence(browser: Browser, live_server: Any, tmp_path: Path) -> None:
    people = open_for_business(["en", "ar"])
    for language, size in (("en", DESKTOP), ("ar", PHONE)):
        visitor = Visitor(browser, live_server.url, size)
        visitor.sign_in(people[language])
        expect(visitor.page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
        expect(visitor.page.locator("main")).to_contain_text(titles(language))
        for code in LEARNED_BEFORE:
            study(people[language].person, Module.objects.get(code=code), clock.now())
        for code in MODULES:
            learn(visitor, code)
        check_certificate(visitor, people[language])
        visitor.go("/learn/record/")
        visitor.context.close()
    check_team(Visitor(browser, live_server.url, DESKTOP), people)
    check_audit(Visitor(browser, live_server.url, DESKTOP), people)
    check_tampering(tmp_path)


def titles(language: str) -> str:
    return {"en": "What AI is and is not", "ar": "الذكاء الاصطناعي"}[language]


def check_certificate(visitor: Visitor, user: User) -> None:
    """Pending right after the last question, sealed once the drains have run, and public without a name."""
    assert Completion.objects.of(user.person).count() == len(MODULES) + len(LEARNED_BEFORE)
    certificate = Certificate.objects.held_by(user.person).get()
    assert not certificate.sealed
    visitor.go(f"/certificates/{certificate.pk}/")
    night()
    visitor.go("/certificates/")
    visitor.go(f"/certificates/{certificate.pk}/")
    assert visitor.page.locator("svg").count() > 0
    visitor.go(f"/verify/{certificate.pk}/")
    assert user.person.name not in visitor.page.inner_text("main")


def check_team(visitor: Visitor, people: dict[str, User]) -> None:
    visitor.sign_in(people["manager"])
    visitor.go("/team/")
    for language in ("en", "ar"):
        expect(visitor.page.locator("main")).to_contain_text(people[language].person.name)
    visitor.go(f"/team/{people['ar'].person.pk}/")
    visitor.page.goto(visitor.site + f"/team/{people['auditor'].person.pk}/")
    expect(visitor.page.locator("h1")).to_have_count(1)
    assert people["auditor"].person.name not in visitor.page.inner_text("main")
    visitor.context.close()


def check_audit(visitor: Visitor, people: dict[str, User]) -> None:
    visitor.sign_in(people["auditor"])
    visitor.go("/audit/?q=learner-ar")
    assert people["ar"].person.name not in visitor.page.inner_text("main"), "names are masked in lists"
    entry = Entry.objects.filter(uuid__in=Completion.objects.of(people["ar"].person).values("entry")).first()
    assert entry is not None
    visitor.go(f"/audit/entry/{entry.seq}/")
    visitor.press("main a[href*='/audit/text/']")
    expect(visitor.page.locator("main [lang=ar]").first).to_be_visible()
    visitor.go("/audit/coverage/?path=p1&true_on={0:%Y-%m-%d}&known_on={0:%Y-%m-%d}".format(clock.now()))
    visitor.context.close()


def verify(database: Path) -> subprocess.CompletedProcess[str]:
    """`ledger verify` in a process of its own, on a copy."""
    return subprocess.run(
        [sys.executable, "manage.py", "ledger", "verify", "--database-file", str(database)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANG": "C.UTF-8"},
    )


def check_tampering(folder: Path) -> None:
    """One byte of one entry in a copy of the database file: refused, and the entry is named."""
    copy = folder / "copy.sqlite3"
    source = sqlite3.connect(connection.settings_dict["NAME"])
    target = sqlite3.connect(copy)
    source.backup(target)
    source.close()
    honest = verify(copy)
    assert honest.returncode == 3, honest.stdout + honest.stderr  # consistent; nothing from outside was given
    leaf = Entry.objects.filter(kind="completion").order_by("seq").last()
    assert leaf is not None
    changed = bytes(leaf.leaf).replace(b'"kind":"completion"', b'"kind":"completioN"')
    for trigger in ("update", "delete"):
        for (name,) in target.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE ?", [f"%{trigger}%"]
        ).fetchall():
            target.execute(f'DROP TRIGGER "{name}"')
    target.execute("UPDATE certification_entry SET leaf = ? WHERE seq = ?", [changed, leaf.seq])
    target.commit()
    target.close()
    caught = verify(copy)
    assert caught.returncode == 1, caught.stdout + caught.stderr
    assert str(leaf.seq) in caught.stdout + caught.stderr


@pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one")
@pytest.mark.long
def test_everything_works_without_javascript(browser: Browser, live_server: Any) -> None:
    people = open_for_business(["en"])
    visitor = Visitor(browser, live_server.url, PHONE, script=False)
    visitor.sign_in(people["en"])
    learn(visitor, "m13")
    assert Completion.objects.of(people["en"].person).filter(module__code="m13").exists()
    visitor.context.close()
