"""The preview of a question in a real Chromium: in the editor's page, under the security policy as it is served."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, FrameLocator, Page, expect

from content.curriculum import site
from lms.people.groups import EDITOR, ensure_groups
from quizzes.models import Question
from tests.factories import make_user, sign_in
from tests.quizzes.questions import make_question

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def page(browser: Browser, live_server: Any) -> Iterator[Page]:
    """An editor's window. A preview that fails, or that the browser refuses to frame, fails the test."""
    ensure_groups()
    site.ensure_locales()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 1400, "height": 1000})
    session = sign_in(Client(), make_user(EDITOR)).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    context.add_init_script("navigator.sendBeacon = () => true")  # it would reach the server after the test is over
    opened = context.new_page()
    bad: list[str] = []
    opened.on("console", lambda said: bad.append(said.text) if "Refused to" in said.text else None)
    opened.on("response", lambda answer: bad.append(answer.url) if answer.status >= 500 else None)
    yield opened
    opened.goto("about:blank")
    context.close()
    assert bad == []


def previewed(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Toggle preview").click()
    return page.frame_locator("#w-preview-iframe")


def test_a_saved_question_is_framed_as_it_is_asked_and_with_its_answer(page: Page) -> None:
    question = make_question("ordering", text="What comes first?")
    page.goto(reverse("wagtailsnippets_quizzes_question:edit", args=[question.pk]))
    shown = previewed(page)
    expect(shown.get_by_role("group", name="What comes first?")).to_be_visible()
    expect(shown.get_by_role("button", name="Move down: Words of a")).to_be_visible()
    page.get_by_label("Preview mode").select_option("answered")
    expect(shown.get_by_text("Because.").first).to_be_visible()


def test_a_question_that_was_never_saved_is_framed_in_the_language_it_is_written_in(page: Page) -> None:
    page.goto(f"{reverse('wagtailsnippets_quizzes_question:add')}?locale=ar")
    page.locator("[name=code]").fill("new")
    page.get_by_role("button", name="Insert a block").first.click()
    page.get_by_role("option", name="option", exact=True).click()
    expect(page.locator("[name=options-0-value-text]")).to_be_visible()
    shown = previewed(page)  # this sends the form as it stands, and so does another mode
    expect(shown.locator("html")).to_have_attribute("dir", "rtl")
    expect(shown.locator("html")).to_have_attribute("lang", "ar")
    lacking = shown.get_by_role("listitem")
    before = lacking.count()
    page.locator("[name=text]").fill("ما العمل؟")
    page.get_by_label("Preview mode").select_option("answered")
    expect(lacking).to_have_count(before - 1)
    assert before > 1
    assert not Question.objects.exists()
