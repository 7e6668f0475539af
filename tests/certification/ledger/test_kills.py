"""Killed between every two steps: real processes, the real database. What was begun is finished, nothing is doubled."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.db import connection

from certification.ledger import clock, keys
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Checkpoint, Entry, Pending
from certification.ledger.self_check import own_note
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.trust import Anchors
from certification.ledger.verification import verify_ledger
from tests import databases
from tests.certification.ledger import kills
from tests.certification.ledger.evidence import append, fill
from tests.certification.ledger.restoring import back_up
from tests.ledger_fixtures import make_ledger

pytestmark = pytest.mark.django_db(transaction=True)
MOST_STEPS = 60


class Mortal:
    """Does one order in a child of its own and is killed at its n-th step."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def does(self, what: str, which: str, kill_at: int = 0) -> str:
        self.order(what, which, kill_at)
        return self.answer()

    def order(self, what: str, which: str, kill_at: int = 0) -> None:
        assert self.process.stdin is not None
        connection.close()
        print(json.dumps([what, which, kill_at]), file=self.process.stdin, flush=True)

    def answer(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


def started() -> Iterator[Mortal]:
    environment = {**os.environ, "DATABASE_URL": os.environ["TEST_DATABASE_URL"], "PYTHONPATH": str(settings.BASE_DIR)}
    environment["DJANGO_SETTINGS_MODULE"] = "lms.settings"
    command = [sys.executable, "-m", "tests.certification.ledger.kills", str(settings.LEDGER_KEY_FILE)]
    process = subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    yield Mortal(process)
    process.communicate(timeout=240)


@pytest.fixture
def mortal() -> Iterator[Mortal]:
    yield from started()


@pytest.fixture
def second() -> Iterator[Mortal]:
    yield from started()


def killed_everywhere(mortal: Mortal, what: str, prepare: Callable[[], object], after: Callable[[], object]) -> int:
    """Kills at the first step, the second and so on until nothing is left to be killed; returns how many there were.

    `prepare` returns which one it is to be done to, if there is more than one. After each kill the same is done again,
    whole, and `after` looks at what came of it.
    """
    for kill_at in range(1, MOST_STEPS):
        which = str(prepare())
        ended = mortal.does(what, which, kill_at)
        if ended == kills.KILLED:
            assert mortal.does(what, which) == kills.FINISHED, f"{what} could not be finished after step {kill_at}"
        clock.clear_cache()
        after()
        assert verify_ledger(anchors=Anchors(own=own_note())).findings == [], f"{what}, killed at step {kill_at}"
        if ended != kills.KILLED:
            assert ended == kills.FINISHED
            return kill_at - 1
    raise AssertionError(f"{what} has more than {MOST_STEPS} steps")


def signer() -> Signer:
    return Signer.from_file(settings.LEDGER_KEY_FILE)


def is_signed() -> None:
    newest = Checkpoint.objects.latest()
    assert newest.size == Entry.objects.count()
    assert newest.note == signer().last_note()


def test_begin(mortal: Mortal) -> None:
    def from_nothing() -> None:
        databases.copy().restore()
        for path in settings.LEDGER_KEY_FILE.parent.glob("*"):
            path.unlink()

    def begun() -> None:
        is_signed()
        assert Entry.objects.count() == 1
        assert signer().public_path.read_text() == f"{signer().keys[0].verifier}\n"

    use_same_database()
    assert killed_everywhere(mortal, "begin", from_nothing, begun) >= 6


def use_same_database() -> None:
    """`databases.copy()` makes one by this process's name: the very database this test runs on."""
    assert str(databases.copy().name) == str(connection.settings_dict["NAME"])


def test_sequence(mortal: Mortal) -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    ids = []

    def wait() -> None:
        ids.extend(append(number) for number in range(5))

    def written() -> None:
        assert not Pending.objects.filter(sequenced=False).exists()
        assert list(Entry.objects.filter(seq__gt=0).values_list("uuid", flat=True)) == ids

    assert killed_everywhere(mortal, "sequence", wait, written) >= 6


def test_sign(mortal: Mortal) -> None:
    """Between the note that is remembered and the commit lies the step at which a note could be made twice."""
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    assert killed_everywhere(mortal, "sign", lambda: fill(2), is_signed) >= 4


def test_add_key(mortal: Mortal) -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    before = []

    def prepare() -> None:
        fill(1)
        before[:] = signer().keys

    def added() -> None:
        """One key more; two where the kill came when all was done and the command was called again."""
        is_signed()
        assert len(signer().keys) - len(before) in (1, 2)
        assert [item.key for item in keys.logged_keys()] == [key.verifier for key in signer().keys]
        assert signer().public_path.read_text().split() == [str(key.verifier) for key in signer().keys]

    assert killed_everywhere(mortal, "add key", prepare, added) >= 8


def test_retire_key(mortal: Mortal) -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)

    def prepare() -> str:
        fill(1)
        return keys.add_signing_key(signer()).keys[0].verifier.key_id.hex()

    def ended() -> None:
        is_signed()
        assert len(signer().keys) == 1
        assert signer().public_path.read_text().split() == [str(signer().keys[0].verifier)]
        logged = Entry.objects.filter(kind="key.revoke").count()
        assert logged == len(signer().retired_keys()) == len(keys.logged_keys()) - 1

    assert killed_everywhere(mortal, "retire key", prepare, ended) >= 10


def test_declare_loss(mortal: Mortal) -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    fill(2)
    make_checkpoint(signer(), clock.now())
    lost = []

    def restore_an_old_one() -> None:
        restore = back_up()
        fill(2)
        made = make_checkpoint(signer(), clock.now())
        assert made is not None
        lost.append(made.note)
        restore()
        append(9)

    def goes_on() -> None:
        is_signed()
        assert set(signer().lost_notes()) == set(lost)
        assert Entry.objects.filter(kind="loss.declare").count() == len(lost)
        assert sequence_pending() == 0

    assert killed_everywhere(mortal, "declare loss", restore_an_old_one, goes_on) >= 8


def test_two_signers_at_once(mortal: Mortal, second: Mortal) -> None:
    """Each looks at what is new before it waits for the lock: one note is made, and it is the one remembered."""
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    for _ in range(5):
        fill(3)
        for one in (mortal, second):
            one.order("sign", "")
        assert {mortal.answer(), second.answer()} == {kills.FINISHED}
        is_signed()
    assert verify_ledger(anchors=Anchors(own=own_note())).findings == []
