"""The accessibility statement, made from what `make accessibility` found last (accessibility.json beside this file)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

RESULTS = Path(__file__).with_suffix(".json")


@dataclass(frozen=True, slots=True)
class EngineResult:
    """What one engine said: in so many visits, how many findings are faults of ours and how many are not."""

    engine: str
    version: str
    visits: int
    ours: int
    not_ours: int


@dataclass(frozen=True, slots=True)
class TestRun:
    """The last run: so many pages in these languages, widths in pixels and colour schemes. `not_ours`: (engine, rule,
    how often, why it is no fault)."""

    on: date
    pages: int
    languages: list[str]
    widths: list[int]
    schemes: list[str]
    engines: list[EngineResult]
    not_ours: list[tuple[str, str, int, str]]


@cache
def last_run() -> TestRun:
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    return TestRun(
        on=date.fromisoformat(found["on"]),
        pages=found["pages"],
        languages=found["languages"],
        widths=found["widths"],
        schemes=found["schemes"],
        engines=[EngineResult(**each) for each in found["engines"]],
        not_ours=[tuple(each) for each in found["not_ours"]],
    )


@require_safe
def statement(request: HttpRequest) -> HttpResponse:
    run = last_run()
    return render(request, "accessibility.html", {"run": run, "ours": sum(each.ours for each in run.engines)})
