"""The minutes that are shown are those that reading takes, within a tenth; `make minutes` walks the shipped modules."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from certification.ledger import clock
from content.curriculum.load import FOLDER, load_module, read_module
from content.curriculum.record import LoadReport
from content.editions import Module
from content.texts import text_for
from courses.learning import enrolments
from lms.people.models import User
from tests.content.samples import sign_all
from tests.factories import make_user, sign_in
from tests.minutes.walking import PHONE, walk_module

TRIED = Path(__file__).parent.parent / "content" / "module_with_figures"
FOLDERS = sorted(path.parent for path in FOLDER.glob("*/en.md")) if os.environ.get("MINUTES") else [TRIED]
LEAST = 1.5
"""Minutes: in a shorter section a few words of the interface are a tenth."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; nothing of it is stored"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def user() -> User:
    return make_user(given_name="Amina")


@pytest.fixture(params=["en", "fr", "ar"])
def page(request: Any, browser: Browser, live_server: Any, user: User) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, bypass_csp=True, viewport=PHONE)
    session = sign_in(Client(), user).cookies["sessionid"].value
    cookies = {"sessionid": session, "django_language": request.param}
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_is_shown_is_what_it_takes(
    request: pytest.FixtureRequest, page: Page, user: User, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    language = request.node.callspec.params["page"]
    load_module(read_module(folder), LoadReport())
    module = Module.objects.get()
    sign_all(module)
    way = enrolments.start(user.person, module, clock.now())
    shown = text_for(way.edition, language).seconds["sections"]
    walked = walk_module(page, way, language)
    lines = [
        f"{key}: {shown[key] / 60:.2f} shown, {seen.minutes:.2f} walked ({seen.words} words, {seen.decisions} asked)"
        for key, seen in walked.items()
    ]
    total = sum(found.minutes for found in walked.values())
    computed = sum(shown[key] for key in walked) / 60
    said = f"{module.code} {language}: shown {computed:.1f}, walked {total:.1f}\n" + "\n".join(lines)
    with capsys.disabled():
        if os.environ.get("MINUTES"):
            print(f"\n{said}")
    read = {key: found.minutes for key, found in walked.items() if found.minutes >= LEAST}
    far = [key for key, minutes in read.items() if abs(shown[key] / 60 - minutes) > 0.1 * minutes]
    assert abs(computed - total) <= 0.1 * total, said
    assert not far, said
