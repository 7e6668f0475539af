"""One entry with its proof, and what the page claims of the ledger."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from certification.ledger import merkle, pending, triggers
from certification.ledger.models import Checkpoint, Entry, EntryPart, Member, Opening
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from lms.people.access import log_of
from lms.people.models import Person
from tests.factories import make_person
from tests.reports.audit.auditing import Write, append, found, page
from tests.reports.factories import AT, make_path, make_rule

pytestmark = pytest.mark.django_db


# One entry


def test_an_entry_shows_its_proof_step_by_step(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = [append(ada) for _ in range(6)][3]
    write()
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    assert "Inclusion verified" in html
    assert hashlib.sha256(b"\x00" + bytes(entry.leaf)).hexdigest() in html
    rows = re.findall(r'<th scope="row" class="number">\d+</th>(.*?)</tr>', html, re.S)
    steps = [(re.sub("<.*?>", " ", row).split()) for row in rows]
    node = merkle.hash_leaf(bytes(entry.leaf))
    for side, sibling, result in steps:
        left, right = (bytes.fromhex(sibling), node) if side == "before" else (node, bytes.fromhex(sibling))
        node = merkle.hash_children(left, right)
        assert node.hex() == result
    assert f'<dd class="mono">{node.hex()}</dd>' in html


def test_every_position_in_every_small_tree_is_proved(as_auditor: Client, write: Write, ada: Person) -> None:
    for _ in range(8):
        append(ada)
        write()
        for seq in range(Entry.objects.count()):
            assert "Inclusion verified" in page(as_auditor, f"/audit/entry/{seq}/")


def test_before_a_checkpoint_it_says_so(as_auditor: Client, signer: Signer, ada: Person) -> None:
    html = page(as_auditor, f"/audit/entry/{append(ada).seq}/")
    assert "Not sealed yet" in html
    assert "Inclusion verified" not in html


def test_an_entry_opens_to_the_values_behind_it(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = append(ada, path={"key": "p1", "number": 3}, required_by=[{"rule": "r-p1", "number": 1}])
    make_rule(make_path().path)
    write()
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    assert html.count("The stored value opens the commitment: checked now.") == 3
    assert '<dt class="mono">path / number</dt><dd>3</dd>' in html
    assert "Rule r-p1, version 1" in html
    assert "Because you joined the company" in html
    assert "Company policy: Code of conduct, section 4" in html


def roster(people: list[Person]) -> Entry:
    """As the synchronisation writes several assignments of one run."""
    because = [{"rule": "r-p1", "number": 1, "basis": "policy"}]
    with transaction.atomic():
        uuid = pending.append_roster(
            "assignment.open",
            key="test:roster",
            at=AT,
            actor={"role": "system"},
            payload={"paths": [{"key": "p1", "number": 1}]},
            leaves=[
                {"person": str(person.pk), "name": person.name, "due": f"2026-12-{number:02}", "because": because}
                for number, person in enumerate(people, 1)
            ],
        )
    sequence_pending()
    return Entry.objects.get(uuid=uuid)


def test_a_roster_shows_the_line_of_the_person_asked_about_and_of_nobody_else(
    as_auditor: Client, write: Write, ada: Person
) -> None:
    make_rule(make_path().path)
    bo = make_person("Bo", "Other")
    entry = roster([ada, bo])
    write()
    whole = page(as_auditor, f"/audit/entry/{entry.seq}/")
    assert "2 people, committed to one by one" in whole
    assert "The stored list gives the root and the count the entry committed to" in whole
    assert "2026-12-01" not in whole
    html = page(as_auditor, f"/audit/entry/{entry.seq}/", person=str(ada.pk))
    assert "2026-12-01" in html
    assert "2026-12-02" not in html
    assert "Lovelace" not in html
    assert "Rule r-p1, version 1" in html
    assert [row.what for row in log_of(ada, AT)] == ["audit.entry"]
    assert not log_of(bo, AT).exists()
    assert found(as_auditor, q="lovelace") == [entry.seq]
    assert f"/audit/entry/{entry.seq}/?person={ada.pk}" in page(as_auditor, q="lovelace")
    assert found(as_auditor, path="p1") == [entry.seq]
    assert "several people" in page(as_auditor, path="p1")


@pytest.mark.parametrize(
    "change", [{"commitment": "0" * 64}, {"commitment": "x" * 64}, {"value": '{"person":"x","due":"2030-01-01"}'}]
)
def test_a_changed_roster_is_caught(as_auditor: Client, write: Write, ada: Person, change: dict[str, str]) -> None:
    entry = roster([ada, make_person("Bo", "Other")])
    write()
    Member.objects.filter(entry=entry.uuid, person=ada.pk).update(**change)
    html = page(as_auditor, f"/audit/entry/{entry.seq}/", person=str(ada.pk))
    assert "The stored list does not give the root and the count" in html


def test_a_person_shortened_out_of_a_roster_is_missed(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = roster([ada, make_person("Bo", "Other")])
    write()
    Member.objects.filter(entry=entry.uuid, person=ada.pk).delete()
    assert "The stored list does not give the root and the count" in page(as_auditor, f"/audit/entry/{entry.seq}/")


def test_a_changed_value_is_named(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = append(ada)
    write()
    Opening.objects.filter(entry=entry.uuid, part=EntryPart.PAYLOAD).update(value='{"code":"m99"}')
    assert "does not open the commitment" in page(as_auditor, f"/audit/entry/{entry.seq}/")
    Opening.objects.filter(entry=entry.uuid, part=EntryPart.PAYLOAD).update(value="no json")
    assert "does not open the commitment" in page(as_auditor, f"/audit/entry/{entry.seq}/")


def test_a_deleted_subject_is_a_finding_and_never_called_an_erasure(
    as_auditor: Client, write: Write, ada: Person
) -> None:
    entry = append(ada)
    write()
    Opening.objects.filter(entry=entry.uuid, part=EntryPart.SUBJECT).delete()
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    assert "This entry was changed" in html
    assert "The value was deleted, and no entry of the ledger says that it was erased." in html
    assert "The value was erased" not in html


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"leaf": b"not an entry"}, "This entry was changed"),
        ({"kind": "certificate.issue"}, "The columns of this entry differ from the bytes that were hashed."),
    ],
)
def test_a_changed_entry_is_caught(
    as_auditor: Client, write: Write, ada: Person, change: dict[str, Any], sentence: str
) -> None:
    entry = append(ada)
    write()
    with triggers.triggers_suspended():
        Entry.objects.filter(pk=entry.pk).update(**change)
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    assert sentence in html
    if "leaf" in change:
        assert "The proof does not hold" in html
    assert found(as_auditor, q=str(entry.seq)) == [entry.seq]


@pytest.mark.parametrize("number", ["999", "99999999999999999999"])
def test_an_entry_that_does_not_exist_is_not_found(as_auditor: Client, signer: Signer, number: str) -> None:
    assert as_auditor.get(f"/audit/entry/{number}/").status_code == 404


# The ledger's own state


def test_only_what_was_checked_is_claimed(as_auditor: Client, write: Write, ada: Person) -> None:
    append(ada)
    write()
    html = page(as_auditor)
    assert "Checkpoint verified" in html
    assert "Verified up to entry" not in html
    assert "Verified up to entry 1" in page(as_auditor, check="ledger")
    append(ada)
    assert "1 newer entry waits for the next checkpoint." in page(as_auditor)


def test_a_changed_entry_is_caught_by_hashing_again(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = append(ada)
    write()
    changed = bytes(entry.leaf).replace(b"2026", b"2025", 1)
    with triggers.triggers_suspended():
        Entry.objects.filter(pk=entry.pk).update(leaf=changed)
    assert "Verified up to entry" not in page(as_auditor, check="ledger")
    assert "at least one was changed" in page(as_auditor, check="ledger")


def test_a_checkpoint_that_was_not_signed_is_caught(as_auditor: Client, write: Write, ada: Person) -> None:
    append(ada)
    write()
    with triggers.triggers_suspended():
        Checkpoint.objects.filter(size=2).update(root=bytes(32))
    html = page(as_auditor)
    assert "The ledger does not hold" in html
    assert "Checkpoint verified" not in html


def test_before_the_ledger_was_begun(as_auditor: Client) -> None:
    assert "No checkpoint yet" in page(as_auditor)
