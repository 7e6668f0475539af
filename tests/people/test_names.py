"""A change of name is an entry; names and staff numbers exchanged behind the application's back are found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from certification.credentials.award import award_certificate
from certification.ledger import clock, pending
from certification.ledger.models import Entry, EntryPart, Opening, Pending
from certification.ledger.sequencer import sequence_pending
from certification.ledger.verification import VerificationReport, verify_ledger
from lms import rooms
from lms.people import staffing
from lms.people.directory.staff_import import import_people
from lms.people.ledger_claims import people
from lms.people.models import ExternalId, OrgUnit, Person
from lms.people.names import RENAME, committed_name
from tests.ledger_fixtures import make_ledger

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _ledger(db: None, tmp_path: Path) -> Iterator[None]:
    clock.clear_cache()
    make_ledger(tmp_path / "ledger")
    yield
    clock.clear_cache()


def arrive(given: str, family: str, number: str) -> Person:
    return staffing.create_person(given, family, at=AT, staff_number=number)


def certified(person: Person) -> UUID:
    """The entry of a certificate of theirs."""
    path = {"key": "p1", "number": 1, "sha256": "a" * 64, "titles": {"en": "All staff"}}
    with transaction.atomic():
        made = award_certificate(
            person, key=f"t:{person.pk}", path=path, items=[], basis=[], issued_on=AT.date(), valid_until=None, at=AT
        )
    sequence_pending()
    return made.entry


def rename(person: Person, given: str, family: str) -> None:
    kept = {"language": person.language, "email": person.email}
    assert staffing.describe(person, given_name=given, family_name=family, at=clock.now(), **kept)
    sequence_pending()


def verified() -> VerificationReport:
    return verify_ledger(comparers=rooms.ledger_claims())


def entries_found() -> set[UUID]:
    return {UUID(finding.entry.id) for finding in verified().findings if finding.entry and finding.entry.id}


def test_a_change_of_name_is_an_entry_that_names_nobody_in_its_payload() -> None:
    person = arrive("Mira", "Aubert", "n1")
    rename(person, "Mira", "Cassel")
    entry = Entry.objects.get(kind=RENAME)
    values = dict(Opening.objects.filter(entry=entry.uuid).values_list("part", "value"))
    assert json.loads(values[EntryPart.PAYLOAD]) == {"number": 1}
    subject = {"person": str(person.pk), "name": "Mira Cassel", "was": "Mira Aubert"}
    assert json.loads(values[EntryPart.SUBJECT]) == subject


def test_another_language_or_address_is_no_change_of_name() -> None:
    person = arrive("Mira", "Aubert", "n1")
    name = {"given_name": "Mira", "family_name": "Aubert"}
    assert staffing.describe(person, **name, language="fr", email="m@example.com", at=AT)
    assert not Pending.objects.filter(kind=RENAME).exists()


def test_the_staff_list_changes_a_name_by_the_same_door() -> None:
    OrgUnit.objects.create(
        code="entity-1", name="Entity", kind="entity", zone="UTC", true_from=date(2020, 1, 1), known_from=AT
    )
    head = "staff_number,given_name,family_name,entity,hired_on\n"
    for family in ("Aubert", "Cassel"):
        done = import_people(f"{head}n1,Mira,{family},entity-1,2026-01-01\n".encode(), at=AT, commit=True)
        assert done.written, done.problems
    assert Pending.objects.filter(kind=RENAME).count() == 1


def test_entries_of_before_lead_to_the_name_of_today() -> None:
    person = arrive("Mira", "Aubert", "n1")
    entry = certified(person)
    for given, family in (("Mira", "Cassel"), ("Miro", "Cassel"), ("Mira", "Aubert"), ("Mira", "Dorn")):
        rename(person, given, family)
        assert verified().consistent
    found = committed_name(entry, person)
    assert found
    assert found.leads
    assert (found.issued_to, found.today, len(found.changes)) == ("Mira Aubert", "Mira Dorn", 4)


def test_a_name_changed_by_sql_is_found() -> None:
    person = arrive("Mira", "Aubert", "n1")
    entry = certified(person)
    assert verified().consistent
    Person.objects.filter(pk=person.pk).update(family_name="Impostor")
    person.refresh_from_db()
    found = committed_name(entry, person)
    assert found
    assert not found.leads
    assert found.issued_to == "Mira Aubert"
    assert entries_found() == {entry}
    (finding,) = verified().findings
    assert "Impostor" not in finding.sentence
    assert "Aubert" not in finding.sentence


def test_a_name_changed_by_sql_after_an_honest_change_is_found() -> None:
    person = arrive("Mira", "Aubert", "n1")
    entry = certified(person)
    rename(person, "Mira", "Cassel")
    Person.objects.filter(pk=person.pk).update(family_name="Impostor")
    person.refresh_from_db()
    found = committed_name(entry, person)
    assert found
    assert not found.leads
    assert entries_found() == {Entry.objects.get(kind=RENAME).uuid}


def test_swapped_names_and_swapped_staff_numbers_are_found() -> None:
    one, other = arrive("Mira", "Aubert", "n1"), arrive("Ines", "Brandt", "n2")
    both = {certified(one), certified(other)}
    assert verified().consistent
    with transaction.atomic():
        for person, was in ((one, other), (other, one)):
            Person.objects.filter(pk=person.pk).update(given_name=was.given_name, family_name=was.family_name)
        assert entries_found() == both
        transaction.set_rollback(True)
    ExternalId.objects.filter(person=one).update(key="x")
    ExternalId.objects.filter(person=other).update(key="n1")
    ExternalId.objects.filter(person=one).update(key="n2")
    assert entries_found() == both


def test_a_line_of_a_roster_is_held_to_the_name_too() -> None:
    person = arrive("Mira", "Aubert", "n1")
    leaves = [{"person": str(person.pk), "name": person.name, "unit": ""}]
    with transaction.atomic():
        entry = pending.append_roster(
            "assignment.open", key="r", at=AT, actor={"role": "system"}, payload={"paths": []}, leaves=leaves
        )
    sequence_pending()
    comparers = [people]
    assert verify_ledger(comparers=comparers).consistent
    Person.objects.filter(pk=person.pk).update(given_name="Ines")
    (finding,) = verify_ledger(comparers=comparers).findings
    assert finding.entry
    assert finding.entry.id == str(entry)


def test_two_changes_at_once_are_two_entries() -> None:
    """A page that read the person before another changed the name: the second entry begins where the first ended."""
    person = arrive("Mira", "Aubert", "n1")
    stale = Person.objects.get(pk=person.pk)
    rename(person, "Mira", "Cassel")
    rename(stale, "Mira", "Dorn")
    assert Entry.objects.filter(kind=RENAME).count() == 2
    assert verified().consistent
