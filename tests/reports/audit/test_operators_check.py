"""The operator's own check on the audit page: its result and its age, and never the colour of success."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from certification.ledger import self_check
from certification.ledger.checkpoints import CheckpointRefused, checkpoint_due
from certification.ledger.models import Entry, LedgerCheck, Opening
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from lms import rooms
from lms.people.models import Person
from tests.reports.audit.auditing import append, page
from tests.reports.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    """These entries have no business rows."""
    monkeypatch.setattr(rooms, "ledger_claims", list)


def box(client: Client) -> str:
    found = re.search(r'<div class="notice notice-(?:(?!</div></div>).)*own check.*?</div></div>', page(client), re.S)
    assert found is not None
    assert "notice-success" not in found[0]
    assert "says nothing to somebody who does not trust the operator" in found[0]
    return found[0]


def test_before_the_first_it_says_so(as_auditor: Client, signer: Signer) -> None:
    assert "has not yet verified the whole ledger" in box(as_auditor)


def test_a_check_that_passed_is_no_proof_and_not_green(as_auditor: Client, signer: Signer, ada: Person) -> None:
    append(ada)
    self_check.check_due(AT)
    html = box(as_auditor)
    assert "notice-info" in html
    assert f"{AT:%-d %B %Y, %H:%M} UTC" in html
    assert "the whole ledger of 2 entries and found nothing changed" in html


def test_a_change_and_the_refusal_stand_there(as_auditor: Client, signer: Signer, ada: Person) -> None:
    entry = append(ada)
    Opening.objects.filter(entry=entry.uuid, part="subject").update(value="{}")
    self_check.check_due(AT)
    with pytest.raises(CheckpointRefused):
        checkpoint_due(AT)
    html = box(as_auditor)
    assert "notice-warning" in html
    assert "found that the ledger was changed" in html
    assert "Nothing new is signed" in html
    assert f"(entry {entry.seq})" in html


def test_it_names_nobody(as_auditor: Client, signer: Signer, ada: Person) -> None:
    entry = append(ada)
    Opening.objects.filter(entry=entry.uuid, part="subject").update(person=None)
    self_check.check_due(AT)
    assert "Lovelace" not in LedgerCheck.objects.latest().sentence + box(as_auditor)
    assert str(ada.pk) not in box(as_auditor)


def test_a_check_that_failed_to_read_is_said(as_auditor: Client, signer: Signer) -> None:
    LedgerCheck.objects.create(at=AT, occasion="nightly", code=2, size=0, sentence="no answer")
    assert "could not verify the ledger" in box(as_auditor)
    assert sequence_pending() == 0
    assert Entry.objects.count() == 1
