"""Which tests ran, where, and why not elsewhere: nothing is left out in silence (loaded by pytest's `-p`).

Every test runs on each database, or on one with its reason. `--account=FILE` writes down what became of each test;
`--after=FILE`, given such an account, leaves out what need run only once and passed there. The gate runs all tests on
SQLite, then on PostgreSQL after that; `python -m tests.account FIRST SECOND` looks for what passed in neither.
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium

WITH_REASON = ("postgres", "redis", "once")  # markers whose first argument says why
DATABASE = {"db", "transactional_db", "django_db_setup", "live_server"}


@dataclass
class Account:
    """What became of each test of one run."""

    database: str = ""
    collected: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # why
    outcomes: dict[str, str] = field(default_factory=dict)  # "passed" only if set-up and tear-down passed too

    def passed(self, test: str) -> bool:
        return self.outcomes.get(test) == "passed"

    @classmethod
    def from_file(cls, path: str) -> Account:
        return cls(**json.loads(Path(path).read_text(encoding="utf-8")))


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("account")
    group.addoption("--account", metavar="FILE", help="write down what became of each test")
    group.addoption("--after", metavar="FILE", help="an account: what need run only once and passed there is left out")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Accountant(config))


class Accountant:
    """Keeps the account of a run: in its one process, or in the one that hears from all workers of pytest-xdist."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.account = Account(database="PostgreSQL" if on_postgres() else "SQLite")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        self.account.collected = [item.nodeid for item in items]
        before = Account.from_file(self.config.option.after) if self.config.option.after else Account()
        needs = missing()
        self.account.left_out = {item.nodeid: why for item in items if (why := why_not(item, needs, before))}
        items[:] = [item for item in items if item.nodeid not in self.account.left_out]
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["account"] = asdict(self.account)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Every worker collects the same."""
        if told := getattr(node, "workeroutput", {}).get("account"):
            self.account.collected, self.account.left_out = told["collected"], told["left_out"]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self.account.outcomes.get(report.nodeid, "passed") == "passed":
            self.account.outcomes[report.nodeid] = report.outcome

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        for why, count in Counter(self.account.left_out.values()).most_common():
            terminalreporter.write_line(f"NOT RUN on {self.account.database}: {count} tests ({why}).")
        if self.config.option.account:
            Path(self.config.option.account).write_text(json.dumps(asdict(self.account)), encoding="utf-8")


def on_postgres() -> bool:
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def missing() -> dict[str, str]:
    """Marker -> what its tests need and this run has not."""
    there = {
        "postgres": (on_postgres(), "PostgreSQL in DATABASE_URL"),
        "redis": (os.environ.get("REDIS_URL"), "Redis in REDIS_URL"),
        "browser": (chromium(), "Chromium"),
    }
    return {marker: name for marker, (found, name) in there.items() if not found}


def why_not(item: pytest.Item, needs: dict[str, str], before: Account) -> str:
    """Why this run leaves the test out; empty if it does not."""
    for name in WITH_REASON:
        if (mark := item.get_closest_marker(name)) and not (mark.args and str(mark.args[0]).strip()):
            raise pytest.UsageError(f'{item.nodeid}: @pytest.mark.{name}("…") must say why.')
    for name, need in needs.items():
        if mark := item.get_closest_marker(name):
            return f"needs {need}: {mark.args[0]}" if mark.args else f"needs {need}"
    return why_once(item) if before.passed(item.nodeid) else ""


def why_once(item: pytest.Item) -> str:
    """Why one database is enough; empty if it is not. Whoever asks for no database is refused one by pytest-django."""
    if mark := item.get_closest_marker("once"):
        return str(mark.args[0])
    used = item.get_closest_marker("django_db") or DATABASE & set(getattr(item, "fixturenames", ()))
    return "" if used else "uses no database"


def holes(first: Account, second: Account) -> list[str]:
    """Tests that were left out in silence, or passed nowhere."""
    found = []
    for account in (first, second):
        for test in sorted({*first.collected, *second.collected} - {*account.outcomes, *account.left_out}):
            found.append(f"{test} was left out on {account.database} without a reason")
        for test, outcome in sorted(account.outcomes.items()):
            if outcome != "passed":
                found.append(f"{test} {outcome} on {account.database}")
    for test in sorted({*first.collected, *second.collected}):
        if not (first.passed(test) or second.passed(test)):
            found.append(f"{test} passed nowhere")
    return found


def told(first: Account, second: Account) -> Iterator[str]:
    """How many ran where, and why not elsewhere."""
    every = {*first.collected, *second.collected}
    both = sum(first.passed(test) and second.passed(test) for test in every)
    yield f"{len(every)} tests; {both} of them on {first.database} and {second.database}."
    for account, other in ((first, second), (second, first)):
        for why, count in Counter(other.left_out.values()).most_common():
            yield f"{count} only on {account.database}: {why}."


def main(first: str, second: str) -> None:
    accounts = Account.from_file(first), Account.from_file(second)
    found = holes(*accounts)
    print(*told(*accounts), *found, sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
