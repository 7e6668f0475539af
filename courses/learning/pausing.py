"""The pause after failed tries: to read again what went wrong. It never lasts into the day on which one is due."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from itertools import takewhile
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from courses.assignments.models import Justification
from courses.learning.models import Enrolment
from quizzes import pauses
from quizzes.freezing import PAUSE
from quizzes.models import Attempt, QuizEdition


def until(enrolment: Enrolment, rows: Sequence[Attempt], at: datetime) -> datetime | None:
    """When the next try opens; None = it is open. `rows` = the attempts, the newest first.

    Asks for the due date only where a pause is at hand.
    """
    return until_by_enrolment({enrolment: rows}, at).get(enrolment.pk)


def until_by_enrolment(tried: Mapping[Enrolment, Sequence[Attempt]], at: datetime) -> dict[UUID, datetime]:
    """{enrolment: when its next try opens} of those whose next try is not open; all of one person. As in `until`."""
    failed = {way: found for way, rows in tried.items() if (found := failures(rows))}
    if not failed:
        return {}
    prefetch_related_objects([way.edition for way in failed], "quiz_edition")
    rules = {way: quiz_rule(way.edition.quiz_edition) for way in failed}
    paused = [way for way, found in failed.items() if pauses.next_try_opens_at(found, *rules[way], None)]
    due = latest(paused[0].person_id, {way.module_id for way in paused}) if paused else {}
    ends = {way.pk: pauses.next_try_opens_at(failed[way], *rules[way], due.get(way.module_id)) for way in paused}
    return {pk: end for pk, end in ends.items() if end and end > at}


@dataclass(frozen=True, slots=True)
class PauseAhead:
    """A pause that comes if tries go on to fail: after `left` more of them, `failed` having failed; for `hours`."""

    left: int
    failed: int
    hours: int


def pause_ahead(enrolment: Enrolment, rows: Sequence[Attempt]) -> PauseAhead | None:
    """The pause that the next failures bring; None where the questions know no pause. `rows` as in `until`."""
    after, hours = quiz_rule(enrolment.edition.quiz_edition)
    if not after or not hours:
        return None
    failed = len(failures([row for row in rows if row.submitted_at]))
    return PauseAhead(after - failed % after, failed, hours)


def failures(rows: Sequence[Attempt]) -> list[datetime]:
    """When the latest unbroken run of failed tries was handed in, the oldest first; empty while a try is open."""
    run = [row.submitted_at for row in takewhile(lambda row: row.passed is False, rows) if row.submitted_at]
    return run[::-1] if rows and rows[0].submitted_at else []


def quiz_rule(quiz: QuizEdition | None) -> tuple[int, int]:
    """After how many failures one pauses, and for how many hours."""
    if quiz is None:
        return 0, 0
    rule = quiz.keys.get("pause")
    return (rule["after"], rule["hours"]) if rule else PAUSE


def latest(person: UUID, modules: Collection[UUID]) -> dict[UUID, datetime]:
    """{module: the first instant of the day on which it is due, in the learner's zone}; none where nothing is due.

    One query.
    """
    asking = Justification.objects.in_force(person).filter(assignment__version__leaves__module__in=modules)
    found = asking.values_list("assignment__version__leaves__module", "assignment__due", "assignment__zone")
    days: dict[UUID, datetime] = {}
    for module, due, zone in found:
        if due:
            start = datetime.combine(due, time(), ZoneInfo(zone))
            days[module] = min(start, days.get(module, start))
    return days
