"""The pause after failed tries: to read again what went wrong. It never lasts into the day on which one is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from itertools import takewhile
from zoneinfo import ZoneInfo

from courses.assignments.models import Justification
from courses.learning.models import Enrolment
from quizzes import pauses
from quizzes.freezing import PAUSE
from quizzes.models import Attempt


def until(enrolment: Enrolment, rows: Sequence[Attempt], at: datetime) -> datetime | None:
    """When the next try opens; None = it is open. `rows` = the attempts, the newest first.

    Asks for the due date only where a pause is at hand.
    """
    quiz = enrolment.edition.quiz_edition
    if quiz is None or not rows or not rows[0].submitted_at:
        return None
    usual = {"after": PAUSE[0], "hours": PAUSE[1]}
    rule = quiz.keys.get("pause", usual)
    failures = [row.submitted_at for row in takewhile(lambda row: row.passed is False, rows) if row.submitted_at]
    failures.reverse()
    if pauses.next_try_opens_at(failures, rule["after"], rule["hours"], None) is None:
        return None
    end = pauses.next_try_opens_at(failures, rule["after"], rule["hours"], latest(enrolment))
    return end if end and end > at else None


def latest(enrolment: Enrolment) -> datetime | None:
    """The first instant of the day on which the module is due, in the learner's zone; None where nothing is due."""
    asking = Justification.objects.asking_for(enrolment.person, enrolment.module)
    found = asking.values_list("assignment__due", "assignment__zone")
    return min((datetime.combine(due, time(), ZoneInfo(zone)) for due, zone in found if due), default=None)
