"""Keys end: a retired or stolen key signs nothing more, and what was interrupted is finished by calling again."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from certification.ledger import clock, keys, kinds, note, trust
from certification.ledger.checkpoints import CheckpointRefused, make_checkpoint
from certification.ledger.models import Checkpoint, Entry, Opening
from certification.ledger.note import SigningKey, VerifierKey
from certification.ledger.records import LedgerTables
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.verification import verify_ledger
from tests.certification.ledger.evidence import fill
from tests.ledger_fixtures import ORIGIN, make_ledger


def id_of(key: SigningKey) -> str:
    return key.verifier.key_id.hex()


def sign(signer: Signer) -> Checkpoint:
    made = make_checkpoint(signer, clock.now())
    assert made is not None
    return made


@pytest.fixture
def rotated(signer: Signer) -> Signer:
    """Two keys; the second has signed with the first."""
    fill(2)
    return keys.add_signing_key(signer)


def withdrawn() -> list[dict[str, object]]:
    ids = Entry.objects.filter(kind=kinds.KEY_REVOKE).order_by("seq").values_list("uuid", flat=True)
    return [json.loads(Opening.objects.get(entry=entry, part="payload").value) for entry in ids]


def test_a_retired_key_leaves_the_file_and_signs_nothing_more(rotated: Signer) -> None:
    old, new = rotated.keys
    left = keys.revoke_key(rotated, id_of(old), trust.RETIRED)
    assert left.keys == (new,)
    assert Signer.from_file(left.path).keys == (new,)
    assert str(old) not in left.path.read_text()
    assert withdrawn() == [{"key": str(old.verifier), "last_size": 4, "reason": "retired"}]
    fill(2)
    last = sign(left)
    assert not old.verifier.signed(note.parse_note(last.note))
    history = trust.key_history(LedgerTables("default"))
    assert history.problems == ()
    assert [item.withdrawn is not None for item in history.keys] == [True, False]
    assert verify_ledger().findings == []


def test_the_public_file_follows(rotated: Signer) -> None:
    assert rotated.public_path.read_text().split() == [str(key.verifier) for key in rotated.keys]
    assert rotated.public_path.stat().st_mode & 0o777 == 0o644
    left = keys.revoke_key(rotated, id_of(rotated.keys[0]), trust.RETIRED)
    assert [VerifierKey.parse(line) for line in left.public_path.read_text().split()] == [rotated.keys[1].verifier]


def test_init_writes_the_public_file_anew(signer: Signer) -> None:
    signer.public_path.unlink()
    make_ledger(signer.path.parent)
    assert signer.public_path.read_text() == f"{signer.keys[0].verifier}\n"


def test_a_compromised_key_counts_up_to_the_size_it_was_trusted_at(rotated: Signer) -> None:
    fill(3)
    sign(rotated)
    left = keys.revoke_key(rotated, id_of(rotated.keys[0]), trust.COMPROMISED, 4)
    assert withdrawn()[0] == {"key": str(rotated.keys[0].verifier), "last_size": 4, "reason": "compromised"}
    fill(1)
    sign(left)
    assert verify_ledger().findings == []


@pytest.mark.parametrize("size", [0, 5])
def test_nobody_would_believe_what_only_the_ended_key_signed(rotated: Signer, size: int) -> None:
    with pytest.raises(keys.CannotRevoke, match="must lie between 1 and 4"):
        keys.revoke_key(rotated, id_of(rotated.keys[0]), trust.COMPROMISED, size)
    assert withdrawn() == []
    assert rotated.retired_keys() == []


def test_the_only_key_cannot_end(signer: Signer) -> None:
    fill(1)
    sign(signer)
    with pytest.raises(keys.CannotRevoke, match="Add one first"):
        keys.revoke_key(signer, id_of(signer.keys[0]), trust.RETIRED)


def test_the_newest_key_is_followed_before_it_ends(rotated: Signer) -> None:
    with pytest.raises(keys.CannotRevoke, match="Add one first"):
        keys.revoke_key(rotated, id_of(rotated.keys[1]), trust.COMPROMISED, 4)
    grown = keys.add_signing_key(rotated)
    left = keys.revoke_key(grown, id_of(rotated.keys[1]), trust.COMPROMISED, 5)
    assert left.keys == (grown.keys[0], grown.keys[2])
    assert verify_ledger().findings == []


def test_a_key_nobody_knows_cannot_end(rotated: Signer) -> None:
    with pytest.raises(keys.CannotRevoke, match=f"It has: {id_of(rotated.keys[0])}"):
        keys.revoke_key(rotated, "00000000", trust.RETIRED)


def test_a_retired_key_put_back_signs_nothing(rotated: Signer) -> None:
    """As from a back-up of the key file: with the list beside it, and without."""
    before = rotated.path.read_text()
    left = keys.revoke_key(rotated, id_of(rotated.keys[0]), trust.RETIRED)
    left.path.write_text(before)
    fill(1)
    for _ in range(2):
        with pytest.raises(CheckpointRefused, match="was withdrawn, and its line stands in"):
            make_checkpoint(Signer.from_file(left.path), clock.now())
        left.retired_path.unlink(missing_ok=True)


def test_the_retired_key_alone_signs_nothing(rotated: Signer) -> None:
    """Somebody kept the line of the first key, and comes back with it when it was retired."""
    left = keys.revoke_key(rotated, id_of(rotated.keys[0]), trust.RETIRED)
    fill(1)
    thief = Signer(left.path, (rotated.keys[0],))
    with pytest.raises((CheckpointRefused, keys.KeyUnusable)):
        make_checkpoint(thief, clock.now())


def test_a_file_without_the_key_that_counts_signs_nothing(rotated: Signer) -> None:
    """An old copy of the key file: it has the first key only."""
    rotated.path.write_text(f"{rotated.keys[0]}\n")
    fill(1)
    with pytest.raises(CheckpointRefused, match="does not hold the key that counts"):
        make_checkpoint(Signer.from_file(rotated.path), clock.now())


def test_a_key_whose_line_was_taken_out_by_hand_is_ended_too(rotated: Signer) -> None:
    rotated.path.write_text(f"{rotated.keys[1]}\n")
    keys.revoke_key(Signer.from_file(rotated.path), id_of(rotated.keys[0]), trust.RETIRED)
    assert len(withdrawn()) == 1
    assert verify_ledger().findings == []


def test_an_interrupted_end_is_finished(rotated: Signer) -> None:
    """The list was written, nothing else yet."""
    old = rotated.keys[0]
    before = rotated.path.read_text()
    rotated.without_key(keys.RetiredKey(old.verifier, 4, trust.RETIRED))
    rotated.path.write_text(before)
    keys.revoke_key(Signer.from_file(rotated.path), id_of(old), trust.COMPROMISED, 1)
    assert withdrawn() == [{"key": str(old.verifier), "last_size": 4, "reason": "retired"}]
    assert Signer.from_file(rotated.path).keys == (rotated.keys[1],)


def test_a_damaged_list_of_retired_keys_is_said(rotated: Signer) -> None:
    rotated.retired_path.write_text("nonsense\n")
    fill(1)
    with pytest.raises(keys.KeyUnusable, match="The list of retired keys"):
        make_checkpoint(rotated, clock.now())


def test_as_an_administrator_does_it(signer: Signer) -> None:
    def ledger(*arguments: str) -> str:
        out = StringIO()
        call_command("ledger", *arguments, stdout=out, no_color=True)
        return out.getvalue()

    fill(1)
    ledger("checkpoint")
    ledger("key", "add")
    first, second = (line.split("+")[1] for line in Path(signer.public_path).read_text().split())
    with pytest.raises(CommandError, match="must lie between 2 and 3"):
        ledger("key", "revoke", first, "--last-size", "1")
    output = ledger("key", "retire", first)
    assert (f"{ORIGIN}+{second}" in output, f"{ORIGIN}+{first}" in output) == (True, False)
    assert "From now on the ledger goes by this clock" in ledger("clock", "accept")
    assert sequence_pending() == 0
