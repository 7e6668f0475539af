"""The register of indicators, and who falls into which band of each. Reads people's own results, gives bands alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from content.editions import Module
from courses.assignments.models import Assignment
from courses.learning.models import Completion, Enrolment
from quizzes.lab.gain import normalised_gain
from quizzes.lab.models import LabBlock, Trial
from quizzes.models import Attempt

Bands = dict[str, set[UUID]]
"""{band: the people in it}; nobody is in two of them."""
OVER_LIMIT, UNDER_LIMIT = 2, 4


@dataclass(frozen=True, slots=True)
class Indicator:
    """An entry of the register. `bands` names every band in order; `gather` puts people into them."""

    key: str
    name: Promise
    formula: Promise
    owner: Promise
    target: Promise
    population: Promise
    limits: Promise
    bands: Mapping[str, Promise]
    gather: Callable[[Module], Bands]


def completion(module: Module) -> Bands:
    """Completers and those who did not complete, together: a figure of completers alone would flatter."""
    done = set(Completion.objects.filter(module=module).values_list("person", flat=True))
    begun = set(Enrolment.objects.filter(module=module).values_list("person", flat=True)) - done
    open_rows = Assignment.objects.filter(state=Assignment.State.OPEN, version__leaves__module=module)
    asked = set(open_rows.values_list("person", flat=True)) - done - begun
    return {"completed": done, "begun": begun, "not-begun": asked}


def gain(module: Module) -> Bands:
    """The first pre-test against the first test that was handed in after it."""
    ways = {f"{pk}": person for pk, person in Enrolment.objects.filter(module=module).values_list("pk", "person")}
    before = scores(f"pre:{way}" for way in ways)
    after = scores(ways)
    found: Bands = {"lost": set(), "some": set(), "half": set(), "most": set()}
    for way, person in ways.items():
        pair = before.get(f"pre:{way}"), after.get(way)
        if pair[0] is None or pair[1] is None or pair[0][1] != pair[1][1]:
            continue
        share = normalised_gain(pair[0][0], pair[1][0], pair[0][1])
        if share is not None:
            found["lost" if share <= 0 else "some" if share < 0.5 else "half" if share < 0.8 else "most"].add(person)
    return found


def scores(subjects: Iterable[str]) -> dict[str, tuple[float, int]]:
    """{subject: (points, graded questions)} of the first sitting that was handed in. Two queries."""
    rows = Attempt.objects.filter(subject__in=list(subjects), submitted_at__isnull=False, credit__isnull=False)
    first: dict[str, Attempt] = {}
    for attempt in rows.prefetch_related("responses").order_by("number"):
        first.setdefault(attempt.subject, attempt)
    return {
        subject: (float(attempt.credit or 0), sum(each.credit is not None for each in attempt.responses.all()))
        for subject, attempt in first.items()
    }


def over(part: str) -> Callable[[Module], Bands]:
    """How much wrong advice was followed in a part of the lab; people who deleted their answers are not in it."""
    return lambda module: _lab(module, part, wrong=True, limit=OVER_LIMIT)


def under(part: str) -> Callable[[Module], Bands]:
    return lambda module: _lab(module, part, wrong=False, limit=UNDER_LIMIT)


def _lab(module: Module, part: str, *, wrong: bool, limit: int) -> Bands:
    ways = [str(pk) for pk in Enrolment.objects.filter(module=module).values_list("pk", flat=True)]
    rows = Trial.objects.filter(
        block__part=part, block__finished_on__isnull=False, block__sitting__subject__in=ways, advised=True
    )
    missed: dict[UUID, int] = defaultdict(int)
    for person, truth, advice, final in rows.values_list("block__sitting__person", "truth", "advice", "final"):
        followed, advice_wrong = final == advice, advice != truth
        missed[person] += int(advice_wrong == wrong and followed == wrong)
    found: Bands = {"within": set(), "beyond": set()}
    for person, count in missed.items():
        found["within" if count <= limit else "beyond"].add(person)
    return found


GOVERNANCE = _("AI office")
EVERYBODY = _("Everybody who was asked to do the module or did it")
LAB_PEOPLE = _("Everybody who finished this part and has not deleted their answers")
LAB_LIMITS = _("One short block says little about a person and more about a group; other tasks may go otherwise.")
NO_BASELINE = _("No target is set: first see where people stand.")
WITHIN = {"within": _("within the limit"), "beyond": _("beyond the limit")}
GAINED = {
    "lost": _("nothing gained"),
    "some": _("under half"),
    "half": _("half and more"),
    "most": _("0.8 and more"),
}
REGISTER = (
    Indicator(
        key="completion",
        name=_("Completed"),
        formula=_("people who completed, who began, and who have not begun"),
        owner=GOVERNANCE,
        target=_("Everybody, by the day it is due"),
        population=EVERYBODY,
        limits=_("Completing is not knowing, and knowing is not doing."),
        bands={"completed": _("completed"), "begun": _("begun"), "not-begun": _("not begun")},
        gather=completion,
    ),
    Indicator(
        key="gain",
        name=_("Learned"),
        formula=_("(first test - pre-test) / (all points - pre-test)"),
        owner=GOVERNANCE,
        target=NO_BASELINE,
        population=_("Everybody who took the voluntary pre-test and the test"),
        limits=_("Volunteers only: others may have learned more or less."),
        bands={
            "lost": _("nothing gained"),
            "some": _("under half"),
            "half": _("half and more"),
            "most": _("0.8 and more"),
        },
        gather=gain,
    ),
    *(
        Indicator(
            key=f"{key}-{part}",
            name=name,
            formula=formula,
            owner=GOVERNANCE,
            target=NO_BASELINE,
            population=LAB_PEOPLE,
            limits=LAB_LIMITS,
            bands=WITHIN,
            gather=make(part),
        )
        for part, names in (
            (LabBlock.Part.A, (_("Over-reliance, part one"), _("Under-reliance, part one"))),
            (LabBlock.Part.B, (_("Over-reliance, part two"), _("Under-reliance, part two"))),
        )
        for key, make, name, formula in (
            ("over", over, names[0], _("wrong advice followed; the limit is 2 of 8")),
            ("under", under, names[1], _("right advice refused; the limit is 4 of 16")),
        )
    ),
)
