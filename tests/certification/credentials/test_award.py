"""A certificate is awarded once, with its ledger entry or not at all, and the entry says nothing personal."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from certification.credentials.award import award_certificate
from certification.credentials.models import Certificate
from certification.ledger import canonical
from certification.ledger.models import EntryPart, Opening, Pending
from certification.ledger.pending import NotInTransaction
from lms.people.models import Person
from tests.certification.credentials.conftest import AT, BASIS, ITEMS, PATH, Give


def opened(certificate: Certificate, part: EntryPart) -> dict[str, object]:
    return json.loads(Opening.objects.get(entry=certificate.entry, part=part).value)


def test_a_certificate_is_awarded_once_per_key(give: Give) -> None:
    first, again = give(), give()

    assert first == again
    assert Certificate.objects.count() == Pending.objects.count() == 1


def test_each_assignment_has_its_own_certificate(give: Give) -> None:
    assert give("assignment:1") != give("assignment:2")
    assert Pending.objects.count() == 2


def test_it_keeps_what_was_awarded_even_when_a_later_call_says_otherwise(give: Give) -> None:
    give()
    again = give(path=PATH | {"number": 9})

    assert again.content["path"]["number"] == 2
    assert again.sha256 == canonical.digest({"path": PATH, "items": ITEMS, "basis": BASIS})


def test_the_entry_commits_to_the_content_and_holds_nothing_personal(give: Give, learner: Person) -> None:
    certificate = give()

    payload = opened(certificate, EntryPart.PAYLOAD)
    assert payload == {
        "certificate": str(certificate.pk),
        "path": {"key": "p1", "number": 2, "sha256": "a" * 64},
        "issued_on": "2026-11-20",
        "valid_until": "2028-11-20",
        "content": certificate.sha256,
        "basis": ["law"],
    }
    for personal in (learner.given_name, learner.family_name, learner.email, str(learner.pk)):
        assert personal not in json.dumps(payload)
    assert opened(certificate, EntryPart.SUBJECT)["person"] == str(learner.pk)


def test_a_rolled_back_transaction_leaves_neither_certificate_nor_entry(give: Give) -> None:
    with transaction.atomic():
        give()
        transaction.set_rollback(True)
    assert not Certificate.objects.exists()
    assert not Pending.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_refused_outside_a_transaction(learner: Person) -> None:
    with pytest.raises(NotInTransaction):
        award_certificate(
            learner, key="k", path=PATH, items=ITEMS, basis=BASIS, issued_on=AT.date(), valid_until=None, at=AT
        )


def test_content_that_is_not_plain_json_is_refused_with_its_place(give: Give) -> None:
    with pytest.raises(canonical.NotCanonical, match=r"items\[0\]\.effective_on is date"):
        give(items=[ITEMS[0] | {"effective_on": AT.date()}])


def test_the_digest_depends_on_every_part_and_not_on_the_order_of_keys() -> None:
    content = {"path": PATH, "items": ITEMS, "basis": BASIS}

    assert canonical.digest(content) == canonical.digest(dict(reversed(content.items())))
    for part in content:
        assert canonical.digest(content | {part: []}) != canonical.digest(content)
