"""What becomes of a lab: the debrief, deletion, the cases of later months, and that no result leaves it."""

from __future__ import annotations

import json
import logging
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.ledger import checkpoints, clock, sequencer
from certification.ledger.models import Entry, Opening
from courses.completions.models import Completion
from courses.lab import result as lab_result
from courses.learning import enrolments
from courses.learning.completion_evidence import stored_evidence
from courses.learning.models import Enrolment, SectionDone
from lms.people import groups, staffing
from lms.people.models import Person
from lms.xapi.models import Statement
from quizzes.lab import sittings
from quizzes.lab.measures import block_measures
from quizzes.lab_models import LabBlock, LabSitting, Trial
from tests.courses.lab import labs
from tests.factories import AT, make_user, noon, sign_in
from tests.ledger_fixtures import make_ledger

pytestmark = pytest.mark.django_db

PRACTICE, A, B = "practice", "block-a", "block-b"


@pytest.fixture
def way(person: Person) -> Enrolment:
    return enrolments.start(person, labs.taught().module, AT)


def page(browser: Client, way: Enrolment, part: str) -> str:
    return browser.get(labs.address(way, part)).content.decode()


# --- The debrief, and what becomes of it ------------------------------------------------------------------------


def test_the_debrief_shows_what_the_measures_say(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    labs.walk(learner, way, A, first_right=True, follow=True)
    text = learner.get(labs.address(way, A, "lab_result")).content.decode()
    found = block_measures(sittings.decided_trials(labs.block(way, A)), problem=True)
    assert (found.over.count, found.over.of, found.under.count, found.under.of) == (8, 8, 0, 16)
    assert "You trusted the advice more than it deserved" in text
    for row in lab_result.measure_rows(found):
        assert row.share in text
    assert text.count("<summary>") >= 28
    assert 'role="img"' not in text  # of right first answers only: one axis is not defined, so there is no plot
    assert "have been revised" not in text


def test_the_debrief_says_when_the_cases_were_revised(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    labs.walk(learner, way, A)
    LabSitting.objects.update(bank_sha256="0" * 64)
    assert "have been revised" in learner.get(labs.address(way, A, "lab_result")).content.decode()


def test_answers_are_deleted_at_once_and_what_is_finished_stays(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    labs.walk(learner, way, A)
    assert "Delete my answers now" in learner.get(f"/learn/{way.pk}/lab/delete/").content.decode()
    learner.post(f"/learn/{way.pk}/lab/delete/")
    assert not Trial.objects.exists()
    assert SectionDone.objects.filter(section=A).exists()
    assert "Your answers were deleted" in learner.get(labs.address(way, A, "lab_result")).content.decode()
    labs.walk(learner, way, B)
    assert LabBlock.objects.get(part=B).finished_on


def test_old_answers_are_deleted_by_themselves(learner: Client, way: Enrolment) -> None:
    for part in (PRACTICE, A, B):
        labs.walk(learner, way, part)
    day = LabBlock.objects.get(part=B).finished_on
    assert sittings.clear_answers_due(noon(day + sittings.RETENTION)) == 0
    assert sittings.clear_answers_due(noon(day + sittings.RETENTION + timedelta(days=1))) == 1
    assert not Trial.objects.exists()


def test_answers_of_a_lab_that_nobody_finished_go_as_well(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    day = LabSitting.objects.get().started_on
    assert sittings.clear_answers_due(noon(day + sittings.ABANDONED)) == 0
    assert sittings.clear_answers_due(noon(day + sittings.ABANDONED + timedelta(days=1))) == 1
    assert not Trial.objects.exists()


def test_follow_ups_are_offered_after_their_days_and_change_nothing(learner: Client, way: Enrolment) -> None:
    for part in (PRACTICE, A, B):
        labs.walk(learner, way, part)
    sitting = LabSitting.objects.get()
    finished = LabBlock.objects.get(part=B).finished_on
    assert sittings.follow_up_due(sitting, finished + timedelta(days=29)) is None
    assert sittings.follow_up_due(sitting, finished + timedelta(days=30)) == "follow-30"
    assert sittings.follow_up_due(sitting, finished + timedelta(days=90)) is None
    assert sittings.follow_up_due(sitting, finished + timedelta(days=180)) == "follow-180"
    with pytest.raises(sittings.NotYet):
        sittings.enter_block(sitting, "follow-30", finished + timedelta(days=29))
    entered = sittings.enter_block(sitting, "follow-30", finished + timedelta(days=30))
    assert len(entered.cases) == 8


def test_a_bank_without_a_case_begins_an_unfinished_part_again(learner: Client, way: Enrolment) -> None:
    page(learner, way, PRACTICE)
    labs.post(learner, way, PRACTICE, 1, "decide", answer="breaks")
    LabBlock.objects.update(cases=["gone", "P01"])
    again = learner.get(labs.address(way, PRACTICE), follow=True).content.decode()
    assert "Here is where you are." in again
    assert labs.place_now(again) == 1
    assert not Trial.objects.exists()


def test_nothing_of_a_result_leaves_the_lab(learner: Client, way: Enrolment, caplog: pytest.LogCaptureFixture) -> None:
    """What somebody checked is a mark that would be found anywhere."""
    with caplog.at_level(logging.DEBUG):
        for part in (PRACTICE, A, B):
            labs.walk(learner, way, part)
        learner.post(f"/learn/{way.pk}/lab/predict/", {"number": "7"})
        learner.post(f"/learn/{way.pk}/debrief/")
    evidence = [
        *Opening.objects.values_list("value", flat=True),
        *map(str, Statement.objects.values_list("text", flat=True)),
    ]
    evidence += [serializers.serialize("json", rows.objects.all()) for rows in (Completion, Enrolment, SectionDone)]
    assert Completion.objects.exists()
    for text in [*evidence, caplog.text]:
        assert "the receipt" not in text
        assert not re.search("reliance|trial|confidence", text)
    keys = json.loads(Opening.objects.get(part="payload", value__contains='"item"').value).keys()
    assert not keys & {"score", "over", "under", "trials", "answers", "result"}
    # And nothing of it is needed: whoever deletes their answers takes nothing from what the completion rests on.
    sittings.clear_answers(LabSitting.objects.get(), AT.date())
    (done,) = Completion.objects.all()
    assert stored_evidence([done.evidence], "default") == {done.evidence: done.evidence_sha256}


def test_nobody_who_reports_sees_a_result(learner: Client, way: Enrolment, tmp_path: Path) -> None:
    """Neither the manager nor an auditor, on a page or in an export; and no page of the learner's but the debrief."""
    groups.ensure_groups()
    make_ledger(tmp_path / "ledger")
    boss = make_user()
    staffing.set_manager(way.person, boss.person, on=clock.now().date(), at=clock.now())
    for part in (PRACTICE, A, B):
        labs.walk(learner, way, part)
    manager, auditor = sign_in(Client(), boss), sign_in(Client(), make_user(groups.AUDITOR, groups.GOVERNANCE))
    sequencer.sequence_pending()
    checkpoints.checkpoint_due(clock.now())
    person, entries = way.person_id, list(Entry.objects.values_list("seq", flat=True))
    assert entries
    seen = [manager.get(address) for address in ("/team/", "/team/export.csv", f"/team/{person}/")]
    addresses = ("/audit/", "/audit/export.csv", "/audit/coverage/", "/effect/")
    seen += [auditor.get(address) for address in (*addresses, f"/audit/person/{person}/")]
    seen += [auditor.get(f"/audit/entry/{number}/") for number in entries]
    seen += [learner.get(address) for address in ("/learn/", "/learn/record/", f"/learn/module/{way.module.code}/")]
    assert {answer.status_code for answer in seen} == {200}
    for answer in seen:
        text = answer.getvalue().decode()
        assert "the receipt" not in text
        assert not re.search("RAIR|followed wrong|talked out", text)


def test_a_case_costs_the_same_wherever_one_is(learner: Client, way: Enrolment) -> None:
    labs.walk(learner, way, PRACTICE)
    page(learner, way, A)
    costs = []
    for _ in range(12):
        with CaptureQueriesContext(connection) as shown:
            place = labs.place_now(page(learner, way, A))
        with CaptureQueriesContext(connection) as locked:
            labs.post(learner, way, A, place, "decide", answer="breaks", certainty=70)
        costs.append((len(shown), len(locked)))
        labs.post(learner, way, A, place, "final", answer="breaks")
    assert len(set(costs)) == 1, costs


def test_somebody_elses_lab_is_not_there(client: Client, way: Enrolment, learner: Client) -> None:
    labs.walk(learner, way, PRACTICE)
    other = sign_in(client, make_user(given_name="Other"))
    for name in ("lab", "lab_result"):
        assert other.get(labs.address(way, PRACTICE, name), follow=True).status_code == 404
    assert labs.post(other, way, PRACTICE, 1, "decide", answer="breaks").status_code == 404


def test_a_follow_up_is_offered_on_the_first_page(
    learner: Client, way: Enrolment, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in (PRACTICE, A, B):
        labs.walk(learner, way, part)
    address = labs.address(way, "follow-30")
    assert address not in learner.get("/learn/").content.decode()
    LabBlock.objects.filter(part=B).update(finished_on=LabBlock.objects.get(part=B).finished_on - timedelta(days=30))
    assert address in learner.get("/learn/").content.decode()
    assert address in learner.get("/learn/module/m97/").content.decode()
    labs.walk(learner, way, "follow-30")
    assert address not in learner.get("/learn/").content.decode()
    assert "Beside part one" in learner.get(labs.address(way, "follow-30", "lab_result")).content.decode()
