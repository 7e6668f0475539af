"""The questions in a real Chromium: saved as they are given, cleared as they are cleared, accessible in every state."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from certification.ledger import clock
from courses.learning import enrolments
from courses.learning.models import Enrolment
from lms.people.models import User
from quizzes.models import QuizText, Response
from tests.browser import WIDTH_UNFOLDED
from tests.courses.learning import every_kind, factories
from tests.factories import make_user, sign_in
from tests.quizzes import posting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.once("a browser shows the same on both; what is stored is tested on both without one"),
    pytest.mark.django_db(transaction=True),
]

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


@pytest.fixture
def user() -> User:
    return make_user(given_name="Amina")


@pytest.fixture
def way(user: User) -> Enrolment:
    return enrolments.start(user.person, factories.taught(sections=2, questions=3).module, clock.now())


@pytest.fixture
def page(browser: Browser, live_server: Any, user: User) -> Iterator[Page]:
    """A narrow phone on which the person is signed in; axe itself is an inline script."""
    context = browser.new_context(base_url=live_server.url, bypass_csp=True, viewport={"width": 320, "height": 640})
    session = sign_in(Client(), user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    yield context.new_page()
    context.close()


def look(page: Page) -> None:
    found: Any = Axe().run(page, options=WCAG).response
    assert [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]] == []
    assert page.evaluate(WIDTH_UNFOLDED) <= 320


def saved(page: Page) -> dict[str, list[str]]:
    """What is in the database once the page says that it is saved."""
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    return dict(Response.objects.values_list("question", "chosen"))


def test_an_answer_is_saved_as_it_is_given_and_cleared_as_it_is_cleared(page: Page, way: Enrolment) -> None:
    page.goto(f"/learn/{way.pk}/quiz/")
    with page.expect_response("**/quiz/answers/"):
        page.check(f"#{posting.name(way, 'q2')}-{posting.said(way, 'q2', 'a')}")
    assert saved(page) == {"q2": ["a"]}
    with page.expect_response("**/quiz/answers/"):
        page.uncheck(f"#{posting.name(way, 'q2')}-{posting.said(way, 'q2', 'a')}")
    assert saved(page) == {"q2": []}
    page.reload()
    assert not page.is_checked(f"#{posting.name(way, 'q2')}-{posting.said(way, 'q2', 'a')}")


def test_every_state_of_the_questions_is_accessible_and_fits_a_phone(page: Page, way: Enrolment) -> None:
    page.goto(f"/learn/{way.pk}/quiz/")
    look(page)
    hand_in = page.get_by_role("button", name="Hand in my answers")
    hand_in.click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
    for question in ("q1", "q2", "q3"):
        page.check(f"#{posting.name(way, question)}-{posting.said(way, question, 'a')}")
    hand_in.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    look(page)


@pytest.fixture
def all_kinds(user: User) -> Enrolment:
    return enrolments.start(user.person, every_kind.taught(found=every_kind.keys(pretest=True)).module, clock.now())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_is_accessible_while_answered_refused_and_explained(
    page: Page, all_kinds: Enrolment, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    for address in (f"/learn/{all_kinds.pk}/before/", "/learn/tests/", f"/learn/{all_kinds.pk}/quiz/"):
        page.goto(address)
        look(page)
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
    fill(page, all_kinds, every_kind.right() | every_kind.wrong())
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Not passed yet")
    look(page)


def fill(page: Page, way: Enrolment, answers: dict[str, list[str]]) -> None:
    """By whatever each question is answered with."""
    for name, found in posting.fields(way, answers).items():
        fields = page.locator(f"[name='{name}']")
        kind = fields.first.evaluate("field => field.type")
        for value in [found] if isinstance(found, str) else found:
            if kind in ("radio", "checkbox"):
                page.check(f"[name='{name}'][value='{value}']")
            elif kind == "select-one":
                fields.select_option(value)
            else:
                fields.fill(value)


def test_steps_are_moved_with_buttons_and_saved_as_they_stand(page: Page, all_kinds: Enrolment) -> None:
    page.goto(f"/learn/{all_kinds.pk}/quiz/")
    steps = page.locator("[data-movable]")
    shown = [row.split("\n")[0] for row in steps.locator(".row").all_inner_texts()]
    expect(steps.get_by_role("button", name=f"Move up: {shown[0]}")).to_be_disabled()
    down = steps.get_by_role("button", name=f"Move down: {shown[0]}")
    with page.expect_response("**/quiz/answers/"):
        down.focus()
        page.keyboard.press("Enter")
    expect(down).to_be_focused()
    expect(steps.get_by_role("status")).to_have_text("Now at place 2 of 4.")
    moved = [shown[1], shown[0], *shown[2:]]
    assert saved(page)["authored-ordering"] == [step_of(text) for text in moved]
    for _ in range(2):
        with page.expect_response("**/quiz/answers/"):
            page.keyboard.press("Enter")
    expect(steps.get_by_role("button", name=f"Move up: {shown[0]}")).to_be_focused()  # down is not possible any more
    look(page)
    page.reload()
    last = [shown[1], shown[2], shown[3], shown[0]]
    assert [row.split("\n")[0] for row in steps.locator(".row").all_inner_texts()] == last


def test_places_chosen_by_hand_count_when_a_row_is_moved(page: Page, all_kinds: Enrolment) -> None:
    page.goto(f"/learn/{all_kinds.pk}/quiz/")
    steps = page.locator("[data-movable]")
    shown = [row.split("\n")[0] for row in steps.locator(".row").all_inner_texts()]
    for place, select in zip("4321", steps.locator("select").all(), strict=True):
        with page.expect_response("**/quiz/answers/"):
            select.select_option(place)
    with page.expect_response("**/quiz/answers/"):
        steps.get_by_role("button", name=f"Move up: {shown[0]}").click()
    chosen = [step_of(text) for text in (shown[3], shown[2], shown[0], shown[1])]
    assert saved(page)["authored-ordering"] == chosen


def test_steps_are_moved_on_a_page_that_runs_from_right_to_left(page: Page, all_kinds: Enrolment) -> None:
    page.goto(f"/learn/{all_kinds.pk}/quiz/")
    page.context.add_cookies([{"name": "django_language", "value": "ar", "url": page.url}])
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    steps = page.locator("[data-movable]")
    before = steps.locator("label").all_inner_texts()
    down = steps.locator("[data-move=down]").first
    said = steps.locator("[data-said]").get_attribute("data-said") or ""
    with page.expect_response("**/quiz/answers/"):
        down.press("Enter")
    expect(steps.get_by_role("status")).to_have_text(said.replace("{place}", "2").replace("{total}", "4"))
    assert page.evaluate("document.activeElement.closest('.row').querySelector('label').innerText") == before[0]
    assert page.evaluate("document.activeElement.dataset.move") == "down"
    assert steps.locator("label").all_inner_texts() == [before[1], before[0], *before[2:]]
    look(page)


def test_without_scripts_steps_have_places_and_no_buttons(
    browser: Browser, live_server: Any, user: User, all_kinds: Enrolment
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False)
    session = sign_in(Client(), user).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    plain = context.new_page()
    plain.goto(f"/learn/{all_kinds.pk}/quiz/")
    steps = plain.locator("[data-movable]")
    expect(steps.get_by_role("button")).to_have_count(0)
    shown = steps.locator("label").all_inner_texts()
    for place, select in zip("4321", steps.locator("select").all(), strict=True):
        select.select_option(place)
    plain.get_by_role("button", name="Save and continue later").click()
    plain.wait_for_url("**/learn/**")
    chosen = Response.objects.get(question="authored-ordering").chosen
    assert chosen == [step_of(text) for text in reversed(shown)]
    context.close()


def step_of(text: str) -> str:
    """The authored key of a step, by its words."""
    words = QuizText.objects.get().body["authored-ordering"]["options"]
    return next(key for key, said in words.items() if said["text"] == text)


def test_what_is_lost_on_the_way_is_said_and_sent_again(page: Page, all_kinds: Enrolment) -> None:
    page.goto(f"/learn/{all_kinds.pk}/quiz/")
    status = page.locator("[data-autosave-status]")
    page.route("**/quiz/answers/", lambda route: route.abort())
    fill(page, all_kinds, {"authored-single": ["zq-b"]})
    expect(status).to_have_attribute("data-state", "failed")
    expect(status).to_contain_text("Not saved.")
    assert not Response.objects.exists()
    page.unroute("**/quiz/answers/")
    fill(page, all_kinds, {"authored-truefalse": ["zq-true"]})
    assert saved(page) == {"authored-single": ["zq-b"], "authored-truefalse": ["zq-true"]}


def test_half_an_order_and_a_page_that_is_over_are_not_called_saved(page: Page, all_kinds: Enrolment) -> None:
    page.goto(f"/learn/{all_kinds.pk}/quiz/")
    status = page.locator("[data-autosave-status]")
    page.locator("select").first.select_option("1")
    expect(status).to_have_attribute("data-state", "part")
    other = page.context.new_page()
    other.goto(f"/learn/{all_kinds.pk}/quiz/")
    fill(other, all_kinds, every_kind.right())
    other.get_by_role("button", name="Hand in my answers").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("You have passed")
    fill(page, all_kinds, {"authored-single": ["zq-a"]})
    expect(status).to_have_attribute("data-state", "gone")


def test_after_the_session_nothing_is_called_saved_and_signing_in_leads_back(page: Page, all_kinds: Enrolment) -> None:
    quiz = f"/learn/{all_kinds.pk}/quiz/"
    page.goto(quiz)
    page.context.clear_cookies(name="sessionid")
    fill(page, all_kinds, {"authored-single": ["zq-b"]})
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "gone")
    page.get_by_role("button", name="Hand in my answers").click()
    expect(page).to_have_url(re.compile(rf"/accounts/login/\?next={quiz}$"))
    assert not Response.objects.exists()


def test_a_question_is_answered_with_the_keyboard_alone(page: Page, all_kinds: Enrolment) -> None:
    page.goto(f"/learn/{all_kinds.pk}/quiz/")
    page.locator(f"[name='{posting.name(all_kinds, 'authored-truefalse')}']").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "1"


@pytest.mark.parametrize("place", ["s1", "quiz"])
def test_a_text_in_another_language_than_the_page_is_accessible(page: Page, way: Enrolment, place: str) -> None:
    page.goto(f"/learn/{way.pk}/{place}/")
    page.context.add_cookies([{"name": "django_language", "value": "ar", "url": page.url}])
    page.reload()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator(".lang-block").first).to_have_attribute("dir", "ltr")
    look(page)


def test_the_days_and_the_records_pages_are_accessible(page: Page, way: Enrolment) -> None:
    for address in ("/learn/", "/learn/module/m99/", "/learn/record/"):
        page.goto(address)
        look(page)
