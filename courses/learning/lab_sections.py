"""Sections with a part of the lab: where they stand, and what the player shows in one. The lab itself: courses.lab."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from courses.learning import enrolments
from courses.learning.flow import LearnerPlace
from courses.learning.models import Enrolment
from courses.learning.progress import Section
from lms.people import facts_on_day
from quizzes.lab import sittings
from quizzes.lab_models import LabBlock, LabSitting

PREDICTION, DEBRIEF = "prediction", "debrief"
MOST_PREDICTED = 24
HABITS = "habits"
"""The key of the section that teaches what the debrief of a lab points to."""


def section_of(enrolment: Enrolment, part: str) -> str:
    """The key of the section with this part of the lab; "" where there is none."""
    sections = enrolment.edition.structure["sections"]
    return next((section["key"] for section in sections if section.get("lab") == part), "")


def is_guess(number: str) -> bool:
    """Whether that can be kept as a guess; one may make none."""
    return not number or (number.isascii() and number.isdigit() and len(number) < 6 and int(number) <= MOST_PREDICTED)


def lab_sitting(enrolment: Enrolment) -> LabSitting | None:
    return sittings.find_lab_sitting(enrolment.person, enrolments.subject(enrolment))


def lab_context(here: LearnerPlace, shown: Section) -> dict[str, Any]:
    """What section.html adds below the text of a section with a part of the lab: see lab_section.html."""
    sitting = lab_sitting(here.enrolment)
    known = sittings.lab_blocks(sitting) if sitting else {}
    block, first = known.get(shown.lab), known.get(LabBlock.Part.A)
    after = shown.lab in (DEBRIEF, LabBlock.Part.B)
    return {
        "lab_part": shown.lab,
        "lab_block": block,
        "lab_left": len(block.cases) - block.trials.exclude(final=None).count() if block else None,
        "lab_blocks": known,
        "prediction": sitting.prediction if sitting else None,
        "lab_after": after and not (first and first.finished_on),
    }


def open_follow_up(rows: Sequence[Enrolment], at: datetime) -> tuple[Enrolment, str] | None:
    """The voluntary part that is open now in one of these ways through a module. Two queries, none without a lab."""
    known = {enrolments.subject(row): row for row in rows if row.edition.structure.get("lab")}
    if not known:
        return None
    person = rows[0].person
    found = sittings.follow_ups(sittings.lab_sittings(person), facts_on_day.today(person, at))
    return next(((known[subject], part) for subject, part in found if subject in known), None)
