"""The lab as a browser without scripts meets it: decide, lock, advice, decide again; and nothing of it gets out."""

from __future__ import annotations

import copy
import re
from typing import Any

import pytest
from django.test import Client

from courses.completions.models import Completion
from courses.learning import enrolments
from courses.learning.lab_sections import lab_sitting
from courses.learning.models import Enrolment, SectionDone
from lms.people.models import Person
from quizzes.lab import sittings
from quizzes.lab.cases import bank, wording
from quizzes.lab.measures import block_measures
from quizzes.lab_models import LabBlock, LabSitting, Trial
from tests.courses.lab import labs
from tests.factories import AT

pytestmark = pytest.mark.django_db

PRACTICE, A, B = "practice", "block-a", "block-b"


@pytest.fixture
def way(person: Person) -> Enrolment:
    return enrolments.start(person, labs.taught().module, AT)


def page(browser: Client, way: Enrolment, part: str) -> str:
    return browser.get(labs.address(way, part)).content.decode()


def advice_of(way: Enrolment, part: str) -> str:
    """The advice of the case one is at, as the learner would read it."""
    here = sittings.lab_state(labs.block(way, part))
    assert here.case
    return wording.describe_case(here.case, "en").rationale or ""


def first_advised(browser: Client, way: Enrolment, part: str) -> int:
    """Goes to the first case that has advice; its place."""
    while True:
        here = sittings.lab_state(labs.block(way, part))
        assert here.case
        if here.case.advice is not None:
            return here.place
        labs.post(browser, way, part, here.place, "decide", answer="breaks")


# --- The way through --------------------------------------------------------------------------------------------


def test_practice_comes_first_and_finishing_both_parts_completes_whatever_the_result(
    learner: Client, way: Enrolment
) -> None:
    learner.post(f"/learn/{way.pk}/lab/predict/", {"number": "7"})
    assert learner.get(labs.address(way, A)).headers["Location"] == labs.address(way, PRACTICE)
    labs.walk(learner, way, PRACTICE)
    labs.walk(learner, way, A, first_right=False, follow=True)
    learner.post(f"/learn/{way.pk}/debrief/")
    assert not Completion.objects.exists()
    labs.walk(learner, way, B, first_right=False, follow=False)
    assert Completion.objects.get().item == f"module:{way.module_id}"
    assert set(SectionDone.objects.values_list("section", flat=True)) == set(labs.PARTS)


def test_one_resumes_at_the_case_one_is_at(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    for place in range(1, 4):
        case = sittings.lab_case(labs.block(way, A), labs.block(way, A).cases[place - 1])
        labs.post(learner, way, A, place, "decide", answer="breaks")
        if case.advice:
            labs.post(learner, way, A, place, "final", answer="breaks")
        assert labs.place_now(page(learner, way, A)) == place + 1


def test_block_sections_cannot_be_done_by_a_click(learner: Client, way: Enrolment) -> None:
    for part in (A, B):
        learner.post(f"/learn/{way.pk}/{part}/")
    assert not SectionDone.objects.exists()


def test_a_debrief_is_done_only_after_its_cases(learner: Client, way: Enrolment) -> None:
    learner.post(f"/learn/{way.pk}/debrief/")
    assert not SectionDone.objects.exists()
    shown = learner.get(f"/learn/{way.pk}/debrief/").content.decode()
    assert "Finish part one first." in shown
    assert "Done, continue" not in shown
    labs.walk(learner, way, PRACTICE)
    labs.walk(learner, way, A)
    assert "Done, continue" in learner.get(f"/learn/{way.pk}/debrief/").content.decode()
    learner.post(f"/learn/{way.pk}/debrief/")
    assert SectionDone.objects.filter(section="debrief").exists()


def test_a_newer_edition_leaves_the_lab_as_it_was_begun(learner: Client, way: Enrolment) -> None:
    """Other conditions, and other names for its sections: one goes on, and what is finished is found under its name."""
    for part in (PRACTICE, A):
        labs.walk(learner, way, part)
    before = LabSitting.objects.values().get()
    structure = copy.deepcopy(way.edition.structure)
    structure["lab"] |= {"mode": "concurrent", "family": "benefit_eligibility"}
    structure["sections"][1]["key"] = "first-cases"
    newer = labs.edition(way.module, structure, number=2)
    Enrolment.objects.update(edition=newer)
    assert "Go on with the cases" in learner.get(f"/learn/{way.pk}/first-cases/").content.decode()
    assert learner.get(labs.address(way, A)).headers["Location"] == labs.address(way, A, "lab_result")
    assert SectionDone.objects.filter(section="first-cases").exists()
    labs.walk(learner, way, B)
    assert LabSitting.objects.values().get() == before
    assert Trial.objects.filter(block__part=B).exclude(initial=None).count() == 24


def test_part_two_waits_for_part_one(learner: Client, way: Enrolment) -> None:
    answer = learner.get(labs.address(way, B), follow=True)
    assert "This part of the lab is not open yet." in answer.content.decode()
    assert not LabBlock.objects.filter(part=B).exists()


def test_the_guess_is_kept_once_and_may_be_left_out(learner: Client, way: Enrolment) -> None:
    for number in ("", "5", "25", "x", "²", "٣", "0249999999", "-1"):
        learner.post(f"/learn/{way.pk}/lab/predict/", {"number": number})
    assert lab_sitting(way).prediction == 5  # type: ignore[union-attr]  # made just now
    learner.post(f"/learn/{way.pk}/lab/predict/", {"number": "3"})
    assert lab_sitting(way).prediction == 5  # type: ignore[union-attr]


# --- Nothing before the lock ------------------------------------------------------------------------------------


def test_no_advice_and_no_truth_before_the_lock(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    place = first_advised(learner, way, A)
    said = advice_of(way, A)
    seen = learner.get(labs.address(way, A))
    assert said not in seen.content.decode()
    assert "no-store" in seen.headers["Cache-Control"]
    here = labs.block(way, A)
    assert not any(name in seen.content.decode() for name in (f'"{case}"' for case in here.cases))
    labs.post(learner, way, A, place, "decide", answer="breaks")
    assert said in page(learner, way, A)


class Sealed(bank.CaseAdvice):
    """Advice that nobody may read."""

    def __getattribute__(self, name: str) -> Any:
        return pytest.fail(f"the advice was read: {name}") if name in ("breaks", "rule", "rationale") else object()


def test_before_the_lock_the_page_does_not_depend_on_advice_or_truth(
    learner: Client, way: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Byte for byte: another advice, or none, gives the same page; and nobody even asks for it."""
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    first_advised(learner, way, A)
    honest = without_token(page(learner, way, A))
    original = bank.load_form

    def turned(family: str, form: str, *rest: Any) -> bank.CaseForm:
        found = original(family, form, *rest)
        flipped = tuple(
            bank.LabCase(
                case.id, case.family, case.facts, case.given,
                Sealed(not case.advice.breaks, "R2", ("small_item",)) if case.advice else None,
            )
            for case in found.cases
        )  # fmt: skip
        return bank.CaseForm(found.family, found.name, flipped, found.silent)

    monkeypatch.setattr(bank, "load_form", turned)
    monkeypatch.setattr(bank.LabCase, "truth", property(lambda case: pytest.fail("the truth was computed")))
    assert without_token(page(learner, way, A)) == honest


def without_token(text: str) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def test_a_final_decision_before_the_lock_is_refused(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    labs.post(learner, way, A, 1, "final", answer="breaks")
    assert not Trial.objects.filter(block__part=A).exists()


def test_the_debrief_opens_only_when_all_is_decided(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    answer = learner.get(labs.address(way, A, "lab_result"))
    assert answer.headers["Location"] == labs.address(way, A)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_the_cases_are_in_the_readers_language(learner: Client, way: Enrolment, language: str) -> None:
    learner.cookies["django_language"] = language
    here = labs.block(way, PRACTICE) if page(learner, way, PRACTICE) else None
    case = sittings.lab_state(here).case  # type: ignore[arg-type]  # begun by the page
    assert wording.describe_case(case, language).facts[0] in page(learner, way, PRACTICE)  # type: ignore[arg-type]


# --- Sent twice, out of order, tampered with --------------------------------------------------------------------


def test_a_decision_once_locked_stays(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    place = first_advised(learner, way, A)
    labs.post(learner, way, A, place, "decide", answer="breaks", certainty=90)
    labs.post(learner, way, A, place, "decide", answer="in-order", certainty=50)  # the back button
    trial = Trial.objects.get(block__part=A, place=place)
    assert (trial.initial, trial.confidence, trial.final) == (True, 90, None)
    labs.post(learner, way, A, place, "final", answer="in-order")
    labs.post(learner, way, A, place, "final", answer="breaks")  # a second tab
    trial.refresh_from_db()
    assert trial.final is False


@pytest.mark.parametrize(
    "data",
    [
        {"place": 5, "step": "decide", "answer": "breaks"},
        {"place": 1, "step": "decide", "answer": "perhaps"},
        {"place": 1, "step": "decide"},
        {"place": "x", "step": "final", "answer": "breaks"},
        {"place": 1, "step": "cheat", "answer": "breaks"},
        {"place": 1, "step": "keep"},
        {"place": 1, "step": "ask"},
    ],
)
def test_what_no_page_of_ours_sends_changes_nothing(learner: Client, way: Enrolment, data: dict[str, Any]) -> None:
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    before = list(Trial.objects.filter(block__part=A).values())
    learner.post(labs.address(way, A, "lab_decide"), data)
    assert list(Trial.objects.filter(block__part=A).values()) == before


def test_certainty_outside_its_scale_is_left_out(learner: Client, way: Enrolment) -> None:
    page(learner, way, PRACTICE)
    labs.post(learner, way, PRACTICE, 1, "decide", answer="breaks", certainty=3)
    assert Trial.objects.get().confidence is None


# --- Conditions -------------------------------------------------------------------------------------------------


def test_advice_with_the_case_leaves_no_first_answer(learner: Client, person: Person) -> None:
    way = enrolments.start(person, labs.taught(code="m96", mode="concurrent", confidence="true").module, AT)
    page(learner, way, PRACTICE)
    said = advice_of(way, PRACTICE)
    shown = page(learner, way, PRACTICE)
    assert said in shown
    assert "Confidence shown: " in shown
    for place in (1, 2):
        labs.post(learner, way, PRACTICE, place, "decide", answer="breaks")
    found = block_measures(sittings.decided_trials(labs.block(way, PRACTICE)), problem=True)
    assert (found.rair.value, found.rsr.value) == (None, None)
    assert found.agreed.of == 2


def test_advice_on_request_may_be_left_unseen(learner: Client, person: Person) -> None:
    way = enrolments.start(person, labs.taught(code="m95", mode="on-request", rationale=False).module, AT)
    page(learner, way, PRACTICE)
    said = advice_of(way, PRACTICE)
    labs.post(learner, way, PRACTICE, 1, "decide", answer="breaks")
    assert 'class="advice"' not in page(learner, way, PRACTICE)
    labs.post(learner, way, PRACTICE, 1, "ask")
    asked = page(learner, way, PRACTICE)
    assert 'class="advice"' in asked
    assert said not in asked
    labs.post(learner, way, PRACTICE, 1, "final", answer="in-order")
    labs.post(learner, way, PRACTICE, 2, "decide", answer="breaks")
    labs.post(learner, way, PRACTICE, 2, "keep")
    trials = sittings.decided_trials(labs.block(way, PRACTICE))
    assert [trial.advice is None for trial in trials] == [False, True]
