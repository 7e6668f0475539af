"""A person, what they did, and rows in the outbox."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms.people.models import Person
from lms.xapi.statements import ModuleDone, PathDone

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def learner(db: None) -> Person:
    return Person.objects.create(given_name="Zoë", family_name="Haddad", email="zoe@example.org", created_at=AT)


@pytest.fixture
def module() -> ModuleDone:
    return {
        "id": "0b9a3e0e-3f0e-4c58-9d3c-6a1c3e1d5d01",
        "code": "m01",
        "titles": {"en": "What AI is and is not", "ar": "ما الذكاء الاصطناعي"},
        "edition": 3,
        "text_sha256": "b" * 64,
        "locale": "ar",
        "passed": True,
        "path": "p1",
        "cycle": "hire:2026-10-01",
    }


@pytest.fixture
def path() -> PathDone:
    return {"key": "p1", "number": 2, "sha256": "a" * 64, "titles": {"en": "AI literacy for everyone"}}
