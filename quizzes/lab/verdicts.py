"""Which rule made the verdict that a learner read, and to whom another rule would have said something else.

Only the version of the rule is stored. What the old one said and the new one says is computed from the answers whenever
it is asked for, so that nothing of a result outlives them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from quizzes.lab import criterion, sittings
from quizzes.lab.criterion import VERDICT, Reading
from quizzes.lab.measures import DecidedTrial
from quizzes.lab_models import LabBlock, LabSitting

JUDGED = (LabBlock.Part.A, LabBlock.Part.B)


@dataclass(frozen=True, slots=True)
class Correction:
    """What a debrief said, and what is right. Without `answers_kept` neither can be known any more: both are None."""

    said: Reading | None
    right: Reading | None
    answers_kept: bool = True


def correction_of(block: LabBlock, trials: Iterable[DecidedTrial]) -> Correction | None:
    """What its learner is to be told about a block they read by an older rule; None where that said the same.

    `trials` = the block's, empty once they were deleted.
    """
    if block.verdict is None or block.verdict >= VERDICT:
        return None
    trials = list(trials)
    if not trials:
        return Correction(None, None, answers_kept=False)
    said, right = criterion.verdict(trials, block.verdict), criterion.verdict(trials, VERDICT)
    return Correction(said, right) if said != right else None


def corrections_due(rows: Iterable[LabSitting]) -> list[LabBlock]:
    """The blocks whose debrief holds a correction that was not read yet. A query only where an older rule was read.

    `rows` = ways through labs with their blocks.
    """
    older = [
        block
        for sitting in rows
        for block in sitting.blocks.all()
        if block.verdict is not None and block.verdict < VERDICT
    ]
    prefetch_related_objects(older, "trials")
    return [block for block in older if correction_of(block, sittings.decided_trials(block))]


def note_verdict_read(block: LabBlock) -> None:
    """The learner has the debrief before them, made by the rule of today. Other parts than these hold no verdict."""
    if block.part in JUDGED and block.verdict != VERDICT:
        LabBlock.objects.filter(pk=block.pk).update(verdict=VERDICT)
