"""Takes an answer to the survey: every part of it becomes one more in a count, and the parts are not kept together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F

from content.editions import Module
from lms.people.models import Person
from lms.reports.indicators.indicator_register import BY_KEY as INDICATORS
from lms.reports.indicators.indicator_register import REGISTER
from lms.reports.indicators.models import Target
from lms.reports.survey.models import Answered, Remark, Tally
from lms.reports.survey.questions import ATTRIBUTES, Choice
from lms.reports.survey.releases import EVERYBODY


@dataclass(frozen=True, slots=True)
class Answer:
    """`statements` and `groups` = {question: chosen}; what was left out is not in them. `with_results`: the learner
    agrees that the bands of their results are counted with it.
    """

    statements: Mapping[str, str]
    groups: Mapping[str, str]
    with_results: bool
    remark: str


def quarter_of(day: date) -> str:
    """As "2026Q3": coarse, so that a count in the database is nobody's day."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def asked_groups(module: str, today: date) -> list[Choice]:
    """The groups people are asked about: only those for which a target is in force. A purpose, or no question."""
    wanted = Target.objects.filter(ended_on=None, due_on__gte=today, module__in=["", module])
    keys = set(wanted.values_list("attribute", flat=True))
    return [each for each in ATTRIBUTES if each.key in keys]


def has_answered(person: Person, module: str) -> bool:
    return Answered.objects.filter(person=person, module=module).exists()


def bands_of_learner(person: Person, module: Module) -> dict[str, str]:
    """{indicator: the band the person is in now}: what is counted when they agree, and shown to them before."""
    return {
        indicator.key: band
        for indicator in REGISTER
        for band, people in indicator.gather(module, person).items()
        if person.pk in people
    }


def in_words(bands: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(str(INDICATORS[key].name), str(INDICATORS[key].bands[band])) for key, band in bands.items()]


def count_answer(person: Person, module: Module, answer: Answer, today: date) -> bool:
    """Counts the answer; whether it did. A second one of the same person about the same module is not counted."""
    bands = dict(answer.statements) | (bands_of_learner(person, module) if answer.with_results else {})
    with transaction.atomic():
        _row, fresh = Answered.objects.get_or_create(person=person, module=module.code)
        if fresh:
            count_tallies(list(tallies_of(module.code, quarter_of(today), bands, answer.groups)))
            if answer.remark:
                Remark.objects.create(module=module.code, quarter=quarter_of(today), text=answer.remark)
    return fresh


def tallies_of(module: str, quarter: str, bands: Mapping[str, str], groups: Mapping[str, str]) -> Iterator[Tally]:
    for measure, band in bands.items():
        for attribute, group in [(EVERYBODY, EVERYBODY), *groups.items()]:
            yield Tally.of(module, quarter, measure, band, attribute, group)


def count_tallies(tallies: list[Tally]) -> None:
    """One more in each. Rows are locked in one order, so that two people who answer at once do not wait in a ring."""
    Tally.objects.bulk_create(sorted(tallies, key=lambda row: row.pk), ignore_conflicts=True)
    kept = Tally.objects.filter(pk__in=[row.pk for row in tallies])
    list(kept.order_by("pk").select_for_update().values_list("pk"))
    kept.update(people=F("people") + 1)
