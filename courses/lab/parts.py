"""The lab of a module: entering its parts, and what finishing one does. Finishing is all that leaves
the lab: no result is written anywhere, and nothing asks for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from courses.completions.models import Completion
from courses.learning import enrolments, flow
from courses.learning.lab_sections import PREDICTION, section_of
from courses.learning.models import Enrolment, SectionDone
from lms.people import facts_on_day
from quizzes.lab import sittings
from quizzes.lab_models import LabBlock, LabSitting

Part = LabBlock.Part
BLOCKS = (Part.A, Part.B)


class NoLab(LookupError):
    """This module has no lab, or not this part of it."""


def conditions(enrolment: Enrolment) -> Mapping[str, Any]:
    """Raises NoLab."""
    found: Mapping[str, Any] | None = enrolment.edition.structure.get("lab")
    if found is None:
        raise NoLab(enrolment.module.code)
    return found


def begin(enrolment: Enrolment, at: datetime) -> LabSitting:
    """Raises NoLab."""
    day = facts_on_day.today(enrolment.person, at)
    return sittings.begin_lab(enrolment.person, enrolments.subject(enrolment), conditions(enrolment), day)


def enter(enrolment: Enrolment, part: str, at: datetime) -> LabBlock:
    """The block, begun where it may be. Raises NoLab, sittings.NotYet and sittings.BankChanged."""
    if part in BLOCKS and not section_of(enrolment, part):
        raise NoLab(part)
    block = sittings.enter_block(begin(enrolment, at), part, facts_on_day.today(enrolment.person, at))
    return LabBlock.objects.select_related("sitting").get(pk=block.pk)


def predict(enrolment: Enrolment, number: int | None, language: str, at: datetime) -> None:
    """Keep the guess, and do the section that asks for it. Raises NoLab."""
    section = section_of(enrolment, PREDICTION)
    if not section:
        raise NoLab(PREDICTION)
    sittings.store_prediction(begin(enrolment, at), number)
    flow.finish_section(enrolment, section, language, at)


def settle(enrolment: Enrolment, block: LabBlock, language: str, at: datetime) -> Completion | None:
    """Once all its cases are decided the block is finished, and with it its section, whatever was decided."""
    with transaction.atomic():
        held = enrolments.lock(enrolment)
        if not sittings.finish_block(block, facts_on_day.today(enrolment.person, at)):
            return None
        section = section_of(held, block.part)
        if not section or held.completed_at:
            return None
        SectionDone.objects.bulk_create([SectionDone(enrolment=held, section=section, at=at)], ignore_conflicts=True)
        return flow.move_on(held, enrolments.attempts_of(held), language, at)
