"""Typed readers for the environment. A missing or wrong value stops the process with one clear sentence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
KNOWN_DATABASES = {"django.db.backends.postgresql", "django.db.backends.sqlite3"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.strip().lower() in TRUE:
        return True
    if raw.strip().lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, but it is {raw!r}.")


def number(name: str, default: int) -> int:
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return int(raw)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, but it is {raw!r}.") from error


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def folder(name: str, default: Path) -> Path:
    """A folder for data, made if it is not there."""
    path = Path(text(name) or default)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {path} cannot be made ({error.strerror}). Set {name} to a folder this process may write to."
        ) from error
    return path


def database(name: str, file: Path) -> dict[str, Any]:
    """Django's settings for the database at the address `name`; without one for the SQLite file."""
    address = secret(name)
    if not address:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": file}
    try:
        found = dict(dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True))
    except (ValueError, KeyError) as error:  # the error quotes the address, password and all
        raise ImproperlyConfigured(_no_database(name)) from error
    if found.get("ENGINE") not in KNOWN_DATABASES or not found.get("NAME"):
        raise ImproperlyConfigured(_no_database(name))
    return found


def _no_database(name: str) -> str:
    return (
        f"{name} is no address of a database. It must read postgres://user:password@host:5432/name, with what is "
        f"special in the password written as %XX; or leave {name} out for a SQLite file."
    )


def secret(name: str) -> str:
    """The secret `name`, or what stands in the file that `name`_FILE names, as containers are given theirs; else "".

    Only line ends at the file's end are taken off: a blank may belong to a password.
    """
    file = text(f"{name}_FILE")
    if not file:
        return text(name)
    if text(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set, and only one can count. Unset one of them.")
    try:
        value = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names {file}, which cannot be read as text. Does it exist, and may this process read it?"
        ) from error
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE names {file}, which is empty. Write the secret into it.")
    return value


def kept_secret(name: str, file: Path) -> str:
    """The secret `name`, else what stands in the file beside the data (made by `make demo`, mode 0600)."""
    value = secret(name)
    if value:
        return value
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Neither {name} nor {name}_FILE is set, and {file} cannot be read. Set {name} to a long random string, "
            f"or run `make demo`, which creates one."
        ) from error
