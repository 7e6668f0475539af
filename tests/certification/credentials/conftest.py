"""People who hold certificates, and a ledger they stand in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from certification.credentials.award import award_certificate
from certification.credentials.ledger_claims import certificates
from certification.credentials.models import Certificate
from certification.credentials.sealing import seal_due
from certification.ledger import clock
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Checkpoint
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from lms import rooms
from lms.people.models import Person
from tests.certification.ledger import forgery
from tests.certification.ledger.evidence import fill
from tests.certification.ledger.test_command import ledger as run
from tests.ledger_fixtures import make_ledger

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
PATH = {
    "key": "p1",
    "number": 2,
    "sha256": "a" * 64,
    "titles": {"en": "AI literacy for everyone", "ar": "محو أمية الذكاء الاصطناعي للجميع"},
}
ITEMS = [
    {
        "code": "m01",
        "titles": {"en": "What AI is and is not", "fr": "Ce que l’IA est et n’est pas"},
        "edition": 3,
        "text_sha256": "b" * 64,
        "locale": "fr",
        "effective_on": "2026-11-20",
        "valid_until": "2028-11-20",
    }
]
BASIS = [{"kind": "law", "rule": "every-new-employee:1", "texts": {"en": "Article 4 of Regulation (EU) 2024/1689"}}]
Give = Callable[..., Certificate]


@pytest.fixture
def learner(db: None) -> Person:
    return Person.objects.create(given_name="Amina", family_name="Haddad", email="amina@example.org", created_at=AT)


@pytest.fixture
def give(learner: Person) -> Give:
    def give(key: str = "assignment:1", **changes: Any) -> Certificate:
        given: dict[str, Any] = {
            "path": PATH,
            "items": ITEMS,
            "basis": BASIS,
            "issued_on": date(2026, 11, 20),
            "valid_until": date(2028, 11, 20),
            "at": AT,
        } | changes
        with transaction.atomic():
            return award_certificate(given.pop("person", learner), key=key, **given)

    return give


@pytest.fixture(autouse=True)
def _no_memory_of_other_ledgers() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


@pytest.fixture
def signer(db: None, tmp_path: Path) -> Signer:
    return make_ledger(tmp_path / "ledger")


@pytest.fixture
def seal(signer: Signer) -> Callable[[], None]:
    """Everything that happens between award and seal, as the drains do it."""

    def seal() -> None:
        sequence_pending()
        make_checkpoint(signer, AT)
        seal_due(AT)

    return seal


OLDER = 8
"""How many entries the auditor's checkpoint covers."""


@dataclass(frozen=True)
class World:
    """A ledger of 14 entries under checkpoints of 1, 8 and 14; entry 9 is a sealed certificate."""

    signer: Signer
    certificate: Certificate
    held: Path
    key: str

    def verify(self, *anchors: str) -> int:
        return run("verify", *anchors)[0]

    def page(self) -> str:
        address = reverse("verify:certificate", args=[self.certificate.pk])
        return Client().get(address, headers={"accept-language": "en"}).content.decode()


@pytest.fixture
def world(signer: Signer, give: Give, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setattr(rooms, "ledger_claims", lambda: [certificates])
    settings.LEDGER_PUBLIC_KEY = str(signer.keys[0].verifier)
    settings.LEDGER_KEY_FILE = tmp_path / "an auditor has no key"
    fill(7)
    make_checkpoint(signer, AT)
    held = tmp_path / "held.txt"
    held.write_text(Checkpoint.objects.get(size=OLDER).note)
    fill(1)
    certificate = give()
    fill(4)
    make_checkpoint(signer, AT)
    seal_due(AT)
    certificate.refresh_from_db()
    assert (forgery.sizes(), certificate.sealed_size) == ([1, 8, 14], 14)
    return World(signer, certificate, held, str(signer.keys[0].verifier))
