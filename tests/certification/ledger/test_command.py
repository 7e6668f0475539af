"""`manage.py ledger` as an administrator and an auditor use it, down to changed bytes in a database file."""

# ruff: noqa: S608 - the SQL of these tests is theirs

from __future__ import annotations

import json
import pickle
import random
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command

from certification.ledger import checkpoints, clock
from certification.ledger.models import Checkpoint, Entry, Opening
from certification.ledger.signer import Signer
from certification.ledger.trust import Standing
from certification.ledger.verification import Unusable, VerificationReport, verify_ledger
from lms import rooms
from tests.certification.ledger.evidence import append, fill, person, roster
from tests.certification.ledger.test_sequencer import program

MODELS = ("Entry", "Pending", "Opening", "Member", "Node", "Checkpoint")

FILES = """
import io, json, pickle, sys
from contextlib import redirect_stderr, redirect_stdout
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from lms import rooms

rooms.ledger_claims = lambda: []  # as in the fixture below

def build(path, rows):
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": path}
    connections.settings["built"] = connections.configure_settings({"default": {}, "built": database})["built"]
    with connections["built"].schema_editor() as editor:
        for name in rows:
            editor.create_model(apps.get_model("certification", name))
    for name, values in rows.items():
        model = apps.get_model("certification", name)
        model.objects.using("built").bulk_create([model(**value) for value in values])
    forget("built")

def forget(alias):
    if alias in connections.settings:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]

def verify(path, *more):
    code = 0
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as err:
        try:
            call_command("ledger", "verify", "--database-file", path, *more, no_color=True)
        except SystemExit as end:
            code = end.code
    forget("ledger_copy")
    return code, out.getvalue(), err.getvalue()

for line in sys.stdin:
    action, path, *more = json.loads(line)
    if action == "build":
        with open(path + ".rows", "rb") as stored:
            build(path, pickle.load(stored))
    print(json.dumps(verify(path, *more) if action == "verify" else None), flush=True)
"""


@pytest.fixture(autouse=True)
def _only_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """These entries have no business rows: what compares the two is tested with the rows' own packages."""
    monkeypatch.setattr(rooms, "ledger_claims", list)


class Files:
    """A process of its own that builds and verifies SQLite files, whatever database the tests run on."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def ask(self, action: str, path: Path, *more: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        print(json.dumps([action, str(path), *more]), file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        assert answer, self.process.communicate()[1]
        return json.loads(answer)

    def verify(self, path: Path, *more: str) -> tuple[int, str, str]:
        code, output, error = self.ask("verify", path, *more)
        return code, output, error


@pytest.fixture(scope="module")
def files(django_db_setup: None) -> Iterator[Files]:
    process = program(FILES)
    yield Files(process)
    process.communicate(timeout=240)


def ledger(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and error output of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("ledger", *arguments, stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def file(signer: Signer, tmp_path: Path, files: Files) -> Path:
    """A SQLite file with a ledger of twelve entries."""
    roster([person(number) for number in range(4)])
    fill(10)
    checkpoints.make_checkpoint(signer, clock.now())
    path = tmp_path / "copy.sqlite3"
    rows = {name: list(apps.get_model("certification", name).objects.order_by("pk").values()) for name in MODELS}
    path.with_name(f"{path.name}.rows").write_bytes(pickle.dumps(rows))
    files.ask("build", path)
    path.with_name(f"{path.name}.rows").unlink()
    return path


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 0x01
    path.write_bytes(bytes(data))


@pytest.mark.smoke
def test_from_init_to_a_verified_ledger(db: None) -> None:
    code, output, _ = ledger("init", "--origin", "example.org/litmus")
    assert code == 0
    assert "example.org/litmus+" in output
    assert Path(settings.LEDGER_KEY_FILE).exists()
    append(1)
    assert "1 entry was written." in ledger("sequence")[1]
    assert "example.org/litmus\n2\n" in ledger("checkpoint")[1]
    assert "Nothing was added" in ledger("checkpoint")[1]
    code, output, _ = ledger("verify")
    assert code == Standing.UNANCHORED
    assert "CONSISTENT, NOT ANCHORED: the 2 entries of “example.org/litmus”" in output
    assert ledger("init")[0] == 0
    assert Entry.objects.count() == 2


def test_a_demo_ledger_begins_in_the_past(db: None) -> None:
    ledger("init", "--origin", "demo.example/litmus", "--start", "2024-10-01T06:00:00+00:00")
    assert Entry.objects.get(seq=0).at.isoformat() == "2024-10-01T06:00:00+00:00"


def test_what_cannot_be_done_is_said_in_a_sentence(db: None) -> None:
    append(1)
    with pytest.raises(CommandError, match="has not been begun"):
        ledger("sequence")
    with pytest.raises(CommandError, match="must be an instant like"):
        ledger("init", "--start", "yesterday")
    with pytest.raises(CommandError, match="is no demo"):
        ledger("init", "--origin", "example.org/litmus", "--start", "2024-10-01")
    with pytest.raises(CommandError, match="cannot name a key"):
        ledger("init", "--origin", "two words")
    with pytest.raises(CommandError, match="cannot be read"):
        ledger("checkpoint")
    with pytest.raises(CommandError, match="has no entry 7"):
        ledger("show", "7")


def test_a_key_is_added(signer: Signer) -> None:
    _, output, _ = ledger("key", "add")
    assert output.count("test.example/litmus+") == 2
    assert ledger("verify")[0] == Standing.UNANCHORED


def test_an_entry_is_shown_with_what_it_opens_to(signer: Signer) -> None:
    fill(1)
    value = json.loads(ledger("show", "1")[1])
    assert value["subject"] == person(0)
    assert value["kind"] == "Training was completed"
    assert value["checkpoint"] is None


def test_a_report_for_programs(signer: Signer) -> None:
    fill(3)
    Opening.objects.filter(entry=Entry.objects.get(seq=2).uuid, part="actor").update(value="{}")
    code, output, _ = ledger("verify", "--json")
    report = json.loads(output)
    assert code == 1
    assert report["valid"] is False
    assert [(found["seq"], found["kind"]) for found in report["findings"]] == [(2, "completion")]


def test_an_empty_database_is_unusable(db: None) -> None:
    code, _, error = ledger("verify")
    assert code == 2
    assert "holds no ledger" in error
    code, output, _ = ledger("verify", "--json")
    assert code == 2
    assert json.loads(output)["valid"] is None


def test_a_checkpoint_kept_elsewhere(signer: Signer, tmp_path: Path) -> None:
    fill(3)
    kept = tmp_path / "kept.txt"
    kept.write_text(Checkpoint.objects.get(size=1).note)
    assert ledger("verify", "--checkpoint", str(kept))[0] == 0
    kept.write_text(kept.read_text().replace("\n1\n", "\n2\n"))
    code, output, _ = ledger("verify", "--checkpoint", str(kept))
    assert code == 1
    assert "kept.txt" in output
    assert ledger("verify", "--checkpoint", str(tmp_path / "nothing.txt"))[0] == 2


def test_the_signers_last_note_tells_of_a_truncated_site(signer: Signer) -> None:
    """The database looks whole; the note beside the key was made of more."""
    fill(1)
    checkpoints.make_checkpoint(signer, clock.now())
    remembered = signer.note_path.read_text()
    fill(1)
    checkpoints.make_checkpoint(signer, clock.now())
    assert signer.note_path.read_text() != remembered
    bigger = signer.sign(checkpoints.TreeHead(signer.name, 40, bytes(32)))
    signer.remember(bigger)
    code, output, _ = ledger("verify")
    assert code == 1
    assert "The signer's last note: it covers 40 entries, but the ledger holds only 3" in output


def test_comparers_come_from_the_rooms(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(2)
    monkeypatch.setattr(rooms, "ledger_claims", lambda: [_NothingLeft()])
    code, output, _ = ledger("verify")
    assert code == 1
    assert "Entry 1 (completion" in output
    assert "Entry 2 (completion" in output


class _NothingLeft:
    kinds = frozenset({"completion"})

    def claims(self, using: str) -> list[Any]:
        return []


def test_a_file_is_verified_without_being_touched(file: Path, files: Files) -> None:
    before = file.read_bytes()
    file.chmod(0o444)
    code, output, _ = files.verify(file)
    assert code == Standing.UNANCHORED
    assert "NOT ANCHORED" in output
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.name.startswith("copy")] == ["copy.sqlite3"]


@pytest.mark.parametrize("seq", [0, 1, 5, 11])
def test_a_byte_changed_in_the_file_names_the_entry(file: Path, files: Files, seq: int) -> None:
    entry = Entry.objects.get(seq=seq)
    at = file.read_bytes().index(bytes(entry.leaf))
    for offset in (0, 20, len(entry.leaf) - 2):
        flip(file, at + offset)
        code, output, _ = files.verify(file)
        assert code == 1
        assert f"Entry {seq} (" in output
        flip(file, at + offset)
    assert files.verify(file)[0] == Standing.UNANCHORED


def test_a_byte_changed_in_what_an_entry_opens_to(file: Path, files: Files) -> None:
    entry = Entry.objects.get(seq=6)
    value = Opening.objects.get(entry=entry.uuid, part="payload").value
    flip(file, file.read_bytes().index(value.encode()) + 12)
    code, output, _ = files.verify(file)
    assert code == 1
    assert "Entry 6 (completion" in output


def test_any_byte_changed_anywhere_is_survived(file: Path, files: Files) -> None:
    """Unused space aside, a changed byte is found; whatever it hits, the answer is a sentence and never a crash."""
    dice = random.Random(6962)
    whole = file.read_bytes()
    seen = set()
    for _ in range(60):
        place = dice.randrange(len(whole))
        flip(file, place)
        code, output, error = files.verify(file)
        seen.add(code)
        assert ("INVALID:" in output) == (code == Standing.INVALID)
        assert ("NOT ANCHORED" in output) == (code == Standing.UNANCHORED)
        assert error if code == Standing.UNUSABLE else not error
        file.write_bytes(whole)
    assert {Standing.INVALID, Standing.UNANCHORED} <= seen <= {1, 2, 3}


@pytest.mark.parametrize("damage", ["half", "text", "empty", "absent", "another"])
def test_files_that_are_no_usable_database(file: Path, files: Files, damage: str) -> None:
    whole = file.read_bytes()
    if damage == "half":
        file.write_bytes(whole[: len(whole) // 2])
    elif damage == "text":
        file.write_text("This is no database. " * 500)
    elif damage == "empty":
        file.write_bytes(b"")
    elif damage == "another":
        file.write_bytes(whole.replace(b"certification_", b"certificatiom_"))
    else:
        file.unlink()
    code, _, error = files.verify(file)
    assert code == 2
    assert error.strip().endswith(".")


@pytest.mark.django_db(transaction=True)
def test_the_command_by_itself_and_its_exit_codes(tmp_path: Path) -> None:
    """The real process, as a shell sees it."""
    missing = program(
        "import sys; from django.core.management import call_command as c; c(*sys.argv[1:])",
        *("ledger", "verify", "--database-file", str(tmp_path / "none")),
    )
    _, error = missing.communicate(timeout=240)
    assert missing.returncode == 2
    assert "There is no file" in error
    assert "Traceback" not in error


def test_the_report_says_what_is_unusable(db: None) -> None:
    with pytest.raises(Unusable):
        verify_ledger()
    assert VerificationReport().consistent


NOT_EVIDENCE = {
    ("pending", "id"),
    ("pending", "created_at"),
    ("opening", "id"),
    ("member", "id"),
    ("node", "id"),
    ("checkpoint", "id"),
    ("checkpoint", "left_at"),
}


@pytest.mark.parametrize("odd", [None, b"\xff\x00", "words", 2**62], ids=["nothing", "bytes", "words", "a number"])
@pytest.mark.parametrize("name", MODELS)
def test_odd_values_in_tables_made_anew_without_constraints(file: Path, files: Files, name: str, odd: Any) -> None:
    """Whoever writes the file may drop what keeps a column in form. The answer is a finding, whatever stands there."""
    table, whole = f"certification_{name.lower()}", file.read_bytes()
    columns = [field.column for field in apps.get_model("certification", name)._meta.concrete_fields]
    missed = []
    for column in columns:
        if (name.lower(), column) in NOT_EVIDENCE:
            continue
        file.write_bytes(whole)
        with closing(sqlite3.connect(file, isolation_level=None)) as database:
            if database.execute(f'SELECT "{column}" IS ? FROM {table} ORDER BY rowid LIMIT 1, 1', [odd]).fetchone()[0]:
                continue
            database.execute(f"CREATE TABLE odd AS SELECT * FROM {table} ORDER BY rowid")
            database.execute(f"DROP TABLE {table}")
            database.execute(f"ALTER TABLE odd RENAME TO {table}")
            database.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = 2', [odd])
        code, output, error = files.verify(file)
        if code != Standing.INVALID or "INVALID:" not in output or error:
            missed.append((column, code, error))
    assert missed == []


def test_what_was_found_before_a_damaged_page_stays_found(file: Path, files: Files) -> None:
    """Damage to the rest of the file must not turn a finding into “cannot be read”."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("DELETE FROM certification_entry WHERE seq = 5")
        (page,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'certification_member'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    data = bytearray(file.read_bytes())
    data[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(bytes(data))
    code, output, _ = files.verify(file)
    assert code == Standing.INVALID
    assert "Entry 5 is missing" in output
    assert "The rest cannot be read" in output
