"""A full disk: the last note stays whole, nothing is left lying about, the site says so, and it goes on afterwards."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from certification.ledger import clock, latch
from certification.ledger.checkpoints import checkpoint_due
from certification.ledger.durable_files import LEFT_OVER_SECONDS, write_durably
from certification.ledger.models import Checkpoint, SigningJob
from certification.ledger.signer import KeyUnusable, Signer
from tests.certification.ledger.evidence import fill


@contextmanager
def full(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No file of this process grows beyond 40 bytes while one in the key's folder is written: EFBIG, as a quota does.

    The database writes elsewhere and is spared.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    real = os.fsync

    def limited(descriptor: int) -> None:
        where = os.readlink(f"/proc/self/fd/{descriptor}")
        if where.startswith(str(path)):
            resource.setrlimit(resource.RLIMIT_FSIZE, (40, before[1]))
            try:
                os.pwrite(descriptor, b"x" * 4096, 0)
                os.pwrite(descriptor, b"x", 4096)
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, before)
        real(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", limited)
        yield


def files(signer: Signer) -> dict[str, str]:
    return {path.name: path.read_text() for path in signer.path.parent.iterdir()}


def test_the_last_note_stays_whole_and_signing_goes_on(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(2)
    before = files(signer)
    with full(settings.LEDGER_KEY_FILE.parent, monkeypatch), pytest.raises(OSError, match="large"):
        checkpoint_due(clock.now())
    assert files(signer) == before
    assert Checkpoint.objects.latest().size == 1
    assert SigningJob.objects.get(job="sign").trouble == "disk"
    made = checkpoint_due(clock.now())
    assert made is not None
    assert made.note == signer.last_note()
    assert SigningJob.objects.get(job="sign").trouble == ""


def test_a_key_is_added_whole_or_not(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files(signer)
    with full(signer.path.parent, monkeypatch), pytest.raises(OSError, match="large"):
        signer.with_new_key()
    assert files(signer) == before
    assert Signer.from_file(signer.path).keys == signer.keys


def test_a_latch_that_cannot_be_closed_is_said(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    with full(signer.path.parent, monkeypatch), pytest.raises(OSError, match="large"):
        latch.close_latch(signer.path, clock.now(), "An entry was changed.")
    latch.close_latch(signer.path, clock.now(), "An entry was changed.")
    refusal = latch.standing_refusal(signer.path)
    assert refusal is not None
    assert refusal.sentence == "An entry was changed."


def test_what_killed_processes_left_is_cleared_away(signer: Signer) -> None:
    old, young = (signer.note_path.with_name(f"{signer.note_path.name}.{number}.new") for number in (1, 2))
    for path in (old, young):
        path.write_text("half a no")
    os.utime(old, (0, time.time() - LEFT_OVER_SECONDS - 1))
    write_durably(signer.note_path, "a note\n")
    assert (old.exists(), young.exists()) == (False, True)
    assert signer.note_path.read_text() == "a note\n"


def test_a_key_that_is_gone_is_said_on_the_health_page(signer: Signer) -> None:
    fill(1)
    signer.path.rename(signer.path.with_name("away"))
    with pytest.raises(KeyUnusable):
        checkpoint_due(clock.now())
    assert SigningJob.objects.get(job="sign").trouble == "key"
