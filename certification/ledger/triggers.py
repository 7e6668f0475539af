"""Triggers that refuse UPDATE, DELETE and TRUNCATE on what is append-only: against accidents, not proof of anything.

A table rebuild on SQLite drops them without a word, so `ensure_triggers` runs with every ledger command, and the health
page reports the `missing_triggers`. They also refuse Django's `flush`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DEFAULT_DB_ALIAS, connections

FUNCTION = "ledger_refuse_change"
MESSAGE = "The ledger is append-only"


@dataclass(frozen=True, slots=True)
class Trigger:
    """`event` is the SQL between BEFORE and ON; `condition` is a WHEN clause both databases understand."""

    name: str
    table: str
    event: str
    condition: str = ""
    statement: bool = False


def _append_only(word: str, update: str = "UPDATE") -> list[Trigger]:
    table = f"certification_{word}"
    return [
        Trigger(f"ledger_{word}_no_update", table, update),
        Trigger(f"ledger_{word}_no_delete", table, "DELETE"),
        Trigger(f"ledger_{word}_no_truncate", table, "TRUNCATE", statement=True),
    ]


TRIGGERS = [
    *_append_only("entry"),
    *_append_only("node"),
    *_append_only("checkpoint", update="UPDATE OF id, size, root, note, made_at"),
    # When a checkpoint left the building is noted once.
    Trigger(
        "ledger_checkpoint_left_once",
        "certification_checkpoint",
        "UPDATE OF left_at",
        condition="OLD.left_at IS NOT NULL",
    ),
]


def ensure_triggers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Creates the triggers that are missing and returns their names."""
    absent = missing_triggers(using)
    connection = connections[using]
    with connection.cursor() as cursor:
        if absent and connection.vendor == "postgresql":
            cursor.execute(_function_sql())
        for trigger in _wanted(using):
            if trigger.name in absent:
                cursor.execute(_create_sql(trigger, connection.vendor))
    return absent


def missing_triggers(using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """The names of the triggers this database should have and has not."""
    if connections[using].vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgname LIKE 'ledger%%'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'ledger%%'"
    with connections[using].cursor() as cursor:
        cursor.execute(sql, [])
        present = {row[0] for row in cursor.fetchall()}
    return [trigger.name for trigger in _wanted(using) if trigger.name not in present]


def drop_triggers(using: str = DEFAULT_DB_ALIAS) -> None:
    """Takes the triggers away: only for a reversed migration and for the test harness."""
    on_table = connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        for trigger in _wanted(using):
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}" + (f" ON {trigger.table}" if on_table else ""))


@contextmanager
def triggers_suspended(using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """For the test harness: a while without triggers, so that the tables can be emptied."""
    drop_triggers(using)
    try:
        yield
    finally:
        ensure_triggers(using)


def _wanted(using: str) -> list[Trigger]:
    truncates = connections[using].vendor == "postgresql"
    return [trigger for trigger in TRIGGERS if truncates or not trigger.statement]


def _create_sql(trigger: Trigger, vendor: str) -> str:
    head = f"CREATE TRIGGER {trigger.name} BEFORE {trigger.event} ON {trigger.table}"
    row = "" if trigger.statement else "FOR EACH ROW"
    when = f"WHEN ({trigger.condition})" if trigger.condition else ""
    if vendor == "postgresql":
        return f"{head} {row or 'FOR EACH STATEMENT'} {when} EXECUTE FUNCTION {FUNCTION}()"
    return f"{head} {row} {when} BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {trigger.table}'); END"


def _function_sql() -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{MESSAGE}: %', TG_TABLE_NAME; END $$"
    )
