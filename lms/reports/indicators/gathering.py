"""Who falls into which band of an indicator. Reads people's own results, gives bands alone.

Every function here takes a module and, where only one person's own band is asked for, the person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db.models import Count, F, Q

from content.editions import Module
from courses.assignments.models import Assignment
from courses.completions.models import Completion
from courses.learning.models import Enrolment
from lms.people.batches import in_batches
from lms.people.models import Person
from quizzes.lab.gain import normalised_gain, retained_share
from quizzes.lab_models import LabBlock, Trial
from quizzes.models import Attempt

Bands = dict[str, set[UUID]]
"""{band: the people in it}; nobody is in two of them."""
Gather = Callable[[Module, Person | None], Bands]
Scores = tuple[float, int]
"""(points, graded questions)."""
LIMITS = {
    LabBlock.Part.A: (2, 4),
    LabBlock.Part.B: (2, 4),
    LabBlock.Part.FOLLOW_30: (0, 0),
    LabBlock.Part.FOLLOW_180: (0, 0),
}
"""How many final answers may be those of wrong advice and against right advice: a quarter of each, rounded down."""
ADVISED, SILENT = Q(advised=True), Q(advice=None)
AT_ONCE = 500
"""Ways through a module that one query names."""
ALONE_RIGHT = 3
"""Of the four cases without advice."""


def completion(module: Module, person: Person | None = None) -> Bands:
    """Completers and those who did not complete, together: a figure of completers alone would flatter."""
    only = only_of(person)
    done = set(Completion.objects.filter(module=module, **only).values_list("person", flat=True))
    begun = set(Enrolment.objects.filter(module=module, **only).values_list("person", flat=True)) - done
    open_rows = Assignment.objects.filter(state=Assignment.State.OPEN, version__leaves__module=module, **only)
    asked = set(open_rows.values_list("person", flat=True)) - done - begun
    return {"completed": done, "begun": begun, "not-begun": asked}


def gain(module: Module, person: Person | None = None) -> Bands:
    """The first pre-test against the first test that was handed in after it."""
    found: Bands = {"lost": set(), "some": set(), "half": set(), "most": set()}
    for who, (before, after, *_later) in tests(module, person).items():
        if not before or not after or before[1] != after[1]:
            continue
        share = normalised_gain(before[0], after[0], before[1])
        if share is not None:
            found[part_of(share)].add(who)
    return found


def retained(module: Module, person: Person | None = None) -> Bands:
    """What was left of the first gain when the module was taken again: the pre-test of then tells."""
    found: Bands = {"lost": set(), "some": set(), "half": set(), "most": set()}
    for who, (before, after, *later) in tests(module, person).items():
        again = next((score for score in later[::2] if score), None)
        if not before or not after or not again or len({before[1], after[1], again[1]}) > 1:
            continue
        share = retained_share(before[0], after[0], again[0], before[1])
        if share is not None:
            found[part_of(share)].add(who)
    return found


def part_of(share: float) -> str:
    return "lost" if share <= 0 else "some" if share < 0.5 else "half" if share < 0.8 else "most"


def tests(module: Module, person: Person | None) -> dict[UUID, list[Scores | None]]:
    """{person: [pre-test, test, pre-test, test, …]}, the first of each way through the module, ways in order."""
    rows = Enrolment.objects.filter(module=module, **only_of(person)).order_by("started_at", "pk")
    ways = [(f"{pk}", who) for pk, who in rows.values_list("pk", "person")]
    found = scores([subject for way, _who in ways for subject in (f"pre:{way}", way)])
    taken: dict[UUID, list[Scores | None]] = defaultdict(list)
    for way, who in ways:
        taken[who] += [found.get(f"pre:{way}"), found.get(way)]
    return taken


def scores(subjects: Iterable[str]) -> dict[str, Scores]:
    """{subject: its first sitting that was handed in}. One query for each batch."""
    graded = Count("responses", filter=Q(responses__credit__isnull=False))
    handed_in = Attempt.objects.filter(submitted_at__isnull=False, credit__isnull=False).annotate(graded=graded)
    first: dict[str, Scores] = {}
    for some in in_batches(subjects, AT_ONCE):
        rows = handed_in.filter(subject__in=some).order_by("number").values_list("subject", "credit", "graded")
        for subject, credit, asked in rows:
            first.setdefault(subject, (float(credit or 0), asked))
    return first


def ended_with_wrong_advice(part: LabBlock.Part) -> Gather:
    """How many final answers of a part of the lab were those of wrong advice, own errors that it confirmed included;
    people who deleted their answers are not in it.
    """
    followed = Q(final=F("advice")) & ~Q(advice=F("truth"))

    def gather(module: Module, person: Person | None = None) -> Bands:
        return bands_within(trials_by_person(module, part, person, followed, ADVISED), LIMITS[part][0])

    return gather


def ended_against_right_advice(part: LabBlock.Part) -> Gather:
    """How many final answers were another than right advice."""
    refused = Q(advice=F("truth")) & ~Q(final=F("advice"))

    def gather(module: Module, person: Person | None = None) -> Bands:
        return bands_within(trials_by_person(module, part, person, refused, ADVISED), LIMITS[part][1])

    return gather


def decided_alone(part: LabBlock.Part) -> Gather:
    """How many of the cases without advice were decided rightly: what people can do by themselves."""

    def gather(module: Module, person: Person | None = None) -> Bands:
        right = trials_by_person(module, part, person, Q(final=F("truth")), SILENT)
        return {
            "within": {who for who, count in right.items() if count >= ALONE_RIGHT},
            "beyond": {who for who, count in right.items() if count < ALONE_RIGHT},
        }

    return gather


def trials_by_person(module: Module, part: str, person: Person | None, what: Q, cases: Q) -> dict[UUID, int]:
    """{person: of these cases of a finished part, how many are like `what`}. One query, and one for each batch."""
    ways = Enrolment.objects.filter(module=module, **only_of(person)).values_list("pk", flat=True)
    finished = Trial.objects.filter(cases, block__part=part, block__finished_on__isnull=False)
    found: Counter[UUID] = Counter()
    for some in in_batches(map(str, ways), AT_ONCE):
        rows = finished.filter(block__sitting__subject__in=some).values_list("block__sitting__person")
        for who, count in rows.annotate(found=Count("pk", filter=what)):
            found[who] += count  # also 0: who was asked and ended with none of it is within
    return dict(found)


def bands_within(found: dict[UUID, int], limit: int) -> Bands:
    return {
        "within": {who for who, count in found.items() if count <= limit},
        "beyond": {who for who, count in found.items() if count > limit},
    }


def only_of(person: Person | None) -> dict[str, Person]:
    return {"person": person} if person else {}
