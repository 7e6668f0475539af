"""What a block of the lab shows its learner, and nobody else: measures in words, a plot, every case explained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from courses.lab.outcome_rows import kind_name, outcome_tables
from courses.lab.verdict_words import correction_in_words, habit_that_helps, message, own_errors
from quizzes.lab import criterion, sittings
from quizzes.lab.cases import wording
from quizzes.lab.intervals import Proportion
from quizzes.lab.measures import DecidedTrial, Measures, block_measures
from quizzes.lab.verdicts import correction_of
from quizzes.lab_models import LabBlock
from quizzes.lab_models import Trial as Stored

SIDE = 200
"""The plot's sides in its own units; the template adds a margin for the axes."""


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """A measure in words: what it says, k of n, its share and interval; empty where it is not defined."""

    name: str
    meaning: str
    counts: str
    share: str
    interval: str


@dataclass(frozen=True, slots=True)
class MeasureBar:
    name: str
    percent: int
    counts: str
    interval: str


def block_context(block: LabBlock, language: str) -> dict[str, Any]:
    """The context of lab_result.html for one finished block; `measures` is None once the answers were deleted, and
    `correction` where nothing is to be taken back.
    """
    trials = sittings.decided_trials(block)
    correction = correction_of(block, trials)
    if not trials:
        return {"measures": None, "correction": correction and correction_in_words(correction, None)}
    found = block_measures(trials, problem=True)
    said = criterion.feedback_on_block(trials)
    explained = cases(block, language, trials)
    return {
        "measures": found,
        "correction": correction and correction_in_words(correction, found),
        "feedback": message(said.reading, found),
        "own_errors": own_errors(found),
        "habit": habit_that_helps(said.reading),
        "offers_practice": said.offers_practice,
        "outcomes": outcome_tables(trials, {case["key"]: case["place"] for case in explained}),
        "bars": bars(found),
        "rows": measure_rows(found),
        "more": further_measures(found),
        "plot": plot(found),
        "cases": explained,
        "revised": block.sitting.bank_sha256 != sittings.bank_digest(block.sitting.family),
    }


def percent(value: float | None) -> str:
    if value is None:
        return gettext("not defined")
    said = gettext("%(share)s %%") % {"share": number_format(value * 100, 0)}
    return said.replace(" ", "\N{NO-BREAK SPACE}")


def interval(found: Proportion) -> str:
    if found.interval is None:
        return ""
    return gettext("%(low)s to %(high)s") % {
        "low": percent(found.interval.low),
        "high": percent(found.interval.high),
    }


def count_in_words(found: Proportion) -> str:
    return gettext("%(count)s of %(of)s") % {"count": found.count, "of": found.of}


def measure_row(name: str, meaning: str, found: Proportion) -> MeasureRow:
    return MeasureRow(name, meaning, count_in_words(found) if found.of else "", percent(found.value), interval(found))


def outcome_rows(found: Measures) -> list[MeasureRow]:
    """How one ended, whatever one's first answer was: of the same number of cases in every part."""
    return [
        measure_row(
            gettext("Ended with wrong advice"),
            gettext("over-reliance: the advice was wrong and your final answer the same, own errors included"),
            found.over,
        ),
        measure_row(
            gettext("Ended against right advice"),
            gettext("under-reliance: the advice was right and your final answer another"),
            found.under,
        ),
    ]


def measure_rows(found: Measures) -> list[MeasureRow]:
    """What the advice did to right first answers, then how one ended, then what that consists of."""
    return [
        measure_row(
            gettext("Changed to wrong advice"),
            gettext("of your own right first answers where the advice was wrong, those you changed to it"),
            found.changed,
        ),
        measure_row(
            gettext("Changed away from right advice"),
            gettext("of your own right first answers where the advice was right as well, those you changed"),
            found.changed_away,
        ),
        *outcome_rows(found),
        measure_row(
            gettext("Omission"),
            gettext("a rule was broken, the advice reported none, and your final answer reported none either"),
            found.omission,
        ),
        measure_row(
            gettext("Commission"),
            gettext("no rule was broken, the advice reported one, and so did your final answer"),
            found.commission,
        ),
        measure_row(
            gettext("Reliance on right advice"),
            gettext("of your own wrong first answers where the advice was right, those you changed to it"),
            found.rair,
        ),
        measure_row(
            gettext("Reliance on yourself"),
            gettext("of your own right first answers where the advice was wrong, those you kept"),
            found.rsr,
        ),
        measure_row(
            gettext("Alone, without any advice"),
            gettext("right among the cases where no advice came"),
            found.accuracy_unaided,
        ),
    ]


def further_measures(found: Measures) -> list[tuple[str, str]]:
    """For those who want to know: signal detection and change."""
    lines = [
        (gettext("Changed over to the advice"), percent(found.switched.value)),
        (gettext("Ended with the advice"), percent(found.agreed.value)),
        (gettext("How well your final answers tell right from wrong advice (d′)"), figure(found.detection.d_prime)),
        (gettext("Leaning of your final answers: above 0 = with the advice (c)"), figure(found.detection.c)),
    ]
    if found.change:
        change = gettext("%(rescued)s from wrong to right, %(talked_out)s from right to wrong") % {
            "rescued": found.change.rescued,
            "talked_out": found.change.talked_out,
        }
        lines.append((gettext("What you changed after the advice"), change))
    return lines


def figure(value: float | None) -> str:
    return gettext("not defined") if value is None else number_format(value, 2)


def bars(found: Measures) -> list[MeasureBar]:
    """Right answers: one's first ones, those of the advice, one's final ones."""
    named = (
        (gettext("Yours, before the advice"), found.accuracy_initial),
        (gettext("Those of the advice"), found.accuracy_advice),
        (gettext("Yours, after the advice"), found.accuracy_final),
    )
    return [
        MeasureBar(name, round((share.value or 0) * 100), count_in_words(share), interval(share))
        for name, share in named
        if share.of
    ]


def plot(found: Measures) -> dict[str, int] | None:
    """The point and its intervals in the plot's units, the origin below at the left; None where a side is undefined."""
    across, up = found.rsr, found.rair
    if across.value is None or up.value is None or across.interval is None or up.interval is None:
        return None
    return {
        "x": round(across.value * SIDE),
        "x_low": round(across.interval.low * SIDE),
        "x_high": round(across.interval.high * SIDE),
        "y": SIDE - round(up.value * SIDE),
        "y_low": SIDE - round(up.interval.low * SIDE),
        "y_high": SIDE - round(up.interval.high * SIDE),
        "side": SIDE,
    }


def cases(block: LabBlock, language: str, trials: Iterable[DecidedTrial]) -> list[dict[str, Any]]:
    """Every case in the order met: facts, the advice, what is true and why, and one's own answers."""
    kinds = {trial.case: kind_name(trial) for trial in trials}
    stored = block.trials.exclude(final=None).order_by("place")
    return [case(block, trial, language) | {"kind": kinds[trial.case]} for trial in stored]


def case(block: LabBlock, trial: Stored, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "key": trial.case,
        "place": trial.place,
        "right": trial.final == trial.truth,
        "advised": trial.advised,
        "advice_right": trial.advice == trial.truth,
        "confidence": trial.confidence,
        "checked": trial.checked,
    }
    try:
        known = sittings.lab_case(block, trial.case)
    except LookupError:  # the bank was changed since: what was decided stays, the words are gone
        return found
    said = wording.describe_case(known, language)
    breaks, in_order = said.answers
    answer = {True: breaks, False: in_order, None: ""}
    return found | {
        "facts": said.facts,
        "verdict": said.verdict if trial.advised else "",
        "rationale": said.rationale if trial.advised else "",
        "truth": answer[trial.truth],
        "explanation": wording.explain_truth(known, language),
        "initial": answer[trial.initial],
        "final": answer[trial.final],
    }


def compared(first: Sequence[DecidedTrial], second: Sequence[DecidedTrial]) -> list[tuple[MeasureRow, MeasureRow]]:
    """Part one beside part two, for the measures that rest on the same number of cases in both."""
    pairs = zip(
        outcome_rows(block_measures(first, problem=True)),
        outcome_rows(block_measures(second, problem=True)),
        strict=True,
    )
    return list(pairs)
