"""One import: judged, planned, tried in a transaction, and kept only when it was asked for and nothing was wrong."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lms.people.directory import staff_checks, staff_rows
from lms.people.directory.csv_table import Problem
from lms.people.directory.recorded_staff import load_recorded_staff
from lms.people.directory.staff_plan import Contradiction, People, StaffPlanner, StaffStep
from lms.people.directory.staff_rows import StaffRow
from lms.people.logins import LoginError
from lms.people.staffing import DIRECTORY, StaffingError

FEWEST_LEAVERS = 25
LEAVING_SHARE = 0.05


@dataclass
class StaffReport:
    """What was found. With problems nothing was written; `written` says whether the changes were kept."""

    people: int = 0
    absent: int = 0
    problems: list[Problem] = field(default_factory=list)
    refusal: str = ""
    changes: Counter[str] = field(default_factory=Counter)
    steps: list[StaffStep] = field(default_factory=list)
    written: bool = False


class _Undo(Exception):
    """Rolls the tried import back."""


def import_people(
    data: bytes,
    *,
    at: datetime,
    day: date | None = None,
    commit: bool = False,
    complete: bool = False,
    allow_leavers: int = 0,
    feed: str = DIRECTORY,
) -> StaffReport:
    """The CSV file `data` as of `day` (today in UTC). Without `commit` it is only tried.

    `complete` says that whoever is missing from the file has left. More leavers than the larger of 25 people and 5 %
    of those employed are refused unless `allow_leavers` names at least their number.
    """
    day = day or at.date()
    found, problems = staff_rows.read_staff_rows(data)
    known = load_recorded_staff(feed)
    problems += staff_checks.staff_problems(found, known, day)
    result = StaffReport(people=len(found), problems=sorted(set(problems)))
    result.absent = len({known.numbers[person] for person in known.employed(day)} - {row.key for row in found})
    if not result.problems:
        _try(result, found, StaffPlanner(known, feed, day, at), complete, allow_leavers, commit)
    return result


def _try(
    result: StaffReport, found: list[StaffRow], planner: StaffPlanner, complete: bool, allow_leavers: int, commit: bool
) -> None:
    """Both rounds in one transaction, which is kept only if all went well and it was asked for."""
    try:
        with transaction.atomic():
            hired = {row.key for row in found if planner.is_hire(row)}
            steps = [step for row in found for step in planner.employment(row)]
            steps += planner.missing(found) if complete else []
            result.refusal = _too_many_leavers(steps, planner, allow_leavers)
            if not result.refusal:
                people = _run(result, steps, dict(planner.known.people))
                second = replace(planner, known=load_recorded_staff(planner.feed))
                facts = [step for row in found for step in second.facts(row, hired=row.key in hired)]
                _run(result, facts, people)
            if result.refusal or not commit:
                raise _Undo
        result.written = True
    except _Undo:
        pass
    except Contradiction as fault:
        result.problems.append(fault.problem)


def _run(result: StaffReport, steps: list[StaffStep], people: People) -> People:
    for step in sorted(steps, key=lambda step: (step.stage, step.line)):
        try:
            step.do(people)
        except (StaffingError, LoginError) as fault:
            raise Contradiction(Problem(step.line, "", str(fault))) from fault
        if step.kind:
            result.steps.append(step)
            result.changes[step.kind] += 1
    return people


def _too_many_leavers(steps: list[StaffStep], planner: StaffPlanner, allowed: int) -> str:
    known = planner.known
    employed = {known.numbers[person] for person in known.employed(planner.day)}
    leaving = {step.who for step in steps if step.kind == "leaving"} & employed
    most = max(FEWEST_LEAVERS, int(len(employed) * LEAVING_SHARE), allowed)
    if len(leaving) <= most:
        return ""
    return _(
        "%(leaving)d of %(employed)d people would leave; without a second look at most %(most)d may. "
        "Is the file whole? If so, add --allow-leavers %(leaving)d."
    ) % {"leaving": len(leaving), "employed": len(employed), "most": most}
