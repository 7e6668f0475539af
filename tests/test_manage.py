"""`manage.py` as a shell sees it: what is wrong with a setting is a sentence and 2, never the 1 of a changed ledger."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ITS_OWN = ("SECRET_KEY", "SECRET_KEY_FILE", "DATABASE_URL", "DATABASE_URL_FILE", "LEDGER_PUBLIC_KEY", "VAR_DIR")


def manage(folder: Path, *arguments: str, **surroundings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ITS_OWN}
    return subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        env={**environment, "VAR_DIR": str(folder), **surroundings},
        capture_output=True,
        text=True,
        check=False,
    )


def refused(ended: subprocess.CompletedProcess[str], words: str) -> bool:
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
    return ended.returncode == 2 and words in ended.stderr


VERIFY = ("ledger", "verify")


@pytest.mark.once("no database is reached")
def test_a_missing_secret_key_is_said_and_is_2(tmp_path: Path) -> None:
    assert refused(manage(tmp_path, *VERIFY), "SECRET_KEY")


@pytest.mark.once("no database is reached")
@pytest.mark.parametrize(
    ("surroundings", "words"),
    [
        ({"DATABASE_URL": "mysql://localhost/litmus"}, "DATABASE_URL is no address"),
        ({"DATABASE_URL": "postgres://u:p@host:port/name"}, "DATABASE_URL is no address"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL is no address"),
        ({"DATABASE_URL": "postgres://litmus:hidden@127.0.0.1:1/none"}, "The database cannot be read"),
        ({"VAR_DIR": "/proc/nowhere"}, "Set VAR_DIR to a folder"),
        ({"HTTPS": "perhaps"}, "HTTPS must be 1 or 0"),
        ({"LEDGER_PUBLIC_KEY": "no key"}, "LEDGER_PUBLIC_KEY"),
    ],
)
def test_what_is_wrong_with_a_setting_is_2(tmp_path: Path, surroundings: dict[str, str], words: str) -> None:
    ended = manage(tmp_path, *VERIFY, **{"SECRET_KEY": "for a test", **surroundings})
    assert refused(ended, words)
    assert "hidden" not in ended.stderr


@pytest.mark.once("it is a file, whatever the site's database is")
@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"no database at all" * 99, "cannot be read"), (None, "There is no file")],
)
def test_a_file_needs_no_secret_of_the_site(tmp_path: Path, content: bytes | None, words: str) -> None:
    copy = tmp_path / "copy.sqlite3"
    if content is not None:
        copy.write_bytes(content)
    assert refused(manage(tmp_path, *VERIFY, "--database-file", str(copy)), words)


@pytest.mark.once("it is a file, whatever the site's database is")
@pytest.mark.parametrize("option", ["--key", "--checkpoint"])
@pytest.mark.parametrize("content", ["", "\ufeff\r\n", "neither a key nor a checkpoint", None])
def test_what_an_auditor_gives_is_named_when_it_cannot_be_used(
    tmp_path: Path, option: str, content: str | None
) -> None:
    copy, given = tmp_path / "copy.sqlite3", tmp_path / "given.txt"
    sqlite3.connect(copy).close()
    if content is not None:
        given.write_text(content, encoding="utf-8")
    ended = manage(tmp_path, *VERIFY, "--database-file", str(copy), option, str(given))
    assert refused(ended, f"{option}: ")
    assert "given.txt" in ended.stderr
