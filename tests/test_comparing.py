"""`ledger verify` compares what pages show with what was logged: a row changed in any business table is caught."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from certification.credentials.models import Certificate
from certification.ledger import clock
from certification.ledger.sequencer import sequence_pending
from certification.ledger.verification import Report, verify
from content.editions import ModuleEdition, ModuleText
from courses.assignments.sync import sync_all
from courses.completions.models import Completion
from courses.learning import enrolments, flow
from courses.paths.models import AssignmentRule, PathLeaf, PathVersion
from courses.paths.publishing import publish_path, publish_rule
from courses.paths.specs import ItemSpec, PathSpec, RuleSpec
from lms import rooms
from quizzes.appeals import correcting, keys
from quizzes.models import KeyCorrection, QuizEdition, QuizText
from tests.content.samples import make_module
from tests.factories import make_person
from tests.ledger_fixtures import make_ledger
from tests.quizzes.factories import right_answers

WORDS = {"en": "Everyone"}


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


@pytest.fixture
def evidence(transactional_db: None, tmp_path: Path) -> None:
    """Somebody was assigned a path by a rule, learnt its module, passed, and holds the certificate."""
    make_ledger(tmp_path / "ledger")
    module = make_module("s01", languages=("en",))
    at = clock.now()
    publish_path(PathSpec("p1", WORDS, WORDS, (ItemSpec(module="s01", months=24),)), at)
    rule: dict[str, Any] = dict(key="r-01", path="p1", role="", role_name="", due_days=30, basis="policy")
    publish_rule(RuleSpec(**rule, basis_texts=WORDS, reasons=WORDS, owner="HR", active_from=None), at)
    person = make_person()
    sync_all(at)
    way = enrolments.start(person, module, at)
    for section in way.edition.structure["sections"]:
        if not section["quiz"]:
            flow.finish_section(way, section["key"], "en", at)
    assert way.edition.quiz_edition is not None
    assert flow.submit(way, flow.sheet_for(way, 1, right_answers(way.edition.quiz_edition), at), "en", at).completion
    assert Certificate.objects.of(person).exists()
    edition = way.edition.quiz_edition
    unfair = keys.void(edition.keys["questions"][0])
    correcting.correct(edition, unfair, "unclear", make_person("Reviewer"), clock.now())
    sequence_pending()


def verified() -> Report:
    return verify(comparers=rooms.ledger_claims())


def test_untouched_it_is_valid(evidence: None) -> None:
    assert verified().valid


def change_words() -> None:
    text = ModuleText.objects.get()
    text.body["title"] += "!"
    ModuleText.objects.filter(pk=text.pk).update(body=text.body)


def change_question() -> None:
    questions = QuizText.objects.get()
    next(iter(questions.body.values()))["text"] = "Something else?"
    QuizText.objects.filter(pk=questions.pk).update(body=questions.body)


def change_key() -> None:
    quiz = QuizEdition.objects.get()
    for option in quiz.keys["questions"][0]["options"]:
        option["right"] = not option["right"]
    QuizEdition.objects.filter(pk=quiz.pk).update(keys=quiz.keys)


def change_certificate() -> None:
    one = Certificate.objects.get()
    one.content["items"][0]["effective_on"] = "2020-01-01"
    Certificate.objects.filter(pk=one.pk).update(content=one.content)


CHANGES: dict[str, tuple[str, Callable[[], Any]]] = {
    "when it was completed": ("completion", lambda: Completion.objects.update(effective_on=date(2020, 1, 1))),
    "who completed it": ("completion", lambda: Completion.objects.update(person=make_person("Other"))),
    "which rules asked for it": ("completion", lambda: Completion.objects.update(required_by=[])),
    "what it rests on": ("completion", lambda: Completion.objects.update(evidence_sha256="0" * 64)),
    "which text it translates": ("completion", lambda: ModuleText.objects.update(source_sha256="0" * 64)),
    "a completion is deleted": ("completion", lambda: Completion.objects.all().delete()),
    "what a certificate says": ("certificate.issue", change_certificate),
    "how long it is valid": ("certificate.issue", lambda: Certificate.objects.update(valid_until=date(2099, 1, 1))),
    "a certificate is deleted": ("certificate.issue", lambda: Certificate.objects.all().delete()),
    "the words that were taught": ("module.publish", change_words),
    "a question that was asked": ("module.publish", change_question),
    "which answers are right": ("module.publish", change_key),
    "the frozen structure": ("module.publish", lambda: ModuleEdition.objects.update(structure={"sections": []})),
    "what a corrected key says": ("assessment.correct", lambda: KeyCorrection.objects.update(corrected={"key": "x"})),
    "which question was corrected": ("assessment.correct", lambda: KeyCorrection.objects.update(question="another")),
    "a correction is deleted": ("assessment.correct", lambda: KeyCorrection.objects.all().delete()),
    "by when a rule asks": ("rule.publish", lambda: AssignmentRule.objects.update(due_days=300)),
    "what a path is called": ("path.publish", lambda: PathVersion.objects.update(titles={"en": "Nobody"})),
    "what a path asks": ("path.publish", lambda: PathLeaf.objects.update(compulsory=False)),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_row_is_named_with_its_entry(evidence: None, what: str) -> None:
    kind, change = CHANGES[what]
    change()
    report = verified()
    assert not report.valid
    assert kind in " ".join(map(str, report.findings))
