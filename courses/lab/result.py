"""What a block of the lab shows its learner, and nobody else: measures in words, a plot, every case explained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext

from quizzes.lab import criterion, sittings
from quizzes.lab.cases import wording
from quizzes.lab.intervals import Proportion
from quizzes.lab.measures import DecidedTrial, Measures, block_measures
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
    """The context of lab_result.html for one finished block; `measures` is None once the answers were deleted."""
    trials = sittings.decided_trials(block)
    if not trials:
        return {"measures": None}
    found = block_measures(trials, problem=True)
    said = criterion.feedback_on_block(trials)
    return {
        "measures": found,
        "feedback": message(said.reading),
        "offers_practice": said.offers_practice,
        "bars": bars(found),
        "rows": measure_rows(found),
        "more": further_measures(found),
        "plot": plot(found),
        "cases": cases(block, language),
        "followed": found.over.count,
        "revised": block.sitting.bank_sha256 != sittings.bank_digest(block.sitting.family),
    }


def message(reading: str | None) -> str:
    """Two-sided, and no verdict about the person (CURRICULUM 3.3)."""
    return {
        "over": gettext(
            "You trusted the advice more than it deserved in these cases. Habits 2 and 3 help: look for the fact that "
            "would prove it wrong, and check one source outside the system."
        ),
        "under": gettext(
            "You caught wrong advice, and you also threw away good advice. Refusing has a price as well: look for the "
            "fact that would prove yourself wrong, too."
        ),
        "both": gettext("Advice and facts were mixed up. Practise rule by rule: one rule, one fact, then the next."),
        "calibrated": gettext(
            "Well calibrated here. Stay alert: in daily work you rarely know how often the system is wrong."
        ),
    }.get(reading or "", gettext("These cases alone are too few to say which way you lean."))


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


def measure_rows(found: Measures) -> list[MeasureRow]:
    """What steers the feedback, then what it consists of."""
    return [
        measure_row(gettext("Over-reliance"), gettext("wrong advice you followed"), found.over),
        measure_row(gettext("Under-reliance"), gettext("right advice you refused"), found.under),
        measure_row(
            gettext("Omission"), gettext("a broken rule you missed, where the advice saw none either"), found.omission
        ),
        measure_row(
            gettext("Commission"), gettext("a broken rule you saw only because wrong advice did"), found.commission
        ),
        measure_row(
            gettext("Reliance on right advice"),
            gettext("of your own wrong first answers, those it put right"),
            found.rair,
        ),
        measure_row(
            gettext("Reliance on yourself"),
            gettext("of your own right first answers, those you kept against it"),
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
        (gettext("Telling right from wrong advice (d′)"), figure(found.detection.d_prime)),
        (gettext("Leaning: above 0 = reluctant to refuse (c)"), figure(found.detection.c)),
    ]
    if found.change:
        change = gettext("%(rescued)s put right, %(talked_out)s talked out of a right answer") % {
            "rescued": found.change.rescued,
            "talked_out": found.change.talked_out,
        }
        lines.append((gettext("What the advice changed"), change))
    return lines


def figure(value: float | None) -> str:
    return gettext("not defined") if value is None else number_format(value, 2)


def bars(found: Measures) -> list[MeasureBar]:
    """Right answers: alone, the system's, together."""
    named = (
        (gettext("You, before the advice"), found.accuracy_initial),
        (gettext("The system alone"), found.accuracy_advice),
        (gettext("You with the system"), found.accuracy_final),
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


def cases(block: LabBlock, language: str) -> list[dict[str, Any]]:
    """Every case in the order met: facts, what the advice said, what is true and why, and one's own answers."""
    return [case(block, trial, language) for trial in block.trials.exclude(final=None).order_by("place")]


def case(block: LabBlock, trial: Stored, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
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
        measure_rows(block_measures(first, problem=True)),
        measure_rows(block_measures(second, problem=True)),
        strict=True,
    )
    return [pair for number, pair in enumerate(pairs) if number < 2]
