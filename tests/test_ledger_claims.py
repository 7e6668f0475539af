"""`ledger verify` compares what pages show with what was logged: a row changed in any business table is caught.

Every kind of entry has one payload function, which its producer logs with and its comparer makes anew of the row.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from copy import copy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model

from certification.credentials.models import Certificate
from certification.ledger import clock, kinds
from certification.ledger.models import Entry
from certification.ledger.sequencer import sequence_pending
from certification.ledger.verification import VerificationReport, verify_ledger
from certification.ledger.verification.business import LedgerClaim
from content import emergency
from content.editions import (
    EmergencyCorrection,
    Freezing,
    FrozenMedia,
    Module,
    ModuleEdition,
    ModuleText,
    SignOff,
)
from content.fact_models import FactSet
from content.models import ModulePage
from courses.assignments import held_back, outages
from courses.assignments.models import Assignment, AssignmentPeriod, HeldBack, Justification, Outage
from courses.assignments.sync import sync_all
from courses.completions import seam
from courses.completions.items import module_item, text_shown
from courses.completions.models import Completion
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment, SectionDone
from courses.paths.models import AssignmentRule, LearningPath, PathItem, PathLeaf, PathVersion
from courses.paths.publishing import publish_path, publish_rule, withdraw_rule
from courses.paths.specs import ItemSpec, PathSpec, RuleSpec
from lms import rooms
from lms.people import staffing
from lms.people.groups import REVIEWER
from lms.people.models import ExternalId, Person
from quizzes import corrected_keys
from quizzes.appeal_models import Rescore
from quizzes.appeals import correcting
from quizzes.models import Attempt, KeyCorrection, Quiz, QuizEdition, QuizText
from tests.content.samples import make_module
from tests.factories import make_person, make_user
from tests.ledger_fixtures import make_ledger
from tests.quizzes.factories import right_answers

WORDS = {"en": "Everyone"}

NOT_COMPARED = {
    "genesis": "verify itself reads origin and key from it",
    "key.add": "verify itself reads the key from it",
    "key.revoke": "verify itself reads from it until when the key counts",
    "loss.declare": "verify itself says it first",
}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


@pytest.fixture
def evidence(db: None, tmp_path: Path) -> None:
    """One entry at least of every kind, made by the platform's own functions.

    Somebody was assigned a path by a rule, learnt its module, passed, and holds the certificate; another rule was
    withdrawn; a key was corrected, so that somebody else passed after all.
    """
    make_ledger(tmp_path / "ledger")
    module = make_module("s01", languages=("en",))
    at = clock.now()
    publish_path(PathSpec("p1", WORDS, WORDS, (ItemSpec(module="s01", months=24),)), at)
    publish_path(PathSpec("p2", WORDS, WORDS, (ItemSpec(path="p1"),)), at)
    rule: dict[str, Any] = dict(path="p1", role="", role_name="", due_days=30, basis="policy")
    rule |= dict(basis_texts=WORDS, reasons=WORDS, owner="HR", active_from=None)
    publish_rule(RuleSpec(key="r-01", **rule), at)
    withdraw_rule(publish_rule(RuleSpec(key="r-02", **rule), at), clock.now(), "It asked for the same.")
    person, other, _asked = make_person(), make_person("Other"), make_person("Asked")
    ExternalId.objects.create(person=person, feed=staffing.DIRECTORY, key="n1")
    sync_all(at)
    corrected(at)
    way = enrolments.start(person, module, at)
    for section in way.edition.structure["sections"]:
        if not section["quiz"]:
            flow.finish_section(way, section["key"], "en", at)
    edition = way.edition.quiz_edition
    assert edition is not None
    answers = right_answers(edition)
    assert flow.submit(way, flow.sheet_for(way, 1, answers, at), "en", at).completion
    assert Certificate.objects.held_by(person).exists()
    question = edition.keys["questions"][0]
    theirs = enrolments.start(other, module, at)
    flow.submit(theirs, flow.sheet_for(theirs, 1, answers | {question["key"]: ["b"]}, at), "en", at)
    correcting.correct_key(
        edition, corrected_keys.voided_question(question), "unclear", make_person("Reviewer"), clock.now()
    )
    outage = outages.record_outage(at - timedelta(hours=2), at - timedelta(hours=1), "Power.", other, at)
    outages.withdraw_outage(outage.pk, "It was another day.", other, clock.now())
    HeldBack.objects.create(cause="rule:r-09:1", applies_to=9, ends=9, moves=0, since=at)
    held_back.release("rule:r-09:1", [other, make_person("Second")], "It is meant so.", clock.now())
    named = {"given_name": person.given_name, "family_name": "Renamed"}
    staffing.describe(person, **named, language="en", email="", at=clock.now())
    sequence_pending()


def corrected(at: datetime) -> None:
    """One person shows learners other words at once, and that is over again."""
    page = ModulePage.objects.get()
    page.summary = "Corrected in an emergency"
    page.save_revision().publish()
    text = ModuleText.objects.get(revision=2)
    made = emergency.correct_at_once(text, make_user(REVIEWER).person, "Wrong number", at)
    emergency.fall_back_due(made.until)


def comparers() -> list[Any]:
    return rooms.ledger_claims()


def verified() -> VerificationReport:
    return verify_ledger(comparers=comparers())


# Kinds


def test_every_kind_has_one_comparer_with_its_payload_or_a_reason() -> None:
    claimed = [kind for comparer in comparers() for kind in comparer.kinds]
    assert sorted([*claimed, *NOT_COMPARED]) == sorted(kinds.KINDS)
    assert all(callable(comparer.payload) for comparer in comparers())


def test_every_claim_holds_the_whole_payload_its_producer_logged(evidence: None) -> None:
    claims = [claim for comparer in comparers() for claim in comparer.claims("default")]
    made = {claim.kind for claim in claims if isinstance(claim, LedgerClaim)}
    assert made == set(kinds.KINDS) - set(NOT_COMPARED)
    assert verified().findings == []


def test_a_payload_is_made_in_one_place(evidence: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A comparer whose payload lost a member, or holds one more, does not agree with what was logged."""
    for comparer in comparers():
        whole = comparer.payload
        less = lambda row, whole=whole: dict(list(whole(row).items())[:-1])  # noqa: E731
        for another in (less, lambda row, whole=whole: whole(row) | {"more": 1}):
            with monkeypatch.context() as patch:
                patch.setattr(comparer, "payload", another, raising=False)
                assert kinds_found() >= comparer.kinds


# Columns

EARLIER, LATER = datetime(2019, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
DIGEST = "0" * 64


def clone(row: Model, **changes: Any) -> Model:
    """Another row like it, stored."""
    made = copy(row)
    for name, value in changes.items():
        setattr(made, name, value)
    made._state.adding = True
    made.save(force_insert=True)
    return made


def new_id(row: Model) -> uuid.UUID:
    return uuid.uuid4()


def another_person(row: Model) -> Any:
    return make_person("Somebody else")


def another_module(row: Any) -> Model:
    return clone(row.module, id=uuid.uuid4(), code="s99")


def another_module_edition(row: Any) -> Model:
    return clone(row.edition, id=uuid.uuid4(), number=99)


def another_quiz_edition(row: Any) -> Model:
    held = row.edition if hasattr(row, "edition") else row.quiz_edition
    return clone(held, id=uuid.uuid4(), number=99, keys=held.keys | {"pass_percent": 1}, sha256="9" * 64)


def another_quiz_text(row: Any) -> Model:
    return clone(row.quiz_text, id=None, body={}, sha256="9" * 64)


def another_text(row: Any) -> Model:
    return clone(row.text, id=uuid.uuid4(), revision=99, sha256="9" * 64)


def another_sitting(row: Any) -> Model:
    return Attempt.objects.exclude(pk=row.pk).get()


def another_way(row: Any) -> Model:
    return Enrolment.objects.exclude(pk=row.enrolment_id).get()


def of_another_way(row: Any) -> str:
    return str(Enrolment.objects.exclude(pk=row.subject).get().pk)


def another_path(row: Any) -> Model:
    return LearningPath.objects.create(key="p99")


def another_version(row: Any) -> Model:
    return clone(row.version, id=uuid.uuid4(), number=99)


def another_correction(row: Any) -> Model:
    return clone(row.correction, id=uuid.uuid4(), entry=uuid.uuid4())


def another_attempt(row: Any) -> Model:
    return Attempt.objects.exclude(pk=row.attempt_id).get()


def with_another_title(row: Any) -> Any:
    return row.body | {"title": "Another"}


def with_another_question(row: Any) -> Any:
    return {key: value | {"text": "Something else?"} for key, value in row.body.items()}


def with_other_right_answers(row: Any) -> Any:
    questions = [
        question | {"options": [option | {"right": not option["right"]} for option in question["options"]]}
        for question in row.keys["questions"]
    ]
    return row.keys | {"questions": questions}


def with_another_pass_mark(row: Any) -> Any:
    return row.keys | {"pass_percent": 1}


def with_another_day(row: Any) -> Any:
    return row.content | {"items": [row.content["items"][0] | {"effective_on": "2020-01-01"}]}


def another_assignment(row: Any) -> Model:
    return Assignment.objects.exclude(pk=row.assignment_id).exclude(state=row.assignment.state).order_by("pk")[0]


def another_rule(row: Any) -> Model:
    return AssignmentRule.objects.get(key="r-02")


def another_state(row: Any) -> str:
    return Assignment.State.ENDED


ASSIGNMENT: dict[str, Any] = {
    "id": new_id,
    "person": another_person,
    "version": another_version,
    "path_key": "p2",
    "about": "another",
    "cycle_key": "hire:another",
    "zone": "Africa/Casablanca",
    "before_access": True,
    "paused_days": 9,
    "state": another_state,
    "late": True,
    "engine": "0/0",
    "end_reason": "corrected",
    "entry": new_id,
    **dict.fromkeys(("anchor", "due", "computed", "noticed_on", "waiting_since"), date(2031, 1, 1)),
    **dict.fromkeys(("expiring_on", "state_on", "valid_until", "required_until"), date(2031, 1, 1)),
    **dict.fromkeys(("deadline_at", "soon_at", "expires_at", "opened_at", "closed_at"), LATER),
}
PERIOD: dict[str, Any] = {
    "assignment": another_assignment,
    "state": another_state,
    "before_access": True,
    **dict.fromkeys(("due", "waiting_since", "true_to"), date(2031, 1, 1)),
    "true_from": date(2020, 1, 1),
    **dict.fromkeys(("deadline_at", "soon_at", "expires_at", "known_from", "known_to"), LATER),
}
REASON: dict[str, Any] = {
    "assignment": another_assignment,
    "rule": another_rule,
    "event": "hire:another",
    "ended_by": "left",
    **dict.fromkeys(("event_on", "due", "counted_from", "true_from", "true_to"), date(2031, 1, 1)),
    "known_to": LATER,
}
CHANGES: dict[str, dict[type[Model], dict[str, Any]]] = {
    "module.publish": {
        ModuleText: {
            "edition": another_module_edition,
            "locale": "fr",
            "revision": 9,
            "body": with_another_title,
            "quiz_text": another_quiz_text,
            "sha256": DIGEST,
            "provenance": "human",
            "source_sha256": DIGEST,
            "published_at": LATER,
        },
        EmergencyCorrection: {"text": another_text, "at": LATER, "until": LATER},
        ModuleEdition: {
            "module": another_module,
            "number": 9,
            "change_class": "obligation",
            "structure": {"sections": []},
            "sha256": DIGEST,
            "quiz_edition": another_quiz_edition,
            "published_at": LATER,
        },
        Module: {"code": "s99"},
        QuizText: {"body": with_another_question},
        QuizEdition: {"keys": with_other_right_answers, "sha256": DIGEST},
    },
    "module.sign-off": {
        SignOff: {"text": another_text, "reviewer": another_person, "at": LATER},
        ModuleText: {"locale": "fr", "revision": 9, "sha256": DIGEST, "edition": another_module_edition},
        ModuleEdition: {"number": 9},
    },
    "path.publish": {
        PathVersion: {
            "path": another_path,
            "number": 9,
            "titles": {"en": "Nobody"},
            "summaries": {"en": "Nobody"},
            "sha256": DIGEST,
            "published_at": LATER,
        },
        PathItem: {
            "version": another_version,
            "order": 9,
            "module": another_module,
            "compulsory": False,
            "validity_months": 12,
        },
        PathLeaf: {
            "version": another_version,
            "order": 9,
            "module": another_module,
            "compulsory": False,
            "validity_months": None,
        },
        LearningPath: {"key": "p99"},
    },
    "rule.publish": {
        AssignmentRule: {
            "key": "r-99",
            "number": 9,
            "path": another_path,
            "population": {"kind": "role", "role": "none"},
            "due_days": 300,
            "basis": "law",
            "basis_texts": {"en": "Nobody"},
            "reasons": {"en": "Nobody"},
            "owner": "Nobody",
            "active_from": date(2031, 1, 1),
            "sha256": DIGEST,
            "published_at": LATER,
            "replaces": 5,
        },
        LearningPath: {"key": "p99"},
    },
    "rule.withdraw": {
        AssignmentRule: {
            "key": "r-99",
            "number": 9,
            "sha256": DIGEST,
            "withdrawn_at": LATER,
            "withdrawal_reason": "Nobody knows.",
        }
    },
    "completion": {
        Completion: {
            "person": another_person,
            "item": "module:another",
            "module": another_module,
            "text": another_text,
            "titles": {"en": "Another"},
            "shown_sha256": DIGEST,
            "shown_locale": "ar",
            "delivery": "elsewhere",
            "facts_sha256": DIGEST,
            "evidence": "attempt:another",
            "evidence_sha256": DIGEST,
            "required_by": [],
            "effective_on": date(2020, 1, 1),
            "recorded_at": LATER,
            "entry": new_id,
        },
        ModuleText: {"sha256": DIGEST, "locale": "fr", "source_sha256": DIGEST},
        ModuleEdition: {"number": 9, "quiz_edition": None},
        QuizEdition: {"sha256": DIGEST, "keys": with_another_pass_mark},
        FactSet: {"facts": {"contact": {"text": "Nobody", "locale": "en"}}},
        Attempt: {
            "person": another_person,
            "subject": of_another_way,
            "edition": another_quiz_edition,
            "submitted_at": LATER,
            "passed": False,
        },
        SectionDone: {"enrolment": another_way, "section": "another", "at": LATER},
        ExternalId: {"person": another_person, "key": "n2"},
        Enrolment: {"id": new_id},
    },
    "certificate.issue": {
        Certificate: {
            "id": new_id,
            "person": another_person,
            "key": "another",
            "path_key": "another",
            "content": with_another_day,
            "sha256": DIGEST,
            "issued_on": date(2020, 1, 1),
            "valid_until": date(2099, 1, 1),
            "awarded_at": LATER,
            "entry": new_id,
        }
    },
    "assignment.open": {Assignment: ASSIGNMENT, AssignmentPeriod: PERIOD, Justification: REASON},
    "assignment.close": {Assignment: ASSIGNMENT, AssignmentPeriod: PERIOD, Justification: REASON},
    "change.release": {
        HeldBack: {
            "cause": "feed:payroll:2",
            "applies_to": 8,
            "ends": 8,
            "moves": 8,
            "since": EARLIER,
            "released_by": another_person,
            "confirmed_by": another_person,
            "released_at": LATER,
            "reason": "Nobody knows.",
        }
    },
    "outage.record": {
        Outage: {
            "id": 99,
            "first": EARLIER,
            "last": LATER,
            "reason": "Nobody knows.",
            "recorded_at": LATER,
            "recorded_by": None,
        }
    },
    "outage.withdraw": {
        Outage: {
            "id": 99,
            "withdrawn_at": LATER,
            "withdrawn_by": another_person,
            "withdrawal_reason": "Nobody knows.",
        }
    },
    "person.rename": {Person: {"given_name": "Somebody", "family_name": "Else"}},
    "assessment.correct": {
        KeyCorrection: {
            "id": new_id,
            "edition": another_quiz_edition,
            "question": "another",
            "corrected": {"key": "x"},
            "before_sha256": DIGEST,
            "marked_anew": 9,
            "to_passed": 9,
            "to_failed": 9,
            "by": another_person,
            "at": LATER,
            "entry": new_id,
        },
        QuizEdition: {"number": 9, "sha256": DIGEST},
        Quiz: {"code": "another"},
    },
    "assessment.rescore": {
        Rescore: {
            "correction": another_correction,
            "attempt": another_attempt,
            "passed": False,
            "at": LATER,
            "entry": new_id,
        },
        KeyCorrection: {"question": "another"},
        Attempt: {"person": another_person, "passed": False},
        QuizEdition: {"number": 9},
        Quiz: {"code": "another"},
    },
}
"""kind: what verify must find when it is changed, as {column: another value, or a function of the row}."""

ROW = "names the row and nothing outside the database"
OWN = "the learner's own; nothing an auditor reads rests on it"
FILED = "the digests of the words and keys are logged, wherever they are filed"
WORK = "a list of what is to be done again; what became of a page is its text"
ASIDE: dict[type[Model], dict[str, str]] = {
    Module: {"id": ROW, "withdrawn_at": "whether it is offered today; what was taught before stays as it was"},
    ModuleText: {
        "id": ROW,
        "parts": "says whose signature is missing, not what was taught; `authors` is no evidence either",
        "seconds": "how long it takes to read, counted from the words that are compared",
    },
    EmergencyCorrection: {
        "id": ROW,
        "by": "the entry's actor; a payload names nobody",
        "reason": "free words, which nobody could erase from a payload",
        "ended_at": "says which text is shown now, not what was",
    },
    ModuleEdition: {"id": ROW},
    QuizEdition: {"id": ROW, "quiz": FILED, "frozen_at": "every text says when it was published"},
    QuizText: {
        "id": ROW,
        "edition": FILED,
        "locale": FILED,
        "sha256": "computed again wherever it is used",
        "frozen_at": "every text says when it was published",
    },
    SignOff: {
        "id": ROW,
        "note": "free words, which nobody could erase from a payload",
        "first_language": "what a reviewer said of themselves, for the module's data sheet; no record rests on it",
    },
    Freezing: dict.fromkeys(("id", "page", "revision_id", "text", "reason", "at"), WORK),
    FrozenMedia: {
        "sha256": "the text's digest names it",
        "file": "lies outside the database; the page with the exact text hashes it",
        "mime": "the text's digest holds it",
    },
    LearningPath: {"id": ROW},
    PathVersion: {"id": ROW},
    PathItem: {"id": ROW, "path": "a constraint of the database holds it to the module; a test below changes one"},
    PathLeaf: {"id": ROW},
    AssignmentRule: {"id": ROW},
    Completion: {"id": ROW, "shown_kind": "a constraint of the database holds it to the item; test_items changes one"},
    AssignmentPeriod: {"id": ROW, "written_at": "the run's clock; the entry says when it was received"},
    Justification: {"id": ROW, "known_from": "its row and its periods say since when what rests on it is known"},
    HeldBack: {"id": ROW, "caused_by": "who made the change is the actor of its own entry"},
    FactSet: {"sha256": "completions name it; without it they say that it is gone"},
    Attempt: {
        "id": "completions name it; without it they say that it is gone",
        **dict.fromkeys(("number", "purpose", "seed", "locale", "started_at", "ends_at"), OWN),
        **dict.fromkeys(("right", "credit", "page", "turn"), OWN),
    },
    SectionDone: {"id": ROW},
    Enrolment: {
        "person": "the attempt and the completion name their person",
        "module": "the completion names its module",
        "edition": "the completion names its text, which has one edition",
        **dict.fromkeys(("started_at", "active_at", "completed_at"), OWN),
    },
    Certificate: {
        "sealed_at": "computed of the checkpoints",
        "sealed_size": "computed of the checkpoints",
        "name_shared_at": "the holder's choice, not evidence",
    },
    Person: {"id": ROW, **dict.fromkeys(("language", "email", "created_at"), "how to write to them; no entry says it")},
    ExternalId: {
        "id": ROW,
        "feed": "which feed keeps the number",
        "normal": "made of the key",
        "loose": "made of the key",
        "said": "what the feed last said, kept to notice feeds that disagree",
    },
    KeyCorrection: {"reason": "free words, which nobody could erase from a payload"},
    Rescore: {"id": ROW},
}
"""Columns of the tables behind the kinds which nothing is compared with, each with its reason."""

EVIDENCE: dict[str, list[type[Model]]] = {
    "module.publish": [ModuleText, ModuleEdition, EmergencyCorrection],
    "module.sign-off": [SignOff],
    "path.publish": [PathVersion, PathItem, PathLeaf],
    "rule.publish": [AssignmentRule],
    "rule.withdraw": [AssignmentRule],
    "completion": [Completion, FactSet, Attempt, SectionDone, Enrolment, ExternalId],
    "certificate.issue": [Certificate],
    "assignment.open": [Assignment, AssignmentPeriod, Justification],
    "assignment.close": [Assignment, AssignmentPeriod, Justification],
    "change.release": [HeldBack],
    "outage.record": [Outage],
    "outage.withdraw": [Outage],
    "person.rename": [Person],
    "assessment.correct": [KeyCorrection],
    "assessment.rescore": [Rescore],
}
"""The tables in which a deleted row is missed."""

BESIDE = [Module, QuizEdition, QuizText, Freezing, FrozenMedia, LearningPath]
"""Tables that these rest on; a row that is pointed at cannot be deleted alone."""


def findings() -> set[tuple[str, str]]:
    """(kind of the entry, code) of every finding."""
    return {(finding.entry.kind if finding.entry else "", finding.code) for finding in verified().findings}


def kinds_found() -> set[str]:
    """The kinds of the entries that findings are about."""
    return {kind for kind, _code in findings()}


def row_of(kind: str, model: type[Model]) -> Any:
    rows = model._default_manager.all()
    done = Completion.objects.get()
    asked = Assignment.objects.open() if kind == "assignment.open" else Assignment.objects.filter(state="satisfied")
    held = {"assignment": asked.order_by("pk")[0], "known_to": None}
    key = done.evidence.removeprefix("attempt:")
    chosen: dict[type[Model], dict[str, Any]] = {
        AssignmentRule: {"key": "r-02" if kind == "rule.withdraw" else "r-01"},
        LearningPath: {"key": "p1"},
        ModuleText: {"revision": 1},
        Assignment: {"pk": held["assignment"].pk},
        AssignmentPeriod: held | {"true_to": None},
        Justification: held,
        Person: {"pk": done.person_id},
        ExternalId: {"person": done.person_id},
        PathVersion: {"path__key": "p1"},
        PathItem: {"version__path__key": "p1"},
        PathLeaf: {"version__path__key": "p1"},
        Attempt: {"pk": Rescore.objects.get().attempt_id if kind == "assessment.rescore" else key},
        Enrolment: {"pk": Attempt.objects.get(pk=key).subject},
        SectionDone: {"enrolment": Attempt.objects.get(pk=key).subject},
    }
    found = rows.filter(**chosen.get(model, {})).order_by("pk").first()
    assert found is not None
    return found


def without_a_trace(change: Callable[[], Any], wanted: Callable[[], set[Any]] = kinds_found) -> set[Any]:
    """What verify finds after the change, which is taken back."""
    with transaction.atomic():
        change()
        found = wanted()
        transaction.set_rollback(True)
    return found


def test_every_changed_column_is_found(evidence: None) -> None:
    missed = []
    for kind, tables in CHANGES.items():
        for model, columns in tables.items():
            row = row_of(kind, model)
            for column, value in columns.items():

                def change(row: Any = row, column: str = column, value: Any = value) -> None:
                    other = value(row) if callable(value) else value
                    assert getattr(row, column) != other
                    assert type(row)._default_manager.filter(pk=row.pk).update(**{column: other}) == 1

                if kind not in without_a_trace(change):
                    missed.append(f"{kind}: {model.__name__}.{column}")
    assert missed == []


def test_every_deleted_row_is_found(evidence: None) -> None:
    missed = []
    for kind, models in EVIDENCE.items():
        for model in models:
            rows = model._default_manager.filter(pk=row_of(kind, model).pk)
            if kind not in without_a_trace(lambda rows=rows: rows._raw_delete("default")):
                missed.append(f"{kind}: {model.__name__}")
    assert missed == []


def test_every_column_of_evidence_is_compared_or_has_a_reason() -> None:
    for model in {*BESIDE, *(model for models in EVIDENCE.values() for model in models)}:
        changed = {column for tables in CHANGES.values() for column in tables.get(model, {})}
        aside = set(ASIDE.get(model, {}))
        assert not changed & aside
        assert changed | aside == {field.name for field in model._meta.concrete_fields}, model


def test_a_rule_is_not_withdrawn_by_an_update(evidence: None) -> None:
    AssignmentRule.objects.filter(key="r-01").update(withdrawn_at=clock.now())
    assert kinds_found() == {"rule.withdraw"}


def test_a_withdrawn_rule_is_not_revived_by_an_update(evidence: None) -> None:
    AssignmentRule.objects.filter(key="r-02").update(withdrawn_at=None)
    assert kinds_found() == {"rule.withdraw"}


def test_a_second_administrator_is_not_invented(evidence: None) -> None:
    HeldBack.objects.create(cause="feed:payroll:1", applies_to=9, ends=9, moves=0, since=clock.now())
    held_back.release("feed:payroll:1", [make_person("One")], "It is meant so.", clock.now())
    sequence_pending()
    assert verified().consistent
    HeldBack.objects.filter(cause="feed:payroll:1").update(confirmed_by=make_person("Two"))
    assert kinds_found() == {"change.release"}


def test_a_path_within_a_path_is_compared(evidence: None) -> None:
    assert PathItem.objects.filter(version__path__key="p2").update(path=LearningPath.objects.create(key="p99")) == 1
    assert kinds_found() == {"path.publish"}


def replace_rule() -> None:
    """Version 1 of r-01 is replaced by version 2, a day later."""
    spec = RuleSpec("r-01", "p1", WORDS, "policy", WORDS, "HR", role="", role_name="", due_days=20, active_from=None)
    assert publish_rule(spec, clock.now()).replaces == 1
    sequence_pending()


def test_a_version_that_another_replaced_needs_no_withdrawal(evidence: None) -> None:
    replace_rule()
    assert Entry.objects.of_kind("rule.withdraw").count() == 1
    assert verified().consistent


@pytest.mark.parametrize("change", [{"withdrawn_at": LATER}, {"withdrawal_reason": "Nobody knows."}])
def test_a_replaced_version_went_when_its_successor_came(evidence: None, change: dict[str, Any]) -> None:
    replace_rule()
    AssignmentRule.objects.filter(key="r-01", number=1).update(**change)
    assert kinds_found() == {"rule.withdraw" if "withdrawal_reason" in change else "rule.publish"}


def test_a_replaced_version_is_not_revived(evidence: None) -> None:
    replace_rule()

    def revive() -> None:
        drop_constraints(AssignmentRule)
        AssignmentRule.objects.filter(key="r-01", number=1).update(withdrawn_at=None)

    assert without_a_trace(revive) == {"rule.publish"}


# Two rows of one entry


def drop_constraints(model: type[Model]) -> None:
    """The table as somebody may leave it who can write into the database: without what keeps its rows apart."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} RENAME TO kept_aside")
        cursor.execute(f"CREATE TABLE {table} AS SELECT * FROM kept_aside")  # noqa: S608 -- our own table's name


TWICE = {
    "module.publish": ModuleText,
    "module.sign-off": SignOff,
    "path.publish": PathVersion,
    "rule.publish": AssignmentRule,
    "completion": Completion,
    "certificate.issue": Certificate,
    "assessment.correct": KeyCorrection,
    "assessment.rescore": Rescore,
}


def test_a_second_row_of_an_entry_is_found(evidence: None) -> None:
    for kind, model in TWICE.items():
        row = row_of(kind, model)

        def double(row: Any = row) -> None:
            drop_constraints(type(row))
            clone(row, pk=uuid.uuid4() if isinstance(row.pk, uuid.UUID) else row.pk + 1000)

        assert (kind, "business-twice") in without_a_trace(double, findings), kind


def test_an_outage_without_an_entry_is_found(evidence: None) -> None:
    clone(Outage.objects.get(), pk=99, withdrawn_at=None, withdrawal_reason="", withdrawn_by=None)
    assert findings() == {("outage.record", "business-entry")}


# What a completion rests on


def test_a_completion_on_an_attempt_that_never_was_is_found(evidence: None) -> None:
    """A whole entry of the right form, as the sequencer and the signer would seal it."""
    done = Completion.objects.get()
    assert done.module
    assert done.text
    seam.complete(
        make_person("Impostor"),
        module_item(done.module),
        shown=text_shown(done.text, FactSet.objects.get(pk=done.facts_sha256)),
        evidence=f"attempt:{uuid.uuid4()}",
        effective_on=done.effective_on,
        at=clock.now(),
    )
    sequence_pending()
    assert findings() == {("completion", "business-differs")}


def test_a_key_that_is_corrected_later_takes_nothing_from_a_completion(evidence: None) -> None:
    done = Completion.objects.get()
    attempt = Attempt.objects.get(pk=done.evidence.removeprefix("attempt:"))
    question = attempt.edition.keys["questions"][1]
    corrected = corrected_keys.question_with_marks(question, ["b"])
    correcting.correct_key(attempt.edition, corrected, "b is right", make_person("Reviewer"), clock.now())
    sequence_pending()
    attempt.refresh_from_db()
    assert not attempt.passed
    assert verified().consistent
    Attempt.objects.filter(pk=attempt.pk).update(passed=True)
    assert kinds_found() == {"assessment.rescore"}
