"""Every page of the site, as everybody who has a task here sees it, in English and in Arabic: see page_rules."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from django.test import Client

from tests.page_rules import broken_rules, soup_of, title_of
from tests.test_permissions import SEEKING, TABLE
from tests.test_permissions import world as world  # the fixture
from tests.test_place_kept import ELSEWHERE, address_of
from tests.test_place_kept import visitors as visitors  # the fixture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.once("templates; what they show is tested on both elsewhere"),
]

SAME = {"front_door", "after_sign_in"}
"""They lead to pages that have addresses of their own."""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_every_page_keeps_the_rules_and_has_a_title_of_its_own(
    world: dict[str, Any], visitors: dict[str, Client], language: str
) -> None:
    broken: list[str] = []
    titles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name in (name for name, row in TABLE.items() if row.startswith("GET") and name not in SAME):
        if name.startswith(ELSEWHERE) or name == "styleguide":
            continue
        for visitor, browser in visitors.items():
            browser.cookies["django_language"] = language
            for query in {"", SEEKING.get(name, "")}:
                answer = browser.get(address_of(name, world).partition("?")[0] + query)
                if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"] or answer.streaming:
                    continue
                soup = soup_of(answer)
                broken += [f"{name}: {rule}" for rule in broken_rules(soup)]
                # Coverage without a question asks about the first training: the same page.
                asked = query.partition("=")[0] if name == "audit:search" else ""
                titles[visitor, title_of(soup)].add(name + asked)
    assert sum(len(names) for names in titles.values()) > 60
    assert not broken, "\n".join(sorted(set(broken)))
    same = {f"{title}: {sorted(names)}" for (_visitor, title), names in titles.items() if len(names) > 1}
    assert not same, "\n".join(sorted(same))
