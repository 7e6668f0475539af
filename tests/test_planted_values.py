"""Nothing personal gets into what nobody can erase: a history is lived with planted values, which are then looked for.

They stand in openings of subjects and actors, and in lines of rosters, which can be erased; in no leaf and no payload.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from certification.credentials.models import Certificate
from certification.ledger import clock, kinds, payload_forms
from certification.ledger.models import Entry, EntryPart, Member, Opening
from certification.ledger.sequencer import sequence_pending
from certification.ledger.verification import verify_ledger
from content import review
from content.editions import Module, ModuleText
from courses.appeals import consequences
from courses.assignments import held_back
from courses.assignments.models import HeldBack
from courses.assignments.outages import record_outage, withdraw_outage
from courses.assignments.sync import sync_all, sync_due
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from courses.paths.publishing import publish_path, publish_rule, withdraw_rule
from courses.paths.specs import ItemSpec, PathSpec, RuleSpec
from lms import rooms
from lms.people import staffing
from lms.people.models import Person
from quizzes import corrected_keys
from tests.content.samples import make_module, make_reviewer
from tests.factories import make_person, make_unit
from tests.ledger_fixtures import make_ledger
from tests.quizzes.factories import right_answers

WORDS = {"en": "Everyone"}
QUESTIONS, RIGHT = 19, 16
"""Passed at 80 %; no other number of the history is 16."""


def planted(number: int) -> dict[str, str]:
    return {
        "given_name": f"Zephyrine{number}",
        "family_name": f"Quillfeather{number}",
        "email": f"zq{number}@planted.example",
        "staff_number": f"PLANTED-{number}",
    }


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


def sit(way: Enrolment, right: int) -> flow.HandedIn:
    """Everything but the questions, then a test with this many right answers."""
    at = clock.now()
    for section in way.edition.structure["sections"]:
        if not section["quiz"]:
            flow.finish_section(way, section["key"], "en", at)
    assert way.edition.quiz_edition is not None
    answers = right_answers(way.edition.quiz_edition)
    for key in sorted(answers)[right:]:
        answers[key] = ["b"]
    return flow.submit(way, flow.sheet_for(way, 1, answers, at), "en", at)


def live(module: Module) -> list[Person]:
    """Through the public functions: rules, rosters, tests, certificates, an appeal, another name."""
    at = clock.now()
    unit = make_unit("team")
    publish_path(PathSpec("p1", WORDS, WORDS, (ItemSpec(module=module.code, months=24),)), at)
    rule: dict[str, Any] = dict(path="p1", role="", role_name="", due_days=30, basis="policy")
    rule |= dict(basis_texts=WORDS, reasons=WORDS, owner="HR", active_from=None)
    publish_rule(RuleSpec(key="r-01", **rule), at)
    people = [make_person(unit=unit, **planted(number)) for number in range(4)]
    sync_all(at)
    passed, failed, *_others = people
    assert sit(enrolments.start(passed, module, at), RIGHT).completion
    way = enrolments.start(failed, module, at)
    handed_in = sit(way, RIGHT - 1)
    assert not handed_in.attempt.passed
    assert handed_in.attempt.right == RIGHT - 1
    wrong = sorted(right_answers(handed_in.attempt.edition))[-1]
    appeal = consequences.raise_appeal(way, 1, wrong, "I am Zephyrine1 Quillfeather1.", clock.now())
    question = next(each for each in handed_in.attempt.edition.keys["questions"] if each["key"] == wrong)
    consequences.settle_appeal(
        appeal, make_reviewer(), "Zephyrine1 is right.", corrected_keys.voided_question(question), clock.now()
    )
    staffing.describe(
        passed,
        given_name="Zephyrine7",
        family_name="Quillfeather7",
        language="fr",
        email="zq7@planted.example",
        at=clock.now(),
    )
    staffing.leave_company(people[3], on=at.date() - timedelta(days=1), at=clock.now())
    sync_due(clock.now())
    withdraw_rule(publish_rule(RuleSpec(key="r-02", **rule), clock.now()), clock.now(), "It asked for the same.")
    outage = record_outage(at - timedelta(hours=2), at - timedelta(hours=1), "Power failed.", passed, clock.now())
    withdraw_outage(outage.pk, "It was another day.", passed, clock.now())
    HeldBack.objects.create(cause="feed:payroll:1", applies_to=90, ends=90, moves=0, since=at)
    held_back.release("feed:payroll:1", [passed], "It is meant so.", clock.now())
    sequence_pending()
    return people


def scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for held in value.values():
            yield from scalars(held)
    elif isinstance(value, list):
        for held in value:
            yield from scalars(held)
    else:
        yield value


def test_every_kind_has_a_form() -> None:
    assert set(payload_forms.FORMS) == set(kinds.BUSINESS)


def test_planted_values_stand_in_nothing_that_cannot_be_erased(db: None, tmp_path: Path) -> None:
    make_ledger(tmp_path / "ledger")
    module = make_module("s01", languages=("en",), questions=QUESTIONS, signed=False)
    reviewer = make_reviewer()
    for text in ModuleText.objects.all():
        review.sign_off(text, reviewer, clock.now(), "Zephyrine2 has read it.")
    people = live(module)
    assert verify_ledger(comparers=rooms.ledger_claims()).findings == []
    assert set(Entry.objects.values_list("kind", flat=True)) >= set(kinds.BUSINESS)
    leaves = b"\n".join(bytes(leaf) for leaf in Entry.objects.values_list("leaf", flat=True)).decode()
    payloads = list(Opening.objects.filter(part=EntryPart.PAYLOAD).values_list("value", flat=True))
    fixed = "\n".join([leaves, *payloads]).casefold()
    for words in ("zephyrine", "quillfeather", "planted", *(str(person.pk) for person in people), str(reviewer.pk)):
        assert words not in fixed
    assert not {RIGHT, RIGHT - 1} & {
        each for text in payloads for each in scalars(json.loads(text)) if each is not True
    }
    # And they are where they can be erased: otherwise this test would look for what was never there.
    named = [*Opening.objects.exclude(part=EntryPart.PAYLOAD).values_list("value", flat=True)]
    named += [value or "" for value in Member.objects.values_list("value", flat=True)]
    for words in ("Zephyrine0 Quillfeather0", "Zephyrine7 Quillfeather7", "PLANTED-2"):
        assert any(words in value for value in named)
    assert Certificate.objects.filter(person__in=people).count() == 2
