"""The pattern page in a real Chromium: accessible, no sideways scrolling, big enough to touch, light to load; and the
script's three tasks."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import engines
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
# What stands in a sentence may be as high as the line (WCAG 2.5.8); what stands alone, in a cell or a paragraph, may
# not. A choice is touched by its label, which is looked at in its place.
TOO_SMALL = """() => [...document.querySelectorAll("a, button, summary, input, select, label.choice")]
  .filter(e => e.offsetParent && !e.matches(".skip, .visually-hidden") && !(e.matches("input") && e.closest("label")))
  .filter(e => {
    const around = e.parentElement.textContent.replaceAll(/\\s+/g, " ").trim();
    const controls = [...e.parentElement.querySelectorAll("a, button")];
    const own = controls.reduce((all, each) => all + each.textContent.length, 0);
    return !(getComputedStyle(e).display === "inline" && around.length > own + 12);
  })
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)"""
SMALL_BUTTONS = """() => [...document.querySelectorAll(".button")].filter(e => e.offsetParent)
  .filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"""


def problems(page: Page) -> list[str]:
    found: Any = Axe().run(page, options=WCAG).response
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("query", ["?lang=en", "?lang=ar", "?lang=en&dir=rtl"])
def test_axe_finds_nothing(browser: Browser, live_server: Any, query: str, scheme: Any) -> None:
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # axe itself is an inline script
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/{query}")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = !e.matches('.menu'))")
    assert problems(page) == []
    context.close()


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/password/reset/", "/no-such-page/"])
def test_axe_finds_nothing_on_the_way_in(browser: Browser, live_server: Any, path: str) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live_server.url}{path}")
    assert problems(page) == []
    context.close()


@pytest.mark.parametrize("query", ["?lang=en", "?lang=ar"])
def test_nothing_scrolls_sideways_at_320_pixels(browser: Browser, live_server: Any, query: str) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/{query}")
    page.evaluate("document.querySelectorAll('details').forEach(e => e.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    # A name of a hundred letters and no space, where pages of people have it.
    named = "h1, h2, h3, .breadcrumbs [aria-current]"
    page.evaluate(f"document.querySelectorAll('{named}').forEach(each => each.textContent = 'N'.repeat(100))")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
def test_everything_is_big_enough_to_touch(browser: Browser, live_server: Any, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(SMALL_BUTTONS) == []
    context.close()


def test_the_page_obeys_the_content_security_policy(page: Page, live_server: Any) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    response = page.goto(f"{live_server.url}/styleguide/")
    assert response
    host = live_server.url.removeprefix("http://")
    assert f"script-src {host}/static/" in response.headers["content-security-policy"].split("; ")
    expect(page.get_by_role("button", name="Print")).to_be_visible()  # the script ran
    assert complaints == []


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_first_page_is_light(browser: Browser, live_server: Any, language: str) -> None:
    """At most 60 KB as sent compressed: text as gzip, fonts (compressed by themselves) as they are."""
    context = browser.new_context(extra_http_headers={"Accept-Language": language})
    page = context.new_page()
    sizes: dict[str, int] = {}

    def weigh(response: Any) -> None:
        body = response.body()
        sizes[response.url] = len(body) if response.url.endswith("woff2") else len(gzip.compress(body))

    page.on("response", weigh)
    page.goto(f"{live_server.url}/accounts/login/", wait_until="networkidle")
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert len(sizes) >= 4
    assert sum(sizes.values()) <= 60 * 1024, sizes
    context.close()


def test_the_error_summary_has_the_focus(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/styleguide/")
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="“Staff number” is missing: please fill it in.").click()
    expect(page.locator("#id_wrong-name")).to_be_focused()


def test_without_scripts_the_error_summary_has_the_focus_too(browser: Browser, live_server: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/styleguide/")
    expect(page.locator(".error-summary:focus")).to_have_count(1)
    expect(page.locator("[data-does]").first).to_be_hidden()
    context.close()


def test_the_skip_link_comes_first(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_menu_closes_with_escape_and_gives_the_focus_back(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    summary = page.locator(".bar .menu summary").first
    summary.click()
    arabic = page.locator(".bar").get_by_role("button", name="العربيّة")
    expect(arabic).to_be_visible()
    arabic.focus()
    page.keyboard.press("Escape")
    expect(arabic).to_be_hidden()
    expect(summary).to_be_focused()


@pytest.mark.smoke
def test_the_language_changes_and_the_page_stays(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator(".bar .menu summary").first.click()
    page.locator(".bar").get_by_role("button", name="العربيّة").click()
    expect(page).to_have_url(f"{live_server.url}/accounts/login/")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


QUIZ = """{% extends "layouts/narrow.html" %}{% block narrow %}<form method="post" action="/quiz/" data-autosave>
{% option_list "Which?" "q1" options %}{% autosave_status %}{% button "Submit" %}</form>{% endblock %}"""


def test_an_answer_is_saved_when_it_is_given_and_says_so(page: Page, live_server: Any) -> None:
    """The server's side of the quiz is played by the test: it answers 204, then nothing at all, then 204 again."""
    options = [{"key": "a", "text": "First"}, {"key": "b", "text": "Second"}]
    html = engines["django"].from_string(QUIZ).render({"options": options})
    sent: list[dict[str, list[str]]] = []
    broken = False

    def serve(route: Route) -> None:
        if route.request.method == "GET":
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif broken:
            route.abort()
        else:
            sent.append(multipart(route.request.post_data or ""))
            route.fulfill(status=204)

    page.route("**/quiz/", serve)
    page.goto(f"{live_server.url}/quiz/")
    status = page.get_by_role("status")
    page.get_by_label("First").check()
    expect(status).to_have_text("Saved")
    broken = True
    page.get_by_label("Second").check()
    expect(status).to_contain_text("Not saved.")
    broken = False
    page.get_by_label("First").check()
    expect(status).to_have_text("Saved")
    assert [answer["q1"] for answer in sent] == [["a"], ["a"]]
    assert all(answer["autosave"] == ["1"] for answer in sent)


def multipart(body: str) -> dict[str, list[str]]:
    """The fields of a small multipart body, read line by line."""
    lines = body.split("\r\n")
    pairs = [
        f"{line.split('name=')[1].strip(chr(34))}={lines[at + 2]}"
        for at, line in enumerate(lines)
        if line.startswith("Content-Disposition")
    ]
    return parse_qs("&".join(pairs))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_headings_look_the_same_on_every_machine(browser: Browser, live_server: Any, language: str) -> None:
    """Every letter of a heading comes from a font of ours: the machine's own are asked for none."""
    context = browser.new_context(extra_http_headers={"Accept-Language": language})
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")
    page.wait_for_function("document.fonts.status === 'loaded'")
    inspector = context.new_cdp_session(page)
    inspector.send("DOM.enable")
    inspector.send("CSS.enable")
    root = inspector.send("DOM.getDocument")["root"]["nodeId"]
    for selector in ("h1", ".brand span"):
        node = inspector.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
        fonts = inspector.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        assert fonts, selector
        assert [font["familyName"] for font in fonts if not font["isCustomFont"]] == [], selector
    context.close()
