"""Who has signed in lands where their work is, and first where they were going."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from lms.people import groups, staffing
from tests.factories import PASSWORD, make_user, sign_in

pytestmark = pytest.mark.django_db

LANDING = {
    groups.AUDITOR: "/audit/",
    groups.REVIEWER: "/admin/texts/",
    groups.GOVERNANCE: "/effect/",
    groups.EDITOR: "/admin/",
    groups.TRANSLATOR: "/admin/",
    groups.HR_ADMIN: "/learn/",
}


@pytest.mark.parametrize("role", groups.ALL)
def test_each_role_lands_where_its_work_is_and_may_enter(role: str) -> None:
    groups.ensure_groups()
    answer = sign_in(Client(), make_user(role)).get(reverse("after_sign_in"), follow=True)
    assert answer.redirect_chain[0][0] == LANDING[role]
    assert answer.status_code == 200


def test_a_manager_lands_at_their_team_and_everybody_else_at_their_training() -> None:
    boss, other = make_user(), make_user()
    staffing.set_manager(other.person, boss.person, on=clock.now().date(), at=clock.now())
    assert sign_in(Client(), boss).get("/work/").headers["Location"] == "/team/"
    assert sign_in(Client(), other).get("/work/").headers["Location"] == "/learn/"


@pytest.mark.parametrize(("query", "lands"), [("", "/work/"), ("?next=/learn/record/", "/learn/record/")])
def test_the_page_that_was_asked_for_comes_first(query: str, lands: str) -> None:
    sent = {"login": make_user().staff_number, "password": PASSWORD}
    if query:
        sent["next"] = query.partition("=")[2]
    answer = Client().post(f"{reverse('account_login')}{query}", sent)
    assert answer.headers["Location"] == lands
