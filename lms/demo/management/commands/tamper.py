"""`make tamper`: change one byte in a copy of the database, and see the ledger's verification name the entry."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection


class Command(BaseCommand):
    help = "Copies the SQLite database, verifies the copy, changes one byte of one completion's entry, verifies again."

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(
                "This works on a copy of a SQLite file; with PostgreSQL, restore a dump and change a row."
            )
        source = Path(str(connection.settings_dict["NAME"]))
        if not source.exists():
            raise CommandError(f"There is no database at {source} yet. Build the demonstration first: make demo")
        copy = Path(settings.VAR_DIR) / "tampered.sqlite3"
        copy.unlink(missing_ok=True)
        backup(source, copy)
        kept = keep_newest_checkpoint(copy)
        self.stdout.write(
            f"A copy of the database: {copy}\nThe newest checkpoint, as an auditor keeps it: {kept}\nVerifying …"
        )
        self.stdout.flush()
        if verify(copy, kept) != 0:
            raise CommandError("The honest copy does not verify. Was the demonstration changed? Try: make demo-reset")
        seq, before, after = change_a_byte(copy)
        self.stdout.write(
            f"\nOne byte of entry {seq} changed in the copy: {before!r} became {after!r}. Verifying again …"
        )
        self.stdout.flush()
        code = verify(copy, kept)
        self.stdout.write(f"\nExit code {code}. The site's own database was not touched.")
        if code != 1:
            raise CommandError("The change was not caught. That should not happen: please report it.")


def backup(source: Path, copy: Path) -> None:
    """Whole and consistent even while the site writes; a plain file copy would miss the write-ahead log."""
    original, target = sqlite3.connect(source), sqlite3.connect(copy)
    original.backup(target)
    original.close()
    target.close()


def keep_newest_checkpoint(copy: Path) -> Path:
    """Written to a file of its own: from then on it does not come from the database that is judged."""
    database = sqlite3.connect(copy)
    (note,) = database.execute("SELECT note FROM certification_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    database.close()
    kept = copy.with_name("kept-checkpoint.txt")
    kept.write_text(note, encoding="utf-8")
    return kept


def change_a_byte(copy: Path) -> tuple[int, str, str]:
    """The last digit of the time in the middle completion; the triggers that refuse it are dropped first."""
    database = sqlite3.connect(copy)
    triggers = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for (name,) in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    rows = database.execute(
        "SELECT seq, leaf FROM certification_entry WHERE kind = 'completion' ORDER BY seq"
    ).fetchall()
    if not rows:
        raise CommandError("The ledger holds no completion yet: learn something first, or build the demonstration.")
    seq, leaf = rows[len(rows) // 2]
    place = leaf.index(b'"at":"') + len(b'"at":"') + len("2026-01-0")
    old = leaf[place : place + 1]
    new = b"1" if old != b"1" else b"2"
    database.execute(
        "UPDATE certification_entry SET leaf = ? WHERE seq = ?", (leaf[:place] + new + leaf[place + 1 :], seq)
    )
    database.commit()
    database.close()
    return seq, leaf[place - 9 : place + 1].decode(), (leaf[place - 9 : place] + new).decode()


def verify(copy: Path, kept: Path) -> int:
    how = ["ledger", "verify", "--database-file", str(copy), "--checkpoint", str(kept)]
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *how]
    return subprocess.run(command, check=False).returncode  # noqa: S603
