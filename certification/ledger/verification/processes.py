"""Other processes for a verification, each with a connection of its own that sees exactly what this one sees."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import django
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils import translation

from certification.ledger.records import CACHE, LedgerTables
from certification.ledger.verification.report import VerificationReport
from certification.ledger.verification.walk import Place, Walk

VIEW = "ledger_view"
TRIES = 20
WORTH_IT = 100_000
FIRST_READ = "SELECT COUNT(*) FROM sqlite_master"
"""With it, and not with BEGIN, SQLite's view begins."""


@dataclass(frozen=True, slots=True)
class HelperProcess:
    """A pool of one, so that its connection stays open between what it is asked."""

    pool: ProcessPoolExecutor

    def see(self, database: dict[str, Any], snapshot: str | None) -> None:
        self.pool.submit(_see, database, snapshot, translation.get_language()).result()

    def start(self, begun: Place, end: int, wanted: frozenset[int], keep: frozenset[str]) -> Callable[[], Walk | None]:
        walking = self.pool.submit(_walk, begun, end, wanted, keep)

        def walked() -> Walk | None:
            try:
                return walking.result()
            except Exception:  # whatever it was: this process walks the stretch itself, and meets it with all it found
                return None

        return walked


def fitting_processes(source: LedgerTables) -> int:
    """Two, where the machine has two cores and the ledger is large enough to be worth the start of another."""
    if (os.cpu_count() or 1) < 2 or "certification_entry" not in source.tables():
        return 1
    return 2 if (source.number("SELECT MAX(seq) FROM certification_entry") or 0) >= WORTH_IT else 1


@contextmanager
def helpers(source: LedgerTables, count: int) -> Iterator[Sequence[HelperProcess]]:
    """That many processes with the view of the snapshot this one has begun; none where they cannot have it."""
    connection = connections[source.using]
    # Inside somebody's transaction there may be rows that nobody else can see.
    if count < 1 or connection.in_atomic_block:
        yield []
        return
    context = multiprocessing.get_context("spawn")  # a fork would share this process's connections
    with ExitStack() as stack:
        pools = [
            stack.enter_context(ProcessPoolExecutor(1, mp_context=context, initializer=django.setup))
            for _ in range(count)
        ]
        found = [HelperProcess(pool) for pool in pools]
        try:
            same = _same_file(source, found) if source.sqlite else _same_snapshot(source, found)
        except (DatabaseError, BrokenProcessPool):
            same = False
        yield found if same else []


def _same_snapshot(source: LedgerTables, found: Sequence[HelperProcess]) -> bool:
    ((snapshot,),) = source.query("SELECT pg_export_snapshot()")
    for helper in found:
        helper.see(connections[source.using].settings_dict, snapshot)
    return True


def _same_file(source: LedgerTables, found: Sequence[HelperProcess]) -> bool:
    """SQLite hands no snapshot on. But a third connection tells whether anybody wrote while all began to read."""
    watch = connections[source.using].copy()
    try:
        for _ in range(TRIES):
            before = _version(watch)
            source.query("ROLLBACK")
            source.query("BEGIN")
            source.query(FIRST_READ)
            for helper in found:
                helper.see(connections[source.using].settings_dict, None)
            if _version(watch) == before:
                return True
    finally:
        watch.close()
    return False


def _version(watch: Any) -> int:
    with watch.cursor() as cursor:
        cursor.execute("PRAGMA data_version")
        return int(cursor.fetchone()[0])


def _see(database: dict[str, Any], snapshot: str | None, language: str | None) -> None:
    """In the helper: a transaction with the same view."""
    if language is not None:
        translation.activate(language)
    if VIEW not in connections.settings:
        connections.settings[VIEW] = connections.configure_settings({DEFAULT_DB_ALIAS: {}, VIEW: database})[VIEW]
    connections[VIEW].close()
    source = LedgerTables(VIEW)
    with connections[VIEW].cursor() as cursor:
        if snapshot is None:
            source.make_room(CACHE)
            cursor.execute("BEGIN")
            cursor.execute(FIRST_READ)
        else:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])


def _walk(begun: Place, end: int, wanted: frozenset[int], keep: frozenset[str]) -> Walk:
    """In the helper: its stretch."""
    walk = Walk.begin(LedgerTables(VIEW), VerificationReport(), wanted, keep, begun)
    walk.stretch(begun.seq, end)
    return walk
