"""What a completion rests on: a name that can be used once, and a digest. Never an answer, never a score."""

from __future__ import annotations

from dataclasses import dataclass

from certification.ledger import canonical
from courses.learning.models import Enrolment
from quizzes.models import Attempt


@dataclass(frozen=True, slots=True)
class Evidence:
    name: str
    sha256: str


def of_attempt(attempt: Attempt) -> Evidence:
    """The attempt that passed: when, on which questions. Its answers are left out, so none can be guessed from it."""
    submitted = attempt.submitted_at.isoformat() if attempt.submitted_at else ""
    rests_on = {"attempt": str(attempt.pk), "quiz": attempt.edition.sha256, "submitted_at": submitted, "passed": 1}
    return Evidence(f"attempt:{attempt.pk}", canonical.digest(rests_on))


def of_sections(enrolment: Enrolment) -> Evidence:
    """The sections worked through, for a module that asks no questions."""
    rows = enrolment.sections_done.order_by("section").values_list("section", "at")
    rests_on = {"enrolment": str(enrolment.pk), "sections": [[section, at.isoformat()] for section, at in rows]}
    return Evidence(f"sections:{enrolment.pk}", canonical.digest(rests_on))
