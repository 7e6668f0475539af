"""A wrong key: what it should have been, and every attempt marked anew (T-17). Nothing of it is silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from certification.ledger import canonical, pending
from lms.people.models import Person
from quizzes import attempts
from quizzes.appeals.models import KeyCorrection
from quizzes.appeals.reading import corrected
from quizzes.models import Attempt, QuizEdition, Response

KIND = "assessment.correct"


class NothingToCorrect(ValueError):
    """The key is like that already, or the edition does not ask this question."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An attempt whose outcome is another one now; `attempt` as it stands."""

    attempt: Attempt
    passed_before: bool


def correct(
    edition: QuizEdition, corrected_question: dict[str, Any], reason: str, by: Person, at: datetime
) -> tuple[KeyCorrection, list[Changed]]:
    """Stores the correction, marks every attempt of the edition anew, and logs one entry. Raises NothingToCorrect."""
    key = corrected_question["key"]
    with transaction.atomic():
        held = QuizEdition.objects.select_for_update().select_related("quiz").get(pk=edition.pk)
        keys = corrected(held.pk, held.keys)
        before = next((each for each in keys["questions"] if each["key"] == key), None)
        if before is None or before == corrected_question:
            raise NothingToCorrect(key)
        questions = [corrected_question if each["key"] == key else each for each in keys["questions"]]
        counted, changed = remark(held, keys | {"questions": questions}, key)
        entry = pending.append(
            KIND,
            key=f"{KIND}:{held.pk}:{key}:{canonical.digest(before)[:16]}:{canonical.digest(corrected_question)[:16]}:{at.isoformat()}",
            at=at,
            subject=None,
            actor={"person": str(by.pk), "name": by.name, "role": "reviewer"},
            payload={
                "quiz": held.quiz.code,
                "edition": held.number,
                "quiz_sha256": held.sha256,
                "question": key,
                "before_sha256": canonical.digest(before),
                "after_sha256": canonical.digest(corrected_question),
                "marked_anew": counted,
                "to_passed": sum(not each.passed_before for each in changed),
                "to_failed": sum(each.passed_before for each in changed),
            },
        )
        made = KeyCorrection.objects.create(
            edition=held, question=key, corrected=corrected_question, reason=reason.strip(), by=by, at=at, entry=entry
        )
        return made, changed


def remark(edition: QuizEdition, keys: dict[str, Any], question: str) -> tuple[int, list[Changed]]:
    """Marks anew, by these keys, every handed-in attempt that was asked the question: how many, and what changed."""
    counted, changed = 0, []
    for attempt in submitted(edition):
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
            changed.append(Changed(attempt, before))
    return counted, changed


def submitted(edition: QuizEdition) -> list[Attempt]:
    rows = Attempt.objects.filter(edition=edition, submitted_at__isnull=False).select_for_update(of=("self",))
    return list(rows.select_related("person").order_by("pk"))
