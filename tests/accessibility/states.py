"""Every page of the site and the states it can be in, in one small world, for engines, eyes and keyboards to visit.

A page that is in the table of rights is visited by itself, by the first who may open it: a new page need not be entered
here. What is entered here are states: refused forms, results, a lab half done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from certification.ledger import clock
from courses.learning import enrolments, flow
from lms.people import groups, staffing
from lms.people.models import User
from tests.courses.lab import labs
from tests.courses.learning import every_kind, factories
from tests.factories import make_person, make_user, sign_in
from tests.reports.factories import assign
from tests.test_permissions import SEEKING, TABLE

OTHERS_FRAME = ("wagtail", "quizzes_", "content_")  # the editing area belongs to Wagtail
NO_STATE = ("front_door", "account_logout", "health", "styleguide")  # elsewhere, harmful, data, tested with the theme
ERRORS = ("400", "403_csrf", "413", "429", "500", "503")
ROLES = (groups.AUDITOR, groups.GOVERNANCE, groups.REVIEWER, groups.HR_ADMIN)


@dataclass(frozen=True, slots=True)
class State:
    """`then` brings the page that stands at `path` into the state; None: it is in it."""

    name: str
    visitor: str
    path: str
    then: Callable[[Page], None] | None = None


@dataclass(slots=True)
class Visitors:
    """Their browsers, by what they are."""

    clients: dict[str, Client]
    states: list[State]


def furnish(world: dict[str, Any]) -> Visitors:
    """`world` is the fixture of the table of rights; here it gets more of everything there is to see."""
    owner = User.objects.get(person=world["owner"])
    clients = {
        "owner": sign_in(Client(), owner),
        "manager": world["clients"]["manager"],
        "stranger": Client(),
        **{role: sign_in(Client(), make_user(role)) for role in ROLES},
    }
    today = clock.now().date()
    assign(owner.person, "p3", due=today - timedelta(days=3))
    assign(owner.person, "p4", state="satisfied", done=today - timedelta(days=9), valid_until=date(2028, 1, 1))
    boss = User.objects.get(pk=clients["manager"].session["_auth_user_id"])
    for number in range(3):
        mate = make_person("Mate", f"Number {number}", staff_number=f"M-{number}")
        staffing.set_manager(mate, boss.person, on=today, at=clock.now())
        assign(mate, "p3", due=today + timedelta(days=20 * number - 10))
    for number, name in (("demo-amina", "Amina"), ("demo-claire", "Claire"), ("demo-auditor", "Axel")):
        make_user(staff_number=number, given_name=name)
    return Visitors(clients, [*pages(world, clients), *quiz_states(owner), *lab_states(clients), *refusals()])


def pages(world: dict[str, Any], clients: dict[str, Client]) -> Iterator[State]:
    """Each page of the table once, as the first sees it who may."""
    for name, row in TABLE.items():
        if not row.startswith("GET") or name in NO_STATE or name.startswith(OTHERS_FRAME):
            continue
        path = reverse(name, kwargs=world.get(name))
        for query in dict.fromkeys(["", SEEKING.get(name, "")]):
            for visitor, client in clients.items():
                answer = client.get(path + query)
                if answer.status_code == 200 and "text/html" in answer["Content-Type"] and not answer.streaming:
                    yield State(name + ("?" if query else ""), visitor, path + query)
                    break


def quiz_states(owner: User) -> Iterator[State]:
    way = enrolments.start(owner.person, every_kind.taught(found=every_kind.keys(pretest=True)).module, clock.now())
    yield State("quiz of every kind", "owner", f"/learn/{way.pk}/quiz/")
    yield State(
        "quiz refused",
        "owner",
        f"/learn/{way.pk}/quiz/",
        press("form[data-autosave] button[type=submit]:not([formaction])"),
    )
    yield State("pre-test of every kind", "owner", f"/learn/{way.pk}/before/")
    failed = enrolments.start(owner.person, factories.taught("m95", sections=1).module, clock.now())
    flow.finish_section(failed, "s1", "en", clock.now())
    wrong = {"q1": ["a"], "q2": ["a"], "q3": ["a"]}
    flow.submit(failed, flow.sheet_for(failed, 1, wrong, clock.now()), "en", clock.now())
    yield State("result, not passed", "owner", f"/learn/{failed.pk}/result/1/")
    yield State("module with an attempt behind", "owner", "/learn/module/m95/")
    yield State("section", "owner", f"/learn/{failed.pk}/s1/")


def lab_states(clients: dict[str, Client]) -> Iterator[State]:
    module = labs.taught(confidence="true").module
    for visitor in ("lab begun", "lab done"):
        user = make_user(given_name="Lina")
        clients[visitor] = sign_in(Client(), user)
        way = enrolments.start(user.person, module, clock.now())
        if visitor == "lab done":
            labs.decided(way, "block-a", labs.swayed(3))
            labs.decided(way, "block-b", labs.stubborn(2))
            yield State("debrief of part one", visitor, labs.address(way, "block-a", "lab_result"))
            yield State("debrief of both parts", visitor, labs.address(way, "block-b", "lab_result"))
            yield State("delete my answers", visitor, f"/learn/{way.pk}/lab/delete/")
            continue
        yield State("lab, prediction", visitor, f"/learn/{way.pk}/prediction/")
        yield State("lab, case", visitor, labs.address(way, "practice"))
        yield State("lab, nothing chosen", visitor, labs.address(way, "practice"), press(DECIDE))
        yield State("lab, advice", visitor, labs.address(way, "practice"), decide)


DECIDE = "form.form button[type=submit]"


def press(selector: str) -> Callable[[Page], None]:
    """Sends a form as a browser would that checks nothing itself."""

    def then(page: Page) -> None:
        page.evaluate("document.querySelectorAll('main form').forEach(form => { form.noValidate = true })")
        with page.expect_navigation():
            page.locator(f"main {selector}").first.click()

    return then


def decide(page: Page) -> None:
    """Up to the first advice."""
    while not page.locator(".advice").count():
        page.locator("[name=answer]").first.check()
        with page.expect_navigation():
            page.locator(f"main {DECIDE}").first.click()


def refusals() -> Iterator[State]:
    """Forms that come back, and pages of error."""
    yield State("sign-in refused", "stranger", reverse("account_login"), press("button[type=submit]"))
    yield State("password refused", "owner", reverse("account_change_password"), press("button[type=submit]"))
    yield State("not found", "owner", "/no-such-page/")
    yield State("not allowed", "owner", "/audit/")
    for name in ERRORS:
        yield State(f"error {name}", "stranger", f"/error/{name}/", shown(name))


def shown(name: str) -> Callable[[Page], None]:
    """A page that nothing here can provoke, as it would be sent."""

    def then(page: Page) -> None:
        html = get_template(f"{name}.html").render()
        page.route("**/error/**", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        page.goto(page.url)
        page.unroute("**/error/**")

    return then
