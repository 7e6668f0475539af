"""A wrong key: what it should have been, and every attempt marked anew (T-17). Nothing of it is silent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from certification.ledger import canonical, pending
from lms.people import facts_on_day
from lms.people.models import Person
from quizzes import attempts
from quizzes.appeal_models import KeyCorrection, Rescore
from quizzes.corrected_keys import keys_as_corrected
from quizzes.models import Attempt, QuizEdition, Response

CORRECT, RESCORE = "assessment.correct", "assessment.rescore"


class NothingToCorrect(ValueError):
    """The key is like that already, or the edition does not ask this question."""


def correct_key(
    edition: QuizEdition, corrected_question: dict[str, Any], reason: str, by: Person, at: datetime
) -> tuple[KeyCorrection, list[Rescore]]:
    """Stores the correction and marks every attempt of the edition anew; logs it and each outcome that is another one
    now. Raises NothingToCorrect."""
    key = corrected_question["key"]
    with transaction.atomic():
        held = QuizEdition.objects.select_for_update().select_related("quiz").get(pk=edition.pk)
        keys = keys_as_corrected(held.pk, held.keys)
        before = next((each for each in keys["questions"] if each["key"] == key), None)
        if before is None or before == corrected_question:
            raise NothingToCorrect(key)
        questions = [corrected_question if each["key"] == key else each for each in keys["questions"]]
        counted, changed = mark_anew(held, keys | {"questions": questions}, key)
        passed = sum(bool(attempt.passed) for attempt in changed)
        made = KeyCorrection(
            edition=held,
            question=key,
            corrected=corrected_question,
            before_sha256=canonical.digest(before),
            marked_anew=counted,
            to_passed=passed,
            to_failed=len(changed) - passed,
            reason=reason.strip(),
            by=by,
            at=at,
        )
        made.entry = pending.append_entry(
            CORRECT,
            key=correction_key(made),
            at=at,
            subject=None,
            actor={"person": str(by.pk), "name": by.name, "role": "reviewer"},
            payload=correction_payload(made),
        )
        made.save(force_insert=True)
        return made, [_rescore(made, attempt, at) for attempt in changed]


def correction_key(correction: KeyCorrection) -> str:
    return f"{CORRECT}:{correction.pk}"


def correction_payload(correction: KeyCorrection) -> dict[str, Any]:
    """What the ledger commits to, made of the row alone: digests of the question before and after, and what came of it.

    The words of the reason stay out of it: nobody can erase a payload.
    """
    edition = correction.edition
    return {
        "quiz": edition.quiz.code,
        "edition": edition.number,
        "quiz_sha256": edition.sha256,
        "question": correction.question,
        "before_sha256": correction.before_sha256,
        "after_sha256": canonical.digest(correction.corrected),
        "marked_anew": correction.marked_anew,
        "to_passed": correction.to_passed,
        "to_failed": correction.to_failed,
    }


def _rescore(correction: KeyCorrection, attempt: Attempt, at: datetime) -> Rescore:
    made = Rescore(correction=correction, attempt=attempt, passed=bool(attempt.passed), at=at)
    person = attempt.person
    made.entry = pending.append_entry(
        RESCORE,
        key=rescore_key(made),
        at=at,
        subject=facts_on_day.ledger_subject(person, facts_on_day.today(person, at)),
        actor={"role": "system"},
        payload=rescore_payload(made),
        ref=correction.entry,
    )
    made.save(force_insert=True)
    return made


def rescore_key(rescore: Rescore) -> str:
    return f"{RESCORE}:{rescore.correction_id}:{rescore.attempt_id}"


def rescore_payload(rescore: Rescore) -> dict[str, Any]:
    """What the ledger commits to, made of the row alone: no score and no answer, only whether it is passed now."""
    edition = rescore.correction.edition
    return {
        "quiz": edition.quiz.code,
        "edition": edition.number,
        "question": rescore.correction.question,
        "attempt": str(rescore.attempt_id),
        "passed": int(rescore.passed),
    }


def mark_anew(edition: QuizEdition, keys: dict[str, Any], question: str) -> tuple[int, list[Attempt]]:
    """Marks anew, by these keys, every handed-in attempt that was asked the question: how many, and those that pass now
    and did not, or the other way round."""
    counted, changed = 0, []
    for attempt in submitted_attempts(edition):
        attempt.edition = edition
        if question not in {each["key"] for each in attempts.questions(attempt)}:
            continue
        counted += 1
        before = attempt.passed
        given = attempts.responses(attempt)
        marks = attempts.marks_by(keys, attempt, given)
        mark = next(each for each in marks if each.question == question)
        Response.objects.filter(attempt=attempt, question=question).update(**attempts.marked(mark))
        attempts.settle(attempt, marks)
        attempt.save(update_fields=["right", "credit", "passed"])
        if before is not None and attempt.passed != before:
            changed.append(attempt)
    return counted, changed


def submitted_attempts(edition: QuizEdition) -> list[Attempt]:
    rows = Attempt.objects.filter(edition=edition, submitted_at__isnull=False).select_for_update(of=("self",))
    return list(rows.select_related("person").order_by("pk"))
