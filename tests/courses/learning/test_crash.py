"""kill -9 in the middle of handing in a quiz, or between completion and sequencing: nothing lost, nothing doubled."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import pytest
from django.conf import settings
from django.db import connection

from certification.ledger import clock
from certification.ledger.models import Entry, Pending
from courses.completions.models import Completion
from courses.learning import enrolments
from courses.learning.models import Enrolment
from lms.xapi.models import Statement
from quizzes.models import Attempt
from tests.courses.learning import factories
from tests.factories import make_person
from tests.ledger_fixtures import make_ledger

AT = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
PEOPLE = 24
KILLS = 25
ENOUGH = 15  # kills that must have met the process at work: now and then it is done before the signal


class Sitting:
    """The process of sitting.py."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.courses.learning.sitting", str(connection.settings_dict["NAME"])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=settings.BASE_DIR,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings"},
        )
        assert self.process.stdin
        assert self.process.stdout
        self.input: IO[str] = self.process.stdin
        self.output: IO[str] = self.process.stdout
        self.expect("ready")

    def expect(self, word: str) -> str:
        line = self.output.readline().split()
        assert line, "the process ended; see its error output"
        assert line[0] == word, line
        return line[-1]

    def go(self) -> int:
        self.input.write("go\n")
        self.input.flush()
        return int(self.expect("pid"))

    def lines(self) -> Iterator[list[str]]:
        """What the child says, until it has ended."""
        while (line := self.output.readline().split()) and line[0] != "ended":
            yield line

    def kill_during(self, child: int, place: int, moment: float) -> tuple[set[str], bool]:
        """Kill the child `moment` seconds after it began the enrolment at `place`.

        Returns what it called done, and whether it was still at work.
        """
        done, begun, met = set(), 0, False
        for word, name in self.lines():
            begun += word == "begin"
            if word == "done":
                done.add(name)
            if word == "begin" and begun == place:
                with pytest.raises(subprocess.TimeoutExpired):
                    self.process.wait(moment)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                    met = True
        return done, met

    def close(self) -> None:
        self.input.close()
        self.process.wait(30)
        self.output.close()


def whole(way: Enrolment) -> bool:
    """Everything that belongs to a completion is there, or nothing of it; True = there."""
    attempt = Attempt.objects.filter(subject=str(way.pk)).first()
    name = f"attempt:{attempt.pk}" if attempt else "none"
    found = {
        "attempt": bool(attempt and attempt.passed),
        "enrolment": way.completed_at is not None,
        "completion": Completion.objects.filter(evidence=name).count() == 1,
        "pending": Pending.objects.filter(key=f"completion:{name}").count() == 1,
        "statements": Statement.objects.filter(key__startswith=f"completion:{name}").count() == 2,
    }
    assert len(set(found.values())) == 1, found
    return found["completion"]


def check_ledger() -> None:
    assert list(Entry.objects.order_by("seq").values_list("seq", flat=True)) == list(range(Entry.objects.count()))
    sequenced = set(Pending.objects.filter(sequenced=True).values_list("uuid", flat=True))
    assert sequenced == set(Entry.objects.values_list("uuid", flat=True))


@pytest.fixture(autouse=True)
def _forget_the_ledger() -> Iterator[None]:
    yield
    clock.clear_cache()


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    make_ledger(tmp_path)
    edition = factories.taught(sections=1, questions=10)
    ways = [enrolments.start(make_person(f"P{number}"), edition.module, AT) for number in range(PEOPLE)]
    connection.close()
    chance = random.Random(20261120)
    sitting = Sitting()
    promised: set[str] = set()
    kills, latest = 0, 0.02
    try:
        for kill in range(KILLS):
            done, met = sitting.kill_during(sitting.go(), 1 + kill % (PEOPLE // 2), chance.uniform(0, latest))
            promised |= done
            kills += met
            latest *= 1.1 if met else 0.5  # how long the work takes depends on the machine: follow it
            there = {str(way.pk) for way in Enrolment.objects.all() if whole(way)}
            assert promised <= there, "what was said to be done is not there"
            check_ledger()
        sitting.go()
        assert sum(word == "done" for word, _name in sitting.lines()) == PEOPLE
    finally:
        sitting.close()
    assert kills >= ENOUGH
    assert all(whole(way) for way in Enrolment.objects.all())
    assert Completion.objects.count() == len(ways)
    assert Attempt.objects.count() == len(ways)
    assert Pending.objects.filter(kind="completion").count() == len(ways)
    assert Entry.objects.filter(kind="completion").count() == len(ways)
    check_ledger()
