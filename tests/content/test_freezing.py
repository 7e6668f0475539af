"""Freezing: which publication makes an edition, which a text, which nothing; and that every route arrives."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail_localize.models import StringTranslation, Translation

from certification.ledger.models import Opening, Pending
from content import freezing, publishing, texts
from content.editions import ChangeClass, Freezing, Module, ModuleEdition, ModuleText, Provenance
from content.models import ModulePage
from lms.people.groups import EDITOR, REVIEWER, ensure_groups
from quizzes.models import Question, QuizEdition
from tests.content.posting import PUBLISH, edit
from tests.content.samples import load, make_module
from tests.factories import make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_pages")]
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


def page(language: str = "en") -> ModulePage:
    return ModulePage.objects.get(locale__language_code=language)


def publish(found: ModulePage, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(found, name, value)
    found.save_revision().publish()


def numbers(language: str = "en") -> list[tuple[int, int]]:
    rows = ModuleText.objects.filter(locale=language).order_by("edition__number", "revision")
    return [(text.edition.number, text.revision) for text in rows.select_related("edition")]


def test_publishing_writes_an_edition_a_text_and_a_ledger_entry() -> None:
    load(languages=("en",), facts=("helpdesk",))
    text = ModuleText.objects.select_related("edition__module", "quiz_text").get()
    assert text.edition.structure["facts"] == ["helpdesk"]
    assert text.edition.structure["quiz"] == QuizEdition.objects.get().sha256
    assert text.body["sections"][0]["blocks"][0]["value"] == {
        "html": "<p>English first <strong>paragraph</strong>.</p>"
    }
    assert texts.digest(text) == text.sha256
    entry = Pending.objects.get(kind="module.publish")
    payload = Opening.objects.get(entry=entry.uuid, part="payload").value
    for part in (text.sha256, text.edition.sha256, '"locale":"en"', '"code":"s01"', '"provenance":"ai-written"'):
        assert part in payload


def test_the_same_again_writes_nothing() -> None:
    load(languages=("en",))
    publish(page())
    assert freezing.freeze_page(page(), AT) == ModuleText.objects.get()
    assert numbers() == [(1, 1)]
    assert Pending.objects.count() == 1


def test_a_typo_is_a_new_text_of_the_same_edition() -> None:
    load(languages=("en",))
    publish(page(), summary="A corrected summary")
    assert numbers() == [(1, 1), (1, 2)]
    assert ModuleText.objects.filter(revision=1).get().body["summary"] == "English summary"


def test_where_an_objective_is_taught_is_a_new_text_of_the_same_edition() -> None:
    load(languages=("en",))
    assert ModuleText.objects.get().body["objectives"] == [{"key": "first", "text": "English objective"}]
    found = page()
    found.objectives[0].value["sections"] = "start more"
    publish(found)
    assert numbers() == [(1, 1), (1, 2)]
    assert ModuleText.objects.get(revision=2).body["objectives"][0]["sections"] == ["start", "more"]


def test_a_substantive_change_is_a_new_edition() -> None:
    load(languages=("en",))
    publish(page(), summary="Something new to learn", change_class=ChangeClass.SUBSTANTIVE)
    assert numbers() == [(1, 1), (2, 1)]
    assert ModuleEdition.objects.get(number=2).change_class == ChangeClass.SUBSTANTIVE
    publish(page())
    assert numbers() == [(1, 1), (2, 1)]


def test_other_keys_or_right_answers_are_a_new_edition_whatever_the_class_says() -> None:
    load(languages=("en",))
    found = page()
    raw = found.sections.get_prep_value()
    raw[0]["value"]["body"][1]["value"]["key"] = "renamed"
    publish(found, sections=raw)
    question = Question.objects.get(code="s01-q1")
    options = question.options.get_prep_value()
    options[0]["value"]["right"], options[1]["value"]["right"] = False, True
    question.options = options
    question.save()
    publish(page())
    assert numbers() == [(1, 1), (2, 1), (3, 1)]
    assert QuizEdition.objects.count() == 2


def test_an_open_enrolments_text_is_never_touched() -> None:
    load(languages=("en",))
    before = ModuleText.objects.values().get()
    publish(page(), summary="Another summary", change_class=ChangeClass.OBLIGATION)
    assert ModuleText.objects.values().get(pk=before["id"]) == before


def test_a_translation_belongs_to_the_edition_of_the_text_it_translates() -> None:
    load(languages=("en", "fr"))
    publish(page(), summary="Something new to learn", change_class=ChangeClass.SUBSTANTIVE)
    publish(page("fr"))
    assert numbers("fr") == [(1, 1)]
    french = ModuleText.objects.get(locale="fr")
    assert french.source_sha256 == ModuleText.objects.get(locale="en", edition__number=1).sha256
    assert french.provenance == Provenance.AI_TRANSLATED


def test_a_language_has_a_text_only_when_it_is_whole() -> None:
    load(languages=("en", "fr"))
    StringTranslation.objects.filter(data="Français more").delete()
    record = Translation.objects.get(source__object_id=page().translation_key)
    record.save_target(publish=False)
    page("fr").get_latest_revision().publish()
    assert "English more" in str(page("fr").sections.get_prep_value())
    assert numbers("fr") == [(1, 1)]
    assert "not fully translated" in Freezing.objects.get(page=page("fr")).reason


def test_an_untranslated_question_keeps_a_language_back() -> None:
    load(languages=("en", "fr"))
    ModuleText.objects.filter(locale="fr").delete()
    StringTranslation.objects.filter(data="Français question 1?").delete()
    assert freezing.freeze_page(page("fr"), AT) is None
    assert "s01-q1" in Freezing.objects.get(page=page("fr")).reason


def test_a_copy_of_the_source_is_no_translation() -> None:
    load(languages=("en",), questions=0)
    copy = page().copy_for_translation(Locale.objects.get(language_code="fr"))
    copy.save_revision().publish()
    assert numbers("fr") == []
    assert "still the English one" in Freezing.objects.get(page=page("fr")).reason


def test_a_translation_kept_up_by_hand_is_frozen() -> None:
    load(languages=("en",))
    copy = page().copy_for_translation(Locale.objects.get(language_code="fr"))
    for question in Question.objects.filter(locale__language_code="en"):
        question.copy_for_translation(copy.locale).save()
    publish(copy, title="Le titre", provenance=Provenance.HUMAN)
    assert numbers("fr") == [(1, 1)]
    assert ModuleText.objects.get(locale="fr").provenance == Provenance.HUMAN


def test_a_persons_translation_of_an_ai_draft_says_drafted_with_ai() -> None:
    load(languages=("en", "fr"))
    StringTranslation.objects.update(translation_type=StringTranslation.TRANSLATION_TYPE_MANUAL)
    StringTranslation.objects.filter(data="Français more").update(data="Encore")
    Translation.objects.get(source__object_id=page().translation_key).save_target(publish=False)
    page("fr").get_latest_revision().publish()
    assert ModuleText.objects.get(locale="fr", revision=2).provenance == Provenance.AI_WRITTEN


# --- Every route ------------------------------------------------------------------------------------------------


def test_publishing_in_the_admin_arrives(client: Client) -> None:
    ensure_groups()
    load(languages=("en",))
    sign_in(client, make_user(REVIEWER))
    response = edit(client, page(), PUBLISH, summary="Changed in the editor")
    assert response.status_code == 302
    assert numbers() == [(1, 1), (1, 2)]


def test_the_schedule_arrives() -> None:
    load(languages=("en",))
    found = page()
    found.summary = "Later"
    found.go_live_at = timezone.now() + timedelta(days=2)
    found.save_revision().publish()
    assert publishing.publish_due(timezone.now() + timedelta(days=1)) == 0
    assert numbers() == [(1, 1)]
    assert publishing.publish_due(timezone.now() + timedelta(days=3)) == 1
    assert numbers() == [(1, 1), (1, 2)]
    assert publishing.publish_due(timezone.now() + timedelta(days=3)) == 0


def test_a_translation_published_in_wagtail_localize_arrives(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    ensure_groups()
    load(languages=("en", "fr"))
    sign_in(client, make_user(REVIEWER))
    StringTranslation.objects.filter(data="Français more").update(data="Encore")
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(
            reverse("wagtailadmin_pages:edit", args=[page("fr").pk]), {"action": "publish", "localize": ""}
        )
    assert response.status_code == 302
    assert numbers("fr") == [(1, 1), (1, 2)]


def test_one_page_that_cannot_go_live_does_not_stop_the_others() -> None:
    load(code="s01", languages=("en",))
    load(code="s02", languages=("en",))
    for found in ModulePage.objects.all():
        found.summary = "Later"
        found.go_live_at = timezone.now() + timedelta(hours=1)
        if found.code == "s01":
            found.sources = []
        found.save_revision().publish()
    assert publishing.publish_due(timezone.now() + timedelta(days=1)) == 1
    assert ModulePage.objects.get(code="s02").summary == "Later"
    assert ModulePage.objects.get(code="s01").summary == "English summary"
    assert publishing.publish_due(timezone.now() + timedelta(days=1)) == 0


def test_what_a_crash_left_undone_is_repaired(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(freezing, "freeze_page", lambda page, at: 1 / 0)
        load(languages=("en",))
    assert not ModuleText.objects.exists()
    assert freezing.freeze_due(AT) == 1
    assert numbers() == [(1, 1)]
    assert freezing.freeze_due(AT) == 0


def test_freezing_what_is_due_costs_the_same_for_any_number_of_settled_pages(
    django_assert_num_queries: Any,
) -> None:
    load(code="s01", languages=("en",))
    load(code="s02", languages=("en",))
    with django_assert_num_queries(3):
        freezing.freeze_due(AT)


def test_a_module_that_is_taken_down_is_withdrawn_and_comes_back() -> None:
    module = make_module(languages=("en",))
    page().unpublish()
    freezing.freeze_due(AT)
    module.refresh_from_db()
    assert module.withdrawn_at == AT
    page().get_latest_revision().publish()
    freezing.freeze_due(AT)
    assert Module.objects.get().withdrawn_at is None


def test_an_editor_alone_publishes_nothing(client: Client) -> None:
    ensure_groups()
    load(languages=("en",))
    sign_in(client, make_user(EDITOR))
    edit(client, page(), PUBLISH, summary="Changed in the editor")
    assert page().summary == "English summary"
    assert numbers() == [(1, 1)]
