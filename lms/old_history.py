"""A database from before the first release: its migrations were squashed away, so it is refused with a sentence.

Squashing happened once, before any site was installed; what can still turn up is somebody's demonstration.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# The first migrations of before; the squashed ones are called otherwise, which is what tells the two apart.
GONE = ("people", "0001_initial")
SENTENCE = (
    "The database {name} was made by a version from before the first release, whose migrations are no more. Nothing "
    "was touched. For a demonstration, throw it away and build it afresh: make demo-reset. Anything else: name an "
    "empty database with DATABASE_URL or VAR_DIR."
)


def refusal(using: str) -> str:
    """Why this database cannot be used, in a sentence; empty where it is new or of the present history."""
    connection = connections[using]
    if GONE not in MigrationRecorder(connection).applied_migrations():
        return ""
    return SENTENCE.format(name=connection.settings_dict["NAME"])


def check_history(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Run by `migrate` before it changes anything, and by `check --database default`."""
    found = [refusal(using) for using in databases or ()]
    return [Error(words, id="litmus.E001") for words in found if words]
