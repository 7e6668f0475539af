"""Appeals: one click, a waiting deadline, an answer by another than the author; a wrong key marks all anew (T-17)."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from certification.ledger.models import Opening, Pending
from courses.appeals import consequences
from courses.assignments.models import Assignment, Waiting
from courses.assignments.status import Status, status_of
from courses.completions.models import Completion, Doubt
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from courses.learning.requirement import requirement_reasons
from courses.player.day import day_of
from lms.mail.models import Message
from lms.people.access import log_of
from lms.people.groups import EDITOR, GOVERNANCE, REVIEWER
from lms.people.models import Person
from quizzes import corrected_keys
from quizzes.appeal_models import Appeal, KeyCorrection
from quizzes.appeals import answering, correcting
from quizzes.models import Attempt, QuizEdition
from tests.courses.assignments.world import days_pass, make_path, make_rule, on
from tests.courses.learning import factories
from tests.factories import make_entity, make_person, make_user, sign_in
from tests.ledger_fixtures import make_ledger
from tests.quizzes.factories import right_answers, wrong_answers

pytestmark = pytest.mark.django_db

WRONG_KEY = {"q1": ["a"], "q2": ["a", "c"], "q3": ["b"]}
"""Right but for q1, whose key says b."""


@pytest.fixture(autouse=True)
def _september(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    make_ledger(tmp_path)
    monkeypatch.setattr(clock, "now", lambda: on("2026-09-21"))


@pytest.fixture
def way(person: Person) -> Enrolment:
    """One section and three questions; the section is done, and the first attempt fails by the (wrong) key."""
    edition = factories.taught(sections=1, questions=3)
    way = enrolments.start(person, edition.module, on("2026-09-14"))
    flow.finish_section(way, "s1", "en", on("2026-09-14"))
    flow.submit(way, flow.sheet_for(way, 1, WRONG_KEY, on("2026-09-14")), "en", on("2026-09-14"))
    return way


@pytest.fixture
def reviewer(db: None) -> Person:
    return make_user(REVIEWER, given_name="Rita").person


def edition_of(way: Enrolment) -> QuizEdition:
    assert way.edition.quiz_edition
    return way.edition.quiz_edition


def corrected(way: Enrolment, right: set[str]) -> dict[str, Any]:
    return corrected_keys.question_with_marks(edition_of(way).keys["questions"][0], right)


def test_one_click_makes_an_appeal_and_a_second_click_makes_none(learner: Client, way: Enrolment) -> None:
    result = reverse("learn:result", args=[way.pk, 1])
    assert "I doubt question 1" in learner.get(result).content.decode()
    for _ in range(2):
        learner.post(reverse("learn:appeal", args=[way.pk]), {"attempt": 1, "question": "q1"})
    appeal = Appeal.objects.get()
    assert appeal.answer_by == date(2026, 10, 5)  # ten working days after Monday the 21st
    assert "It is answered by 5 October 2026" in learner.get(result).content.decode()


def test_the_ten_days_are_working_days_in_the_country_of_the_person_s_legal_entity() -> None:
    """In Morocco 6 November and 18 November are holidays; in France none of the days is but the 11th."""
    edition = factories.taught(sections=1, questions=3)
    answered = []
    for code, country in (("mlg-ma", "MA"), ("mlg-sa", "FR")):
        person = make_person(entity=make_entity(code, country=country))
        way = enrolments.start(person, edition.module, on("2026-11-03"))
        flow.finish_section(way, "s1", "en", on("2026-11-03"))
        flow.submit(way, flow.sheet_for(way, 1, WRONG_KEY, on("2026-11-03")), "en", on("2026-11-03"))
        answered.append(consequences.raise_appeal(way, 1, "q1", "", on("2026-11-04")).answer_by)
    assert answered == [date(2026, 11, 20), date(2026, 11, 19)]


@pytest.mark.parametrize("data", [{"attempt": 1, "question": "q9"}, {"attempt": 7, "question": "q1"}, {}])
def test_what_was_not_asked_cannot_be_appealed(learner: Client, way: Enrolment, data: dict[str, Any]) -> None:
    assert learner.post(reverse("learn:appeal", args=[way.pk]), data).status_code == 404
    assert not Appeal.objects.exists()


def test_the_deadline_waits_day_for_day_and_then_runs_on(person: Person, reviewer: Person) -> None:
    path = make_path("p1", {"m50": 24})
    make_rule("r-01", "p1", due_days=30)
    days_pass("2026-09-14")
    before = Assignment.objects.get(person=person).due
    assert before
    module = path.leaves.get().module
    Waiting.objects.create(
        person=person, module=module, appeal=path.pk, first_day=date(2026, 9, 15), known_from=on("2026-09-15")
    )
    days_pass("2026-09-20")
    row = Assignment.objects.get(person=person)
    assert (row.due, row.waiting_since, row.deadline_at) == (before, date(2026, 9, 15), None)
    assert status_of(row, on("2027-09-20")) == Status.PAUSED
    Waiting.objects.update(last_day=date(2026, 9, 21), answered_at=on("2026-09-21"))
    days_pass("2026-09-30")
    row = Assignment.objects.get(person=person)
    assert (row.due, row.waiting_since, row.paused_days) == (before + timedelta(days=7), None, 7)
    assert moved_words(person, "2026-09-30") == {"Your appeal moved the date on, to 8 October 2026."}


def moved_words(person: Person, day: str) -> set[str]:
    """What the dashboard and the module's page say of a date that was moved."""
    row = day_of(person, "en", on(day)).todo[0]
    module = Assignment.objects.get(person=person).version.leaves.get().module
    (reason,) = requirement_reasons(person, module, "en", on(day))
    return {row.reason.rpartition(" · ")[2], reason.counted.partition(". ")[2]}


def test_answering_needs_another_than_the_author_or_the_learner(way: Enrolment, reviewer: Person) -> None:
    appeal = consequences.raise_appeal(way, 1, "q1", "", on("2026-09-21"))
    with pytest.raises(answering.NotYours):
        consequences.settle_appeal(appeal, way.person, "It stays.", None, on("2026-09-22"))
    consequences.settle_appeal(appeal, reviewer, "It stays.", None, on("2026-09-22"))
    consequences.settle_appeal(appeal, reviewer, "Later words", corrected(way, {"a"}), on("2026-09-23"))
    appeal.refresh_from_db()
    assert (appeal.upheld, appeal.answer) == (False, "It stays.")
    assert not KeyCorrection.objects.exists()
    assert Waiting.objects.get().last_day == date(2026, 9, 22)
    assert Message.objects.filter(kind="appeal").count() == (1 if way.person.email else 0)


def test_a_corrected_key_passes_who_had_failed_as_of_that_day(way: Enrolment, reviewer: Person) -> None:
    appeal = consequences.raise_appeal(way, 1, "q1", "", on("2026-09-21"))
    made = consequences.settle_appeal(appeal, reviewer, "Option a is right.", corrected(way, {"a"}), on("2026-09-22"))
    assert made
    attempt = Attempt.objects.get()
    assert (attempt.passed, attempt.right) == (True, 3)
    completion = Completion.objects.get()
    assert completion.effective_on == date(2026, 9, 14)
    assert completion.recorded_at == on("2026-09-22")
    assert Pending.objects.get(uuid=completion.entry).ref == made.entry
    assert kinds() == {"assessment.correct": 1, "assessment.rescore": 1, "completion": 1}
    assert payload("assessment.correct")["to_passed"] == 1


def test_a_section_read_after_the_questions_is_the_day_of_completion(person: Person, reviewer: Person) -> None:
    edition = factories.taught(sections=1, questions=3)
    way = enrolments.start(person, edition.module, on("2026-09-14"))
    flow.submit(way, flow.sheet_for(way, 1, WRONG_KEY, on("2026-09-14")), "en", on("2026-09-14"))
    flow.finish_section(way, "s1", "en", on("2026-09-17"))
    appeal = consequences.raise_appeal(way, 1, "q1", "", on("2026-09-21"))
    consequences.settle_appeal(appeal, reviewer, "Option a is right.", corrected(way, {"a"}), on("2026-09-22"))
    assert Completion.objects.get().effective_on == date(2026, 9, 17)


def test_who_moved_to_a_newer_edition_meanwhile_completes_the_one_they_had_passed(
    way: Enrolment, reviewer: Person
) -> None:
    appeal = consequences.raise_appeal(way, 1, "q1", "", on("2026-09-21"))
    newer = factories.taught(sections=2, questions=2, number=2)
    assert enrolments.refresh(way, on("2026-10-20"))
    assert way.edition == newer
    older = QuizEdition.objects.exclude(pk=edition_of(way).pk).get()
    right = corrected_keys.question_with_marks(older.keys["questions"][0], {"a"})
    consequences.settle_appeal(appeal, reviewer, "Option a is right.", right, on("2026-10-21"))
    completion = Completion.objects.get()
    assert (completion.effective_on, completion.text.edition.number) == (date(2026, 9, 14), 1)
    way.refresh_from_db()
    assert (way.completed_at, way.edition.number) == (on("2026-10-21"), 1)


def test_who_had_not_read_all_of_the_older_edition_goes_on_with_the_newer(person: Person, reviewer: Person) -> None:
    edition = factories.taught(sections=1, questions=3)
    way = enrolments.start(person, edition.module, on("2026-09-14"))
    flow.submit(way, flow.sheet_for(way, 1, WRONG_KEY, on("2026-09-14")), "en", on("2026-09-14"))
    appeal = consequences.raise_appeal(way, 1, "q1", "", on("2026-09-21"))
    factories.taught(sections=2, questions=2, number=2)
    assert enrolments.refresh(way, on("2026-10-20"))
    right = corrected_keys.question_with_marks(appeal.attempt.edition.keys["questions"][0], {"a"})
    consequences.settle_appeal(appeal, reviewer, "Option a is right.", right, on("2026-10-21"))
    assert Attempt.objects.get().passed
    assert not Completion.objects.exists()
    way.refresh_from_db()
    assert (way.completed_at, way.edition.number) == (None, 2)


def test_a_corrected_key_takes_nothing_away_and_raises_a_doubt(way: Enrolment, reviewer: Person) -> None:
    other = enrolments.start(make_user(given_name="Omar").person, way.module, on("2026-09-14"))
    flow.finish_section(other, "s1", "en", on("2026-09-14"))
    flow.submit(
        other, flow.sheet_for(other, 1, right_answers(edition_of(way)), on("2026-09-14")), "en", on("2026-09-14")
    )
    correcting_appeal = consequences.raise_appeal(way, 1, "q1", "", on("2026-09-21"))
    consequences.settle_appeal(correcting_appeal, reviewer, "a", corrected(way, {"a"}), on("2026-09-22"))
    assert Attempt.objects.get(person=other.person).passed is False
    assert Completion.objects.filter(person=other.person).exists()
    assert Doubt.objects.get().completion.person == other.person
    assert kinds()["assessment.rescore"] == 2


def test_the_same_correction_twice_is_refused(way: Enrolment, reviewer: Person) -> None:
    correcting.correct_key(edition_of(way), corrected(way, {"a"}), "a", reviewer, on("2026-09-22"))
    with pytest.raises(correcting.NothingToCorrect):
        correcting.correct_key(edition_of(way), corrected(way, {"a"}), "a", reviewer, on("2026-09-23"))
    with pytest.raises(correcting.NothingToCorrect):
        correcting.correct_key(edition_of(way), corrected(way, {"a"}) | {"key": "q9"}, "a", reviewer, on("2026-09-23"))


def test_an_unfair_question_counts_for_everybody(way: Enrolment, reviewer: Person) -> None:
    question = corrected_keys.voided_question(edition_of(way).keys["questions"][0])
    correcting.correct_key(edition_of(way), question, "unclear", reviewer, on("2026-09-22"))
    assert Attempt.objects.get().passed is True


def test_every_attempt_is_marked_anew(way: Enrolment, reviewer: Person) -> None:
    edition = edition_of(way)
    people = [make_user(given_name=f"P{number}").person for number in range(20)]
    for person in people:
        one = enrolments.start(person, way.module, on("2026-09-14"))
        flow.submit(
            one,
            flow.sheet_for(one, 1, wrong_answers(edition) if person is people[0] else WRONG_KEY, on("2026-09-14")),
            "en",
            on("2026-09-14"),
        )
    _made, changed = correcting.correct_key(edition, corrected(way, {"a"}), "a", reviewer, on("2026-09-22"))
    assert payload("assessment.correct")["marked_anew"] == 21
    assert len(changed) == 20


def test_the_pages_of_those_who_answer_name_nobody(client: Client, way: Enrolment, reviewer: Person) -> None:
    appeal = consequences.raise_appeal(way, 1, "q1", "Option a is the law.", on("2026-09-21"))
    browser = sign_in(client, reviewer.user)
    for address in (reverse("appeals:awaiting"), reverse("appeals:answer", args=[appeal.pk])):
        page = browser.get(address).content.decode()
        assert "q1" in page
        assert way.person.given_name not in page
    data = {"decision": "change", "right": ["a"], "answer": ""}
    assert browser.post(reverse("appeals:answer", args=[appeal.pk]), data).status_code == 422
    assert browser.post(reverse("appeals:answer", args=[appeal.pk]), data | {"answer": "Yes."}).status_code == 302
    assert Completion.objects.exists()


@pytest.mark.parametrize("group", ["", EDITOR])
def test_others_do_not_answer(client: Client, way: Enrolment, group: str) -> None:
    appeal = consequences.raise_appeal(way, 1, "q1", "", on("2026-09-21"))
    browser = sign_in(client, make_user(*([group] if group else []), given_name="Eva"))
    assert browser.get(reverse("appeals:answer", args=[appeal.pk])).status_code == 403


def test_governance_looks_at_doubts(client: Client, way: Enrolment, reviewer: Person) -> None:
    other = enrolments.start(make_user(given_name="Omar").person, way.module, on("2026-09-14"))
    flow.finish_section(other, "s1", "en", on("2026-09-14"))
    flow.submit(
        other, flow.sheet_for(other, 1, right_answers(edition_of(way)), on("2026-09-14")), "en", on("2026-09-14")
    )
    made, changed = correcting.correct_key(edition_of(way), corrected(way, {"a"}), "a", reviewer, on("2026-09-22"))
    for each in changed:
        consequences.follow_rescore(each, made, on("2026-09-22"))
    browser = sign_in(client, make_user(GOVERNANCE, given_name="Gov"))
    doubt = Doubt.objects.get()
    masked = browser.get(reverse("appeals:awaiting")).content.decode()
    assert "Omar" not in masked
    assert reverse("appeals:see", args=[doubt.pk]) in masked
    assert not log_of(other.person, clock.now()).exists()
    reveal = reverse("appeals:reveal", args=[doubt.pk])
    assert reveal in masked
    assert "There is a problem" in browser.post(reveal, {"reason": "why"}).content.decode()
    browser.post(reveal, {"reason": "We decide together what to do about the test"})
    assert "Omar" in browser.get(reverse("appeals:awaiting")).content.decode()
    looks = [(row.capacity, row.what, bool(row.reason)) for row in log_of(other.person, clock.now())]
    assert looks == [("governance", "appeals.doubt", False), ("governance", "appeals.doubt", True)]
    browser.post(reverse("appeals:see", args=[doubt.pk]))
    assert reverse("appeals:see", args=[doubt.pk]) not in browser.get(reverse("appeals:awaiting")).content.decode()


def kinds() -> dict[str, int]:
    found: dict[str, int] = {}
    for kind in Pending.objects.values_list("kind", flat=True):
        found[kind] = found.get(kind, 0) + 1
    return {kind: count for kind, count in found.items() if kind.startswith(("assessment", "completion"))}


def payload(kind: str) -> dict[str, Any]:
    entry = Pending.objects.get(kind=kind).uuid
    found: dict[str, Any] = json.loads(Opening.objects.get(entry=entry, part="payload").value)
    return found
