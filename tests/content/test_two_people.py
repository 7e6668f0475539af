"""Nothing reaches learners before a second person has signed it: pressed as editors and the only reviewer press it."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import nested_form_data
from wagtail_localize.models import StringTranslation

from content.editions import Module, ModuleText
from content.models import ModulePage
from content.workflow import ensure_workflow
from lms.people.groups import EDITOR, REVIEWER, TRANSLATOR, ensure_groups
from lms.people.models import User
from lms.signatures.models import Authorship
from quizzes.models import Question, Quiz, Story
from tests.content.pressing import (
    APPROVE,
    DRAFT,
    SEND_BACK,
    SUBMIT,
    blocks,
    buttons,
    edit_address,
    edit_page,
    fields,
    press,
    sentences,
)
from tests.content.samples import load, sign_all
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    ensure_groups()
    ensure_workflow()
    return make_user(EDITOR, given_name="Ed", family_name="Itor", hired=None)


@pytest.fixture
def reviewer(editor: User) -> User:
    """The only one the house has."""
    return make_user(REVIEWER, given_name="Noor", family_name="Reviewer", hired=None)


@pytest.fixture
def module(editor: User) -> Module:
    """Every word of it signed, by somebody who has left."""
    load(languages=("en",))
    found = Module.objects.get()
    sign_all(found)
    return found


def page() -> ModulePage:
    return ModulePage.objects.get(locale__language_code="en")


def newest() -> ModuleText:
    return ModuleText.objects.filter(locale="en").order_by("-edition__number", "-revision")[0]


def fresh(found: Any) -> Any:
    return type(found).objects.get(pk=found.pk)


def loop(
    client: Client, found: Any, editor: User, reviewer: User, first: dict[str, Any], second: dict[str, Any]
) -> None:
    """Write, hand in, send back, correct, hand in, approve."""
    sign_in(client, editor)
    press(client, found, SUBMIT, **first)
    sign_in(client, reviewer)
    press(client, fresh(found), SEND_BACK, comment="Shorter, please")
    assert sentences(client) == ["Sent back. Whoever handed it in sees your comment in the editing view."]
    sign_in(client, editor)
    press(client, fresh(found), SUBMIT, **second)
    sign_in(client, reviewer)
    assert buttons(edit_page(client, fresh(found)))[0] == "Approve"
    press(client, fresh(found), APPROVE)


def test_a_page_goes_round_and_the_only_reviewer_approves_it(
    client: Client, module: Module, editor: User, reviewer: User
) -> None:
    loop(client, page(), editor, reviewer, {"summary": "First try"}, {"summary": "Second try"})
    assert sentences(client) == ["Approved: published and signed off."]
    assert newest().body["summary"] == "Second try"
    assert newest().sign_off.reviewer == reviewer.person
    assert list(newest().authors.all()) == [editor.person]


@pytest.mark.parametrize("kind", ["question", "quiz"])
def test_a_question_and_a_quiz_go_round(
    client: Client, module: Module, editor: User, reviewer: User, kind: str
) -> None:
    found: Any = Question.objects.get(code="s01-q1") if kind == "question" else Quiz.objects.get()
    first, second = (
        ({"text": "One?"}, {"text": "Two?"}) if kind == "question" else ({"pass_percent": 1}, {"pass_percent": 90})
    )
    loop(client, found, editor, reviewer, first, second)
    assert sentences(client) == ["Approved: published and signed off."]
    now = fresh(found)
    assert {name: getattr(now, name) for name in second} == second
    assert not now.has_unpublished_changes
    # The module's next text holds it, and needs nobody else: every word of it has two people.
    sign_in(client, reviewer)
    press(client, page(), "Publish")
    assert newest().sign_off.reviewer is not None
    assert list(newest().authors.all()) == [editor.person]


def translate(locale: str, before: str, after: str, user: User) -> None:
    """The string's cell in the translator's view, saved."""
    row = StringTranslation.objects.get(data=before, locale__language_code=locale)
    row.data, row.last_translated_by = after, user
    row.save()


def handed_in(client: Client, found: Any) -> str:
    """Follows the button of the translator's view to a page, and presses the one there; what that then says."""
    view = BeautifulSoup(client.get(edit_address(found)).content, "html.parser")
    way = next(tag for tag in view.find_all("a") if tag.get_text(strip=True) == "Hand in for review")
    page = BeautifulSoup(client.get(str(way["href"])).content, "html.parser")
    form = next(tag for tag in page.find_all("form") if "Hand in for review" in tag.get_text())
    return client.post(str(way["href"]), fields(form), follow=True).content.decode()


def answered(client: Client, found: Any, name: str, comment: str = "") -> None:
    """The reviewer's page of a draft, and one of its two buttons."""
    address = reverse("content_review_draft", args=["page" if isinstance(found, ModulePage) else "question", found.pk])
    page = BeautifulSoup(client.get(address).content, "html.parser")
    button = page.find("button", attrs={"name": name})
    assert isinstance(button, Tag)
    form = button.find_parent("form")
    assert isinstance(form, Tag)
    client.post(address, fields(form) | {name: name, "comment": comment})


@pytest.mark.parametrize("kind", ["page", "question"])
def test_a_translation_goes_round_and_the_only_reviewer_approves_it(
    client: Client, editor: User, reviewer: User, kind: str
) -> None:
    load(languages=("en", "fr"))
    sign_all(Module.objects.get())
    translator = make_user(TRANSLATOR)
    before = "Français more" if kind == "page" else "Français question 1?"
    model: Any = ModulePage if kind == "page" else Question
    code = "s01" if kind == "page" else "s01-q1"
    found = model.objects.get(code=code, locale__language_code="fr")
    sign_in(client, translator)
    translate("fr", before, "Premier jet", translator)
    assert "Handed in." in handed_in(client, found)
    assert fresh(found).words_digest() == found.words_digest()  # what is published stays
    sign_in(client, reviewer)
    translate("fr", "Premier jet", "Premier jet", reviewer)  # opened, and saved as it is
    answered(client, found, "reject", "Plus court")
    sign_in(client, translator)
    translate("fr", "Premier jet", "Second jet", translator)
    assert "Plus court" in client.get(reverse("content_hand_in", args=[kind, found.pk])).content.decode()
    assert "Handed in." in handed_in(client, fresh(found))
    sign_in(client, reviewer)
    shown = client.get(reverse("content_review_draft", args=[kind, found.pk])).content.decode()
    assert "Second" in shown
    answered(client, found, "approve")
    assert sentences(client)[-1] == "Approved: published and signed off."
    assert fresh(found).words_digest() != found.words_digest()
    if kind == "page":
        text = ModuleText.objects.filter(locale="fr").order_by("-revision")[0]
        assert text.sign_off.reviewer == reviewer.person
        assert list(text.authors.all()) == [translator.person]


def test_opening_and_saving_unchanged_makes_nobody_an_author(
    client: Client, module: Module, editor: User, reviewer: User
) -> None:
    story = Story.objects.create(
        code="tram", locale=page().locale, title="The tram", text="<p>It <b>stopped</b> &amp; stood.</p>"
    )
    before = Authorship.objects.filter(person__isnull=False).count()
    sign_in(client, reviewer)
    for found in (page(), Question.objects.get(code="s01-q2"), Quiz.objects.get()):
        press(client, found, DRAFT)
        assert fresh(found).latest_revision.user == reviewer
    assert Authorship.objects.filter(person__isnull=False).count() == before
    press(client, story, DRAFT)
    press(client, fresh(story), DRAFT)
    assert Authorship.objects.filter(person=reviewer.person).count() <= 1  # the first words anybody saved by hand


def test_who_changed_a_word_while_approving_does_not_approve_and_loses_nothing(
    client: Client, module: Module, editor: User, reviewer: User
) -> None:
    sign_in(client, editor)
    press(client, page(), SUBMIT, summary="The editor's")
    sign_in(client, reviewer)
    press(client, page(), APPROVE, summary="The reviewer's")
    assert sentences(client)[-1] == "You wrote part of this text. Another reviewer has to approve it."
    assert page().summary == "English summary"
    assert page().get_latest_revision_as_object().summary == "The reviewer's"
    soup = edit_page(client, page())
    assert "You wrote part of this text." in soup.get_text()
    assert not [label for label in buttons(soup) if label.startswith(("Approve", "Publish"))]


def test_publish_does_not_stand_beside_approve(client: Client, module: Module, editor: User, reviewer: User) -> None:
    sign_in(client, editor)
    press(client, page(), SUBMIT, summary="New")
    sign_in(client, reviewer)
    found = buttons(edit_page(client, page()))
    assert found[0] == "Approve"
    assert "Read what has changed" in found
    assert not [label for label in found if "ublish" in label and label != "Unpublish"]


def test_an_earlier_author_stays_one_until_somebody_signs(
    client: Client, module: Module, editor: User, reviewer: User
) -> None:
    """His words are published, then an editor changes others: they are still his."""
    sign_in(client, reviewer)
    press(client, page(), "Publish", summary="The reviewer wrote this")
    found = page()
    found.audience = "Somebody else"
    found.save_revision(user=editor).publish(user=make_user(REVIEWER))
    assert {person.pk for person in newest().authors.all()} == {editor.person.pk, reviewer.person.pk}
    client.post(reverse("content_review_text", args=[newest().pk]))
    assert not hasattr(newest(), "sign_off")
    assert sentences(client)[-1].startswith("You wrote or translated part of this text.")


@pytest.mark.parametrize("kind", ["key", "pass mark"])
def test_who_moved_the_key_or_the_pass_mark_does_not_sign_the_text(
    client: Client, module: Module, editor: User, reviewer: User, kind: str
) -> None:
    sign_in(client, reviewer)
    if kind == "key":
        question = Question.objects.get(code="s01-q1")
        for child in question.options:
            child.value["right"] = not child.value["right"]
        question.save_revision(user=reviewer).publish(user=reviewer)
    else:
        press(client, Quiz.objects.get(), "Publish", pass_percent=1)
    found = page()
    found.summary = "The editor's"
    found.save_revision(user=editor).publish(user=reviewer)
    assert reviewer.person in newest().authors.all()
    client.post(reverse("content_review_text", args=[newest().pk]))
    assert not hasattr(newest(), "sign_off")
    other = make_user(REVIEWER)
    sign_in(client, other)
    soup = BeautifulSoup(client.get(reverse("content_review_text", args=[newest().pk])).content, "html.parser")
    shown = {row.get_text(" ", strip=True) for row in soup.select("table.data-table tbody tr")}
    wanted = ["right"] if kind == "key" else ["Pass mark in percent: 80 Pass mark in percent: 1"]
    assert all(any(words in row for row in shown) for words in wanted), shown
    client.post(reverse("content_review_text", args=[newest().pk]))
    assert newest().sign_off.reviewer == other.person


def test_approving_a_page_signs_no_question_that_nobody_has_read(
    client: Client, module: Module, editor: User, reviewer: User
) -> None:
    question = Question.objects.get(code="s01-q1")
    question.text = "Slipped in?"
    question.save_revision(user=editor).publish()
    sign_in(client, editor)
    press(client, page(), SUBMIT, summary="New")
    sign_in(client, reviewer)
    answer = press(client, page(), APPROVE)
    assert answer.headers["Location"] == reverse("content_review_text", args=[newest().pk])
    assert not hasattr(newest(), "sign_off")
    shown = client.get(answer.headers["Location"]).content.decode()
    assert "<ins>Slipped</ins>" in shown.replace("<ins>Slipped in?</ins>", "<ins>Slipped</ins>")
    client.post(answer.headers["Location"])
    assert newest().sign_off.reviewer == reviewer.person


def test_a_copied_page_keeps_its_authors(client: Client, module: Module, editor: User, reviewer: User) -> None:
    found = page()
    found.summary = "The reviewer wrote this"
    found.save_revision(user=reviewer)
    copied = page().copy(update_attrs={"title": "A copy", "slug": "a-copy"}, user=editor, keep_live=False)
    copied = ModulePage.objects.get(pk=copied.pk).get_latest_revision_as_object()
    copied.code = "s02"
    copied.save_revision(user=editor)
    fresh(copied).get_workflow().start(fresh(copied), editor)
    sign_in(client, reviewer)
    assert "You wrote part of this text." in edit_page(client, fresh(copied)).get_text()


def test_a_copied_question_keeps_its_authors(client: Client, module: Module, editor: User, reviewer: User) -> None:
    question = Question.objects.get(code="s01-q1")
    question.text = "The reviewer's words?"
    question.save_revision(user=reviewer).publish()
    sign_in(client, editor)
    address = reverse("wagtailsnippets_quizzes_question:copy", args=[question.pk])
    form = BeautifulSoup(client.get(address).content, "html.parser").find("form", attrs={"data-edit-form": True})
    assert isinstance(form, Tag)
    data = fields(form) | nested_form_data(blocks(fresh(question)) | {"code": "s01-q9"})
    client.post(str(form["action"]), data | {"action-submit": "action-submit"})
    copied = Question.objects.get(code="s01-q9")
    sign_in(client, reviewer)
    assert "You wrote part of these words." in edit_page(client, copied).get_text()
