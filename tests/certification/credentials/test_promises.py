"""What the ledger promises, and what not: the table of the specification, every cell of it, with real certificates.

The last column of that table, a witness, is not built. Where all checkpoints are deleted the answer is better than
promised: their absence itself is found.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from certification.credentials.models import Certificate
from certification.ledger.models import Entry
from certification.ledger.note import SigningKey
from certification.ledger.triggers import triggers_suspended
from tests.certification.credentials.conftest import OLDER, World
from tests.certification.ledger import forgery
from tests.certification.ledger.evidence import fill
from tests.certification.ledger.test_command import ledger as run
from tests.ledger_fixtures import ORIGIN

CAUGHT, UNANCHORED, KEY_ONLY, MISSED = 1, 3, 4, 0
BEFORE, AFTER = 4, 11
"""The numbers of the entries that are edited: before and after the checkpoint that the auditor holds."""


def stranger() -> SigningKey:
    return SigningKey.generate(ORIGIN)


def flip_a_bit(world: World) -> None:
    with triggers_suspended():
        entry = Entry.objects.get(seq=BEFORE)
        entry.leaf = bytes(entry.leaf).replace(b"completion", b"completioo")
        entry.save()


def delete_a_row(world: World) -> None:
    with triggers_suspended():
        Entry.objects.filter(seq=BEFORE).delete()


def swap_rows(world: World) -> None:
    with triggers_suspended():
        for old, new in ((3, 400), (5, 3), (400, 5)):
            Entry.objects.filter(seq=old).update(seq=new)


def rewrite_without_checkpoints(world: World) -> None:
    forgery.change(BEFORE, forgery.earlier)
    forgery.delete_checkpoints()


def cut_without_checkpoints(world: World) -> None:
    forgery.forget([BEFORE])
    forgery.delete_checkpoints()


def rewrite_under_another_key(world: World) -> None:
    own = stranger()
    forgery.begin_under(own)
    forgery.change(BEFORE, forgery.earlier)
    forgery.sign_anew([own])


def cut_under_another_key(world: World) -> None:
    own = stranger()
    forgery.begin_under(own)
    forgery.forget([BEFORE])
    forgery.sign_anew([own])


def truncate(world: World) -> None:
    """To the checkpoint of 8, genuine; the certificate that lies after it is left behind."""
    forgery.forget(range(OLDER, 14))
    forgery.delete_checkpoints(above=OLDER)


def truncate_with_its_certificates(world: World) -> None:
    truncate(world)
    Certificate.objects.all().delete()


def truncate_to_the_beginning(world: World) -> None:
    forgery.forget(range(5, 14))
    forgery.delete_checkpoints(above=1)
    Certificate.objects.all().delete()


def rewrite_before_re_signed(world: World) -> None:
    forgery.change(BEFORE, forgery.earlier)
    forgery.sign_anew(world.signer.keys)


def rewrite_after_re_signed(world: World) -> None:
    forgery.change(AFTER, forgery.earlier)
    forgery.sign_anew(world.signer.keys)


def truncate_after_re_signed(world: World) -> None:
    """Cut behind the certificate and signed again; the row of the certificate is made to fit."""
    forgery.forget(range(12, 14))
    forgery.sign_anew(world.signer.keys)
    Certificate.objects.update(sealed_size=12)


def fork_after_re_signed(world: World) -> None:
    forgery.forget(range(12, 14))
    fill(2)
    forgery.sign_anew(world.signer.keys)


def append_back_dated(world: World) -> None:
    forgery.append_back_dated("completion")


def test_the_operators_own_check_also_compares_the_signers_last_note(world: World, settings: Any) -> None:
    rewrite_after_re_signed(world)
    settings.LEDGER_KEY_FILE = world.signer.path
    code, output, _ = run("verify")
    assert code == CAUGHT
    assert "The signer's last note" in output


TABLE: list[tuple[Callable[[World], None], int, int, int]] = [
    # attack, no anchor, the key, the key and an older checkpoint
    (flip_a_bit, CAUGHT, CAUGHT, CAUGHT),
    (delete_a_row, CAUGHT, CAUGHT, CAUGHT),
    (swap_rows, CAUGHT, CAUGHT, CAUGHT),
    (rewrite_without_checkpoints, CAUGHT, CAUGHT, CAUGHT),
    (cut_without_checkpoints, CAUGHT, CAUGHT, CAUGHT),
    (rewrite_under_another_key, UNANCHORED, CAUGHT, CAUGHT),
    (cut_under_another_key, CAUGHT, CAUGHT, CAUGHT),
    (truncate, CAUGHT, CAUGHT, CAUGHT),
    (truncate_with_its_certificates, UNANCHORED, KEY_ONLY, MISSED),
    (truncate_to_the_beginning, UNANCHORED, KEY_ONLY, CAUGHT),
    (rewrite_before_re_signed, UNANCHORED, KEY_ONLY, CAUGHT),
    (rewrite_after_re_signed, UNANCHORED, KEY_ONLY, MISSED),
    (truncate_after_re_signed, UNANCHORED, KEY_ONLY, MISSED),
    (fork_after_re_signed, UNANCHORED, KEY_ONLY, MISSED),
    (append_back_dated, CAUGHT, CAUGHT, CAUGHT),
]


def test_an_honest_ledger(world: World) -> None:
    assert world.verify() == UNANCHORED
    assert world.verify("--key", world.key) == KEY_ONLY
    assert world.verify("--checkpoint", str(world.held)) == 0
    assert world.verify("--key", world.key, "--checkpoint", str(world.held)) == 0
    assert "This certificate is valid" in world.page()


@pytest.mark.parametrize(("attack", "alone", "key", "held"), TABLE, ids=[attack.__name__ for attack, *_ in TABLE])
def test_every_cell(world: World, attack: Callable[[World], None], alone: int, key: int, held: int) -> None:
    attack(world)
    assert world.verify() == alone
    assert world.verify("--key", world.key) == key
    assert world.verify("--key", world.key, "--checkpoint", str(world.held)) == held
    assert world.verify("--checkpoint", str(world.held)) == held
