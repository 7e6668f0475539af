"""What `ledger verify` says: declared losses first, causes before what follows from them, and in the end its limits."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from certification.ledger import kinds
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.clock import now
from certification.ledger.models import Checkpoint, Entry
from certification.ledger.note import SigningKey, TreeHead, sign_note
from certification.ledger.signer import Signer
from certification.ledger.trust import Standing
from lms import rooms
from tests.certification.ledger import forgery
from tests.certification.ledger.evidence import append, fill
from tests.certification.ledger.test_command import ledger
from tests.ledger_fixtures import ORIGIN


@pytest.fixture(autouse=True)
def _only_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "ledger_claims", list)


@pytest.fixture
def held(signer: Signer, tmp_path: Path) -> Path:
    """Entries to 4 under a checkpoint that an auditor keeps, and to 6 under another."""
    fill(3)
    make_checkpoint(signer, now())
    kept = tmp_path / "kept.txt"
    kept.write_text(Checkpoint.objects.latest().note)
    fill(2)
    make_checkpoint(signer, now())
    return kept


def says_valid(output: str) -> bool:
    return bool(re.search(r"\bvalid\b", output, re.IGNORECASE))


def test_the_word_valid_stands_only_with_0(signer: Signer, held: Path) -> None:
    key = str(signer.keys[0].verifier)
    for code, given in ((0, ["--checkpoint", str(held)]), (4, ["--key", key]), (3, [])):
        found, output, _ = ledger("verify", *given)
        assert found == code
        assert says_valid(output) is (code == 0)
    forgery.change(2, forgery.earlier)
    found, output, _ = ledger("verify", "--checkpoint", str(held))
    assert found == 1
    assert not says_valid(output)


def test_valid_reaches_as_far_as_the_held_checkpoint(signer: Signer, held: Path) -> None:
    append(1)
    fill(1)
    append(1)
    output = ledger("verify", "--checkpoint", str(held))[1]
    assert "VALID against the checkpoint you hold: the first 4 entries" in output
    assert "whoever holds the key could have rewritten them" in output
    assert "NOT COVERED: the 2 entries from 6 on are under no signed checkpoint" in output
    assert "NOT COVERED: 1 entry waits to be written" in output


def test_the_key_is_printed_where_it_was_not_given(signer: Signer, held: Path) -> None:
    assert str(signer.keys[0].verifier) in ledger("verify")[1]


@pytest.mark.parametrize("given", [[], ["--key"], ["--checkpoint"]])
def test_every_answer_ends_with_what_it_cannot_show(signer: Signer, held: Path, given: list[str]) -> None:
    more = {"--key": [str(signer.keys[0].verifier)], "--checkpoint": [str(held)]}
    output = ledger("verify", *given, *[value for name in given for value in more[name]])[1]
    lines = output.splitlines()
    assert "who could write the rows that waited" in output
    assert "whether the personnel file was complete" in output
    assert "whose clock it was" in output
    assert "Not compared with the ledger are reasons for assignments that no longer hold" in lines[-1]


def test_the_answer_for_programs(signer: Signer, held: Path) -> None:
    report = json.loads(ledger("verify", "--json", "--checkpoint", str(held))[1])
    assert (report["standing"], report["exit_code"], report["valid"]) == ("valid", 0, True)
    assert (report["held"], report["covered"], report["unsealed"], report["waiting"]) == (4, 6, 0, 0)
    assert report["cannot_show"]
    assert report["not_compared"]
    report = json.loads(ledger("verify", "--json")[1])
    assert (report["standing"], report["exit_code"], report["valid"]) == ("unanchored", 3, None)


def test_several_held_notes_in_one_file(signer: Signer, held: Path) -> None:
    own = SigningKey.generate(ORIGIN)
    forged = sign_note(TreeHead(ORIGIN, 3, forgery.root_at(3)).text(), [own])
    held.write_text(held.read_text() + "\n" + Checkpoint.objects.latest().note)
    assert ledger("verify", "--checkpoint", str(held))[0] == 0
    held.write_text(held.read_text() + "\n" + forged)
    code, output, _ = ledger("verify", "--checkpoint", str(held))
    assert code == 1
    assert "kept.txt (3): no key that this ledger is believed to have has signed it" in output


def test_a_key_in_a_file_as_the_ledger_leaves_it(signer: Signer, held: Path) -> None:
    assert ledger("verify", "--key", f"{signer.path}.pub")[0] == Standing.KEY_ONLY
    other = held.with_name("other.pub")
    other.write_text(f"\ufeff{SigningKey.generate(ORIGIN).verifier}\r\n", encoding="utf-8")
    code, output, _ = ledger("verify", "--key", str(other))
    assert code == 1
    assert "is none of those that this ledger was signed with" in output.splitlines()[0]


# Losses


@pytest.fixture
def restored(signer: Signer, held: Path, tmp_path: Path) -> dict[str, Any]:
    """Restored to 4 of 6 entries, the loss declared and signed; the notes of the lost time lie with an auditor."""
    lost = Checkpoint.objects.latest().note
    forgery.forget([4, 5])
    forgery.delete_checkpoints(above=4)
    inside = tmp_path / "inside.txt"
    inside.write_text(lost)
    return {"note": lost, "size": 4, "lost_size": 6, "certificates": ["an id"]}


def declare(signer: Signer, payload: dict[str, Any]) -> None:
    signer.note_path.unlink()  # the sequencer numbers nothing while the note says that the database lies behind
    forgery.append_own(kinds.LOSS_DECLARE, payload, "loss.declare:6")
    fill(3)
    forgery.sign_anew(signer.keys, [Entry.objects.count()])
    signer.remember(Checkpoint.objects.latest().note)


def test_a_declared_loss_is_said_first_and_is_no_finding(signer: Signer, held: Path, restored: dict[str, Any]) -> None:
    declare(signer, restored)
    code, output, _ = ledger("verify", "--checkpoint", str(held))
    assert code == 0
    assert output.startswith("LOSS DECLARED in entry 4: a back-up was restored. The ledger went on from 4 entries, 6")
    assert "1 certificate was sealed among them." in output.splitlines()[0]


def test_a_held_checkpoint_from_inside_a_declared_loss_is_a_finding(
    signer: Signer, held: Path, restored: dict[str, Any]
) -> None:
    declare(signer, restored)
    inside = held.with_name("inside.txt")
    for given in ([str(inside)], [str(held), str(inside)]):
        code, output, _ = ledger("verify", *[word for file in given for word in ("--checkpoint", file)])
        assert code == 1
        assert "whose loss was declared later (entry 4): they are gone" in output


@pytest.mark.parametrize(
    "change",
    [{"note": "nothing"}, {"lost_size": 60}, {"size": 0}, {"size": 7}, {"size": "4"}, {"note": None}],
)
def test_a_loss_that_no_signed_note_shows(
    signer: Signer, held: Path, restored: dict[str, Any], change: dict[str, Any]
) -> None:
    declare(signer, restored | change)
    code, output, _ = ledger("verify")
    assert code == 1
    assert "declares a loss that cannot be believed" in output


def test_a_loss_declared_with_a_note_of_ones_own_making(signer: Signer, held: Path, restored: dict[str, Any]) -> None:
    own = SigningKey.generate(ORIGIN)
    declare(signer, restored | {"note": sign_note(TreeHead(ORIGIN, 6, b"\1" * 32).text(), [own])})
    assert ledger("verify")[0] == 1


# Tables


@pytest.mark.parametrize("change", ["RENAME TO certification_nothing", "RENAME COLUMN note TO former"])
def test_a_dropped_table_or_column_of_the_ledger_is_a_finding(signer: Signer, held: Path, change: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE certification_checkpoint {change}")
    code, output, _ = ledger("verify")
    assert code == 1
    assert "missing in the database, table certification_checkpoint" in output


def test_a_dropped_business_table_is_named_on_either_database(
    signer: Signer, monkeypatch: pytest.MonkeyPatch, held: Path
) -> None:
    """On PostgreSQL an error ends all answers of its transaction: that turned a 1 into a 2."""
    monkeypatch.undo()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_completion RENAME TO courses_nothing")
    code, output, _ = ledger("verify")
    assert code == 1
    assert "What the database holds for the entries of kind completion cannot be read" in output
    assert "courses_completion" in output


def test_a_ledger_emptied_is_no_ledger_but_found_by_who_holds_a_checkpoint(
    signer: Signer, held: Path, settings: Any
) -> None:
    forgery.forget(range(6))
    forgery.delete_checkpoints()
    settings.LEDGER_KEY_FILE = held
    assert ledger("verify")[0] == Standing.UNUSABLE
    assert ledger("verify", "--checkpoint", str(held))[0] == Standing.INVALID
