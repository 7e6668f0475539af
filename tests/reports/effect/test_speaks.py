"""The effect page is read by people who know no codes: titles, a sentence a module, and why a figure is hidden."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lms.people.groups import GOVERNANCE
from lms.reports.indicators.models import Snapshot
from tests.courses.learning import factories
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


def publish(code: str, *, total: int | None = 40, near: str = "", **shown: int | None) -> None:
    bands = {"completed": None, "begun": None, "not-begun": None} | {
        name.replace("_", "-"): people for name, people in shown.items()
    }
    Snapshot.objects.create(
        module=code,
        measure="completion",
        taken_on=date(2026, 11, 20),
        shown=bands,
        total=total,
        near=near,
        members={},
    )


@pytest.fixture
def page(client: Client) -> str:
    factories.taught("m60", sections=1, questions=0)
    factories.taught("m61", sections=1, questions=0)
    publish("m60", completed=28)
    publish("m61", total=None)
    publish("m62")
    response = sign_in(client, make_user(GOVERNANCE)).get("/effect/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_modules_go_by_their_titles_and_the_code_stands_behind(page: str) -> None:
    assert '<span lang="en" dir="auto">Module m60 (en)</span> <small class="muted">M60</small>' in page
    assert "Indicators of “Module m60 (en)”" in page
    assert '<h2 class="section-title">M62</h2>' in page  # nobody signed it off: it has no title


def test_each_module_has_one_sentence(page: str) -> None:
    assert "<p>Of 40 people, 70 % (between 55 and 82 %) reached this: Completed (completed).</p>" in page
    assert page.count("<p>Nothing can be told yet: every figure would tell of fewer than 10 people.</p>") == 2


def test_the_reason_stands_beside_each_hidden_figure(page: str) -> None:
    assert "Hidden: fewer than 10 people so far." in page  # m61 as a whole
    assert "Hidden: the share would tell how many are in a group of fewer than 10 people." in page  # m62
    assert "Hidden: fewer than 10 people, or a smaller group beside it could be reckoned from this figure." in page
    assert "or hidden for them" not in page


def test_a_count_in_other_groups_says_that_it_cannot_be_compared(client: Client) -> None:
    publish("m60", other=30)
    assert "Not comparable: it was counted in other groups then." in sign_in(client, make_user(GOVERNANCE)).get(
        "/effect/"
    ).content.decode().replace("&#x27;", "'")


def test_targets_offer_modules_by_title(client: Client) -> None:
    factories.taught("m60", sections=1, questions=0)
    html = sign_in(client, make_user(GOVERNANCE)).get("/effect/targets/").content.decode()
    assert '<option value="m60">Module m60 (en) (M60)</option>' in html


def test_more_modules_cost_no_query_more(client: Client) -> None:
    browser = sign_in(client, make_user(GOVERNANCE))

    def cost() -> int:
        browser.get("/effect/")
        with CaptureQueriesContext(connection) as captured:
            browser.get("/effect/")
        return len(captured)

    publish("m60", completed=28)
    few = cost()
    for number in range(61, 70):
        publish(f"m{number}", completed=28)
    assert cost() == few
