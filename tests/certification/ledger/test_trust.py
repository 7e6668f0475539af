"""Whose signature counts: by the ledger's own entries as far as signatures reach, and by what comes from outside."""

from __future__ import annotations

from certification.ledger import checkpoints, clock, keys, trust
from certification.ledger.note import SigningKey
from certification.ledger.records import LedgerTables
from certification.ledger.signer import Signer
from certification.ledger.trust import Anchors, Standing, key_history
from tests.certification.ledger.evidence import fill

HERE = LedgerTables("default")


def test_the_first_key_is_the_one_genesis_names(signer: Signer) -> None:
    history = key_history(HERE)
    assert (history.origin, history.problems) == ("test.example/litmus", ())
    assert [item.key for item in history.keys] == [signer.keys[0].verifier]


def test_an_added_key_is_believed_once_both_have_signed(signer: Signer) -> None:
    fill(3)
    both = keys.add_signing_key(signer)
    history = key_history(HERE, Anchors(tuple(key.verifier for key in both.keys)))
    assert history.problems == ()
    assert [(item.seq, item.key) for item in history.keys] == [
        (0, both.keys[0].verifier),
        (4, both.keys[1].verifier),
    ]


def test_a_page_says_whose_key_signed_and_whether_it_was_given_from_outside(signer: Signer) -> None:
    fill(3)
    checkpoints.make_checkpoint(signer, clock.now())
    own = signer.keys[0].verifier
    assert trust.judge_newest(HERE, Anchors()).standing is Standing.UNANCHORED
    judged = trust.judge_newest(HERE, Anchors((own,)))
    assert (judged.standing, judged.key, judged.problem) == (Standing.KEY_ONLY, own, "")
    other = SigningKey.generate("test.example/litmus").verifier
    assert trust.judge_newest(HERE, Anchors((other,))).standing is Standing.INVALID
