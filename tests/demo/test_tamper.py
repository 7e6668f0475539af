"""`make tamper`, as the README shows it: an honest copy against a kept checkpoint is 0, one changed byte is 1."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.clock import now
from certification.ledger.signer import Signer
from tests.test_ledger_claims import _clock, evidence

__all__ = ["_clock", "evidence"]


@pytest.mark.once("it copies a SQLite file and refuses any other database")
@pytest.mark.django_db(transaction=True)
def test_an_honest_copy_verifies_and_a_changed_byte_is_caught(
    evidence: None,
    tmp_path: Path,
    settings: Any,
    capfd: pytest.CaptureFixture[str],
) -> None:
    settings.VAR_DIR = tmp_path
    make_checkpoint(Signer.from_file(tmp_path / "ledger" / "signing-key"), now())
    out = StringIO()
    call_command("tamper", stdout=out)
    told, _ = capfd.readouterr()
    honest, _, changed = told.partition("Entry ")
    assert "VALID against the checkpoint you hold" in honest
    assert "INVALID" in changed
    assert "Exit code 1." in out.getvalue()
