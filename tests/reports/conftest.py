from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from certification.ledger import clock
from certification.ledger.signer import Signer
from lms.people import groups
from lms.people.models import User
from tests.factories import make_person, make_user, sign_in
from tests.ledger_fixtures import make_ledger
from tests.reports.factories import AT


@pytest.fixture(autouse=True)
def _the_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """20 November 2026, and no memory of other tests' ledgers."""
    clock.clear_cache()
    monkeypatch.setattr(clock, "machine_now", lambda: AT)
    yield
    clock.clear_cache()


@pytest.fixture
def signer(db: None) -> Signer:
    return make_ledger(Path(settings.LEDGER_KEY_FILE).parent)


@pytest.fixture
def manager(db: None) -> User:
    """Somebody to whom one person reports."""
    user = make_user(given_name="Mona", family_name="Lead")
    make_person("Ada", "Report", manager=user.person)
    return user


@pytest.fixture
def as_manager(client: Client, manager: User) -> Client:
    return sign_in(client, manager)


@pytest.fixture
def auditor(db: None) -> User:
    groups.ensure_groups()
    return make_user(groups.AUDITOR, given_name="Olga", family_name="Audit")


@pytest.fixture
def as_auditor(auditor: User) -> Client:
    return sign_in(Client(), auditor)
