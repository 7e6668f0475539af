"""The readers of the environment: what they give, and the sentence that stops a process whose settings are wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lms import env

NAME = "LITMUS_TEST_SECRET"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that NAME_FILE names; not there yet."""
    path = tmp_path / "secret"
    monkeypatch.setenv(f"{NAME}_FILE", str(path))
    return path


def test_a_secret_that_is_not_set_is_empty() -> None:
    assert env.secret(NAME) == ""


def test_a_secret_stands_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "open sesame")
    assert env.secret(NAME) == "open sesame"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_secret_stands_in_a_file_whose_line_end_is_not_part_of_it(file: Path, end: str) -> None:
    file.write_bytes(f" päss word {end}".encode())
    assert env.secret(NAME) == " päss word "


def test_an_empty_variable_beside_a_file_does_not_count(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("open sesame\n")
    monkeypatch.setenv(NAME, " ")
    assert env.secret(NAME) == "open sesame"


def test_a_secret_in_both_places_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("one")
    monkeypatch.setenv(NAME, "another")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME} and {NAME}_FILE are both set") as refused:
        env.secret(NAME)
    assert "another" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "cannot be read"), (b"\xff\xfe\x00", "cannot be read"), (b"\n", "is empty")]
)
def test_a_file_without_a_secret_is_refused(file: Path, content: bytes | None, words: str) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE names .*{words}"):
        env.secret(NAME)


def test_a_kept_secret_comes_from_beside_the_data_where_none_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "secret-key"
    kept.write_text("kept\n")
    assert env.kept_secret(NAME, kept) == "kept"
    monkeypatch.setenv(NAME, "set")
    assert env.kept_secret(NAME, kept) == "set"


def test_a_kept_secret_that_is_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match=f"Neither {NAME} nor {NAME}_FILE is set"):
        env.kept_secret(NAME, tmp_path / "missing")


@pytest.mark.parametrize(("raw", "value"), [("1", True), ("yes", True), ("off", False), ("", False), (None, True)])
def test_a_flag_is_on_or_off(raw: str | None, value: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if raw is not None:
        monkeypatch.setenv(NAME, raw)
    assert env.flag(NAME, True) is value


def test_numbers_flags_and_lists_say_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "a, b,")
    assert env.words(NAME) == ["a", "b"]
    with pytest.raises(ImproperlyConfigured, match="must be a whole number"):
        env.number(NAME, 1)
    with pytest.raises(ImproperlyConfigured, match="must be 1 or 0"):
        env.flag(NAME, True)


SECRETS = ["SECRET_KEY", "DATABASE_PASSWORD", "REDIS_URL", "EMAIL_HOST_PASSWORD", "LRS_SECRET"]
PRINT = """
from lms import settings as s
print(s.SECRET_KEY, s.DATABASES["default"]["PASSWORD"], s.REDIS_URL, s.EMAIL_HOST_PASSWORD, s.LRS_SECRET)
"""


def test_every_secret_of_the_settings_may_stand_in_a_file(tmp_path: Path) -> None:
    """The password of the database apart from its address, so that one file serves the site and the server."""
    for name in (*SECRETS, "DATABASE_URL"):
        content = "postgres://litmus@db/litmus" if name == "DATABASE_URL" else f"redis://{name}"
        (tmp_path / name).write_text(f"{content}\n")
    names = {f"{name}_FILE": str(tmp_path / name) for name in (*SECRETS, "DATABASE_URL")}
    plain = {name: value for name, value in os.environ.items() if name not in (*SECRETS, "DATABASE_URL")}
    told = subprocess.run(
        [sys.executable, "-c", PRINT],
        env={**plain, **names, "VAR_DIR": str(tmp_path / "var")},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == [f"redis://{name}" for name in SECRETS]


def test_two_lengths_stand_in_one_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.lengths(NAME, (30, 1440)) == (30, 1440)
    monkeypatch.setenv(NAME, "15/600")
    assert env.lengths(NAME, (30, 1440)) == (15, 600)


@pytest.mark.parametrize("wrong", ["30", "a/b", "30/", "0/10", "60/30", "-5/10"])
def test_lengths_that_cannot_be_are_refused(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv(NAME, wrong)
    with pytest.raises(ImproperlyConfigured, match="must be two numbers of minutes"):
        env.lengths(NAME, (30, 1440))
