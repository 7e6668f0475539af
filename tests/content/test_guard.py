"""A module without alternative text, transcript, objectives or sources, or with wrong minutes, never goes live."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from content import completeness
from content.models import ModulePage
from content.workflow import ensure_workflow
from lms.people.groups import EDITOR, REVIEWER, ensure_groups
from tests.content.posting import DRAFT, PUBLISH, SUBMIT, edit
from tests.content.samples import load
from tests.content.uploads.sample_files import mp4
from tests.databases import ModuleRows
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _loaded(module_rows: ModuleRows) -> None:
    module_rows(lambda: load(languages=("en",)))


@pytest.fixture
def module() -> ModulePage:
    return ModulePage.objects.get()


def with_block(module: ModulePage, kind: str, value: dict[str, Any]) -> ModulePage:
    raw = module.sections.get_prep_value()
    raw[1]["value"]["body"].append({"type": kind, "value": {"key": "shown", **value}, "id": None})
    module.sections = raw
    return module


def sentences(module: ModulePage) -> str:
    return " ".join(sentence for found in completeness.publish_gaps(module).values() for sentence in found)


def test_a_whole_module_lacks_nothing(module: ModulePage) -> None:
    assert completeness.publish_gaps(module) == {}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("summary", " ", "The summary is missing."),
        ("minutes", 9, "minutes, not 9: leave the field empty."),
        ("objectives", [], "The learning objectives are missing"),
        ("sources", [], "The sources are missing"),
        ("sections", [], "The module has no section."),
        ("quiz", None, "asks graded questions, but none are chosen"),
        ("code", "s99", "The code of a published module stays “s01”."),
    ],
)
def test_what_is_missing_is_said_and_keeps_it_from_going_live(
    module: ModulePage, field: str, value: Any, sentence: str
) -> None:
    setattr(module, field, value)
    assert sentence in sentences(module)
    with pytest.raises(ValidationError) as refused:
        module.save()
    assert sentence in " ".join(refused.value.messages)
    with pytest.raises(ValidationError):
        module.save_revision(clean=False).publish()


def test_an_objective_leads_to_sections_that_are_there(module: ModulePage) -> None:
    module.objectives[0].value["sections"] = "start more"
    assert completeness.publish_gaps(module) == {}
    module.objectives[0].value["sections"] = "start elsewhere"
    assert "There is no section with the key “elsewhere”." in sentences(module)


def test_an_image_needs_its_alternative_text(module: ModulePage) -> None:
    image = Image.objects.create(title="Towels", file=get_test_image_file())
    with_block(module, "image", {"image": image.pk, "alt": "", "caption": ""})
    assert "Section “English more”: the image “shown” has no alternative text." in sentences(module)


def test_a_film_needs_captions_and_a_transcript(module: ModulePage) -> None:
    film = Document.objects.create(title="Film", file=ContentFile(mp4(), name="film.mp4"))
    with_block(module, "video", {"title": "Our film", "file": film.pk, "captions": None, "transcript": ""})
    assert "the film “Our film” has no captions (WebVTT)." in sentences(module)
    assert "the film “Our film” has no transcript." in sentences(module)


def test_practice_questions_need_a_right_option_and_feedback(module: ModulePage) -> None:
    options = [{"key": key, "text": key, "right": False, "feedback": ""} for key in "ab"]
    with_block(module, "check", {"question": "?", "options": options})
    assert "the practice question “shown” has no right option." in sentences(module)
    assert "an option of the practice question “shown” has no feedback." in sentences(module)


def test_graded_questions_need_feedback_for_every_option(module: ModulePage) -> None:
    question = module.quiz.items.first().question
    options = question.options.get_prep_value()
    options[1]["value"]["feedback"] = " "
    question.options = options
    question.save()
    assert "The option “b” of the question “s01-q1” needs a text and feedback." in sentences(module)


def test_keys_must_differ(module: ModulePage) -> None:
    raw = module.sections.get_prep_value()
    raw[1]["value"]["key"] = "start"
    module.sections = raw
    assert "The key “start” is used twice." in sentences(module)


def test_two_modules_cannot_share_a_code(module: ModulePage) -> None:
    copy = module.copy(update_attrs={"slug": "copy"}, copy_revisions=False, keep_live=False)
    assert "Another module has the code “s01”." in sentences(copy.specific)


# --- In the editor ----------------------------------------------------------------------------------------------


def summary_of(response: Any) -> str:
    form = response.context["form"]
    return " ".join(str(error) for errors in form.errors.values() for error in errors)


@pytest.mark.parametrize("action", [SUBMIT])
def test_an_editor_is_told_what_is_missing_when_submitting(client: Client, module: ModulePage, action: str) -> None:
    ensure_groups()
    ensure_workflow()
    sign_in(client, make_user(EDITOR))
    response = edit(client, module, action, sources={"count": 0}, minutes=9)
    assert response.status_code == 200
    assert "The sources are missing" in summary_of(response)
    assert "minutes, not 9: leave the field empty." in summary_of(response)
    assert "The sources are missing" in response.content.decode()
    module.refresh_from_db()
    assert module.current_workflow_state is None


def test_a_reviewer_is_told_what_is_missing_when_publishing(client: Client, module: ModulePage) -> None:
    ensure_groups()
    sign_in(client, make_user(REVIEWER))
    response = edit(client, module, PUBLISH, objectives={"count": 0})
    assert response.status_code == 200
    assert "The learning objectives are missing" in summary_of(response)


def test_an_incomplete_draft_can_be_saved(client: Client, module: ModulePage) -> None:
    ensure_groups()
    sign_in(client, make_user(EDITOR))
    response = edit(client, module, DRAFT, sources={"count": 0}, summary="A draft")
    assert response.status_code == 302
    module.refresh_from_db()
    draft = module.get_latest_revision_as_object()
    assert draft.summary == "A draft"
    assert len(draft.sources) == 0
    assert module.summary == "English summary"


def test_publishing_in_bulk_says_what_is_missing(client: Client, module: ModulePage) -> None:
    ensure_groups()
    sign_in(client, make_user(REVIEWER))
    module.sources = []
    module.summary = "Incomplete"
    module.save_revision(clean=False)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = client.post(f"{url}?id={module.pk}&next=/admin/pages/", follow=True)
    assert "The sources are missing" in response.content.decode()
    module.refresh_from_db()
    assert module.summary == "English summary"


def test_a_module_is_not_copied_live(client: Client, module: ModulePage) -> None:
    ensure_groups()
    sign_in(client, make_user(EDITOR, REVIEWER))
    url = reverse("wagtailadmin_pages:copy", args=[module.pk])
    data = {"new_title": "Copy", "new_slug": "copy", "new_parent_page": module.get_parent().pk, "publish_copies": "on"}
    response = client.post(url, data, follow=True)
    assert "each needs a code of its own" in response.content.decode()
    assert ModulePage.objects.count() == 1
