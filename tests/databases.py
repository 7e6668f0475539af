"""A migrated database in a moment: migrations run once into a template, and every run gets a copy of its own.
`python -m tests.databases` makes the template before there is a run.

Transactional tests put the copy back from the template instead of flushing it: faster, true to the migrations' own
rows (Wagtail's root page), and it does not trip over the ledger's append-only triggers.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

ModuleRows = Callable[[Callable[[], object]], None]  # what the fixture `module_rows` gives
PACKAGES = ("django", "wagtail", "wagtail-localize", "django-allauth")


def digest() -> str:
    """Changes whenever a migration or a package with migrations does, or what editors may do with which model."""
    found = hashlib.sha256("".join(metadata.version(name) for name in PACKAGES).encode())
    found.update("".join(settings.INSTALLED_APPS).encode())
    for pattern in ("*/**/migrations/*.py", "*/**/wagtail_hooks.py"):
        for path in sorted(settings.BASE_DIR.glob(pattern)):
            if ".venv" not in path.parts:
                found.update(path.read_bytes())
    for path in sorted((settings.BASE_DIR / "certification" / "ledger").glob("triggers*")):
        found.update(path.read_bytes())
    return found.hexdigest()[:12]


class SqliteCopy:
    def __init__(self) -> None:
        folder = Path(settings.VAR_DIR) / "templates"
        folder.mkdir(parents=True, exist_ok=True)
        self.template = folder / f"{digest()}.sqlite3"
        self.name = folder / f"run-{os.getpid()}.sqlite3"

    def set_up(self) -> None:
        self.make_template()
        use(self.name)
        self.restore()

    def make_template(self) -> None:
        with self._alone():
            if not self.template.exists():
                self._build()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One worker builds the template; the others wait for it."""
        with open(self.template.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _build(self) -> None:
        building = self.template.with_suffix(f".{os.getpid()}")
        use(building)
        migrate()
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        building.replace(self.template)

    def restore(self) -> None:
        connection.close()
        with sqlite3.connect(self.template) as source, sqlite3.connect(self.name, timeout=20) as target:
            source.backup(target)
        source.close()
        target.close()

    def tear_down(self) -> None:
        connection.close()
        for path in self.name.parent.glob(self.name.name + "*"):
            path.unlink()


class PostgresCopy:
    def __init__(self) -> None:
        self.template = f"litmus_template_{digest()}"
        self.name = f"litmus_run_{os.getpid()}"

    def set_up(self) -> None:
        self.make_template()
        use(self.name)
        self.restore()

    def make_template(self) -> None:
        with self._alone():
            if not self._exists(self.template):
                self._build()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One worker builds the template; the others wait for it. The lock goes when its connection does."""
        with connection._nodb_cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [self.template])
            yield

    def _build(self) -> None:
        building = f"{self.name}_building"
        self._admin(f"CREATE DATABASE {building}")
        use(building)
        migrate()
        connection.close()
        self._admin(f"ALTER DATABASE {building} RENAME TO {self.template}")

    def restore(self) -> None:
        connection.close()
        self._admin(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._admin(f"CREATE DATABASE {self.name} TEMPLATE {self.template}")

    def tear_down(self) -> None:
        connection.close()
        self._admin(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")

    def _exists(self, name: str) -> bool:
        return bool(self._admin("SELECT 1 FROM pg_database WHERE datname = %s", [name]))

    def _admin(self, sql: str, params: list[str] | None = None) -> Any:
        with connection._nodb_cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchone() if cursor.description else None


def migrate() -> None:
    """Migrations make classes by the thousand; looking through all as often as usual takes a third of the time."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    try:
        call_command("migrate", verbosity=0)
    finally:
        gc.set_threshold(*usual)


def use(name: Path | str) -> None:
    """Point this process, and the processes it starts, at that database."""
    connection.close()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
    if connection.vendor == "sqlite":
        os.environ["TEST_DATABASE_URL"] = f"sqlite:///{name}"
        return
    one = connection.settings_dict
    os.environ["TEST_DATABASE_URL"] = (
        f"postgres://{one['USER']}:{one['PASSWORD']}@{one['HOST']}:{one['PORT'] or 5432}/{name}"
    )


def copy() -> SqliteCopy | PostgresCopy:
    return SqliteCopy() if connection.vendor == "sqlite" else PostgresCopy()


if __name__ == "__main__":
    import tests.environment  # noqa: F401

    os.environ["DJANGO_SETTINGS_MODULE"] = "lms.settings"
    django.setup()
    copy().make_template()
