"""The public page and the auditor's box after each forgery: they vouch for nothing the pinned key did not sign."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.credentials.models import Certificate
from certification.credentials.sealing import seal_due
from certification.credentials.sharing import show_name
from certification.ledger import keys, kinds
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Checkpoint, Entry, EntryPart, Opening
from certification.ledger.note import SigningKey
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.triggers import triggers_suspended
from lms.people.groups import AUDITOR
from lms.people.models import Person
from tests.certification.credentials.conftest import AT, Give, World
from tests.certification.credentials.test_promises import TABLE
from tests.certification.ledger import forgery
from tests.certification.ledger.evidence import fill
from tests.certification.ledger.test_command import ledger
from tests.factories import make_user, sign_in
from tests.ledger_fixtures import ORIGIN, make_ledger

VALID = "This certificate is valid"
BROKEN = "This certificate does not match the ledger"
ENTRY = 9
"""The number of the certificate's entry."""


def box() -> str:
    text = sign_in(Client(), make_user(AUDITOR, given_name="Aude")).get("/audit/", headers={"accept-language": "en"})
    return text.content.decode()


def test_an_honest_certificate_is_valid_and_the_page_says_whose_key_it_is(world: World) -> None:
    page = world.page()
    assert VALID in page
    assert f'Signed by the key <bdi class="mono">{world.key}</bdi>' in page
    assert "which this site was given apart from its database" in page
    assert "Checkpoint verified" in box()


def test_without_a_pinned_key_nothing_is_called_valid(world: World, settings: Any) -> None:
    settings.LEDGER_PUBLIC_KEY = ""
    page = world.page()
    assert "Not anchored" in page
    assert not re.search(r"\bvalid\b", re.sub(r"Valid until", "", page), re.IGNORECASE)
    assert "agrees with the ledger of this site" in page
    assert world.key in page
    assert "Checkpoint not anchored" in box()
    assert "Checkpoint verified" not in box()


def test_an_expired_certificate_without_a_pinned_key_says_both(world: World, give: Give, settings: Any) -> None:
    settings.LEDGER_PUBLIC_KEY = ""
    other = give("another", valid_until=AT.date())
    sequence_pending()
    forgery.sign_anew(world.signer.keys, [Entry.objects.count()])
    page = Client().get(reverse("verify:certificate", args=[other.pk]), headers={"accept-language": "en"})
    assert "This certificate has expired" in page.content.decode()
    assert "Not anchored" in page.content.decode()


def test_the_key_beside_the_signing_key_is_pinned_without_a_setting(world: World, settings: Any) -> None:
    settings.LEDGER_PUBLIC_KEY = ""
    settings.LEDGER_KEY_FILE = world.signer.path
    assert VALID in world.page()


def test_another_key_pinned_makes_nothing_valid(world: World, settings: Any) -> None:
    settings.LEDGER_PUBLIC_KEY = str(SigningKey.generate(ORIGIN).verifier)
    assert BROKEN in world.page()
    assert "The ledger does not hold" in box()


FOOLED = {"truncate_after_re_signed", "rewrite_before_re_signed", "rewrite_after_re_signed", "fork_after_re_signed"}
"""Done by who holds the signing key: a page cannot tell, and says so."""
BEYOND = {"append_back_dated"}
"""Lies after the newest checkpoint: the certificate before it stays proved."""


@pytest.mark.parametrize("attack", [attack for attack, *_ in TABLE], ids=[attack.__name__ for attack, *_ in TABLE])
def test_the_page_after_each_attack_of_the_table(world: World, attack: Callable[[World], None]) -> None:
    attack(world)
    if not Certificate.objects.exists():
        assert "No certificate has this address" in world.page()
        return
    if attack.__name__ in ("flip_a_bit", "delete_a_row", "swap_rows"):
        return  # another entry's: its own proof is made of stored hashes, and `ledger verify` finds the change
    assert (VALID in world.page()) is (attack.__name__ in FOOLED | BEYOND)


def forged_certificate(give: Give) -> Certificate:
    certificate = give("forged")
    sequence_pending()
    return certificate


def seen(certificate: Certificate) -> str:
    address = reverse("verify:certificate", args=[certificate.pk])
    return Client().get(address, headers={"accept-language": "en"}).content.decode()


def add_own_key(own: SigningKey) -> None:
    forgery.append_own(kinds.KEY_ADD, {"key": str(own.verifier)}, "key.add:own")


@pytest.mark.parametrize("pinned", [True, False])
def test_a_forged_key_certificate_and_checkpoint(world: World, give: Give, settings: Any, pinned: bool) -> None:
    """L3 (a): key.add of one's own, a certificate, a checkpoint by that key alone."""
    if not pinned:
        settings.LEDGER_PUBLIC_KEY = ""
    own = SigningKey.generate(ORIGIN)
    add_own_key(own)
    forged = forged_certificate(give)
    forgery.sign_anew([own], [Entry.objects.count()])
    seal_due(AT)
    forged.refresh_from_db()
    assert forged.sealed
    for certificate in (forged, world.certificate):
        assert BROKEN in seen(certificate)
    assert "The ledger does not hold" in box()
    assert world.verify() == 1


def test_a_forged_key_with_a_valid_looking_overlap(world: World, give: Give) -> None:
    """The genuine newest note, with a line of the forger's, stored again as the first over the forged key."""
    own = SigningKey.generate(ORIGIN)
    add_own_key(own)
    size = Entry.objects.count()
    genuine = Checkpoint.objects.latest()
    note = genuine.note + own.line(genuine.note.split("\n\n")[0] + "\n")
    forged = forged_certificate(give)
    with triggers_suspended():
        Checkpoint.objects.create(size=size, root=genuine.root, note=note, made_at=AT)
    forgery.sign_anew([own], [Entry.objects.count()])
    seal_due(AT)
    assert BROKEN in seen(forged)
    assert world.verify("--key", world.key) == 1


def test_a_stolen_retired_key_forges_a_certificate_of_its_time(world: World, give: Give, settings: Any) -> None:
    """Before the rotation only the old key signed. A tree of then, made anew by it, vouches for nothing today."""
    both = keys.add_signing_key(world.signer)
    settings.LEDGER_PUBLIC_KEY = "\n".join(str(key.verifier) for key in both.keys)
    assert VALID in world.page()
    other = Person.objects.create(given_name="Ursula", family_name="Impostor", created_at=AT)
    history = forgery.leaves()
    forgery.commit_anew(history[ENTRY], "subject", {"person": str(other.pk), "name": other.name, "unit": ""})
    forgery.write_anew(history)
    Certificate.objects.update(person=other)
    forgery.sign_anew([both.keys[0]], [14])
    assert BROKEN in world.page()


def test_another_person_under_a_deleted_opening(world: World) -> None:
    """L3 (b)."""
    Opening.objects.filter(entry=world.certificate.entry, part=EntryPart.SUBJECT).delete()
    Certificate.objects.update(person=Person.objects.create(given_name="Zoé", created_at=AT))
    assert BROKEN in world.page()
    assert "no entry of the ledger says that it was erased" in world.page()
    assert world.verify() == 1


def test_a_holder_to_whose_name_no_entry_leads_is_vouched_for_by_no_page(world: World) -> None:
    """L3 (c)."""
    show_name(world.certificate, AT)
    Person.objects.filter(pk=world.certificate.person_id).update(given_name="Ursula", family_name="Impostor")
    page = world.page()
    assert "Impostor" not in page
    assert BROKEN in page


def test_a_certificate_that_points_to_anothers_entry(world: World, give: Give) -> None:
    other = Person.objects.create(given_name="Eve", family_name="Other", created_at=AT)
    theirs = give("theirs", person=other)
    sequence_pending()
    forgery.sign_anew(world.signer.keys, [Entry.objects.count()])
    seal_due(AT)
    spare = uuid.uuid4()
    Certificate.objects.filter(pk=world.certificate.pk).update(entry=spare)
    Certificate.objects.filter(pk=theirs.pk).update(entry=world.certificate.entry)
    assert BROKEN in seen(theirs)
    assert BROKEN in world.page()
    assert world.verify() == 1


def test_all_checkpoints_deleted(world: World) -> None:
    forgery.delete_checkpoints()
    assert BROKEN in world.page()
    assert "not one signed checkpoint: they were deleted" in box()


def test_only_the_newest_checkpoints_deleted(world: World) -> None:
    forgery.delete_checkpoints(above=8)
    assert BROKEN in world.page()
    code, output, _ = run_verify("--key", world.key)
    assert code == 1
    assert f"The certificate {world.certificate.pk} was sealed under a signed checkpoint of 14 entries" in output


def test_the_seals_size_made_to_fit_a_checkpoint_that_is_left(world: World) -> None:
    forgery.delete_checkpoints(above=8)
    Certificate.objects.update(sealed_size=8)
    assert BROKEN in world.page()
    assert "does not cover its entry" in run_verify("--key", world.key)[1]


def run_verify(*anchors: str) -> tuple[int, str, str]:
    return ledger("verify", *anchors)


def test_a_person_cut_out_and_everything_numbered_anew(world: World) -> None:
    forgery.forget([ENTRY])
    Certificate.objects.all().delete()
    code, output, _ = run_verify("--key", world.key)
    assert code == 1
    assert output.startswith("Checkpoint 14: it covers 14 entries, but the ledger holds only 13")


def test_queries_of_the_public_page_and_the_box_do_not_grow(world: World, give: Give) -> None:
    auditor = sign_in(Client(), make_user(AUDITOR, given_name="Aude"))
    address = reverse("verify:certificate", args=[world.certificate.pk])
    counted = [(Client(), address), (auditor, "/audit/")]
    [queries(*each) for each in counted]
    few = [queries(*each) for each in counted]
    for number in range(6):
        give(f"other:{number}")
        fill(6)
        make_checkpoint(world.signer, AT)
    seal_due(AT)
    assert [queries(*each) for each in counted] == few
    assert few[0] <= 14


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_demo_pins_its_key(give: Give, tmp_path: Path, settings: Any) -> None:
    settings.LEDGER_KEY_FILE = tmp_path / "demo" / "signing-key"
    signer: Signer = make_ledger(tmp_path / "demo", "demo.example/litmus")
    certificate = give()
    sequence_pending()
    make_checkpoint(signer, AT)
    seal_due(AT)
    assert VALID in seen(certificate)
