"""A ledger for tests: real key, real genesis, real checkpoints. Used by conftest files of several packages."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from certification.ledger import clock, keys
from certification.ledger.signer import Signer

ORIGIN = "test.example/litmus"


def make_ledger(folder: Path, origin: str = ORIGIN, start: datetime | None = None) -> Signer:
    """Begins a ledger with a temporary key in `folder`; the database must hold no entries.

    Call clock.clear_cache() when the test ends: a process remembers its ledger's origin longer than the database of
    a rolled back test does.
    """
    clock.clear_cache()
    return keys.begin_ledger(folder / "signing-key", origin, start)
