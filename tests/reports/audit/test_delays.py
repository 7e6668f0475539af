"""Suspected fraud: two auditors delay what somebody sees of it, for 90 days at most; then it appears."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from certification.ledger import clock
from certification.ledger.signer import Signer
from lms.people import access, groups
from lms.people.access import log_of
from lms.people.models import AccessDelay, Person, User
from tests.factories import make_person, make_user, sign_in
from tests.reports.audit.auditing import page
from tests.reports.factories import AT

pytestmark = pytest.mark.django_db
WHY = "Certificates were sold in this unit; the trail must not warn him"


@pytest.fixture
def suspect(signer: Signer) -> Person:
    return make_user(given_name="Sam", family_name="Suspect", staff_number="S-7").person


@pytest.fixture
def second() -> User:
    groups.ensure_groups()
    return make_user(groups.AUDITOR, given_name="Sina", family_name="Second")


def ask(client: Client) -> AccessDelay:
    assert client.post(reverse("audit:delays"), {"number": "s-7", "reason": WHY}).status_code == 302
    return AccessDelay.objects.get()


def confirm(client: Client, delay: AccessDelay) -> None:
    """Presses the button, if the page has it."""
    address = reverse("audit:confirm_delay", args=[delay.pk])
    assert f'action="{address}"' in client.get(reverse("audit:delays")).content.decode()
    client.post(address)


def look(client: Client, suspect: Person, monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "machine_now", lambda: at)
    page(client, f"/audit/person/{suspect.pk}/")


def test_two_people_delay_and_after_ninety_days_everything_appears(
    as_auditor: Client, auditor: User, second: User, suspect: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay = ask(as_auditor)
    assert not log_of(suspect, AT).exists(), "asking names nobody on a page"
    confirm(sign_in(Client(), second), delay)
    look(as_auditor, suspect, monkeypatch, AT + timedelta(days=1))
    end = AT + access.LONGEST_DELAY
    assert not log_of(suspect, end - timedelta(seconds=1)).exists()
    seen = [(row.viewer, row.what, row.delayed_because) for row in log_of(suspect, end)]  # type: ignore[attr-defined]
    assert seen == [
        (auditor.person, "audit.person", WHY),
        (second.person, "audit.delay", WHY),
        (auditor.person, "audit.delay", WHY),
    ]
    monkeypatch.setattr(clock, "machine_now", lambda: end)
    record = sign_in(Client(), suspect.user).get(reverse("learn:record")).content.decode()
    assert "because two auditors suspected fraud" in record
    assert WHY in record


def test_one_person_alone_hides_nothing(
    as_auditor: Client, auditor: User, suspect: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    delay = ask(as_auditor)
    look(as_auditor, suspect, monkeypatch, AT + timedelta(minutes=1))
    address = reverse("audit:confirm_delay", args=[delay.pk])
    assert address not in as_auditor.get(reverse("audit:delays")).content.decode()
    as_auditor.post(address)
    delay.refresh_from_db()
    assert delay.confirmed_at is None
    assert log_of(suspect, AT + timedelta(minutes=2)).count() == 1


def test_what_was_seen_before_and_by_others_is_shown_at_once(
    as_auditor: Client, second: User, suspect: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    look(as_auditor, suspect, monkeypatch, AT)
    monkeypatch.setattr(clock, "machine_now", lambda: AT + timedelta(minutes=1))
    confirm(sign_in(Client(), second), ask(as_auditor))
    third = make_user(groups.AUDITOR, given_name="Tia")
    look(sign_in(Client(), third), suspect, monkeypatch, AT + timedelta(days=1))
    shown = log_of(suspect, AT + timedelta(days=2))
    assert [row.viewer.given_name for row in shown if row.viewer] == ["Tia", "Olga"]


def test_the_suspect_cannot_take_part(signer: Signer, second: User) -> None:
    groups.ensure_groups()
    auditing = make_user(groups.AUDITOR, given_name="Sly", staff_number="S-7")
    own = sign_in(Client(), auditing)
    refused = own.post(reverse("audit:delays"), {"number": "S-7", "reason": WHY})
    assert (refused.status_code, AccessDelay.objects.count()) == (422, 0)
    delay = access.ask_delay(auditing.person, second.person, WHY, AT)
    own.post(reverse("audit:confirm_delay", args=[delay.pk]))
    delay.refresh_from_db()
    assert delay.confirmed_at is None


def test_confirming_again_prolongs_nothing(as_auditor: Client, second: User, suspect: Person) -> None:
    delay = ask(as_auditor)
    access.confirm_delay(delay, second.person, AT)
    access.confirm_delay(delay, make_person("Third"), AT + timedelta(days=60))
    delay.refresh_from_db()
    assert delay.until == AT + access.LONGEST_DELAY


@pytest.mark.parametrize("number", ["", "nobody", "S-7 "])
def test_a_number_that_is_nobodys_is_refused_beside_its_field(as_auditor: Client, suspect: Person, number: str) -> None:
    answer = as_auditor.post(reverse("audit:delays"), {"number": number, "reason": WHY})
    if number.strip() == "S-7":
        assert answer.status_code == 302
    else:
        assert (answer.status_code, 'href="#id_number"' in answer.content.decode()) == (422, True)
