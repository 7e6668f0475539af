"""The question bank in the editing area: drafts, review by another person, and lists one can search."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Locale, ModelLogEntry
from wagtail_localize.fields import copy_synchronised_fields
from wagtail_localize.models import StringTranslation, Translation, TranslationSource

from lms.people.groups import EDITOR, REVIEWER, TRANSLATOR, ensure_groups
from lms.people.models import User
from quizzes import freezing, reviewing, soundness
from quizzes.models import Question, Story
from quizzes.reviewing import NotReviewable
from tests.factories import make_user, sign_in
from tests.quizzes.questions import BLOCKS, make_question, options

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def editor() -> User:
    ensure_groups()
    return make_user(EDITOR)


@pytest.fixture
def reviewer() -> User:
    ensure_groups()
    return make_user(REVIEWER)


def address(found: Question | Story) -> str:
    return reverse("quizzes_review", args=[found._meta.model_name, found.pk])


def reviewed(found: Question | Story) -> tuple[object, object]:
    found.refresh_from_db()
    return found.reviewed_by, found.reviewed_at


def stand_for(found: Question | Story, user: User) -> None:
    reviewing.review_words(found, user, found.words_digest(), AT)


def publish(found: Question, user: User, **changes: Any) -> None:
    for name, value in changes.items():
        setattr(found, name, value)
    found.save_revision(user=user).publish(user=user, skip_permission_checks=True)
    found.refresh_from_db()


def test_a_reviewer_reads_the_solution_and_stands_for_it(client: Client, reviewer: User) -> None:
    found = make_question()
    sign_in(client, reviewer)
    page = client.get(address(found))
    html = page.content.decode()
    assert "Words of a <strong>(right)</strong>" in html
    assert "Words of b <br>" in html or "Words of b<br>" in html
    response = client.post(address(found), {"seen": page.context["seen"]})
    assert response.status_code == 302
    assert reviewed(found)[0] == reviewer.person
    assert ModelLogEntry.objects.for_instance(found).get().action == reviewing.ACTION
    assert str(reviewer.person) in client.get(address(found)).content.decode()


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_every_kind_can_be_read_and_reviewed(client: Client, reviewer: User, kind: str) -> None:
    found = make_question(kind)
    sign_in(client, reviewer)
    page = client.get(address(found))
    assert page.status_code == 200
    assert page.context["options"]
    assert page.context["refusal"] == ""
    stand_for(found, reviewer)
    assert reviewed(found) == (reviewer.person, AT)


def test_a_case_is_reviewed_too(client: Client, reviewer: User) -> None:
    story = Story.objects.create(
        code="tram", locale=Locale.get_default(), title="The tram", text="<p>It <b>stopped</b>.</p>"
    )
    sign_in(client, reviewer)
    assert "<p>It <b>stopped</b>.</p>" in client.get(address(story)).content.decode()
    asked = make_question(story=story)
    assert "<b>stopped</b>" in client.get(address(asked)).content.decode()
    stand_for(story, reviewer)
    assert reviewed(story) == (reviewer.person, AT)


def test_nobody_reviews_words_of_their_own(client: Client, reviewer: User) -> None:
    found = make_question()
    publish(found, reviewer, text="Reworded?")
    sign_in(client, reviewer)
    page = client.get(address(found))
    assert "You wrote part of these words" in page.context["refusal"]
    client.post(address(found), {"seen": page.context["seen"]})
    assert reviewed(found) == (None, None)
    stand_for(found, make_user(REVIEWER))
    assert reviewed(found)[1] == AT


def test_who_wrote_before_the_last_review_may_do_the_next(editor: User, reviewer: User) -> None:
    found = make_question()
    publish(found, reviewer, text="Reworded?")
    stand_for(found, make_user(REVIEWER))
    publish(found, editor, text="Reworded once more?")
    with pytest.raises(NotReviewable, match="You wrote part"):
        stand_for(found, editor)
    stand_for(found, reviewer)
    assert reviewed(found)[0] == reviewer.person


def test_a_review_is_nobody_elses_to_take_over(editor: User, reviewer: User) -> None:
    found = make_question()
    publish(found, editor, text="Reworded?")
    stand_for(found, reviewer)
    for somebody in (editor, make_user(REVIEWER)):
        with pytest.raises(NotReviewable, match="nothing has changed since"):
            stand_for(found, somebody)
    assert reviewed(found)[0] == reviewer.person


@pytest.mark.parametrize("changes", [{"text": "Another?"}, {"options": options("a", "b", right="b")}])
def test_other_words_or_another_key_need_another_review(editor: User, reviewer: User, changes: dict[str, Any]) -> None:
    found = make_question()
    stand_for(found, reviewer)
    publish(found, editor, **changes)
    assert reviewed(found) == (None, None)


def test_publishing_the_same_words_keeps_the_review(editor: User, reviewer: User) -> None:
    found = make_question()
    publish(found, editor)
    stand_for(found, reviewer)
    found.refresh_from_db()
    publish(found, editor, text=f"{found.text}\r\n")  # as a browser sends it back
    assert reviewed(found) == (reviewer.person, AT)


def test_a_draft_leaves_the_review_of_what_is_published_and_waits_for_its_own(editor: User, reviewer: User) -> None:
    found = make_question()
    stand_for(found, reviewer)
    found.refresh_from_db()
    found.text = "Drafted?"
    found.save_revision(user=editor)
    assert reviewed(found) == (reviewer.person, AT)
    with pytest.raises(NotReviewable, match="changes that are not published yet"):
        stand_for(found, make_user(REVIEWER))
    assert found.latest_revision.as_object().reviewed_at == AT


def test_a_draft_from_before_the_review_does_not_take_it_away_when_nothing_changed(reviewer: User) -> None:
    found = make_question()
    revision = found.save_revision(user=make_user(EDITOR))
    revision.publish()
    found.refresh_from_db()
    stand_for(found, reviewer)
    found.latest_revision.publish()
    assert reviewed(found) == (reviewer.person, AT)


def test_what_was_never_published_is_not_reviewed(reviewer: User) -> None:
    with pytest.raises(NotReviewable, match="not published yet"):
        stand_for(make_question(live=False), reviewer)


def test_what_cannot_be_asked_is_not_reviewed(client: Client, reviewer: User) -> None:
    found = make_question(options=options("a", "b", right=""))
    sign_in(client, reviewer)
    page = client.get(address(found))
    assert "has no right option" in page.content.decode()
    with pytest.raises(NotReviewable, match="has no right option"):
        stand_for(found, reviewer)


def test_words_that_changed_meanwhile_are_read_again(client: Client, editor: User, reviewer: User) -> None:
    found = make_question()
    sign_in(client, reviewer)
    seen = client.get(address(found)).context["seen"]
    publish(found, editor, text="Changed meanwhile?")
    answer = client.post(address(found), {"seen": seen}, follow=True)
    assert "The words have changed since you opened this page." in answer.content.decode()
    assert reviewed(found) == (None, None)


def test_a_translation_is_not_reviewed_because_its_source_was(reviewer: User) -> None:
    found = make_question()
    stand_for(found, reviewer)
    found.refresh_from_db()
    french = Locale.objects.get_or_create(language_code="fr")[0]
    copy = found.copy_for_translation(french)
    copy.save()
    copy_synchronised_fields(found, copy)
    copy.save()
    assert reviewed(copy) == (None, None)
    assert reviewed(found)[1] == AT
    stand_for(copy, make_user(REVIEWER))
    copy.refresh_from_db()
    found.reviewed_at = None
    copy_synchronised_fields(found, copy)
    assert copy.reviewed_at == AT


@pytest.mark.parametrize("group", [EDITOR, TRANSLATOR])
def test_who_may_not_publish_may_not_review(client: Client, editor: User, group: str) -> None:
    found = make_question()
    sign_in(client, make_user(group))
    assert client.get(address(found)).status_code in (302, 403)
    client.post(address(found), {"seen": found.words_digest()})
    assert reviewed(found) == (None, None)


def test_there_is_no_review_of_anything_else(client: Client, reviewer: User) -> None:
    sign_in(client, reviewer)
    assert client.get(reverse("quizzes_review", args=["quiz", 1])).status_code == 404
    assert client.get(reverse("quizzes_review", args=["question", 1])).status_code == 404


# --- Lists and editors ------------------------------------------------------------------------------------------


@pytest.fixture
def bank(reviewer: User) -> dict[str, Question]:
    rows = {
        "one": make_question(code="one", objective="spot-bias", requirement="eu-ai-act-4"),
        "two": make_question("ordering", code="two", objective="spot-bias"),
        "three": make_question("numeric", code="three", objective="measure"),
    }
    stand_for(rows["one"], reviewer)
    french = Locale.objects.get_or_create(language_code="fr")[0]
    rows["french"] = rows["one"].copy_for_translation(french)
    rows["french"].save()
    return rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=ordering", ["two"]),
        ("objective=spot-bias", ["one", "one", "two"]),
        ("requirement=eu-ai-act-4", ["one", "one"]),
        ("reviewed=true", ["one"]),
        ("reviewed=false", ["one", "three", "two"]),
        ("locale=fr", ["one"]),
        ("q=three", ["three"]),
    ],
)
def test_the_bank_can_be_searched(client: Client, bank: Any, reviewer: User, query: str, found: list[str]) -> None:
    sign_in(client, reviewer)
    page = client.get(reverse("wagtailsnippets_quizzes_question:list") + f"?{query}")
    assert sorted(question.code for question in page.context["object_list"]) == found


def test_a_list_of_many_costs_as_many_queries_as_a_list_of_few(
    client: Client, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    def cost() -> int:
        with django_assert_max_num_queries(200) as queries:
            client.get(reverse("wagtailsnippets_quizzes_question:list"))
        return len(queries)

    sign_in(client, reviewer)
    make_question(code="first")
    cost()
    few = cost()
    for number in range(10):
        make_question(code=f"more-{number}")
    assert cost() == few


@pytest.mark.parametrize(
    ("group", "imports", "exports"), [(EDITOR, True, True), (REVIEWER, False, True), (TRANSLATOR, False, False)]
)
def test_the_list_leads_to_import_and_export(
    client: Client, editor: User, group: str, imports: bool, exports: bool
) -> None:
    sign_in(client, make_user(group))
    html = client.get(reverse("wagtailsnippets_quizzes_question:list")).content.decode()
    assert (reverse("quizzes_export") in html) is exports
    assert (reverse("quizzes_import") in html) is imports


@pytest.mark.parametrize("model", ["question", "story"])
def test_editors_write_drafts_and_reviewers_publish(
    client: Client, editor: User, reviewer: User, model: str, bank: Any
) -> None:
    story = Story.objects.create(code="tram", locale=Locale.get_default(), title="The tram", text="<p>Stopped.</p>")
    pk = {"question": bank["one"].pk, "story": story.pk}[model]
    pages = {}
    for user in (editor, reviewer):
        sign_in(client, user)
        pages[user] = client.get(reverse(f"wagtailsnippets_quizzes_{model}:edit", args=[pk])).content.decode()
    assert "action-publish" not in pages[editor]
    assert "action-publish" in pages[reviewer]
    assert f"/questions/review/{model}/" in pages[reviewer]
    assert f"/questions/review/{model}/" not in pages[editor]


# --- Translations -----------------------------------------------------------------------------------------------


def translate(found: Question, words: str, translator: User, publisher: User) -> Question:
    """What happens when somebody translates every string with wagtail-localize and publishes."""
    french = Locale.objects.get_or_create(language_code="fr")[0]
    source, _made = TranslationSource.update_or_create_from_instance(found)
    translation, _made = Translation.objects.get_or_create(source=source, target_locale=french)
    for segment in source.stringsegment_set.all():
        StringTranslation.objects.update_or_create(
            translation_of=segment.string,
            context=segment.context,
            locale=french,
            defaults={"data": words, "last_translated_by": translator, "translation_type": "manual"},
        )
    translation.save_target(user=publisher, publish=True)
    return Question.objects.get(translation_key=found.translation_key, locale=french)


def test_a_translation_has_a_review_of_its_own_by_somebody_who_changed_none_of_its_strings(
    editor: User, reviewer: User, django_capture_on_commit_callbacks: Any
) -> None:
    found = make_question()
    stand_for(found, reviewer)
    found.refresh_from_db()
    translator, publisher = make_user(TRANSLATOR), make_user(REVIEWER)
    with django_capture_on_commit_callbacks(execute=True):
        french = translate(found, "En français", translator, publisher)
    french.refresh_from_db()
    assert (french.live, french.text, french.has_unpublished_changes) == (True, "En français", False)
    assert [child.value["key"] for child in french.options] == ["a", "b"]
    assert reviewed(french) == (None, None)
    # The publisher opens the strings and saves them as they are: no word is theirs, and the translator's stay theirs.
    with django_capture_on_commit_callbacks(execute=True):
        french = translate(found, "En français", publisher, publisher)
    with pytest.raises(NotReviewable, match="You wrote part"):
        stand_for(french, translator)
    stand_for(french, publisher)
    with django_capture_on_commit_callbacks(execute=True):
        french = translate(found, "En bon français", translator, publisher)
    assert reviewed(french) == (None, None)
    assert reviewed(found) == (reviewer.person, AT)


def test_every_kind_can_be_translated_without_its_keys(
    editor: User, reviewer: User, django_capture_on_commit_callbacks: Any
) -> None:
    story = Story.objects.create(code="tram", locale=Locale.get_default(), title="The tram", text="<p>Stopped.</p>")
    for kind in BLOCKS:
        found = make_question(kind, story=story)
        with django_capture_on_commit_callbacks(execute=True):
            french = translate(found, "Traduit", editor, reviewer)
        french.refresh_from_db()
        assert freezing.neutral_question(french) == freezing.neutral_question(found)
        assert not list(soundness.gaps_of_question(french)) or kind == "matching"  # here both pairs end alike
        words = freezing.question_words(french)
        assert {words["text"], *(each["text"] for each in words["options"].values())} == {"Traduit"}
