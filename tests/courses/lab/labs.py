"""A module that is nothing but a lab, and a browser's way through it."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from content.editions import ChangeClass, Module, ModuleEdition
from courses.learning.lab_sections import lab_sitting
from courses.learning.models import Enrolment
from quizzes.lab import sittings
from quizzes.lab_models import LabBlock
from tests.courses.learning import factories
from tests.factories import AT

PARTS = ("prediction", "block-a", "debrief", "block-b")
CONDITIONS = {"family": "expense_claims", "mode": "decide-first", "rationale": True, "confidence": "none"}


def taught(parts: tuple[str, ...] = PARTS, code: str = "m97", **conditions: Any) -> ModuleEdition:
    sections = [{"key": part, "minutes": 5, "quiz": False, "blocks": [], "lab": part} for part in parts]
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
