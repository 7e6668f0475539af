"""Appending: together with the fact, once for each key, nothing personal in the leaf."""

from __future__ import annotations

import hmac
import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from certification.ledger import commitments, pending
from certification.ledger.canonical import NotCanonical
from certification.ledger.kinds import UnknownKind
from certification.ledger.models import Entry, Member, Opening, Pending
from certification.ledger.pending import EntryDraft, NotInTransaction
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from tests.certification.ledger.evidence import AT, append, person, roster


def test_the_same_key_returns_the_same_entry_and_writes_nothing(signer: Signer) -> None:
    first = append(1, key="completion:1")
    assert append(1, key="completion:1") == first
    sequence_pending()
    assert append(2, key="completion:1") == first
    sequence_pending()
    assert Entry.objects.count() == 2
    assert Opening.objects.filter(entry=first).count() == 3


def test_many_at_once_cost_few_queries_and_know_their_keys(signer: Signer, django_assert_num_queries: Any) -> None:
    known = append(0, key="completion:0")
    drafts = [EntryDraft("completion", f"completion:{n}", AT, {"edition": n}, subject=person(n)) for n in [2, 0, 1, 2]]
    with transaction.atomic(), django_assert_num_queries(3):
        ids = pending.append_entries(drafts)
    assert ids[1] == known
    assert ids[0] == ids[3] != ids[2]
    assert sequence_pending() == 3
    assert Opening.objects.filter(entry=ids[0], part="payload").get().value == '{"edition":2}'


def test_what_is_rolled_back_leaves_nothing(signer: Signer) -> None:
    with transaction.atomic():
        append(1, key="k")
        transaction.set_rollback(True)
    assert sequence_pending() == 0
    assert not Opening.objects.filter(entry__in=Pending.objects.filter(key="k").values("uuid")).exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_taken() -> None:
    with pytest.raises(NotInTransaction, match="together with the fact"):
        pending.append_entry("completion", key="k", at=AT, subject=None, actor=None, payload={})
    assert not Pending.objects.exists()


def test_a_leaf_names_nobody(signer: Signer) -> None:
    uuid = append(1, key="completion:learner-1")
    sequence_pending()
    data = bytes(Entry.objects.get(uuid=uuid).leaf).decode()
    for value in [*person(1).values(), "M01", "learner-1"]:
        assert value not in data
    assert set(json.loads(data)) == {
        *("v", "seq", "id", "kind", "at", "sequenced_at", "ref", "subject", "actor", "payload")
    }


def test_equal_values_have_different_commitments(signer: Signer) -> None:
    rows = Pending.objects.filter(uuid__in=[append(1), append(1)])
    assert len({row.subject for row in rows} | {row.actor for row in rows}) == 4


@pytest.mark.parametrize("kind", ["exemption.grant", "", "genesis", "key.add"])
def test_a_kind_nobody_may_append_is_refused_with_a_sentence(db: None, kind: str) -> None:
    with pytest.raises(UnknownKind, match=r"no kind of entry .* can be appended. It knows: module.publish"):
        append(1, kind=kind)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"payload": {"score": 8}}, "payload.score is nothing that an entry of kind 'completion' holds"),
        ({"payload": {"required_by": [{"rule": "r", "name": "Amina"}]}}, r"payload.required_by.name is nothing"),
        ({"payload": {"titles": {"en": "Title", "Amina": "x"}}}, r"payload.titles.Amina is nothing"),
        ({"payload": {"item": {"person": "Amina"}}}, "payload.item .* holds dict, which is not its form"),
        ({"payload": {"required_by": ["Amina"]}}, "payload.required_by .* holds str, which is not its form"),
        ({"payload": {"edition": 0.8}}, "In payload: edition is float"),
        ({"payload": {"person": str(uuid4())}}, "a payload cannot be erased"),
        ({"payload": {"roster_count": 3}}, "use append_roster"),
        ({"payload": {"item": "x" * 300_000}}, "the ledger takes at most 262144"),
        ({"subject": {"person": "Amina"}}, "subject.person must be a person's UUID"),
        ({"subject": {"person": 7}}, "subject.person must be a person's UUID"),
        ({"key": ""}, "1 to 200 characters"),
        ({"key": "k" * 201}, "1 to 200 characters"),
        ({"at": datetime(2026, 11, 3)}, "with a time zone"),
    ],
)
def test_what_cannot_be_logged_is_refused_with_a_sentence(db: None, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises((ValueError, NotCanonical), match=sentence):
        append(1, **changes)
    assert not Pending.objects.exists()


def test_a_roster_is_one_entry_with_one_opening_each(signer: Signer) -> None:
    people = [person(number) for number in range(5)]
    uuid = roster(people, key="assign:everyone")
    assert roster(people, key="assign:everyone") == uuid
    assert sequence_pending() == 1
    members = list(Member.objects.filter(entry=uuid).order_by("position"))
    assert [member.person for member in members] == [UUID(one["person"]) for one in people]
    payload = json.loads(Opening.objects.get(entry=uuid, part="payload").value)
    assert payload["roster_count"] == 5
    assert payload["roster_root"] == pending.roster_root([member.commitment for member in members]).hex()
    assert Entry.objects.about(UUID(people[3]["person"])).get().uuid == uuid


def test_erasing_one_member_keeps_the_rosters_root(signer: Signer) -> None:
    uuid = roster([person(number) for number in range(5)])
    Member.objects.filter(entry=uuid, position=2).update(value=None, salt=None, person=None)
    kept = list(Member.objects.filter(entry=uuid).order_by("position").values_list("commitment", flat=True))
    payload = json.loads(Opening.objects.get(entry=uuid, part="payload").value)
    assert pending.roster_root(kept).hex() == payload["roster_root"]


def test_an_id_is_bound_to_its_key() -> None:
    salt = commitments.fresh_salt()
    uuid = commitments.keyed_id(salt, "completion:1")
    assert (uuid.version, uuid.variant) == (8, "specified in RFC 4122")
    assert uuid != commitments.keyed_id(salt, "completion:2")
    assert uuid != commitments.keyed_id(commitments.fresh_salt(), "completion:1")


def test_a_commitment_opens_with_its_own_salt_only() -> None:
    salt = commitments.fresh_salt()
    commitment = commitments.commit(salt, b"{}")
    assert commitments.opens_commitment(commitment, salt, b"{}")
    assert not commitments.opens_commitment(commitment, commitments.fresh_salt(), b"{}")
    assert not commitments.opens_commitment(commitment, salt, b'{"a":1}')
    assert not commitments.opens_commitment(commitments.commit(b"short", b"{}"), b"short", b"{}")
    assert not commitments.opens_commitment("é", salt, b"{}")


@given(st.binary(max_size=64), st.binary(max_size=300))
def test_a_commitment_is_an_hmac(salt: bytes, value: bytes) -> None:
    assert commitments.commit(salt, value) == hmac.digest(salt, value, "sha256").hex()


def test_the_oldest_waiting_entry_is_known_by_the_machines_clock(signer: Signer) -> None:
    assert pending.oldest_waiting() is None
    append(1)
    row = Pending.objects.get(sequenced=False)
    assert pending.oldest_waiting() == row.created_at
    sequence_pending()
    assert pending.oldest_waiting() is None
