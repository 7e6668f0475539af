"""Nobody lands on an empty page: whatever a button has shown is shown again by reloading it, by a bookmark, and in
another language. Every address of the site is asked, with everybody who has a task here.
"""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from lms.people import groups
from lms.people.models import User
from tests.factories import make_user, sign_in
from tests.page_rules import broken_rules, soup_of
from tests.test_permissions import QUERY, TABLE
from tests.test_permissions import world as world  # the fixture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("addresses and templates; what is stored behind them is tested on both elsewhere"),
]

ROLES = (groups.AUDITOR, groups.REVIEWER, groups.GOVERNANCE, groups.HR_ADMIN, groups.EDITOR, groups.TRANSLATOR)
RUBBISH: dict[str, Any] = {"reason": "x", "q": "x", "number": "many", "place": "1", "step": "decide", "attempt": "1"}
ELSEWHERE = ("wagtail", "quizzes_", "content_")  # the editing area has a frame of its own


@pytest.fixture
def visitors(world: dict[str, Any]) -> dict[str, Client]:
    owner = User.objects.get(person=world["owner"])
    known = {"owner": sign_in(Client(), owner), "stranger": Client()}
    return known | {name: sign_in(Client(), make_user(name)) for name in ROLES}


def address_of(name: str, world: dict[str, Any]) -> str:
    return reverse(name, kwargs=world.get(name)) + QUERY.get(name, "")


def is_page(answer: Any) -> bool:
    return b"<h1" in answer.content


def test_an_address_that_only_takes_a_form_says_so_in_words(world: dict[str, Any], visitors: dict[str, Client]) -> None:
    empty, told = [], 0
    for name in (name for name, row in TABLE.items() if row.startswith("POST")):
        for visitor, browser in visitors.items():
            answer = browser.get(address_of(name, world), follow=True)
            told += answer.status_code == 405
            if not is_page(answer):
                empty.append((name, visitor, answer.status_code))
    assert told > 20
    assert empty == []


def test_a_page_that_a_form_left_is_there_by_get_and_in_another_language(
    world: dict[str, Any], visitors: dict[str, Client]
) -> None:
    gone: list[tuple[str, str, object]] = []
    pages = 0
    for name in TABLE:
        if name.startswith(ELSEWHERE):
            continue
        address = address_of(name, world)
        for visitor, browser in visitors.items():
            answer = browser.post(address, RUBBISH)
            if answer.status_code not in (200, 422) or not is_page(answer):
                continue
            pages += 1
            gone += [(name, visitor, rule) for rule in broken_rules(soup_of(answer))]
            again = browser.get(address, follow=True)
            switched = browser.post(reverse("set_language"), {"language": "fr", "next": address}, follow=True)
            browser.post(reverse("set_language"), {"language": "en", "next": "/"})
            statuses = (again.status_code, switched.status_code)
            if statuses != (200, 200) or b'lang="fr"' not in switched.content:
                gone.append((name, visitor, statuses))
    assert pages > 10
    assert not gone, "\n".join(map(str, gone))


@pytest.mark.parametrize(
    ("address", "data", "status"),
    [
        ("/learn/no-such-page/", None, 404),
        ("/audit/", None, 403),
        ("/admin/", None, 403),
        ("/learn/language/", None, 405),
        ("/learn/tests/", {"time": "100"}, 403),
    ],
    ids=["404", "403", "admin", "405", "form expired"],
)
def test_the_language_can_be_changed_on_an_error_page(address: str, data: dict[str, str] | None, status: int) -> None:
    browser = sign_in(Client(enforce_csrf_checks=data is not None), make_user())
    answer = browser.post(address, data) if data else browser.get(address, follow=True)
    assert answer.status_code == status
    assert is_page(answer)
    browser = sign_in(Client(), make_user())
    switched = browser.post(reverse("set_language"), {"language": "fr", "next": address}, follow=True)
    assert is_page(switched)
    assert b'lang="fr"' in switched.content


def test_what_was_typed_stays_with_the_page_for_its_writer_alone(visitors: dict[str, Client], world: Any) -> None:
    """A form that came back is there again; once it leads on, it is forgotten."""
    auditor, address = visitors[groups.AUDITOR], address_of("audit:reveal", world)
    assert auditor.post(address, {"reason": "Too few"}).status_code == 422
    auditor.post(reverse("set_language"), {"language": "fr", "next": address})
    page = BeautifulSoup(auditor.get(address).content, "html.parser")
    assert page.textarea.get_text(strip=True) == "Too few"
    assert page.select_one(".error-summary a")["href"] == f"#{page.textarea['id']}"
    assert page.title.get_text().startswith("Erreur")
    other = sign_in(Client(), make_user(groups.AUDITOR))
    assert "Too few" not in other.get(address).content.decode()
    assert auditor.post(address, {"reason": "Sample 12 of the yearly audit"}).status_code == 302
    assert "Too few" not in auditor.get(address).content.decode()
