"""The one seam: a completion, its evidence and what it fulfils stand or fall together."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from certification.credentials.models import Certificate
from certification.ledger.models import EntryPart, Opening, Pending
from content.fact_models import FactSet
from courses.assignments.models import Assignment
from courses.assignments.satisfaction import assignments_asking
from courses.completions import demand, seam
from courses.completions.items import Shown, module_item, text_shown
from courses.completions.models import Completion
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from lms.people.models import Person
from lms.xapi import outbox
from lms.xapi.models import Statement
from tests.courses.assignments.world import days_pass, done, make_path, make_rule, on, only
from tests.courses.learning import factories
from tests.factories import make_person
from tests.quizzes.factories import right_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def assigned() -> Person:
    """Hired on 1 September, so path p1 (one module, m50) is asked within 30 days."""
    make_path("p1", {"m50": 24})
    make_rule("r-01", "p1")
    person = make_person(hired=date(2026, 9, 1))
    days_pass("2026-09-01")
    return person


def opened(entry: Any, part: str = EntryPart.PAYLOAD) -> dict[str, Any]:
    return dict(json.loads(Opening.objects.get(entry=entry, part=part).value))


def test_completing_what_is_asked_satisfies_it_and_awards_the_certificate(assigned: Person) -> None:
    made = done(assigned, "m50", "2026-09-10")
    assert only(assigned).state == Assignment.State.SATISFIED
    certificate = Certificate.objects.get()
    assert (certificate.person, certificate.issued_on) == (assigned, date(2026, 9, 10))
    assert certificate.awarded_at == made.recorded_at
    kinds = Pending.objects.filter(at=made.recorded_at).values_list("kind", flat=True)
    assert sorted(kinds) == ["assignment.close", "certificate.issue", "completion"]
    assert sorted(Statement.objects.values_list("verb", flat=True)) == ["completed", "satisfied"]


def test_the_entry_says_why_it_was_required(assigned: Person) -> None:
    made = done(assigned, "m50", "2026-09-10")
    assert opened(made.entry)["required_by"] == [{"rule": "r-01", "number": 1, "basis": "policy"}]


def test_several_rules_are_all_named(assigned: Person) -> None:
    make_rule("r-90", "p1", basis="law", due_days=10)
    days_pass("2026-09-02")
    made = done(assigned, "m50", "2026-09-10")
    rules = opened(made.entry)["required_by"]
    assert [(rule["rule"], rule["basis"]) for rule in rules] == [("r-01", "policy"), ("r-90", "law")]


def test_a_rule_for_another_module_is_not_named(assigned: Person) -> None:
    factories.taught("m51", sections=1, questions=0)
    assert opened(done(assigned, "m51", "2026-09-10").entry)["required_by"] == []


def test_the_same_evidence_is_one_completion(assigned: Person) -> None:
    first = done(assigned, "m50", "2026-09-10")
    again = seam.complete(
        assigned,
        module_item(first.module),
        shown=shown_for(first),
        evidence=first.evidence,
        effective_on=date(2026, 9, 12),
        at=on("2026-09-12"),
    )
    assert again == first
    assert Completion.objects.count() == Certificate.objects.count() == 1
    assert Pending.objects.filter(kind="completion").count() == 1


def test_evidence_of_one_person_is_none_for_another(assigned: Person) -> None:
    first = done(assigned, "m50", "2026-09-10")
    with pytest.raises(ValueError, match="already used for another person"):
        seam.complete(
            make_person("Other"),
            module_item(first.module),
            shown=shown_for(first),
            evidence=first.evidence,
            effective_on=date(2026, 9, 10),
            at=on("2026-09-10"),
        )


def shown_for(made: Completion) -> Shown:
    assert made.text
    return text_shown(made.text, FactSet.objects.get(sha256=made.facts_sha256))


@pytest.mark.parametrize("broken", ["statement", "satisfaction"])
def test_when_one_part_fails_nothing_of_it_remains(
    assigned: Person, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError("the disk is full")

    if broken == "statement":
        monkeypatch.setattr(outbox, "queue_completed", fail)
    else:
        monkeypatch.setattr("courses.assignments.satisfaction.satisfy", fail)
    before = Pending.objects.count()
    with pytest.raises(OSError, match="disk"), transaction.atomic():
        done(assigned, "m50", "2026-09-10")
    assert Completion.objects.count() == Certificate.objects.count() == Statement.objects.count() == 0
    assert Pending.objects.count() == before
    assert only(assigned).state == Assignment.State.OPEN


def test_a_failure_during_submission_leaves_the_attempt_open(monkeypatch: pytest.MonkeyPatch) -> None:
    person, edition = make_person(), factories.taught(sections=1)
    way = enrolments.start(person, edition.module, on("2026-10-01"))
    flow.finish_section(way, "s1", "en", on("2026-10-01"))
    assert edition.quiz_edition
    answers = right_answers(edition.quiz_edition)
    with monkeypatch.context() as broken:
        broken.setattr(outbox, "queue_completed", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            flow.submit(way, flow.sheet_for(way, 1, answers, on("2026-10-01")), "en", on("2026-10-01"))
    way = Enrolment.objects.get()
    assert way.completed_at is None
    assert person.attempts.count() == 0
    assert (
        flow.submit(way, flow.sheet_for(way, 1, answers, on("2026-10-01")), "en", on("2026-10-01")).completion
        is not None
    )


def test_passing_tells_the_record_store_that_it_was_passed() -> None:
    person, edition = make_person(), factories.taught(sections=1)
    way = enrolments.start(person, edition.module, on("2026-10-01"))
    flow.finish_section(way, "s1", "en", on("2026-10-01"))
    assert edition.quiz_edition
    flow.submit(
        way, flow.sheet_for(way, 1, right_answers(edition.quiz_edition), on("2026-10-01")), "en", on("2026-10-01")
    )
    assert sorted(Statement.objects.values_list("verb", flat=True)) == ["completed", "passed"]
    said = " ".join(Statement.objects.values_list("text", flat=True))
    assert person.name not in said
    assert "score" not in said


def test_without_anybody_who_knows_what_it_fulfils_nothing_is_completed(
    assigned: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demand.demand_for, "function", None)
    with pytest.raises(ImproperlyConfigured, match="Nothing is registered for “demand_for”"), transaction.atomic():
        done(assigned, "m50", "2026-09-10")
    assert not Completion.objects.exists()
    assert not Pending.objects.filter(kind="completion").exists()


def test_one_function_says_what_a_completion_fulfils_and_no_second_one() -> None:
    demand.demand_for.register(assignments_asking)
    with pytest.raises(ImproperlyConfigured, match="already"):
        demand.demand_for.register(lambda person, item, at: assignments_asking(person, item, at))
