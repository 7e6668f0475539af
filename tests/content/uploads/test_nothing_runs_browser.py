"""In a real Chromium: what was uploaded before there were rules does not run, and our own scripts do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from playwright.sync_api import Page, expect
from wagtail.documents.models import Document

from content.editions import FrozenMedia
from lms.people.groups import EDITOR, ensure_groups
from tests.factories import PASSWORD, make_user

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

SCRIPT = b"window.ran = true; document.documentElement.setAttribute('data-ran', 'yes')"


def kept(data: bytes, mime: str) -> str:
    digest = f"{FrozenMedia.objects.count():064x}"
    FrozenMedia.objects.create(sha256=digest, file=ContentFile(data, name=digest), mime=mime)
    return reverse("content:file", args=[digest])


def test_a_drawing_a_page_and_a_script_do_not_run(page: Page, live_server: Any) -> None:
    ensure_groups()
    user = make_user(EDITOR)
    document = Document.objects.create(title="Script", file=ContentFile(SCRIPT, name="pwn.js")).url
    script = kept(SCRIPT, "text/javascript")
    inline = SCRIPT.decode()
    drawing = kept(
        f'<svg xmlns="http://www.w3.org/2000/svg"><script>{inline}</script><script href="{document}"/></svg>'.encode(),
        "image/svg+xml",
    )
    html = kept(f'<title>Ran</title><script>{inline}</script><script src="{document}"></script>'.encode(), "text/html")
    page.goto(f"{live_server.url}{reverse('account_login')}")
    page.locator("[name=login]").fill(user.staff_number)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.wait_for_url(lambda url: "login" not in url)

    page.goto(f"{live_server.url}{drawing}")
    assert page.evaluate("document.documentElement.getAttribute('data-ran')") is None
    assert page.evaluate("window.origin") == "null"  # a sandbox has no origin, so no cookies either
    page.goto(f"{live_server.url}/styleguide/")
    with page.expect_download() as stored:
        page.evaluate("address => { location.href = address }", html)
    assert stored.value.failure() is None

    # On a page of ours: neither as a script nor as a frame nor as a picture.
    for address in (script, document, html, drawing):
        ran = page.evaluate(
            """address => new Promise(done => {
                const script = Object.assign(document.createElement("script"), {src: address});
                script.onload = script.onerror = () => {
                  const image = Object.assign(new Image(), {src: address});
                  image.onload = image.onerror = () => done([script.isConnected, window.ran === true]);
                };
                document.body.append(script);
            })""",
            address,
        )
        assert ran == [True, False]
    # And the editing area, which knows another policy, still speaks: its own scripts and words come.
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/admin/")
    expect(page.locator("#wagtail-sidebar").get_by_role("link", name="Images")).to_be_visible()
    assert page.evaluate("typeof window.gettext") == "function"
    assert page.evaluate("typeof window.wagtail") == "object"
    assert [line for line in complaints if "Content Security Policy" in line] == []
