"""Keys: who may add one, who may withdraw one, what a stolen one still signs; and checkpoints that are not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from certification.ledger import keys, kinds, trust
from certification.ledger.checkpoints import CheckpointRefused, make_checkpoint
from certification.ledger.clock import now
from certification.ledger.models import Checkpoint, Entry, Opening
from certification.ledger.note import SigningKey, TreeHead, VerifierKey, sign_note
from certification.ledger.records import LedgerTables
from certification.ledger.signer import Signer
from certification.ledger.triggers import triggers_suspended
from certification.ledger.trust import Anchors, HeldCheckpoint, Standing, judge_newest, key_history
from certification.ledger.verification import VerificationReport, verify_ledger
from tests.certification.ledger import forgery
from tests.certification.ledger.evidence import fill
from tests.ledger_fixtures import ORIGIN

HERE = LedgerTables("default")


@pytest.fixture
def rotated(signer: Signer) -> Signer:
    """Entries under the first key; entry 4 adds a second; both have signed; then the second alone, up to 9 entries."""
    fill(3)
    make_checkpoint(signer, now())
    both = keys.add_signing_key(signer)
    fill(2)
    make_checkpoint(both, now())
    signer.path.write_text(f"{both.keys[1]}\n")
    fill(2)
    make_checkpoint(Signer.from_file(signer.path), now())
    return both


def stranger() -> SigningKey:
    return SigningKey.generate(ORIGIN)


def verified(*given: VerifierKey, held: str = "") -> VerificationReport:
    notes = (HeldCheckpoint("held.txt", held),) if held else ()
    return verify_ledger(anchors=Anchors(given, notes))


def codes(report: VerificationReport) -> set[str]:
    return {finding.code for finding in report.findings}


def judged(*given: VerifierKey) -> Standing:
    return judge_newest(HERE, Anchors(given)).standing


def old_and_new(rotated: Signer) -> tuple[SigningKey, SigningKey]:
    return rotated.keys[0], rotated.keys[1]


def withdraw(key: VerifierKey, last_size: int, reason: str = trust.RETIRED) -> None:
    payload = {"key": str(key), "last_size": last_size, "reason": reason}
    forgery.append_own(kinds.KEY_REVOKE, payload, f"key.revoke:{key.key_id.hex()}:{last_size}")


def test_an_honest_rotation_is_believed_from_either_key(rotated: Signer) -> None:
    old, new = old_and_new(rotated)
    for given in (old.verifier, new.verifier):
        assert verified(given).standing is Standing.KEY_ONLY
        assert judged(given) is Standing.KEY_ONLY
    held = Checkpoint.objects.get(size=4).note
    assert verified(new.verifier, held=held).standing is Standing.VALID


def test_a_retired_key_signs_nothing_more_alone(rotated: Signer) -> None:
    old, new = old_and_new(rotated)
    fill(1)
    forgery.sign_anew([old], [10])
    report = verified()
    assert codes(report) == {"checkpoint-unsigned"}
    assert "only one that was replaced" in report.findings[0].sentence
    assert judged(new.verifier) is judged(old.verifier) is judged() is Standing.INVALID


def test_a_stolen_old_key_rewrites_the_time_before_it_was_replaced_and_is_caught(rotated: Signer) -> None:
    old, new = old_and_new(rotated)
    forgery.change(2, forgery.earlier)
    forgery.sign_anew([old], [1, 4])
    assert "checkpoint-root" in codes(verified(new.verifier))
    assert judged(new.verifier) is Standing.INVALID


def test_a_stolen_old_key_that_forgets_the_new_one_is_not_the_ledger_of_the_new(rotated: Signer) -> None:
    old, new = old_and_new(rotated)
    forgery.forget([4])
    forgery.change(2, forgery.earlier)
    forgery.sign_anew([old])
    assert verified(new.verifier).standing is Standing.INVALID
    assert "key-stranger" in codes(verified(new.verifier))
    assert judged(new.verifier) is Standing.INVALID
    assert judged(old.verifier, new.verifier) is Standing.INVALID


def add_own(own: SigningKey) -> int:
    forgery.append_own(kinds.KEY_ADD, {"key": str(own.verifier)}, f"key.add:{own.verifier.key_id.hex()}")
    return Entry.objects.count()


def test_a_key_of_ones_own_is_not_believed_by_its_own_signature(signer: Signer) -> None:
    fill(2)
    make_checkpoint(signer, now())
    own = stranger()
    forgery.sign_anew([own], [add_own(own)])
    assert codes(verified()) == {"checkpoint-overlap", "checkpoint-unsigned"}
    assert judged(signer.keys[0].verifier) is judged() is Standing.INVALID


def test_a_forged_overlap_over_another_tree_is_not_believed(signer: Signer) -> None:
    """The genuine note gets a line of the forger's: it is over the tree without the forger's entry."""
    fill(2)
    make_checkpoint(signer, now())
    own = stranger()
    size = add_own(own)
    genuine = Checkpoint.objects.get(size=size - 1)
    text = genuine.note.split("\n\n")[0] + "\n"
    both = genuine.note + own.line(text)
    with triggers_suspended():
        Checkpoint.objects.create(size=size, root=genuine.root, note=both, made_at=now())
    fill(1)
    forgery.sign_anew([own], [size + 1])
    assert verified().standing is Standing.INVALID
    assert judged(signer.keys[0].verifier) is judged() is Standing.INVALID


def test_genesis_exchanged_under_genuine_notes_is_not_believed(rotated: Signer) -> None:
    """The forger's key as the first, its line under every genuine note: the trees hold another genesis."""
    _, new = old_and_new(rotated)
    own = stranger()
    forgery.begin_under(own)
    with triggers_suspended():
        for row in Checkpoint.objects.all():
            row.note += own.line(row.note.split("\n\n")[0] + "\n")
            row.save()
    assert judged(new.verifier) is Standing.INVALID
    assert judged() is Standing.INVALID
    assert verified(new.verifier).standing is Standing.INVALID


@pytest.mark.parametrize(
    "value",
    [
        {"key": "no key"},
        {"key": str(SigningKey.generate("other.example/litmus").verifier)},
        {"other": "member"},
    ],
)
def test_an_entry_that_names_no_key_of_this_ledger(signer: Signer, value: dict[str, Any]) -> None:
    """The signer itself refuses to sign it; somebody with the key at hand may not."""
    forgery.append_own(kinds.KEY_ADD, value, "key.add:odd")
    forgery.sign_anew(signer.keys, [2])
    assert codes(verified()) == {"key"}
    assert judged(signer.keys[0].verifier) is Standing.INVALID


def test_an_unknown_extra_signature_does_no_harm(signer: Signer) -> None:
    fill(2)
    made = make_checkpoint(signer, now())
    assert made is not None
    with triggers_suspended():
        made.note += stranger().line(made.note.split("\n\n")[0] + "\n")
        made.save()
    own = signer.keys[0].verifier
    assert verified(own, held=made.note).standing is Standing.VALID
    assert judged(own) is Standing.KEY_ONLY


# Withdrawals


def test_a_key_retired_in_order(rotated: Signer) -> None:
    old, new = old_and_new(rotated)
    withdraw(old.verifier, 9)
    forgery.sign_anew([new], [Entry.objects.count()])
    history = key_history(HERE, Anchors((new.verifier,)))
    assert history.problems == ()
    ended = history.keys[0].withdrawn
    assert ended is not None
    assert (ended.last_size, ended.reason) == (9, trust.RETIRED)
    assert verified(old.verifier).standing is Standing.KEY_ONLY


def test_a_key_that_fell_into_other_hands_vouches_for_nothing(rotated: Signer) -> None:
    old, new = old_and_new(rotated)
    withdraw(old.verifier, 4, trust.COMPROMISED)
    forgery.sign_anew([new], [Entry.objects.count()])
    assert verified(old.verifier).standing is Standing.UNANCHORED
    assert judged(old.verifier) is Standing.UNANCHORED
    assert verified(new.verifier).standing is Standing.KEY_ONLY


def test_what_a_withdrawn_key_alone_signed_counts_no_more_and_is_no_finding(signer: Signer) -> None:
    """Signed at 3 and 5; at 7 another key comes; then the first is withdrawn from 3 on. The ledger goes on."""
    fill(2)
    make_checkpoint(signer, now())
    fill(2)
    fifth = make_checkpoint(signer, now())
    assert fifth is not None
    both = keys.add_signing_key(signer)
    withdraw(both.keys[0].verifier, 3, trust.COMPROMISED)
    forgery.sign_anew(both.keys, [Entry.objects.count()])
    new = both.keys[1].verifier
    assert verified(new).standing is Standing.KEY_ONLY
    report = verified(new, held=fifth.note)
    assert (report.standing, report.held) == (Standing.KEY_ONLY, 0)
    assert any("withdrawn" in remark for remark in report.remarks)


def forged_by_nobody(rotated: Signer) -> list[SigningKey]:
    return [stranger()]


def by_the_withdrawn_alone(rotated: Signer) -> list[SigningKey]:
    return [rotated.keys[1]]


def by_the_older_alone(rotated: Signer) -> list[SigningKey]:
    return [rotated.keys[0]]


@pytest.mark.parametrize("by", [forged_by_nobody, by_the_withdrawn_alone, by_the_older_alone])
def test_a_withdrawal_that_nobody_entitled_signed(rotated: Signer, by: Callable[[Signer], list[SigningKey]]) -> None:
    """Whoever stole the old key cannot withdraw the new one, and the new one not itself."""
    withdraw(rotated.keys[1].verifier, 5)
    forgery.sign_anew(by(rotated), [Entry.objects.count()])
    assert "key-revoke" in codes(verified())
    assert key_history(HERE).keys[1].withdrawn is None
    assert judged(rotated.keys[1].verifier) is Standing.INVALID


@pytest.mark.parametrize(
    "payload",
    [
        {"key": str(SigningKey("test.example/litmus", b"\x05" * 32).verifier), "last_size": 3, "reason": "retired"},
        {"key": "no key", "last_size": 3, "reason": "retired"},
        {"last_size": "3", "reason": "retired"},
        {"last_size": 3, "reason": "whim"},
        {"reason": "retired"},
    ],
)
def test_a_withdrawal_that_says_nothing_usable(rotated: Signer, payload: dict[str, Any]) -> None:
    forgery.append_own(kinds.KEY_REVOKE, {"key": str(rotated.keys[0].verifier)} | payload, "key.revoke:odd")
    forgery.sign_anew([rotated.keys[1]], [Entry.objects.count()])
    assert codes(verified()) == {"key"}


@pytest.mark.parametrize("column", ["leaf", "kind"])
def test_a_withdrawal_cannot_be_hidden(rotated: Signer, column: str) -> None:
    old, new = old_and_new(rotated)
    withdraw(old.verifier, 9)
    forgery.sign_anew([new], [Entry.objects.count()])
    with triggers_suspended():
        Entry.objects.filter(kind=kinds.KEY_REVOKE).update(**{column: b"{}" if column == "leaf" else "completion"})
    assert verified(new.verifier).standing is Standing.INVALID


# Checkpoints


def test_no_checkpoint_at_all_is_a_finding_though_genesis_alone_is_none(signer: Signer) -> None:
    forgery.delete_checkpoints()
    assert verified().standing is Standing.UNANCHORED
    fill(3)
    assert codes(verified()) == {"checkpoint-missing"}
    assert codes(verified(signer.keys[0].verifier)) == {"checkpoint-missing"}


def test_only_the_newest_deleted_are_named_as_uncovered_or_found_by_whoever_holds_one(signer: Signer) -> None:
    fill(3)
    made = make_checkpoint(signer, now())
    assert made is not None
    forgery.delete_checkpoints(above=1)
    report = verified(signer.keys[0].verifier)
    assert (report.standing, report.covered, report.unsealed) == (Standing.KEY_ONLY, 1, 3)
    assert codes(verified(held=made.note)) == {"checkpoint-missing"}


def test_a_checkpoint_stored_where_nothing_was_signed(signer: Signer) -> None:
    fill(5)
    make_checkpoint(signer, now())
    body = TreeHead(ORIGIN, 4, forgery.root_at(3))
    note = sign_note(body.text(), list(signer.keys))
    Checkpoint.objects.create(size=4, root=body.root, note=note, made_at=now())
    assert "checkpoint-root" in codes(verified())


def test_a_checkpoint_of_another_ledger(signer: Signer) -> None:
    fill(2)
    forgery.sign_anew(signer.keys, [3], origin="other.example/litmus")
    assert "checkpoint-origin" in codes(verified())
    assert judged(signer.keys[0].verifier) is Standing.INVALID


@pytest.mark.parametrize("size", [1, 4, 7])
def test_a_held_note_older_or_newer_than_the_edit(signer: Signer, size: int) -> None:
    held = {1: Checkpoint.objects.get(size=1).note}
    for _ in range(2):
        fill(3)
        make_checkpoint(signer, now())
        held[Entry.objects.count()] = Checkpoint.objects.latest().note
    forgery.change(5, forgery.earlier)
    forgery.sign_anew(signer.keys)
    report = verified(held=held[size])
    assert report.standing is (Standing.INVALID if size == 7 else Standing.VALID)
    assert report.held == (0 if size == 7 else size)


def test_a_history_renumbered_is_told_by_its_cause_first(signer: Signer) -> None:
    for _ in range(15):
        fill(1)
        make_checkpoint(signer, now())
    forgery.forget([2, 3])
    told = list(verified().told())
    assert "its root is not that of the first" in told[0]
    assert len(told) < 5


def test_many_findings_of_one_kind_are_one_sentence_after_ten(signer: Signer) -> None:
    fill(30)
    Opening.objects.filter(part="actor").delete()
    report = verified()
    told = list(report.told())
    assert (len(report.findings), len(told)) == (30, 11)
    assert told[-1].startswith("… and 20 more of the same kind (entries 11, 12")


def test_judging_costs_the_same_in_a_large_ledger(rotated: Signer, django_assert_num_queries: Any) -> None:
    new = rotated.keys[1]
    with django_assert_num_queries(4):
        judged(new.verifier)
    for _ in range(8):
        fill(5)
        make_checkpoint(Signer.from_file(rotated.path), now())
    with django_assert_num_queries(4):
        assert judged(new.verifier) is Standing.KEY_ONLY


def test_what_is_signed_beside_the_key_is_public_and_of_the_signers_own(signer: Signer, tmp_path: Path) -> None:
    """A key that somebody logged in the database is never left there as one to believe."""
    public = signer.path.with_name(f"{signer.path.name}.pub")
    add_own(stranger())
    with pytest.raises(CheckpointRefused, match="written by somebody who does not hold the key"):
        keys.add_signing_key(signer)
    assert public.read_text().split() == [str(signer.keys[0].verifier)]
