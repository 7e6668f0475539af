"""The register of indicators: what each counts, of whom, which bands count as reached, who owns it, where it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms.reports.indicators import gathering
from lms.reports.indicators.gathering import Gather
from quizzes.lab_models import LabBlock

Part = LabBlock.Part


@dataclass(frozen=True, slots=True)
class Indicator:
    """An entry of the register. `bands` names every band in order; `reached` those that a target counts.

    Targets, the baseline and the first and last day of figures are not here: governance sets the former, the latter
    are what was published.
    """

    key: str
    name: Promise
    formula: Promise
    population: Promise
    excluded: Promise
    limits: Promise
    bands: Mapping[str, Promise]
    reached: frozenset[str]
    gather: Gather

    @property
    def goal(self) -> str:
        """The bands that count as reached, in words."""
        return " · ".join(str(name) for key, name in self.bands.items() if key in self.reached)

    def told(self, cells: Mapping[str, int | None], total: int | None) -> int | None:
        """How many people reached it, where the bands as they are shown (None = hidden) and their total tell it."""
        inside = [people for key, people in cells.items() if key in self.reached]
        outside = [people for key, people in cells.items() if key not in self.reached]
        if None not in inside:
            return sum(people or 0 for people in inside)
        if None not in outside and total is not None:
            return total - sum(people or 0 for people in outside)
        return None


OWNER = _("AI office")
LAB_PEOPLE = _("Everybody who finished this part")
LAB_EXCLUDED = _("Who deleted their answers, and answers deleted by themselves after 200 or 400 days")
LAB_LIMITS = _("One short block says little about a person and more about a group; other tasks may go otherwise.")
OUTCOME_LIMITS = _(
    "It counts how people ended, not what the advice did: an error made alone, which wrong advice confirmed, counts as "
    "well. Until November 2026 it was called over-reliance or under-reliance; the count is the same. One short block "
    "says little about a person and more about a group; other tasks may go otherwise."
)
LATER_LIMITS = _(
    "It counts how people ended, not what the advice did. None of 2 is a stricter limit than a quarter of more: people "
    "who decide as before keep it less often than that of parts one and two, so the two cannot be compared. Until "
    "November 2026 it was called over-reliance or under-reliance; the count is the same."
)
WITHIN = {"within": _("within the limit"), "beyond": _("beyond the limit")}
ALONE = {"within": _("three or four right"), "beyond": _("two or fewer right")}
SHARES = {
    "lost": _("nothing gained"),
    "some": _("under half"),
    "half": _("half and more"),
    "most": _("0.8 and more"),
}
KEPT = SHARES | {"lost": _("nothing kept")}
OVER = {
    Part.A: _("Ended with wrong advice, part one"),
    Part.B: _("Ended with wrong advice, part two"),
    Part.FOLLOW_30: _("Ended with wrong advice, after 30 days"),
    Part.FOLLOW_180: _("Ended with wrong advice, after 180 days"),
}
UNDER = {
    Part.A: _("Ended against right advice, part one"),
    Part.B: _("Ended against right advice, part two"),
    Part.FOLLOW_30: _("Ended against right advice, after 30 days"),
    Part.FOLLOW_180: _("Ended against right advice, after 180 days"),
}
BY_ONESELF = {
    Part.A: _("Without advice, part one"),
    Part.B: _("Without advice, part two"),
    Part.FOLLOW_30: _("Without advice, after 30 days"),
    Part.FOLLOW_180: _("Without advice, after 180 days"),
}
# The words say what is counted; formulas, keys and limits are those of the first day, so that every figure that was
# published can be compared with every later one. Count something else under a new key.
FOLLOWED = {
    True: _("final answers that were those of wrong advice, own errors included; the limit is none of 2"),
    False: _("final answers that were those of wrong advice, own errors included; the limit is 2 of 8"),
}
REFUSED = {
    True: _("final answers against right advice; the limit is none of 2"),
    False: _("final answers against right advice; the limit is 4 of 16"),
}


def lab() -> Iterator[Indicator]:
    """Each of the two sides of reliance and the cases without advice, in every part that has them."""
    for part in OVER:
        later = part in (Part.FOLLOW_30, Part.FOLLOW_180)
        limits = LATER_LIMITS if later else OUTCOME_LIMITS
        for key, name, formula, ends, bands, gather in (
            ("over", OVER[part], FOLLOWED[later], limits, WITHIN, gathering.ended_with_wrong_advice(part)),
            ("under", UNDER[part], REFUSED[later], limits, WITHIN, gathering.ended_against_right_advice(part)),
            ("alone", BY_ONESELF[part], _("right decisions in the four cases without advice"), LAB_LIMITS, ALONE,
             gathering.decided_alone(part)),
        ):  # fmt: skip
            yield Indicator(
                key=f"{key}-{part}",
                name=name,
                formula=formula,
                population=LAB_PEOPLE,
                excluded=LAB_EXCLUDED,
                limits=ends,
                bands=bands,
                reached=frozenset({"within"}),
                gather=gather,
            )


REGISTER = (
    Indicator(
        key="completion",
        name=_("Completed"),
        formula=_("people who completed, who began, and who have not begun"),
        population=_("Everybody who was asked to do the module or did it"),
        excluded=_("Nobody: those who did not complete are counted with those who did"),
        limits=_("Completing is not knowing, and knowing is not doing."),
        bands={"completed": _("completed"), "begun": _("begun"), "not-begun": _("not begun")},
        reached=frozenset({"completed"}),
        gather=gathering.completion,
    ),
    Indicator(
        key="gain",
        name=_("Learned"),
        formula=_("(first test - pre-test) / (all points - pre-test)"),
        population=_("Everybody who took the voluntary pre-test and the test"),
        excluded=_("Who had every point before, and whose two tests had unequal numbers of questions"),
        limits=_("Volunteers only: others may have learned more or less."),
        bands=SHARES,
        reached=frozenset({"half", "most"}),
        gather=gathering.gain,
    ),
    Indicator(
        key="retained",
        name=_("Kept"),
        formula=_("(pre-test of the renewal - first pre-test) / (first test - first pre-test)"),
        population=_("Everybody who took the pre-test, the test, and at the renewal the pre-test again"),
        excluded=_("Who had gained nothing the first time, and whose tests had unequal numbers of questions"),
        limits=_("Volunteers only; the time between is that of the renewal, not 180 days for everybody."),
        bands=KEPT,
        reached=frozenset({"half", "most"}),
        gather=gathering.retained,
    ),
    *lab(),
)
BY_KEY = {each.key: each for each in REGISTER}
