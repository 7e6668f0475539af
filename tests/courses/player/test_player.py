"""The player as a browser without scripts meets it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from content.editions import ChangeClass, ModuleEdition, ModuleText
from content.models import CHANGES
from courses.completions.models import Completion
from courses.learning import frozen_texts
from courses.learning.models import Enrolment, SectionDone
from lms.people import access
from lms.people.models import Person
from quizzes.models import Attempt, Response
from tests.courses.learning import factories
from tests.factories import AT, make_person
from tests.quizzes import posting
from tests.quizzes.factories import right_answers, wrong_answers

pytestmark = pytest.mark.django_db


def section(way: Enrolment, key: str) -> str:
    return reverse("learn:section", args=[way.pk, key])


def form(way: Enrolment, answers: dict[str, list[str]], attempt: int = 1, **more: Any) -> dict[str, Any]:
    return {"attempt": attempt, **posting.fields(way, answers), **more}


def submit(browser: Client, way: Enrolment, answers: dict[str, list[str]], attempt: int = 1) -> Any:
    return browser.post(reverse("learn:submit", args=[way.pk]), form(way, answers, attempt), follow=True)


def right(way: Enrolment) -> dict[str, list[str]]:
    assert way.edition.quiz_edition
    return right_answers(way.edition.quiz_edition)


def wrong(way: Enrolment) -> dict[str, list[str]]:
    assert way.edition.quiz_edition
    return wrong_answers(way.edition.quiz_edition)


def words(answer: Any) -> str:
    """What a reader sees, without tags and in one line."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


# --- Module ---------------------------------------------------------------------------------------------------


def test_the_module_page_says_what_one_will_learn_and_offers_to_start(learner: Client, edition: ModuleEdition) -> None:
    seen = words(learner.get("/learn/module/m99/"))
    for expected in ("Module m99 (en)", "Summary (en)", "Objective (en)", "Title of s2 (en)", "15 minutes", "Start"):
        assert expected in seen
    assert "it is your own choice" in seen


def test_start_leads_to_the_first_section_and_again_to_where_one_was(learner: Client, edition: ModuleEdition) -> None:
    begun = learner.post("/learn/module/m99/start/", {"completed_before": 0})
    way = Enrolment.objects.get()
    assert begun.headers["Location"] == f"{section(way, 's1')}#heading"
    learner.post(section(way, "s1"))
    assert learner.post("/learn/module/m99/start/").headers["Location"] == f"{section(way, 's2')}#heading"
    assert "Continue" in words(learner.get("/learn/module/m99/"))


def test_an_unknown_module_and_one_without_a_signed_text_are_not_found(learner: Client) -> None:
    factories.taught("m97", locales=())
    assert learner.get("/learn/module/m97/", follow=True).status_code == 404
    assert learner.get("/learn/module/nowhere/", follow=True).status_code == 404


def test_a_withdrawn_module_is_not_started_and_says_so(learner: Client, edition: ModuleEdition) -> None:
    edition.module.withdrawn_at = AT
    edition.module.save()
    answer = learner.post("/learn/module/m99/start/")
    assert answer.headers["Location"] == reverse("learn:dashboard")
    assert Enrolment.objects.count() == 0


# --- Sections -------------------------------------------------------------------------------------------------


def test_a_section_shows_its_text_and_where_one_is(learner: Client, way: Enrolment) -> None:
    seen = words(learner.get(section(way, "s2")))
    for expected in (
        "Text of s2 (en)",
        "Section 2 of 3",
        "Previous section",
        "About 15 minutes left",
        "Done, continue",
    ):
        assert expected in seen


def test_reading_is_not_finishing(learner: Client, way: Enrolment) -> None:
    learner.get(section(way, "s1"))
    assert SectionDone.objects.count() == 0


def test_done_leads_on_and_twice_is_once(learner: Client, way: Enrolment) -> None:
    for _ in range(2):
        assert learner.post(section(way, "s1")).headers["Location"] == f"{section(way, 's2')}#heading"
    assert SectionDone.objects.count() == 1


def test_a_section_that_is_not_there_leads_to_where_one_resumes(learner: Client, way: Enrolment) -> None:
    for method in (learner.get, learner.post):
        answer = method(section(way, "gone"))
        assert answer.headers["Location"] == section(way, "s1")


def test_the_language_switches_in_place(learner: Client, way: Enrolment) -> None:
    here = section(way, "s2")
    switched = learner.post(reverse("learn:language"), {"language": "fr", "next": here})
    assert switched.headers["Location"] == here
    seen = learner.get(here)
    assert "Text of s2 (fr)" in words(seen)
    assert '<html lang="fr"' in seen.content.decode()


def test_a_missing_language_falls_back_and_is_said_in_words(learner: Client, way: Enrolment) -> None:
    learner.post(reverse("learn:language"), {"language": "ar"})
    page = learner.get(section(way, "s1")).content.decode()
    assert '<html lang="ar" dir="rtl"' in page
    assert re.search(r'<div class="lang-block" lang="en" dir="ltr">.*Text of s1 \(en\)', page, re.DOTALL)
    assert "lang-note" in page


def test_the_switch_never_leads_to_another_site(learner: Client) -> None:
    answer = learner.post(reverse("learn:language"), {"language": "fr", "next": "https://example.org/"})
    assert answer.headers["Location"] == "/"


# --- Questions ------------------------------------------------------------------------------------------------


def test_the_questions_stand_on_one_page_and_give_nothing_away(learner: Client, way: Enrolment) -> None:
    answer = learner.get(section(way, "quiz"))
    seen = words(answer)
    for expected in ("Question 1 of 3", "Question 3 of 3", "Option b (en)", "To pass you need 3 right"):
        assert expected in seen
    page = answer.content.decode()
    assert "Feedback" not in page
    assert "right&quot;" not in page
    assert page.count("<fieldset") == 3
    assert Attempt.objects.count() == 0


def test_answers_are_kept_as_they_are_given_and_shown_again(learner: Client, way: Enrolment) -> None:
    saved = learner.post(reverse("learn:answers", args=[way.pk]), form(way, {"q1": ["a"]}, autosave=1))
    assert (saved.status_code, saved.content) == (204, b"")
    page = learner.get(section(way, "quiz")).content.decode()
    assert re.search(rf'name="{posting.name(way, "q1")}" value="{posting.said(way, "q1", "a")}"[^>]* checked', page)


def test_saving_without_scripts_says_so_and_lets_one_go(learner: Client, way: Enrolment) -> None:
    answer = learner.post(reverse("learn:answers", args=[way.pk]), form(way, {"q2": ["a", "c"]}))
    assert answer.headers["Location"] == reverse("learn:dashboard")
    assert Response.objects.get().chosen == ["a", "c"]


def test_a_blank_second_tab_does_not_erase_the_first(learner: Client, way: Enrolment) -> None:
    address = reverse("learn:answers", args=[way.pk])
    learner.post(address, form(way, {"q1": ["b"], "q2": ["a"]}))
    learner.post(address, form(way, {"q3": ["b"]}))
    assert {each.question: each.chosen for each in Response.objects.all()} == {"q1": ["b"], "q2": ["a"], "q3": ["b"]}


def test_a_cleared_question_is_cleared(learner: Client, way: Enrolment) -> None:
    address = reverse("learn:answers", args=[way.pk])
    learner.post(address, form(way, {"q2": ["a"]}))
    assert f'name="touched" value="{posting.name(way, "q2")}"' in learner.get(section(way, "quiz")).content.decode()
    learner.post(address, form(way, {}, touched=[posting.name(way, "q2")]))
    assert Response.objects.get().chosen == []


def test_unanswered_questions_get_a_sentence_each_and_nothing_is_lost(learner: Client, way: Enrolment) -> None:
    answer = submit(learner, way, {"q1": ["b"]})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "<title>Error: " in page
    assert page.count("Question 2: choose an answer.") == 2
    assert f'href="#{posting.name(way, "q3")}-' in page
    assert re.search(rf'name="{posting.name(way, "q1")}" value="{posting.said(way, "q1", "b")}"[^>]* checked', page)
    assert Attempt.objects.get().submitted_at is None


def test_an_attempt_from_before_there_were_opaque_names_goes_on(learner: Client, way: Enrolment) -> None:
    quiz = way.edition.quiz_edition
    assert quiz
    Attempt.objects.create(person=way.person, subject=str(way.pk), edition=quiz, number=1, seed="", started_at=AT)
    assert 'name="answer-q1" value="b"' in learner.get(section(way, "quiz")).content.decode()
    fields = {f"answer-{key}": chosen for key, chosen in right(way).items()}
    learner.post(reverse("learn:submit", args=[way.pk]), {"attempt": 1, **fields})
    assert Attempt.objects.get().passed is True


def test_failing_gives_feedback_beside_every_option_and_another_try(learner: Client, way: Enrolment) -> None:
    answer = submit(learner, way, wrong(way))
    assert answer.redirect_chain == [(f"{reverse('learn:result', args=[way.pk, 1])}#heading", 302)]
    seen = words(answer)
    assert "Not passed yet" in seen
    assert "0 of 3 questions right" in seen
    for question in ("q1", "q2", "q3"):
        for option in "abc":
            assert f"Feedback {question} {option} (en)" in seen
    assert "Try again" in seen
    again = learner.get(section(way, "quiz")).content.decode()
    assert 'name="attempt" value="2"' in again
    assert " checked" not in again


def test_passing_as_the_last_thing_completes_the_module(learner: Client, way: Enrolment) -> None:
    learner.post(section(way, "s1"))
    learner.post(section(way, "s2"))
    seen = words(submit(learner, way, right(way)))
    assert "You have passed" in seen
    assert "You have completed this module" in seen
    assert Completion.objects.count() == 1
    assert "You completed this module on" in words(learner.get("/learn/module/m99/"))


def test_passing_first_says_what_is_left(learner: Client, way: Enrolment) -> None:
    assert "2 sections of this module are still to be done." in words(submit(learner, way, right(way)))
    assert "You have passed these questions" in words(learner.get(section(way, "quiz")))


def test_the_back_button_and_a_second_submission_show_the_first_result(learner: Client, way: Enrolment) -> None:
    submit(learner, way, wrong(way))
    again = submit(learner, way, right(way))
    assert again.redirect_chain == [(f"{reverse('learn:result', args=[way.pk, 1])}#heading", 302)]
    assert "Not passed yet" in words(again)
    assert Attempt.objects.count() == 1


def test_a_late_autosave_after_handing_in_is_refused(learner: Client, way: Enrolment) -> None:
    submit(learner, way, right(way))
    late = learner.post(reverse("learn:answers", args=[way.pk]), form(way, wrong(way), autosave=1))
    assert late.status_code == 409
    assert {each.question: each.chosen for each in Response.objects.all()} == right(way)


@pytest.mark.parametrize(
    ("attempt", "options"),
    [("1", ["zzz"]), ("1", ["a", "b"]), ("1", [""]), ("7", ["a"]), ("x", ["a"]), ("", ["a"])],
)
def test_what_no_page_of_ours_sends_changes_nothing_and_is_explained(
    learner: Client, way: Enrolment, attempt: str, options: list[str]
) -> None:
    known = {option: posting.said(way, "q1", option) for option in "ab"}
    field = posting.name(way, "q1") if options != [""] else "answer-of-another"
    data = {"attempt": attempt, field: [known.get(option, option) for option in options]}
    answer = learner.post(reverse("learn:submit", args=[way.pk]), data, follow=True)
    assert answer.redirect_chain == [(section(way, "quiz"), 302)]
    assert "That page was out of date, so nothing was handed in." in words(answer)
    assert Response.objects.count() == 0


def test_the_result_of_an_open_or_unknown_attempt(learner: Client, way: Enrolment) -> None:
    learner.post(reverse("learn:answers", args=[way.pk]), form(way, {"q1": ["a"]}))
    assert learner.get(reverse("learn:result", args=[way.pk, 1])).headers["Location"] == section(way, "s1")
    assert learner.get(reverse("learn:result", args=[way.pk, 2]), follow=True).status_code == 404


def test_a_completed_module_can_be_read_again(learner: Client, way: Enrolment) -> None:
    learner.post(section(way, "s1"))
    learner.post(section(way, "s2"))
    submit(learner, way, right(way))
    page = learner.get(section(way, "s1"))
    assert "Text of s1 (en)" in words(page)
    assert "Done, continue" not in words(page)
    replay = learner.post("/learn/module/m99/start/", {"completed_before": 0})
    assert replay.headers["Location"] == f"{reverse('learn:finished', args=[way.pk])}#heading"
    assert Enrolment.objects.count() == 1


def test_the_one_right_option_is_called_right_and_not_right_too(learner: Client, way: Enrolment) -> None:
    """q1 and q3 take one answer, q2 several: only there can something be right too."""
    assert words(submit(learner, way, wrong(way))).count("This was right too.") == 2


def test_the_questions_keep_their_language_and_the_page_its_own(learner: Client, way: Enrolment) -> None:
    learner.post(reverse("learn:language"), {"language": "ar"})
    page = learner.get(section(way, "quiz")).content.decode()
    assert re.search(r'lang="en" dir="ltr"><fieldset.*?<span class="kicker" lang="ar" dir="rtl">', page, re.DOTALL)


# --- Record ---------------------------------------------------------------------------------------------------


def test_the_record_shows_completions_and_what_was_said(learner: Client, way: Enrolment, person: Person) -> None:
    empty = words(learner.get(reverse("learn:record")))
    assert "Nothing completed yet" in empty
    assert "Nobody has looked at your record" in empty
    learner.post(section(way, "s1"))
    learner.post(section(way, "s2"))
    submit(learner, way, right(way))
    manager = make_person("Farid")
    access.record_access(
        manager, [person], capacity="manager", what="team page", at=datetime(2026, 10, 1, 9, 30, tzinfo=UTC)
    )
    seen = words(learner.get(reverse("learn:record")))
    assert "1 October 2026, 11:30" in seen  # where the learner is, in Paris
    assert "Farid" in seen
    assert "Module m99 (en)" in seen
    assert "waiting for its number in the ledger" in seen
    assert "completed" in seen
    assert person.name not in seen.split("What was said about me")[1]


# --- A translation that lies behind -----------------------------------------------------------------------------


def test_a_translation_behind_the_english_text_says_since_when(learner: Client, way: Enrolment) -> None:
    """From the day on which the correction was signed off, on the module's page and on every section; never in English,
    and not once the correction is translated."""
    first = ModuleText.objects.get(edition=way.edition, locale="en")
    ModuleText.objects.filter(edition=way.edition, locale="fr").update(source_sha256=first.sha256)
    pages = [f"/learn/module/{way.module.code}/", section(way, "s1"), section(way, "quiz")]
    learner.cookies["django_language"] = "fr"

    def seen() -> list[bool]:
        cache.clear()
        frozen_texts.frozen_text.cache_clear()
        return ['class="lang-note"' in learner.get(page).content.decode() for page in pages]

    assert seen() == [False] * 3
    corrected = factories.text(way.edition, "en", revision=2)
    assert seen() == [False] * 3  # nobody reads it yet
    factories.sign(corrected)
    assert seen() == [True] * 3
    learner.cookies["django_language"] = "en"
    assert seen() == [False] * 3
    learner.cookies["django_language"] = "fr"
    again = factories.text(way.edition, "fr", revision=2)
    ModuleText.objects.filter(pk=again.pk).update(source_sha256=corrected.sha256)
    factories.sign(again)
    assert seen() == [False] * 3


def test_a_new_edition_of_any_class_asks_nobody_to_learn_again_as_its_form_says(
    learner: Client, way: Enrolment, person: Person
) -> None:
    """What the help beside the choice promises, and no more."""
    for key in ("s1", "s2"):
        learner.post(section(way, key))
    submit(learner, way, right(way))
    assert Completion.objects.of(person).count() == 1
    newer = ModuleEdition.objects.create(
        module=way.module,
        number=2,
        change_class=ChangeClass.OBLIGATION,
        structure=way.edition.structure,
        sha256="f" * 64,
        quiz_edition=way.edition.quiz_edition,
        published_at=AT,
    )
    factories.sign(factories.text(newer, "en"))
    assert "You completed this module on" in learner.get(f"/learn/module/{way.module.code}/").content.decode()
    assert "Nothing is asked of you at the moment." in learner.get("/learn/").content.decode()
    assert "None of the three asks anybody who has completed the module to learn it again" in str(CHANGES)
