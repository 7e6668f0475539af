"""Runs of entries compared as a whole, and stretches walked by other processes: nothing is seen otherwise by them."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from certification.ledger import checkpoints, clock, pending, triggers
from certification.ledger.models import Entry
from certification.ledger.pending import EntryDraft
from certification.ledger.records import LedgerTables
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.verification import VerificationReport, processes, verify_ledger, walk
from certification.ledger.verification.whole_runs import NotWhole, WholeRun
from certification.management import verifying
from tests.certification.ledger.evidence import AT, append, fill, person, roster
from tests.ledger_fixtures import make_ledger


@pytest.fixture
def ledger(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> Signer:
    """Runs of four, 22 entries: a roster (5) and references (10, 11) among completions; a checkpoint over 14."""
    monkeypatch.setattr(walk, "RUN", 4)
    fill(4)
    roster([person(number) for number in range(3)])
    fill(4)
    first = Entry.objects.get(seq=2).uuid
    for _ in range(2):
        append(4, kind="assignment.close", ref=first, subject=None)
    fill(2)
    checkpoints.make_checkpoint(signer, clock.now())
    fill(8)
    return signer


def test_only_the_runs_of_genesis_and_of_the_end_are_taken_entry_by_entry(
    ledger: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    one_by_one = walk.Walk._run

    def spy(self: walk.Walk, start: int, end: int) -> None:
        taken.append(start)
        one_by_one(self, start, end)

    monkeypatch.setattr(walk.Walk, "_run", spy)
    report = verify_ledger()
    assert report.findings == []
    assert taken == [0, 20]
    assert report.root == verify_one_by_one(monkeypatch).root


def verify_one_by_one(monkeypatch: pytest.MonkeyPatch) -> VerificationReport:
    def never(*args: object) -> WholeRun:
        raise NotWhole

    with monkeypatch.context() as patched:
        patched.setattr(walk, "read_whole_run", never)
        return verify_ledger()


# What somebody may write into a column: (table, which rows, column, SQL of the new value).
UUID = "'0123456789abcdef0123456789abcdef'"
PART = "entry = (SELECT uuid FROM certification_entry WHERE seq = 9) AND part = '%s'"
CHANGES = [
    *[("entry", f"seq = {seq}", "uuid", UUID) for seq in (5, 9, 10)],
    *[("entry", f"seq = {seq}", "kind", "'certificate.issue'") for seq in (5, 9, 10)],
    ("entry", "seq = 9", "kind", "'genesis'"),
    ("entry", "seq = 9", "kind", "'Completion'"),
    ("entry", "seq = 9", "at", "'2025-01-01 00:00:00+00'"),
    ("entry", "seq = 9", "sequenced_at", "'2025-01-01 00:00:00+00'"),
    ("entry", "seq = 9", "ref", UUID),
    ("entry", "seq = 10", "ref", "NULL"),
    ("entry", "seq = 10", "ref", UUID),
    ("entry", "seq = 9", "leaf_hash", "leaf"),
    ("entry", "seq = 9", "leaf", "leaf_hash"),
    ("entry", "seq = 9", "seq", "400"),
    ("entry", "seq = 9", "seq", "-4"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "key", "'another'"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "key_salt", "leaf_of_nine"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "kind", "'certificate.issue'"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "at", "'2025-01-01 00:00:00+00'"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "ref", UUID),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "subject", "NULL"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "actor", "payload"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "payload", "subject"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "sequenced", "false"),
    ("pending", "id = (SELECT MAX(id) - 9 FROM certification_pending)", "uuid", UUID),
    *[("opening", PART % part, "value", "'{}'") for part in ("subject", "actor", "payload")],
    *[("opening", PART % part, "salt", "leaf_of_nine") for part in ("subject", "payload")],
    *[("opening", PART % part, "person", "NULL") for part in ("subject", "actor")],
    *[("opening", PART % part, "person", UUID) for part in ("subject", "payload")],
    *[("opening", PART % part, "part", "'nonsense'") for part in ("subject", "payload")],
    *[("opening", PART % part, "entry", UUID) for part in ("subject", "payload")],
    ("opening", "part = 'payload' AND value LIKE '%%roster_root%%'", "value", '\'{"roster_root":"0"}\''),
    ("member", "position = 1", "commitment", "'0'"),
    ("member", "position = 1", "value", "'{}'"),
    *[("node", f'level = {level} AND "index" = {9 >> level}', "hash", "leaf_of_nine") for level in range(5)],
    *[("node", f'level = {level} AND "index" = {9 >> level}', "level", "level + 20") for level in range(5)],
    ("node", 'level = 0 AND "index" = 9', '"index"', "900"),
    ("checkpoint", "size = 14", "root", "leaf_of_nine"),
]


@pytest.mark.parametrize(("table", "where", "column", "value"), CHANGES)
def test_a_changed_column_is_named_as_if_every_entry_were_taken_by_itself(
    ledger: Signer, monkeypatch: pytest.MonkeyPatch, table: str, where: str, column: str, value: str
) -> None:
    value = value.replace("leaf_of_nine", "(SELECT leaf FROM certification_entry WHERE seq = 9)")
    with triggers.triggers_suspended(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE certification_{table} SET {column} = {value} WHERE {where}".replace("%%", "%"))  # noqa: S608
        assert cursor.rowcount == 1
    report = verify_ledger()
    assert report.findings
    assert report == verify_one_by_one(monkeypatch)


@pytest.mark.parametrize("table", ["entry", "pending", "opening", "node"])
@pytest.mark.parametrize("nth", range(0, 22, 3))
def test_a_deleted_row_is_named_as_if_every_entry_were_taken_by_itself(
    ledger: Signer, monkeypatch: pytest.MonkeyPatch, table: str, nth: int
) -> None:
    key = "seq" if table == "entry" else "id"
    with triggers.triggers_suspended(), connection.cursor() as cursor:
        chosen = f"SELECT {key} FROM certification_{table} ORDER BY {key} LIMIT 1 OFFSET {nth}"  # noqa: S608
        cursor.execute(f"DELETE FROM certification_{table} WHERE {key} = ({chosen})")  # noqa: S608
    report = verify_ledger()
    assert report.findings
    assert report == verify_one_by_one(monkeypatch)


def large_ledger(folder: Path) -> None:
    """Four whole runs and the beginning of another, with checkpoints within runs."""
    signer = make_ledger(folder)
    for first in range(0, 4200, 1400):
        numbers = range(first, first + 1400)
        with transaction.atomic():
            pending.append_entries(
                [EntryDraft("completion", f"k{n}", AT, {"edition": n}, person(n % 7)) for n in numbers]
            )
        sequence_pending()
        checkpoints.make_checkpoint(signer, clock.now())


@pytest.mark.django_db(transaction=True)
def test_two_processes_find_what_one_finds(tmp_path: Path) -> None:
    large_ledger(tmp_path)
    assert verify_ledger(processes=2) == verify_ledger()
    assert verify_ledger().findings == []
    nine_hundred = "(SELECT uuid FROM certification_entry WHERE seq = 900)"
    with triggers.triggers_suspended(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM certification_entry WHERE seq IN (2046, 2047, 2048, 4200)")
        cursor.execute(
            "UPDATE certification_node SET hash = leaf_hash FROM certification_entry "
            'WHERE seq = 3 AND level = 10 AND "index" = 0'
        )
        cursor.execute(
            f"UPDATE certification_opening SET part = 'nonsense' WHERE entry = {nine_hundred}"  # noqa: S608
            " AND part = 'subject'"
        )
        cursor.execute("UPDATE certification_entry SET kind = 'certificate.issue' WHERE seq = 3000")
    report = verify_ledger(processes=2)
    assert {900, 2046, 2047, 2048, 3000} <= set(report.named())
    assert report == verify_ledger()


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_what_this_one_began_to_see(tmp_path: Path) -> None:
    make_ledger(tmp_path)
    source = LedgerTables("default")
    with source.snapshot(), processes.helpers(source, 1) as (helper,):
        other = connection.copy()
        with other.cursor() as cursor:
            cursor.execute("INSERT INTO certification_democlock (offset_us) VALUES (1)")
            cursor.execute("DELETE FROM certification_opening")
        other.close()
        seen = helper.start(walk.BEGINNING, 1, frozenset({1}), frozenset())()
        assert seen.report.findings == []
        assert seen.tree.roots[1] == seen.tree.frontier.root()
    assert not verify_ledger().consistent


def test_within_a_transaction_no_other_process_is_asked(ledger: Signer) -> None:
    source = LedgerTables("default")
    with transaction.atomic(), source.snapshot(), processes.helpers(source, 1) as found:
        assert list(found) == []


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_leaves_its_work_to_this_one(tmp_path: Path) -> None:
    large_ledger(tmp_path)
    source = LedgerTables("default")
    with source.snapshot(), processes.helpers(source, 1) as (helper,):
        walked = helper.start(walk.BEGINNING, 4201, frozenset(), frozenset())
        (child,) = multiprocessing.active_children()
        child.kill()
        assert walked() is None
        whole = walk.Walk.begin(source, VerificationReport(), frozenset(), frozenset())
        assert whole.whole_ledger([DeadHelper()], lambda: None) == 4201
        assert whole.report.findings == []


class DeadHelper:
    def start(self, *args: object) -> Callable[[], None]:
        return lambda: None


def test_two_processes_only_where_it_is_worth_it(ledger: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 2)
    assert processes.fitting_processes(LedgerTables("default")) == 1
    monkeypatch.setattr(processes, "WORTH_IT", 20)
    assert processes.fitting_processes(LedgerTables("default")) == 2
    monkeypatch.setattr(processes.os, "cpu_count", lambda: 1)
    assert processes.fitting_processes(LedgerTables("default")) == 1


@pytest.mark.parametrize(("given", "asked"), [([], 0), (["--processes", "2"], 2)])
def test_the_command_says_how_many(
    ledger: Signer, monkeypatch: pytest.MonkeyPatch, given: list[str], asked: int
) -> None:
    found: list[int] = []

    def spy(using: str, comparers: object, anchors: object, count: int) -> VerificationReport:
        found.append(count)
        return VerificationReport(held=1)

    monkeypatch.setattr(verifying, "verify_ledger", spy)
    call_command("ledger", "verify", *given, stdout=StringIO())
    assert found == [asked]
