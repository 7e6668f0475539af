"""A way through the lab without its pages: what is pinned, what is locked, when each part opens and when answers go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from lms.people.models import Person
from quizzes.lab import sittings
from quizzes.lab.cases import bank
from quizzes.lab.measures import DecidedTrial as Decided
from quizzes.lab.measures import block_measures
from quizzes.lab.sittings import BankChanged, NotYet, OutOfStep, Part
from quizzes.lab_models import LabBlock, LabSitting, Trial
from tests.factories import make_person, noon
from tests.quizzes.lab import blocks

pytestmark = pytest.mark.django_db

DAY = date(2026, 10, 1)
LAB = {"family": "expense_claims", "mode": "decide-first", "rationale": True, "confidence": "none"}


@pytest.fixture
def person() -> Person:
    return make_person()


@pytest.fixture
def sitting(person: Person) -> LabSitting:
    return sittings.begin_lab(person, "one", LAB, DAY)


def walk(sitting: LabSitting, part: str, day: date = DAY) -> LabBlock:
    """Every case of a part decided by its truth, and the part finished."""
    block = sittings.enter_block(sitting, part, day)
    for place in range(1, len(block.cases) + 1):
        decide(block, place, first=None, final=None)
    assert sittings.finish_block(block, day)
    return block


def decide(block: LabBlock, place: int, *, first: bool | None, final: bool | None) -> None:
    """None = by what is true."""
    truth = sittings.lab_case(block, block.cases[place - 1]).truth
    sittings.lock_decision(block, place, truth if first is None else first, 70)
    if sittings.lab_state(block).place == place:
        sittings.finalise(block, place, truth if final is None else final, "")


def to_advice(sitting: LabSitting) -> tuple[LabBlock, int]:
    """Part one at its first case with advice."""
    walk(sitting, Part.PRACTICE)
    block = sittings.enter_block(sitting, Part.A, DAY)
    here = sittings.lab_state(block)
    while here.case and here.case.advice is None:
        decide(block, here.place, first=None, final=None)
        here = sittings.lab_state(block)
    return block, here.place


def kept(block: LabBlock) -> list[dict[str, Any]]:
    return list(block.trials.order_by("place").values("place", "initial", "confidence", "advised", "final", "checked"))


# --- What is pinned ---------------------------------------------------------------------------------------------


def test_a_sitting_is_pinned_to_its_beginning(person: Person, sitting: LabSitting) -> None:
    again = sittings.begin_lab(person, "one", LAB | {"family": "benefit_eligibility", "mode": "concurrent"}, DAY)
    assert again.pk == sitting.pk
    assert (again.family, again.conditions["mode"], len(again.seed)) == ("expense_claims", "decide-first", 32)
    assert again.bank_sha256 == sittings.bank_digest("expense_claims") != sittings.bank_digest("benefit_eligibility")


def test_parts_hold_all_cases_in_an_order_of_their_own(person: Person, sitting: LabSitting) -> None:
    other = sittings.begin_lab(person, "two", LAB, DAY)
    one, two = (walk(each, Part.PRACTICE) and sittings.enter_block(each, Part.A, DAY) for each in (sitting, other))
    form = {case.id for case in bank.load_form("expense_claims", "A").everything}
    assert set(one.cases) == set(two.cases) == form
    assert len(one.cases) == 28
    assert one.cases != two.cases
    assert sittings.enter_block(sitting, Part.A, DAY).cases == one.cases


def test_a_bank_that_changes_changes_no_result(sitting: LabSitting, monkeypatch: pytest.MonkeyPatch) -> None:
    block, place = to_advice(sitting)
    decide(block, place, first=True, final=False)
    before = sittings.decided_trials(block)
    monkeypatch.setattr(bank.LabCase, "broken", property(lambda case: ()))
    assert sittings.decided_trials(block) == before
    assert sittings.enter_block(sitting, Part.A, DAY).cases == block.cases


def test_a_part_whose_cases_are_gone_begins_again_and_a_finished_one_stays(sitting: LabSitting) -> None:
    practice = walk(sitting, Part.PRACTICE)
    block = sittings.enter_block(sitting, Part.A, DAY)
    decide(block, 1, first=None, final=None)
    LabBlock.objects.filter(pk__in=(practice.pk, block.pk)).update(cases=["gone"])
    with pytest.raises(BankChanged):
        sittings.enter_block(sitting, Part.A, DAY)
    assert sittings.lab_state(sittings.enter_block(sitting, Part.A, DAY)).place == 1
    assert not block.trials.exists()
    assert sittings.enter_block(sitting, Part.PRACTICE, DAY).finished_on == DAY


# --- What is locked ---------------------------------------------------------------------------------------------


def test_advice_is_there_only_after_the_lock(sitting: LabSitting) -> None:
    block, place = to_advice(sitting)
    assert sittings.visible_advice(sittings.lab_state(block), "en") is None
    sittings.lock_decision(block, place, True, 80)
    seen = sittings.visible_advice(sittings.lab_state(block), "en")
    assert seen
    assert seen.verdict
    assert seen.rationale


def test_nobody_asks_a_case_for_its_advice_before_the_lock(sitting: LabSitting) -> None:
    """Not even whether there is any: so neither the page nor the time it takes can depend on it."""
    block, _place = to_advice(sitting)

    class Sealed(bank.LabCase):
        def __getattribute__(self, name: str) -> Any:
            if name in ("advice", "truth", "broken", "wrong"):
                raise AssertionError(name)
            return super().__getattribute__(name)

    here = sittings.lab_state(block)
    assert here.case
    sealed = Sealed(here.case.id, here.case.family, here.case.facts, here.case.given, here.case.advice)
    assert sittings.visible_advice(replace(here, case=sealed), "en") is None


def test_the_first_decision_stays(sitting: LabSitting) -> None:
    block, place = to_advice(sitting)
    sittings.lock_decision(block, place, True, 90)
    before = kept(block)
    sittings.lock_decision(block, place, False, 50)
    assert kept(block) == before
    sittings.finalise(block, place, False, " the receipt ")
    done = kept(block)
    assert done[-1] | {"final": False, "checked": "the receipt"} == done[-1]
    sittings.finalise(block, place, True, "")
    sittings.lock_decision(block, place, False, 50)
    assert kept(block) == done


def test_steps_come_in_their_order(sitting: LabSitting) -> None:
    block, place = to_advice(sitting)
    before = kept(block)
    with pytest.raises(OutOfStep):
        sittings.finalise(block, place, True, "")
    with pytest.raises(OutOfStep):
        sittings.lock_decision(block, place + 1, True, 70)
    with pytest.raises(OutOfStep):
        sittings.finalise(block, place, None, "")
    sittings.request_advice(block, place)
    assert kept(block) == before


@pytest.mark.parametrize(("certainty", "stored"), [(50, 50), (100, 100), (49, None), (101, None), (None, None)])
def test_certainty_goes_from_50_to_100(sitting: LabSitting, certainty: int | None, stored: int | None) -> None:
    block = sittings.enter_block(sitting, Part.PRACTICE, DAY)
    sittings.lock_decision(block, 1, True, certainty)
    assert Trial.objects.get().confidence == stored


def test_a_long_note_is_cut(sitting: LabSitting) -> None:
    block, place = to_advice(sitting)
    sittings.lock_decision(block, place, True, 70)
    sittings.finalise(block, place, True, "x" * 301)
    assert kept(block)[-1]["checked"] == "x" * 300


# --- What it adds up to -----------------------------------------------------------------------------------------


def test_a_sitting_gives_the_measures_of_the_published_vector(sitting: LabSitting) -> None:
    """V1 decided case by case: what was decided comes back as it went in, and so do its measures."""
    walk(sitting, Part.PRACTICE)
    block = sittings.enter_block(sitting, Part.A, DAY)
    waiting: list[Decided] = blocks.vector()
    for place, name in enumerate(block.cases, 1):
        case = sittings.lab_case(block, name)
        if case.advice is None:
            decide(block, place, first=None, final=None)
            continue
        fitting = (row for row in waiting if (row.truth, row.advice) == (case.truth, case.advice.breaks))  # type: ignore[union-attr]  # not None
        row = next(fitting)
        waiting.remove(row)
        decide(block, place, first=bool(row.initial), final=bool(row.final))
    assert waiting == []
    found = block_measures(sittings.decided_trials(block), problem=True)
    expected = block_measures(blocks.vector(), problem=1)
    for name in ("rair", "rsr", "over", "under", "omission", "commission", "switched", "agreed", "detection"):
        assert getattr(found, name) == getattr(expected, name), name
    assert (found.rair.count, found.rair.of, found.rsr.count, found.rsr.of) == (4, 6, 3, 6)
    assert (found.accuracy_unaided.count, found.accuracy_unaided.of) == (4, 4)


# --- When parts open, and when answers go -----------------------------------------------------------------------


@pytest.mark.parametrize("part", [Part.A, Part.B, Part.FOLLOW_30, Part.FOLLOW_180])
def test_no_part_opens_before_what_it_rests_on(sitting: LabSitting, part: str) -> None:
    with pytest.raises(NotYet):
        sittings.enter_block(sitting, part, DAY)
    assert not LabBlock.objects.exists()


@pytest.mark.parametrize(
    ("days", "part"),
    [
        *((29, None), (30, "follow-30"), (89, "follow-30"), (90, None)),
        *((179, None), (180, "follow-180"), (199, "follow-180"), (200, None)),
    ],
)
def test_follow_ups_have_their_weeks(person: Person, sitting: LabSitting, days: int, part: str | None) -> None:
    for each in (Part.PRACTICE, Part.A, Part.B):
        walk(sitting, each)
    day = DAY + timedelta(days=days)
    assert sittings.follow_ups(sittings.lab_sittings(person), day) == ([("one", part)] if part else [])
    for each in (Part.FOLLOW_30, Part.FOLLOW_180):
        if each != part:
            with pytest.raises(NotYet):
                sittings.enter_block(sitting, each, day)
    if part:
        assert len(walk(sitting, part, day).cases) == 8
        assert sittings.follow_ups(sittings.lab_sittings(person), day) == []


def test_a_follow_up_that_was_begun_closes_with_its_weeks(sitting: LabSitting) -> None:
    for each in (Part.PRACTICE, Part.A, Part.B):
        walk(sitting, each)
    sittings.enter_block(sitting, Part.FOLLOW_30, DAY + timedelta(days=30))
    with pytest.raises(NotYet):
        sittings.enter_block(sitting, Part.FOLLOW_30, DAY + timedelta(days=90))


def test_answers_given_after_an_early_deletion_go_in_time_too(sitting: LabSitting) -> None:
    for part in (Part.PRACTICE, Part.A):
        walk(sitting, part)
    sittings.clear_answers(sitting, DAY)
    assert not Trial.objects.exists()
    walk(sitting, Part.B)
    last = DAY + sittings.RETENTION
    assert sittings.clear_answers_due(noon(last)) == 0
    assert Trial.objects.exists()
    assert sittings.clear_answers_due(noon(last + timedelta(days=1))) == 1
    assert not Trial.objects.exists()
    assert sittings.clear_answers_due(noon(last + timedelta(days=2))) == 0
    assert {block.finished_on for block in LabBlock.objects.all()} == {DAY}


def test_deleting_touches_nobody_else(sitting: LabSitting) -> None:
    other = sittings.begin_lab(make_person(), "one", LAB, DAY)
    for each in (sitting, other):
        walk(each, Part.PRACTICE)
    sittings.clear_answers(sitting, DAY)
    assert set(Trial.objects.values_list("block__sitting", flat=True)) == {other.pk}
