"""One quiz answer from request to ledger, followed call by call: `make walk` prints every climb.

A climb is a call from a module of ours into one on a higher floor, hooks included; what a framework does in between is
skipped, and returning is none. Floors are those of the layers contracts in pyproject.toml: the first contract that has
two modules on different floors decides; on one floor, or where none knows both, nobody climbs.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
SIGNS = "|:()"
MOST_CLIMBS = 5
QUESTIONS = 3


class Step(NamedTuple):
    """A call between two modules: `module.function` on both sides."""

    caller: str
    called: str

    def __str__(self) -> str:
        return f"{self.caller} → {self.called}"


class Floors:
    """The layers contracts, broad ones first. A contract = [{module: its floor}], the highest floor last."""

    def __init__(self, importlinter: dict[str, Any]) -> None:
        self.roots = tuple(importlinter["root_packages"])
        found = [
            (container, levels(contract["layers"], f"{container}." if container else ""))
            for contract in importlinter["contracts"]
            if contract["type"] == "layers"
            for container in contract.get("containers", [""])
        ]
        self.contracts = [known for container, known in sorted(found, key=lambda each: len(each[0].split(".")))]

    def ours(self, module: str) -> bool:
        return module.split(".")[0] in self.roots

    def climbs(self, caller: str, called: str) -> bool:
        for known in self.contracts:
            here, there = floor(known, caller), floor(known, called)
            if here is not None and there is not None and here != there:
                return there > here
        return False


def levels(layers: list[str], prefix: str) -> dict[str, int]:
    """{module: floor}, counted from below. A layer holds modules between "|" or ":", optional ones in brackets."""
    bare = str.maketrans(SIGNS, " " * len(SIGNS))
    return {
        f"{prefix}{name}": number
        for number, layer in enumerate(reversed(layers))
        for name in layer.translate(bare).split()
    }


def floor(known: dict[str, int], module: str) -> int | None:
    """Of the module, or of the nearest package around it that the contract names."""
    parts = module.split(".")
    for end in range(len(parts), 0, -1):
        if (name := ".".join(parts[:end])) in known:
            return known[name]
    return None


@dataclass
class Walk:
    """What was seen: calls between modules in order, and every query."""

    steps: list[Step] = field(default_factory=list)
    climbs: list[Step] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)

    def checks(self) -> int:
        """How often an answer was checked on its way in; marking trusts nobody and looks at what it marks itself."""
        return sum(step.called == "quizzes.grading.checked_answer" for step in self.steps)

    def about_attempts(self) -> list[str]:
        """The reading queries on the attempts' own table, in order."""
        return [sql for sql in self.queries if sql.startswith("SELECT") and 'FROM "quizzes_attempt"' in sql]

    def histories(self) -> list[str]:
        return [sql for sql in self.about_attempts() if '"number" DESC' in sql]

    def locks(self) -> list[str]:
        """SQLite writes no FOR UPDATE; nothing but locking reads an attempt by its id."""
        return [sql for sql in self.about_attempts() if re.search(r'"quizzes_attempt"\."id" = \(?%s', sql)]


def followed(action: Callable[[], object]) -> Walk:
    """Runs the action under the tracer."""
    floors = Floors(tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"])
    walk = Walk()

    def look(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and floors.ours(name_of(frame)):
            note(walk, floors, frame)

    with noted_queries(walk):
        sys.setprofile(look)
        try:
            action()
        finally:
            sys.setprofile(None)
    return walk


def note(walk: Walk, floors: Floors, frame: FrameType) -> None:
    here = name_of(frame)
    above = frame.f_back
    while above is not None and not floors.ours(name_of(above)):
        above = above.f_back
    if above is None or name_of(above) == here:
        return
    step = Step(function(above), function(frame))
    walk.steps.append(step)
    if floors.climbs(name_of(above), here):
        walk.climbs.append(step)


def name_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def function(frame: FrameType) -> str:
    return f"{name_of(frame)}.{frame.f_code.co_qualname}"


@contextmanager
def noted_queries(walk: Walk) -> Iterator[None]:
    from django.db import connection

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        walk.queries.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(keep):
        yield


def told(walk: Walk) -> str:
    """For people: every climb, then the queries that read attempts."""
    lines = [f"{len(walk.climbs)} climbs (at most {MOST_CLIMBS}) in {len(walk.steps)} calls between modules:"]
    lines += [f"  {number}. {step}" for number, step in enumerate(walk.climbs, 1)]
    lines.append(f"{len(walk.queries)} queries; of the attempts' table {len(walk.about_attempts())}:")
    lines.append(f"  history read {len(walk.histories())} time(s), attempt locked {len(walk.locks())} time(s)")
    lines.append(f"  answers checked on their way in: {walk.checks()}, of {QUESTIONS} questions")
    return "\n".join(lines)


def quiz_answer() -> Walk:
    """The last thing somebody has to do: the quiz passes, completes the module, satisfies the path, earns the
    certificate. Somebody else went before, so that what a process remembers is known."""
    from tests.courses.assignments.world import days_pass, make_path, make_rule
    from tests.courses.learning import factories

    factories.taught("m50", sections=1, questions=QUESTIONS)
    make_path("p1", {"m50": 24})
    make_rule("r-01", "p1")
    handing_in = [ready_to_hand_in(name) for name in ("Before", "Followed")]
    days_pass("2026-09-02")
    handing_in[0]()
    return followed(handing_in[1])


def ready_to_hand_in(name: str) -> Callable[[], None]:
    """Everything but the questions is done, one answer is saved; what is returned hands the sheet in."""
    from datetime import date

    from django.test import Client
    from django.urls import reverse

    from content.editions import Module
    from courses.learning import enrolments, flow
    from tests.factories import AT, make_user, sign_in
    from tests.quizzes import posting

    user = make_user(given_name=name, hired=date(2026, 9, 1))
    way = enrolments.start(user.person, Module.objects.get(code="m50"), AT)
    flow.finish_section(way, "s1", "en", AT)
    browser, answers = sign_in(Client(), user), posting.right_fields(way)
    fields = {"attempt": "1", "page": "0123456789abcdef", **answers}
    browser.post(reverse("learn:answers", args=[way.pk]), {**fields, "turn": "1", "autosave": "1"})

    def hand_in() -> None:
        answer = browser.post(reverse("learn:submit", args=[way.pk]), {**fields, "turn": "2"})
        assert answer.headers["Location"].endswith("/result/1/#heading"), answer.content

    return hand_in


def main() -> None:
    import django

    django.setup()
    from django.conf import settings

    from tests import databases

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    copy = databases.copy()
    copy.set_up()
    try:
        walk = quiz_answer()
    finally:
        copy.tear_down()
    print(told(walk))
    sys.exit(len(walk.climbs) > MOST_CLIMBS)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    import tests.environment  # noqa: F401

    main()
