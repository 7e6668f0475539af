"""A module that is nothing but a lab, and a browser's way through it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from content.editions import ChangeClass, Module, ModuleEdition
from courses.lab import parts as lab_parts
from courses.learning.lab_sections import lab_sitting
from courses.learning.models import Enrolment
from quizzes.lab import sittings
from quizzes.lab.cases.bank import LabCase
from quizzes.lab_models import LabBlock, Trial
from tests.courses.learning import factories
from tests.factories import AT

PARTS = ("prediction", "block-a", "debrief", "block-b")
CONDITIONS = {"family": "expense_claims", "mode": "decide-first", "rationale": True, "confidence": "none"}

BEFORE = {"block-a": ("practice",), "block-b": ("practice", "block-a")}


def taught(parts: tuple[str, ...] = PARTS, code: str = "m97", **conditions: Any) -> ModuleEdition:
    sections = [
        {"key": part, "minutes": 5, "quiz": False, "blocks": []} | ({"lab": part} if part in PARTS else {})
        for part in parts
    ]
    structure = {"minutes": 5 * len(parts), "objectives": ["can"], "sections": sections, "facts": [], "quiz": ""}
    module = Module.objects.create(id=factories.uuid.uuid4(), code=code)
    return edition(module, structure | {"lab": CONDITIONS | conditions})


def edition(module: Module, structure: dict[str, Any], number: int = 1) -> ModuleEdition:
    made = ModuleEdition.objects.create(
        module=module,
        number=number,
        change_class=ChangeClass.SUBSTANTIVE,
        structure=structure,
        sha256=f"{number:064x}",
        published_at=AT,
    )
    for locale in ("en", "fr", "ar"):
        factories.sign(factories.text(made, locale))
    return made


def address(way: Enrolment, part: str, name: str = "lab") -> str:
    return reverse(f"learn:{name}", args=[way.pk, part])


def post(browser: Client, way: Enrolment, part: str, place: int, step: str, **data: Any) -> Any:
    return browser.post(address(way, part, "lab_decide"), {"place": place, "step": step, **data})


def place_now(page: str) -> int:
    found = re.search(r'name="place" value="(\d+)"', page)
    assert found
    return int(found[1])


def block(way: Enrolment, part: str) -> LabBlock:
    return LabBlock.objects.select_related("sitting").get(sitting=lab_sitting(way), part=part)


def answers(truth: bool) -> str:
    return "breaks" if truth else "in-order"


def walk(browser: Client, way: Enrolment, part: str, *, first_right: bool = True, follow: bool = True) -> None:
    """Through a part as a browser would: own decision, then advice followed or refused."""
    browser.get(address(way, part))
    here = block(way, part)
    for place, name in enumerate(here.cases, 1):
        case = sittings.lab_case(here, name)
        post(browser, way, part, place, "decide", answer=answers(case.truth == first_right), certainty=70)
        if case.advice is not None:
            post(
                browser, way, part, place, "final", answer=answers(case.advice.breaks == follow), checked="the receipt"
            )


Habit = Callable[[LabCase, int], tuple[bool | None, bool]]
"""(the case, how many of its sort came before) -> first and final answer; sorts: wrong advice, right advice, none."""


def decided(way: Enrolment, part: str, habit: Habit) -> LabBlock:
    """A finished part, as its rows stand in the database. What comes before it is finished without answers."""
    sitting = lab_parts.begin(way, AT)
    for each in BEFORE[part]:
        LabBlock.objects.get_or_create(sitting=sitting, part=each, defaults={"finished_on": AT.date()})
    here, met = lab_parts.enter(way, part, AT), Counter[str]()
    for place, name in enumerate(here.cases, 1):
        case = sittings.lab_case(here, name)
        sort = "none" if case.advice is None else "wrong" if case.wrong else "right"
        first, final = habit(case, met[sort])
        met[sort] += 1
        Trial.objects.create(
            block=here,
            place=place,
            case=name,
            initial=None if case.advice is None else first,
            advised=case.advice is not None,
            truth=case.truth,
            advice=case.advice and case.advice.breaks,
            final=final,
        )
    assert sittings.finish_block(here, AT.date())
    return block(way, part)


def stubborn(errors: int) -> Habit:
    """Never changes an answer, and errs alone in so many cases with wrong advice."""

    def habit(case: LabCase, number: int) -> tuple[bool, bool]:
        own = case.truth != (case.advice is not None and case.wrong and number < errors)
        return own, own

    return habit


def swayed(changes: int) -> Habit:
    """Is right alone, and lets so many pieces of wrong advice change that."""

    def habit(case: LabCase, number: int) -> tuple[bool, bool]:
        changed = case.advice is not None and case.wrong and number < changes
        return case.truth, case.truth != changed

    return habit
