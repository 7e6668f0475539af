from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from certification.ledger import clock
from certification.ledger.signer import Signer
from tests.ledger_fixtures import make_ledger


@pytest.fixture(autouse=True)
def _no_memory_of_other_ledgers() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


@pytest.fixture
def signer(db: None, tmp_path: Path) -> Signer:
    """A begun ledger: key, genesis, first checkpoint; the key lies where the site's own timer looks for it."""
    return make_ledger(Path(settings.LEDGER_KEY_FILE).parent)
