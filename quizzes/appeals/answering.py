"""Appeals: made in one click, answered by somebody who did not write the question."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from lms.people.models import Person
from lms.signatures import trail
from quizzes import attempts
from quizzes.appeal_models import Appeal
from quizzes.models import Attempt, Question

REMARK = 2000


class NotAppealable(LookupError):
    """There is no such question in a handed-in test."""


class NotYours(Exception):
    """Nobody answers an appeal of their own, or about a question they wrote."""


def make_appeal(attempt: Attempt, question: str, remark: str, answer_by: date, at: datetime) -> Appeal:
    """The appeal about a question of this attempt; the same one again where there is one. Raises NotAppealable."""
    asked = [each["key"] for each in attempts.questions(attempt)]
    if not attempt.submitted_at or attempt.purpose != Attempt.Purpose.POST or question not in asked:
        raise NotAppealable(question)
    found, _created = Appeal.objects.get_or_create(
        attempt=attempt,
        question=question,
        defaults={
            "person": attempt.person,
            "remark": remark.strip()[:REMARK],
            "made_at": at,
            "answer_by": answer_by,
        },
    )
    return found


def appeals_by_question(attempt: Attempt) -> dict[str, Appeal]:
    """{question: its appeal}."""
    return {appeal.question: appeal for appeal in attempt.appeals.all()}


def open_appeals() -> QuerySet[Appeal]:
    """Those to be answered, the most urgent first."""
    return Appeal.objects.filter(answered_at=None).order_by("answer_by", "made_at")


def question_authors(question: str) -> set[Person]:
    """Whoever ever changed the question's words or key, in any language."""
    return set(
        trail.everybody([row.subject() for row in Question.objects.filter(code=question).select_related("locale")])
    )


def answer_appeal(appeal: Appeal, by: Person, upheld: bool, words: str, at: datetime) -> Appeal:
    """Answers it, once; an answer that was given stays. Raises NotYours."""
    if by.pk == appeal.person_id or by in question_authors(appeal.question):
        raise NotYours(appeal.question)
    with transaction.atomic():
        held = Appeal.objects.select_for_update().get(pk=appeal.pk)
        if held.answered_at is None:
            held.answered_at, held.answered_by, held.upheld, held.answer = at, by, upheld, words.strip()
            held.save(update_fields=["answered_at", "answered_by", "upheld", "answer"])
        return held
