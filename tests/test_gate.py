"""The gate sees what was left out; workers do not meet in Redis; a browser that cannot start is told in a sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import environment
from tests.account import Account, holes, told
from tests.browser import reason

BOTH, ONCE, POSTGRES = "tests/a.py::both", "tests/a.py::once", "tests/a.py::postgres"
ALL = [BOTH, ONCE, POSTGRES]


def sqlite(**changes: str) -> Account:
    passed = {BOTH: "passed", ONCE: "passed"}
    return Account("SQLite", ALL, {POSTGRES: "needs PostgreSQL: at once"}, passed | changes)


def postgres(left_out: dict[str, str]) -> Account:
    return Account("PostgreSQL", ALL, left_out, {test: "passed" for test in ALL if test not in left_out})


def test_every_test_on_both_or_on_one_with_its_reason_leaves_no_hole() -> None:
    first, second = sqlite(), postgres({ONCE: "uses no database"})
    assert holes(first, second) == []
    assert list(told(first, second)) == [
        "3 tests; 1 of them on SQLite and PostgreSQL.",
        "1 only on SQLite: uses no database.",
        "1 only on PostgreSQL: needs PostgreSQL: at once.",
    ]


def test_what_was_left_out_in_silence_is_a_hole() -> None:
    first = sqlite()
    del first.outcomes[BOTH]
    assert holes(first, postgres({})) == [f"{BOTH} was left out on SQLite without a reason"]


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_what_did_not_pass_is_a_hole(outcome: str) -> None:
    assert holes(sqlite(**{BOTH: outcome}), postgres({})) == [f"{BOTH} {outcome} on SQLite"]


def test_what_ran_nowhere_is_a_hole_whatever_the_reasons() -> None:
    assert holes(sqlite(), postgres({POSTGRES: "uses no database"})) == [f"{POSTGRES} passed nowhere"]


def test_a_test_that_only_one_run_knows_is_a_hole() -> None:
    first = sqlite()
    first.collected, first.outcomes = [BOTH], {BOTH: "passed"}
    assert f"{ONCE} was left out on SQLite without a reason" in holes(first, postgres({}))


def test_two_that_ask_the_same_redis_get_two_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(environment, "HELD", held := [])
    address = "redis://:secret@127.0.0.1:6379/14"
    assert environment.own_redis(address) == address
    assert environment.own_redis(address) == "redis://:secret@127.0.0.1:6379/15"
    with pytest.raises(SystemExit, match="no free database from 14 to 15"):
        environment.own_redis(address)
    os.close(held.pop())
    assert environment.own_redis(address).endswith("/15")
    for lock in held:
        os.close(lock)


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("node: error while loading shared libraries: libatomic.so.1: cannot open …", "libatomic.so.1 is missing"),
        ("\n  Target page has been closed\nCall log:\n", "Target page has been closed"),
        ("", "it says nothing"),
    ],
)
def test_why_a_browser_does_not_start_is_one_line(output: str, sentence: str) -> None:
    assert reason(output) == sentence
