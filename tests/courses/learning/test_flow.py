"""Learning from start to completion, with replays, reordering and two tabs: one result, as from one clean sitting."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from certification.ledger.models import EntryPart, Opening, Pending
from content.editions import ModuleEdition
from courses.completions.models import Completion
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment, SectionDone
from lms.people.models import Person
from lms.xapi.models import Statement
from quizzes.models import Attempt
from tests.courses.learning import factories
from tests.factories import make_entity, make_person, make_unit
from tests.quizzes.factories import right_answers, wrong_answers

AT = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    return make_person(unit=make_unit("team-a", make_entity()))


@pytest.fixture
def edition() -> ModuleEdition:
    return factories.taught(sections=2, questions=3)


@pytest.fixture
def way(person: Person, edition: ModuleEdition) -> Enrolment:
    return enrolments.start(person, edition.module, AT)


def right(way: Enrolment) -> dict[str, list[str]]:
    assert way.edition.quiz_edition
    return right_answers(way.edition.quiz_edition)


def wrong(way: Enrolment) -> dict[str, list[str]]:
    assert way.edition.quiz_edition
    return wrong_answers(way.edition.quiz_edition)


def sit(way: Enrolment, at: datetime = AT) -> Completion | None:
    flow.finish_section(way, "s1", "en", at)
    flow.finish_section(way, "s2", "en", at)
    return flow.submit(way, flow.sheet_for(way, 1, right(way), at), "en", at).completion


def payload() -> dict[str, Any]:
    entry = Pending.objects.get(kind="completion")
    return json.loads(Opening.objects.get(entry=entry.uuid, part=EntryPart.PAYLOAD).value)


def counts() -> tuple[int, int, int]:
    return (
        Completion.objects.count(),
        Pending.objects.filter(kind="completion").count(),
        Statement.objects.filter(verb="completed").count(),
    )


@pytest.mark.smoke
def test_starting_twice_is_one_enrolment(person: Person, way: Enrolment) -> None:
    assert enrolments.start(person, way.module, AT + MINUTE) == way


def test_all_sections_and_the_quiz_complete_the_module(way: Enrolment) -> None:
    completion = sit(way)
    assert completion is not None
    assert counts() == (1, 1, 1)
    way.refresh_from_db()
    assert way.completed_at == AT
    assert completion.evidence == f"attempt:{Attempt.objects.get().pk}"


def test_the_quiz_may_come_first(way: Enrolment) -> None:
    assert flow.submit(way, flow.sheet_for(way, 1, right(way), AT), "en", AT).completion is None
    flow.finish_section(way, "s2", "en", AT)
    completion = flow.finish_section(way, "s1", "en", AT + MINUTE)
    assert completion is not None
    assert completion.evidence == f"attempt:{Attempt.objects.get().pk}"
    assert counts() == (1, 1, 1)


def test_a_module_without_questions_is_completed_by_its_sections(person: Person) -> None:
    way = enrolments.start(person, factories.taught("m98", sections=1, questions=0).module, AT)
    completion = flow.finish_section(way, "s1", "en", AT)
    assert completion is not None
    assert completion.evidence == f"sections:{way.pk}"
    assert not {"passed", "pass_percent", "quiz_sha256"} & payload().keys()


def test_replayed_requests_change_nothing(person: Person, way: Enrolment) -> None:
    completion = sit(way)
    for _ in range(2):
        flow.finish_section(way, "s1", "en", AT + MINUTE)
        replay = flow.submit(way, flow.sheet_for(way, 1, wrong(way), AT + MINUTE), "fr", AT + MINUTE)
        assert (replay.attempt.passed, replay.completion) == (True, None)
        assert flow.save_answers(way, flow.sheet_for(way, 1, wrong(way), AT + MINUTE), AT + MINUTE) is False
    assert enrolments.start(person, way.module, AT + MINUTE, completed_before=0) == way
    assert list(Completion.objects.all()) == [completion]
    assert counts() == (1, 1, 1)
    assert SectionDone.objects.count() == 2
    assert Attempt.objects.count() == 1


def test_the_entry_says_what_was_done_and_nothing_personal(way: Enrolment, edition: ModuleEdition) -> None:
    completion = sit(way)
    assert completion is not None
    said = payload()
    assert said == {
        "item": f"module:{way.module_id}",
        "module": str(way.module_id),
        "code": "m99",
        "edition": 1,
        "text_sha256": completion.text.sha256,
        "language": "en",
        "translates_sha256": "",
        "facts_sha256": completion.facts_sha256,
        "resolved_sha256": said["resolved_sha256"],
        "required_by": [],
        "delivery": "online",
        "effective_on": "2026-10-01",
        "evidence_sha256": said["evidence_sha256"],
        "quiz_sha256": edition.quiz_edition.sha256 if edition.quiz_edition else "",
        "passed": 1,
        "pass_percent": 80,
    }
    assert len(said["resolved_sha256"]) == len(said["evidence_sha256"]) == 64


def test_the_subject_is_the_person_as_they_were(person: Person, way: Enrolment) -> None:
    completion = sit(way)
    assert completion is not None
    subject = json.loads(Opening.objects.get(entry=completion.entry, part=EntryPart.SUBJECT).value)
    assert subject == {"person": str(person.pk), "name": person.name, "unit": "TEAM-A"}


def test_the_text_of_evidence_is_the_one_in_the_learners_language(way: Enrolment) -> None:
    flow.finish_section(way, "s1", "en", AT)
    flow.finish_section(way, "s2", "en", AT)
    completion = flow.submit(way, flow.sheet_for(way, 1, right(way), AT), "fr", AT).completion
    assert completion is not None
    assert (completion.text.locale, payload()["language"]) == ("fr", "fr")


def test_a_language_that_is_not_there_falls_back_and_the_evidence_says_so(way: Enrolment) -> None:
    assert flow.open_place(way, "ar", AT).text.locale == "en"


def test_the_effective_day_is_the_learners_own() -> None:
    """Half past eleven at night in UTC is tomorrow in Paris."""
    way = enrolments.start(make_person(zone="Europe/Paris"), factories.taught(sections=2).module, AT)
    late = datetime(2026, 10, 1, 23, 30, tzinfo=UTC)
    completion = sit(way, late)
    assert completion is not None
    assert (completion.effective_on, completion.recorded_at) == (date(2026, 10, 2), late)


def test_failing_completes_nothing_and_the_next_attempt_may_pass(way: Enrolment) -> None:
    flow.finish_section(way, "s1", "en", AT)
    flow.finish_section(way, "s2", "en", AT)
    assert flow.submit(way, flow.sheet_for(way, 1, wrong(way), AT), "en", AT).completion is None
    assert counts() == (0, 0, 0)
    assert flow.submit(way, flow.sheet_for(way, 2, right(way), AT + MINUTE), "en", AT + MINUTE).completion is not None
    assert [attempt.number for attempt in Attempt.objects.order_by("number")] == [1, 2]


def test_unanswered_questions_are_named_and_the_rest_is_kept(way: Enrolment) -> None:
    handed = flow.submit(way, flow.sheet_for(way, 1, {"q1": ["b"]}, AT), "en", AT)
    assert (handed.unanswered, handed.attempt.submitted_at) == (["q2", "q3"], None)
    rest = {key: chosen for key, chosen in right(way).items() if key != "q1"}
    assert flow.submit(way, flow.sheet_for(way, 1, rest, AT), "en", AT).attempt.passed is True


@pytest.mark.parametrize("number", [0, 2, 9999])
def test_an_attempt_that_cannot_be_begun_is_refused(way: Enrolment, number: int) -> None:
    with pytest.raises(flow.StaleAttempt):
        flow.submit(way, flow.sheet_for(way, number, right(way), AT), "en", AT)
    assert Attempt.objects.count() == 0


def test_after_passing_no_further_attempt_begins(way: Enrolment) -> None:
    flow.submit(way, flow.sheet_for(way, 1, right(way), AT), "en", AT)
    with pytest.raises(flow.StaleAttempt):
        flow.submit(way, flow.sheet_for(way, 2, wrong(way), AT), "en", AT)


@pytest.mark.parametrize("section", ["quiz", "nowhere"])
def test_only_a_section_of_the_edition_without_questions_is_finished_by_hand(way: Enrolment, section: str) -> None:
    with pytest.raises(flow.NoSuchSection):
        flow.finish_section(way, section, "en", AT)
    assert SectionDone.objects.count() == 0


def test_the_pin_holds_for_fourteen_idle_days(way: Enrolment, edition: ModuleEdition) -> None:
    factories.taught(sections=3, number=2)
    assert flow.open_place(way, "en", AT + timedelta(days=14)).enrolment.edition == edition


def test_then_it_lapses_and_progress_carries_over_by_key(way: Enrolment) -> None:
    flow.finish_section(way, "s1", "en", AT)
    newer = factories.taught(sections=3, number=2)
    here = flow.open_place(way, "en", AT + timedelta(days=14, seconds=1))
    assert here.enrolment.edition == newer
    assert [section.done for section in here.progress.sections] == [True, False, False, False]


def test_activity_keeps_the_pin(way: Enrolment, edition: ModuleEdition) -> None:
    factories.taught(sections=3, number=2)
    flow.finish_section(way, "s1", "en", AT + timedelta(days=10))
    way.refresh_from_db()
    assert flow.open_place(way, "en", AT + timedelta(days=20)).enrolment.edition == edition


def test_new_questions_are_asked_again_and_equal_answers_are_kept(way: Enrolment) -> None:
    flow.save_answers(way, flow.sheet_for(way, 1, {"q1": ["a"], "q2": ["c"]}, AT), AT)
    newer = factories.taught(sections=2, questions=4, number=2)
    later = AT + timedelta(days=20)
    with pytest.raises(flow.StaleAttempt):
        flow.submit(way, flow.sheet_for(way, 1, right(way), later), "en", later)
    flow.open_place(way, "en", later)
    attempt = Attempt.objects.get()
    assert attempt.edition == newer.quiz_edition
    assert attempt.responses.count() == 2


def test_a_sheet_made_before_another_tab_moved_to_new_questions_begins_nothing(way: Enrolment) -> None:
    """An attempt at questions that are not asked any more could be passed and would never count."""
    later = AT + timedelta(days=20)
    sheet = flow.sheet_for(way, 1, right(way), later)
    factories.taught(sections=2, questions=4, number=2)
    flow.open_place(enrolments.own_enrolment(way.person, way.pk), "en", later)
    with pytest.raises(flow.StaleAttempt):
        flow.submit(way, sheet, "en", later)
    assert not Attempt.objects.exists()


def test_a_pass_on_the_same_questions_survives_a_new_edition(way: Enrolment) -> None:
    flow.submit(way, flow.sheet_for(way, 1, right(way), AT), "en", AT)
    newer = factories.taught(sections=2, questions=3, number=2)
    newer.quiz_edition = way.edition.quiz_edition
    newer.save()
    here = flow.open_place(way, "en", AT + timedelta(days=20))
    assert here.enrolment.edition == newer
    assert here.progress.quiz
    assert here.progress.quiz.done


def test_a_completed_module_can_be_begun_again_as_its_own_round(person: Person, way: Enrolment) -> None:
    sit(way)
    again = enrolments.start(person, way.module, AT + timedelta(days=700), completed_before=1)
    assert again != way
    assert flow.open_place(again, "en", AT).progress.done == 0
    sit(again, AT + timedelta(days=700))
    assert counts() == (2, 2, 2)


def test_a_withdrawn_or_unsigned_module_is_not_offered(person: Person, edition: ModuleEdition) -> None:
    module = edition.module
    module.withdrawn_at = AT
    module.save()
    with pytest.raises(enrolments.NotOffered):
        enrolments.start(person, module, AT)
    unsigned = factories.taught("m97", locales=())
    with pytest.raises(enrolments.NotOffered):
        enrolments.start(person, unsigned.module, AT)
