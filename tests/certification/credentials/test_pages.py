"""Who may see a certificate, what its pages say, and what they never say."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certification.credentials.models import Certificate
from certification.ledger import clock
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.sequencer import sequence_pending
from lms.people import staffing
from lms.people.groups import AUDITOR, EDITOR
from lms.people.models import Person, User
from tests.certification.credentials.conftest import AT, ITEMS, PATH, Give
from tests.factories import make_user, sign_in
from tests.ledger_fixtures import make_ledger

Seal = Callable[[], None]
OWN = ["certificates:detail", "certificates:proof"]


@pytest.fixture
def login(db: None) -> User:
    return make_user(given_name="Amina", family_name="Haddad", email="amina@example.org")


@pytest.fixture
def learner(login: User) -> Person:
    return login.person


@pytest.fixture
def holder(client: Client, login: User) -> Client:
    return sign_in(client, login)


@pytest.fixture
def others(learner: Person) -> dict[str, Client]:
    """Everybody who is not the holder: none of them has any business on the holder's pages."""
    manager = make_user(given_name="Malik", family_name="Manager")
    staffing.set_manager(learner, manager.person, on=date(2026, 10, 1), at=AT, kind="line")
    return {
        "learner": sign_in(Client(), make_user(given_name="Lena", family_name="Learner")),
        "manager": sign_in(Client(), manager),
        "auditor": sign_in(Client(), make_user(AUDITOR, given_name="Aude", family_name="Auditor")),
        "editor": sign_in(Client(), make_user(EDITOR, given_name="Edda", family_name="Editor")),
    }


def page(client: Client, name: str, *args: Any, language: str = "en", status: int = 200) -> str:
    response = client.get(reverse(name, args=args), headers={"accept-language": language})
    assert response.status_code == status
    return response.content.decode()


# --- Whose name -------------------------------------------------------------------------------------------------


def test_a_name_that_was_exchanged_is_not_vouched_for(learner: Person, give: Give, seal: Seal) -> None:
    certificate = give()
    seal()
    Certificate.objects.filter(pk=certificate.pk).update(name_shared_at=AT)
    assert "Amina Haddad" in page(Client(), "verify:certificate", certificate.pk)
    Person.objects.filter(pk=learner.pk).update(given_name="Ursula", family_name="Impostor")
    text = page(Client(), "verify:certificate", certificate.pk)
    assert "This certificate does not match the ledger" in text
    assert "Ursula" not in text


def test_a_renamed_holder_is_shown_by_the_name_of_today_alone(
    learner: Person, holder: Client, give: Give, seal: Seal
) -> None:
    certificate = give()
    kept = {"language": learner.language, "email": learner.email}
    staffing.describe(learner, given_name="Amin", family_name="Haddad", at=AT, **kept)
    seal()
    Certificate.objects.filter(pk=certificate.pk).update(name_shared_at=AT)
    for browser, name in ((Client(), "verify:certificate"), (holder, "certificates:detail")):
        text = page(browser, name, certificate.pk)
        assert "Amin Haddad" in text
        assert "Amina" not in text
        assert "the ledger's entry holds the name" not in text, "the entry holds the name of then"


# --- Who may -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OWN)
def test_somebody_elses_certificate_does_not_exist(give: Give, others: dict[str, Client], name: str) -> None:
    address = reverse(name, args=[give().pk])

    assert {who: client.get(address).status_code for who, client in others.items()} == dict.fromkeys(others, 404)


def test_nobody_else_shows_or_hides_the_name(give: Give, others: dict[str, Client]) -> None:
    certificate = give()
    for client in others.values():
        response = client.post(reverse("certificates:share", args=[certificate.pk]), {"name": "show"})
        assert response.status_code == 404

    certificate.refresh_from_db()
    assert certificate.name_shared_at is None


def test_the_list_holds_only_ones_own(give: Give, others: dict[str, Client], holder: Client) -> None:
    give()

    assert PATH["titles"]["en"] in page(holder, "certificates:list")
    for client in others.values():
        assert PATH["titles"]["en"] not in page(client, "certificates:list")


@pytest.mark.parametrize("name", [*OWN, "certificates:list"])
def test_a_stranger_is_asked_to_sign_in(give: Give, name: str) -> None:
    address = reverse(name, args=[] if name.endswith("list") else [give().pk])

    response = Client().get(address)
    assert response.status_code == 302
    assert response.headers["Location"] == f"{reverse('account_login')}?next={address}"


def test_a_stranger_cannot_share_a_name(give: Give) -> None:
    response = Client().post(reverse("certificates:share", args=[give().pk]), {"name": "show"})

    assert response.status_code == 302
    assert reverse("account_login") in response.headers["Location"]


def test_everybody_may_check_a_certificate_they_have_the_address_of(give: Give, others: dict[str, Client]) -> None:
    certificate = give()

    for client in [Client(), *others.values()]:
        assert "waiting for its seal" in page(client, "verify:certificate", certificate.pk)


# --- The holder's pages --------------------------------------------------------------------------------------


def test_the_certificate_says_what_when_on_which_version_and_why(holder: Client, give: Give, seal: Seal) -> None:
    certificate = give(items=[ITEMS[0] | {"passed": True}])
    seal()

    text = page(holder, "certificates:detail", certificate.pk)
    for words in (
        "Amina Haddad",
        "AI literacy for everyone",
        "M01</bdi> What AI is and is not",
        "Completed and passed on 20 November 2026.",
        "Edition 3, French, text",
        "Counts until 20 November 2028.",
        "Version 2",
        "Law in force: Article 4 of Regulation (EU) 2024/1689",
        "the test of each was passed",
        "It does not prove",
        "Sealed",
    ):
        assert words in text
    assert f"http://127.0.0.1:8000/verify/{certificate.pk}/" in text


def test_a_test_is_called_passed_only_where_there_was_one(holder: Client, give: Give) -> None:
    assert "passed" not in page(holder, "certificates:detail", give().pk)


def test_the_seal_names_entry_checkpoint_and_root(holder: Client, give: Give, seal: Seal) -> None:
    certificate = give()
    seal()

    text = page(holder, "certificates:detail", certificate.pk)
    assert "Entry 1 of the ledger <bdi>test.example/litmus</bdi>" in text
    assert "checkpoint of 2 entries" in text
    assert re.search(r'Root <bdi class="mono">[0-9a-f]{64}</bdi>', text)


def test_before_the_seal_the_page_says_so_and_offers_no_proof(holder: Client, give: Give) -> None:
    certificate = give()

    text = page(holder, "certificates:detail", certificate.pk)
    assert "Waiting for its seal." in text
    assert reverse("certificates:proof", args=[certificate.pk]) not in text
    assert "<svg" in text
    assert "QR code" not in text

    response = holder.get(reverse("certificates:proof", args=[certificate.pk]), follow=True)
    assert "There is no proof yet" in response.content.decode()


def test_the_proof_is_a_file(holder: Client, give: Give, seal: Seal) -> None:
    certificate = give()
    seal()

    response = holder.get(reverse("certificates:proof", args=[certificate.pk]))
    assert response.content.decode().startswith("c2sp.org/tlog-proof@v1\nindex 1\n")
    assert response.headers["Content-Disposition"] == f'attachment; filename="certificate-{certificate.pk}.tlog-proof"'


@pytest.mark.parametrize("content", [{}, {"path": PATH, "items": [{"score": 0.5}], "basis": []}])
def test_a_changed_certificate_is_called_so_and_nothing_of_it_is_shown(
    holder: Client, give: Give, seal: Seal, content: dict[str, Any]
) -> None:
    certificate = give()
    seal()
    Certificate.objects.update(content=content)

    for client, name in ((holder, "certificates:detail"), (Client(), "verify:certificate")):
        text = page(client, name, certificate.pk)
        assert "This certificate does not match the ledger" in text
        assert "it was changed afterwards" in text
        assert PATH["titles"]["en"] not in text
    assert page(holder, "certificates:list")


def test_a_certificate_on_a_demo_site_says_demo(holder: Client, give: Give, tmp_path: Path) -> None:
    signer = make_ledger(tmp_path / "demo", "demo.example/litmus")
    certificate = give()
    sequence_pending()
    make_checkpoint(signer, AT)

    assert "DEMO" in page(holder, "certificates:detail", certificate.pk)
    assert "DEMO" in page(Client(), "verify:certificate", certificate.pk)


def test_it_never_claims_more_than_was_done(holder: Client, give: Give, seal: Seal) -> None:
    certificate = give()
    seal()

    both = page(holder, "certificates:detail", certificate.pk) + page(Client(), "verify:certificate", certificate.pk)
    assert not re.search(r"compliant|AI literate|competent", both, re.IGNORECASE)


# --- The name ------------------------------------------------------------------------------------------------


def test_the_name_is_public_only_while_the_holder_says_so(holder: Client, give: Give, seal: Seal) -> None:
    certificate = give()
    seal()
    share = reverse("certificates:share", args=[certificate.pk])

    assert "Haddad" not in page(Client(), "verify:certificate", certificate.pk)
    assert "now shows your name" in holder.post(share, {"name": "show"}, follow=True).content.decode()
    assert "Amina Haddad" in page(Client(), "verify:certificate", certificate.pk)
    assert "no longer shows" in holder.post(share, {"name": "hide"}, follow=True).content.decode()
    assert "Haddad" not in page(Client(), "verify:certificate", certificate.pk)


def test_a_request_that_makes_no_sense_changes_nothing_and_says_so(holder: Client, give: Give) -> None:
    certificate = give()

    response = holder.post(reverse("certificates:share", args=[certificate.pk]), {"name": "perhaps"}, follow=True)
    assert "Nothing was changed." in response.content.decode()
    certificate.refresh_from_db()
    assert certificate.name_shared_at is None


def test_a_link_cannot_share_the_name(holder: Client, give: Give) -> None:
    assert holder.get(reverse("certificates:share", args=[give().pk])).status_code == 405


def test_nothing_personal_on_the_public_page(give: Give, seal: Seal, learner: Person) -> None:
    certificate = give()
    seal()

    text = page(Client(), "verify:certificate", certificate.pk)
    for personal in (learner.given_name, learner.family_name, learner.email, str(learner.pk), certificate.key):
        assert personal not in text


# --- The public page -----------------------------------------------------------------------------------------


def test_a_valid_certificate(give: Give, seal: Seal) -> None:
    certificate = give(valid_until=clock.now().date() + timedelta(days=2))
    seal()

    text = page(Client(), "verify:certificate", certificate.pk)
    assert "This certificate is valid" in text
    assert "c2sp.org/tlog-proof@v1" in text


def test_an_expired_certificate_is_called_expired_and_stays_proved(give: Give, seal: Seal) -> None:
    certificate = give(valid_until=clock.now().date() - timedelta(days=2))
    seal()

    text = page(Client(), "verify:certificate", certificate.pk)
    assert "This certificate has expired" in text
    assert "This certificate is valid" not in text
    assert "Sealed" in text


def test_a_certificate_without_an_end(give: Give, seal: Seal) -> None:
    certificate = give(valid_until=None)
    seal()

    assert "valid without an end" in page(Client(), "verify:certificate", certificate.pk)


def test_a_certificate_that_stays_unsealed_is_not_called_new(give: Give, learner: Person) -> None:
    new = give("now", at=clock.now())
    assert "It was issued moments ago" in page(Client(), "verify:certificate", new.pk)
    old = give("then", at=clock.now() - timedelta(hours=2))
    text = page(Client(), "verify:certificate", old.pk)
    assert "It should have been sealed by now" in text
    assert "moments ago" not in text


def test_an_unknown_address_says_what_to_do(db: None) -> None:
    text = page(Client(), "verify:certificate", uuid.uuid4(), status=404)

    assert "No certificate has this address" in text
    assert "Scan the code on the certificate again" in text


def test_search_engines_and_caches_keep_away(give: Give) -> None:
    for pk in (give().pk, uuid.uuid4()):
        response = Client().get(reverse("verify:certificate", args=[pk]))
        assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response.headers["Cache-Control"]


def test_titles_come_from_the_snapshot_in_the_readers_language(give: Give, seal: Seal) -> None:
    certificate = give()
    seal()

    arabic = page(Client(), "verify:certificate", certificate.pk, language="ar")
    assert 'dir="rtl"' in arabic
    assert "محو أمية الذكاء الاصطناعي للجميع" in arabic
    assert '<span lang="en" dir="ltr">What AI is and is not</span>' in arabic

    french = page(Client(), "verify:certificate", certificate.pk, language="fr")
    assert "Ce que l’IA est et n’est pas" in french
    assert '<span lang="en" dir="ltr">AI literacy for everyone</span>' in french


def test_no_page_carries_a_style_or_a_script_of_its_own(holder: Client, give: Give, seal: Seal) -> None:
    certificate = give()
    seal()

    for text in (
        page(holder, "certificates:list"),
        page(holder, "certificates:detail", certificate.pk),
        page(Client(), "verify:certificate", certificate.pk),
    ):
        assert not re.search(r"\sstyle=|<style|<script(?![^>]*\ssrc=)|\son[a-z]+=", text)


# --- What they cost ------------------------------------------------------------------------------------------


def test_query_counts_do_not_grow(holder: Client, give: Give, seal: Seal) -> None:
    certificate = give()
    seal()
    pages = [
        (holder, reverse("certificates:list")),
        (holder, reverse("certificates:detail", args=[certificate.pk])),
        (Client(), reverse("verify:certificate", args=[certificate.pk])),
    ]
    [queries(*one) for one in pages]  # what a process reads once, it reads here
    few = [queries(*one) for one in pages]
    for number in range(30):
        give(f"other:{number}")
    seal()

    assert [queries(*one) for one in pages] == few
    assert max(few) <= 16


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
