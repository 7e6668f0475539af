"""Sign-off and moderation: another person than the author has read the text before a learner does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Workflow

from content import review, texts
from content.editions import Module, ModuleText, SignOff
from content.models import ModulePage, ReviewTask
from content.publishing import publish_due
from content.workflow import ensure_workflow
from lms.people.groups import EDITOR, REVIEWER, ensure_groups
from lms.people.models import User
from tests.content.posting import PUBLISH, SUBMIT, edit
from tests.content.samples import load, make_module, make_reviewer, sign_all
from tests.factories import make_person, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_pages")]
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def editor() -> User:
    ensure_groups()
    ensure_workflow()
    return make_user(EDITOR, given_name="Ed", family_name="Itor", hired=None)


@pytest.fixture
def reviewer() -> User:
    return make_user(REVIEWER, given_name="Noor", family_name="Reviewer", hired=None)


def page() -> ModulePage:
    return ModulePage.objects.get(locale__language_code="en")


def newest() -> ModuleText:
    return ModuleText.objects.filter(locale="en").order_by("-edition__number", "-revision")[0]


def test_unsigned_texts_are_taught_to_nobody() -> None:
    module = make_module(signed=False)
    assert texts.current_edition(module) is None
    with pytest.raises(ModuleText.DoesNotExist):
        texts.text_for(module.editions.get(), "fr")


def test_a_language_counts_from_its_own_sign_off() -> None:
    module = make_module(signed=False)
    edition = module.editions.get()
    review.sign_off(ModuleText.objects.get(locale="en"), make_reviewer(), AT)
    assert texts.current_edition(module) == edition
    assert texts.text_for(edition, "fr").locale == "en"
    assert texts.signed_languages(edition) == ["en"]
    sign_all(module)
    assert texts.text_for(edition, "fr").locale == "fr"


def test_a_new_edition_is_taught_only_after_its_source_is_signed() -> None:
    module = make_module(languages=("en",))
    found = page()
    found.summary, found.change_class = "New", "substantive"
    found.save_revision().publish()
    assert texts.current_edition(module).number == 1  # type: ignore[union-attr]
    sign_all(module)
    assert texts.current_edition(module).number == 2  # type: ignore[union-attr]


def test_only_reviewers_sign() -> None:
    make_module(languages=("en",), signed=False)
    with pytest.raises(review.SignOffRefused, match="Only reviewers"):
        review.sign_off(newest(), make_person(), AT)
    assert not SignOff.objects.exists()


def test_nobody_signs_a_text_of_their_own(client: Client, editor: User) -> None:
    load(languages=("en",))
    both = make_user(REVIEWER, given_name="Both", family_name="Hats", hired=None)
    sign_in(client, both)
    edit(client, page(), PUBLISH, summary="Changed by the reviewer")
    assert newest().body["summary"] == "Changed by the reviewer"
    with pytest.raises(review.SignOffRefused, match="You wrote or translated part"):
        review.sign_off(newest(), both.person, AT)
    review.sign_off(newest(), make_reviewer(), AT)


def test_signing_twice_keeps_the_first() -> None:
    make_module(languages=("en",), signed=False)
    first = review.sign_off(newest(), make_reviewer(), AT)
    assert review.sign_off(newest(), make_reviewer(), AT) == first


# --- The list in the editing area ------------------------------------------------------------------------------


def test_reviewers_read_and_sign_in_the_editing_area(client: Client, reviewer: User) -> None:
    ensure_groups()
    make_module(signed=False, facts=("helpdesk",))
    sign_in(client, reviewer)
    listing = client.get(reverse("content_review"))
    assert [text.locale for text in listing.context["texts"]] == ["ar", "en", "fr"]
    arabic = ModuleText.objects.get(locale="ar")
    response = client.get(reverse("content_review_text", args=[arabic.pk]))
    html = response.content.decode()
    assert '<div lang="ar" dir="rtl">' in html
    assert "العربية option a" in html
    assert "Translated with AI, not yet reviewed by a person." in html
    response = client.post(reverse("content_review_text", args=[arabic.pk]), {"note": "Read it all"})
    assert response.status_code == 302
    assert arabic.sign_off.note == "Read it all"
    assert arabic.sign_off.reviewer == reviewer.person
    assert len(client.get(reverse("content_review")).context["texts"]) == 2


def test_only_reviewers_see_the_list(client: Client, editor: User) -> None:
    make_module(languages=("en",), signed=False)
    urls = [reverse("content_review"), reverse("content_review_text", args=[newest().pk])]
    for url in urls:
        assert client.get(url).status_code == 302
    sign_in(client, editor)
    for url in urls:
        assert client.get(url).headers["Location"] == reverse("wagtailadmin_home")
    assert client.post(urls[1]).headers["Location"] == reverse("wagtailadmin_home")
    assert not SignOff.objects.exists()


def test_the_menu_shows_the_list_to_reviewers_only(client: Client, editor: User, reviewer: User) -> None:
    sign_in(client, editor)
    assert reverse("content_review") not in client.get(reverse("wagtailadmin_home")).content.decode()
    sign_in(client, reviewer)
    assert reverse("content_review") in client.get(reverse("wagtailadmin_home")).content.decode()


def test_only_the_newest_revision_awaits_review() -> None:
    make_module(languages=("en",), signed=False)
    found = page()
    found.summary = "Second"
    found.save_revision().publish()
    assert [text.revision for text in review.texts_awaiting()] == [2]


# --- The workflow ----------------------------------------------------------------------------------------------


def taught() -> None:
    """A module whose every word a reviewer has signed: what comes next is all that is new."""
    load(languages=("en",))
    sign_all(Module.objects.get())


def submit(client: Client, editor: User, summary: str = "Changed by the editor") -> None:
    sign_in(client, editor)
    assert edit(client, page(), SUBMIT, summary=summary).status_code == 302
    assert page().current_workflow_state is not None


def sentences(client: Client) -> list[str]:
    """What the next page says at its top."""
    return [str(message) for message in client.get(reverse("wagtailadmin_home")).context["messages"]]


def approve(client: Client, user: User) -> int:
    sign_in(client, user)
    state = page().current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page().pk, "approve", state.pk])
    return client.post(url, {"comment": ""}).status_code


def test_approving_publishes_and_signs_off(client: Client, editor: User, reviewer: User) -> None:
    taught()
    submit(client, editor)
    assert approve(client, reviewer) == 302
    assert page().summary == "Changed by the editor"
    assert newest().body["summary"] == "Changed by the editor"
    assert list(newest().authors.all()) == [editor.person]
    assert newest().sign_off.reviewer == reviewer.person
    assert texts.current_edition(Module.objects.get()) is not None


def test_an_approved_page_with_a_later_date_is_signed_off_when_it_goes_live(
    client: Client, editor: User, reviewer: User
) -> None:
    taught()
    later = timezone.now() + timedelta(days=2)
    sign_in(client, editor)
    edit(client, page(), SUBMIT, summary="For later", go_live_at=f"{later:%Y-%m-%d %H:%M}")
    approve(client, reviewer)
    assert newest().body["summary"] == "English summary"
    publish_due(later + timedelta(minutes=2))
    assert newest().body["summary"] == "For later"
    assert newest().sign_off.reviewer == reviewer.person


def test_nobody_approves_a_text_of_their_own(client: Client) -> None:
    ensure_groups()
    ensure_workflow()
    load(languages=("en",))
    both = make_user(EDITOR, REVIEWER, given_name="Both", family_name="Hats", hired=None)
    submit(client, both)
    assert approve(client, both) == 302
    assert page().summary == "English summary"
    assert page().current_workflow_state is not None
    assert sentences(client)[-1] == "You wrote part of this text. Another reviewer has to approve it."


def test_an_incomplete_page_cannot_be_approved(client: Client, editor: User, reviewer: User) -> None:
    load(languages=("en",))
    submit(client, editor)
    draft = page().get_latest_revision_as_object()
    draft.sources = []
    draft.save_revision(clean=False)
    approve(client, reviewer)
    assert page().summary == "English summary"


def test_the_workflow_is_made_once(tmp_path: Path) -> None:
    ensure_workflow()
    before = Workflow.objects.count(), ReviewTask.objects.count(), GroupApprovalTask.objects.count()
    ensure_groups()
    call_command("load_curriculum", "--check", folder=tmp_path)
    ensure_workflow()
    assert (Workflow.objects.count(), ReviewTask.objects.count(), GroupApprovalTask.objects.count()) == before
    assert list(ReviewTask.objects.get().groups.values_list("name", flat=True)) == [REVIEWER]
