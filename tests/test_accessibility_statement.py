"""The statement says what tests found, who has not tested yet, and whom to tell; every page's foot leads there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from content.facts.recording import set_fact
from lms import accessibility
from lms.navigation import contact
from tests.factories import AT, make_entity, make_user, sign_in

pytestmark = pytest.mark.django_db

RUN = {
    "on": "2026-11-28",
    "pages": 31,
    "languages": ["en", "ar"],
    "widths": [320, 1280],
    "schemes": ["light", "dark"],
    "engines": [{"engine": "axe", "version": "4.12.1", "visits": 62, "ours": 3, "not_ours": 4}],
    "not_ours": [["axe", "some-rule", 4, "A sentence."]],
}


def read(page: Any) -> str:
    return " ".join(page.content.decode().split())


@pytest.fixture
def told(client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, Any]], str]]:
    """The page that is made from these results."""
    results = tmp_path / "accessibility.json"
    monkeypatch.setattr(accessibility, "RESULTS", results)

    def told(run: dict[str, Any]) -> str:
        results.write_text(json.dumps(run), encoding="utf-8")
        accessibility.last_run.cache_clear()
        return read(client.get(reverse("accessibility")))

    yield told
    accessibility.last_run.cache_clear()


def test_it_says_what_was_found_and_that_nobody_has_tried_it(told: Callable[[dict[str, Any]], str]) -> None:
    page = told(RUN)
    assert "Nobody who uses assistive technology has tested this platform yet." in page
    assert "On 28 November 2026, 31 pages and states of pages were examined" in page
    assert "3 findings are faults of this platform that are not mended yet." in page
    assert "axe 4.12.1" in page
    assert "A sentence." in page


def test_without_results_it_claims_none(told: Callable[[dict[str, Any]], str]) -> None:
    page = told(RUN | {"pages": 0, "engines": [], "not_ours": []})
    assert "The programs have not been run on this version yet" in page
    assert "are faults of this platform" not in page
    assert "Nobody who uses assistive technology has tested this platform yet." in page


def test_the_shipped_results_can_be_read(client: Client) -> None:
    accessibility.last_run.cache_clear()
    assert "Nobody who uses assistive technology" in read(client.get(reverse("accessibility")))


def test_whom_to_tell_is_ones_own_employers_contact(client: Client) -> None:
    for locale, text in (("en", "Desk 5, help@example.org"), ("ar", "المكتب 5")):
        set_fact(make_entity(), locale, "referent-contact", text, AT)
    set_fact(make_entity("mlg-de", country="DE"), "en", "referent-contact", "Another desk", AT)
    assert "Desk 5" not in read(client.get(reverse("accessibility")))
    sign_in(client, make_user())
    for name in ("accessibility", "learn:dashboard", "learn:record"):
        page = read(client.get(reverse(name)))
        foot = page[page.index('<footer class="foot">') :]
        assert '<bdi lang="en">Desk 5, help@example.org</bdi>' in foot
        assert f'href="{reverse("accessibility")}"' in foot
        assert "Another desk" not in page
    client.cookies["django_language"] = "ar"
    assert "المكتب 5" in read(client.get(reverse("learn:dashboard")))


def test_whom_nobody_employs_has_no_contact(client: Client) -> None:
    set_fact(make_entity(), "en", "referent-contact", "Desk 5", AT)
    sign_in(client, make_user(hired=None))
    assert "Desk 5" not in read(client.get(reverse("learn:dashboard")))


def test_the_contact_costs_one_query_and_then_none(client: Client, django_assert_num_queries: Any) -> None:
    set_fact(make_entity(), "en", "referent-contact", "Desk 5", AT)
    person = make_user().person
    clock.now()
    with django_assert_num_queries(1):
        assert contact(person)["text"] == "Desk 5"
    with django_assert_num_queries(0):
        contact(person)
