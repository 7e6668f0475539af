"""An auditor's person, and the drains."""

from __future__ import annotations

import pytest

from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from lms.people.models import Person
from tests.factories import make_person
from tests.reports.audit.auditing import Write
from tests.reports.factories import AT


@pytest.fixture
def ada(db: None) -> Person:
    return make_person("Ada", "Lovelace", staff_number="S-77")


@pytest.fixture
def write(signer: Signer) -> Write:
    """What the drains do: everything pending is sequenced and put under a checkpoint."""

    def write() -> None:
        sequence_pending()
        make_checkpoint(signer, AT)

    return write
