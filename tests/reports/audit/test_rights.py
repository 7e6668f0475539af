"""The exact text, what an auditor never sees, who is no auditor, and what the pages cost."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.ledger import pending
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from content import texts
from content.editions import ModuleText
from lms.people import groups
from lms.people.access import log_of
from lms.people.models import Person, User
from quizzes.models import Attempt
from tests.factories import make_user, sign_in
from tests.quizzes.factories import edition
from tests.reports.audit.auditing import WHY, Write, append, page
from tests.reports.factories import AT, complete, crowd

pytestmark = pytest.mark.django_db


# What was taught


def test_the_exact_text_is_shown_with_its_digest(as_auditor: Client, signer: Signer, ada: Person) -> None:
    done = complete(ada, locale="fr")
    ModuleText.objects.filter(pk=done.text_id).update(sha256=texts.digest(done.text))
    html = page(as_auditor, f"/audit/text/{done.text_id}/")
    assert "Text of s2 (fr)" in html
    assert 'lang="fr"' in html
    assert "Question q1 (fr)" in html
    assert "Feedback" not in html
    assert "The digest was computed again now" in html
    assert html.count(texts.digest(done.text)) == 2


def test_a_changed_text_is_caught(as_auditor: Client, signer: Signer, ada: Person) -> None:
    done = complete(ada)
    ModuleText.objects.filter(pk=done.text_id).update(
        sha256=texts.digest(done.text), body=done.text.body | {"title": "X"}
    )
    assert "This text was changed" in page(as_auditor, f"/audit/text/{done.text_id}/")


def test_an_entry_leads_to_the_text_and_the_person_to_both(as_auditor: Client, write: Write, ada: Person) -> None:
    text = complete(ada).text
    entry = append(ada, text_sha256=text.sha256, facts_sha256="f" * 64)
    ada.completions.update(entry=entry.uuid)
    address = f"/audit/text/{text.pk}/?facts={'f' * 64}"
    assert address in page(as_auditor, f"/audit/entry/{entry.seq}/")
    record = page(as_auditor, f"/audit/person/{ada.pk}/")
    assert address in record
    assert f"/audit/entry/{entry.seq}/" in record


# What an auditor never sees, and who is no auditor


def test_no_score_and_no_answer_is_shown(as_auditor: Client, write: Write, ada: Person) -> None:
    Attempt.objects.create(
        person=ada, subject="s", edition=edition(3), number=1, started_at=AT, submitted_at=AT, passed=True, right=31337
    )
    entry = append(ada)
    for address in (f"/audit/person/{ada.pk}/", f"/audit/entry/{entry.seq}/", f"/audit/?q=lovelace&reason={WHY}"):
        assert "31337" not in page(as_auditor, address)


ADDRESSES = [
    "/audit/",
    "/audit/export.csv?q=",
    "/audit/coverage/",
    "/audit/coverage/export.csv?path=p1",
    "/audit/entry/0/",
    "/audit/person/{ada}/",
    "/audit/person/{ada}/reveal/",
    "/audit/text/{text}/",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 302), ("learner", 403), ("manager", 403), ("editor", 403), ("auditor", 200)]
)
def test_who_may_open_what(
    signer: Signer, ada: Person, auditor: User, manager: User, address: str, who: str, status: int
) -> None:
    users = {"auditor": auditor, "manager": manager}
    address = address.format(ada=ada.pk, text=complete(ada).text_id)
    client = Client()
    if who != "stranger":
        sign_in(client, users.get(who) or make_user(*([] if who == "learner" else [who])))
    response = client.get(address)
    assert response.status_code == status
    assert status != 302 or response.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("address", [each for each in ADDRESSES if "reveal" not in each])
def test_nothing_but_a_reveal_can_be_posted(as_auditor: Client, signer: Signer, ada: Person, address: str) -> None:
    address = address.format(ada=ada.pk, text=complete(ada).text_id)
    assert as_auditor.post(address).status_code == 405


@pytest.mark.parametrize("who", [groups.EDITOR, groups.GOVERNANCE, groups.HR_ADMIN])
def test_nobody_else_can_reveal_a_name(signer: Signer, ada: Person, who: str) -> None:
    groups.ensure_groups()
    client = sign_in(Client(), make_user(who))
    answer = client.post(f"/audit/person/{ada.pk}/reveal/", {"reason": "Sample 12 of the yearly audit"})
    assert answer.status_code == 403
    assert not log_of(ada, AT).exists()


# What it costs


@pytest.mark.parametrize(
    "address",
    [f"/audit/?q=mate&reason={WHY}", "/audit/?kind=completion", "/audit/coverage/?path=p1", "/audit/?check=ledger"],
)
def test_the_number_of_queries_does_not_grow(as_auditor: Client, write: Write, address: str) -> None:
    grow(30)
    write()
    few = queries(as_auditor, address)
    grow(170)
    write()
    assert queries(as_auditor, address) == few
    assert few <= 30


def test_one_entry_costs_the_same_in_a_long_ledger(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = append(ada)
    grow(30)
    write()
    few = queries(as_auditor, f"/audit/entry/{entry.seq}/")
    grow(170)
    write()
    assert queries(as_auditor, f"/audit/entry/{entry.seq}/") == few


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def grow(number: int) -> None:
    with transaction.atomic():
        for person in crowd(number):
            pending.append_entry(
                "completion",
                key=f"grow:{person.pk}",
                at=AT,
                subject={"person": str(person.pk), "name": person.name, "unit": ""},
                actor=None,
                payload={"code": "m01"},
            )
    sequence_pending()
