"""The auditor's search box, and names that are masked until a reason is given."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from certification.ledger.models import Entry
from certification.ledger.signer import Signer
from lms.people.access import log_of
from lms.people.models import AccessLog, Person, User
from tests.factories import make_person, sign_in
from tests.reports.audit.auditing import WHY, append, certify, found, page, sheet
from tests.reports.factories import AT, complete, make_path

pytestmark = pytest.mark.django_db


# The search box


def test_the_box_comes_first_and_nothing_is_listed_unasked(as_auditor: Client, signer: Signer) -> None:
    html = page(as_auditor)
    assert 'name="q"' in html
    assert "/audit/entry/" not in html


@pytest.mark.parametrize("words", ["lovelace", "ada love", "s-77"])
def test_a_person_is_found_by_name_or_staff_number(as_auditor: Client, signer: Signer, ada: Person, words: str) -> None:
    mine, _other = append(ada), append(make_person("Bo", "Other"))
    assert found(as_auditor, q=words) == [mine.seq]
    assert f"/audit/person/{ada.pk}/" in page(as_auditor, q=words)


def test_a_certificate_is_found_by_its_id(as_auditor: Client, signer: Signer, ada: Person) -> None:
    certificate = certify(ada)
    assert found(as_auditor, q=str(certificate.pk)) == [Entry.objects.get(uuid=certificate.entry).seq]
    assert str(certificate.pk) in page(as_auditor, q=str(certificate.pk))
    assert str(certificate.pk) in page(as_auditor, q="lovelace")


@pytest.mark.parametrize("words", ["{seq}", "#{seq}", "{uuid}"])
def test_an_entry_is_found_by_number_or_id(as_auditor: Client, signer: Signer, ada: Person, words: str) -> None:
    entry = append(ada)
    append(ada)
    assert found(as_auditor, q=words.format(seq=entry.seq, uuid=entry.uuid)) == [entry.seq]


def test_entries_are_found_by_kind_and_by_day(as_auditor: Client, signer: Signer, ada: Person) -> None:
    early = append(ada, at=datetime(2026, 11, 3, 23, 59, 59, tzinfo=UTC))
    late = append(ada, at=datetime(2026, 11, 4, 0, 0, tzinfo=UTC))
    opened = append(ada, "assignment.open")
    assert found(as_auditor, kind="assignment.open") == [opened.seq]
    assert found(as_auditor, since="2026-11-01", until="2026-11-03") == [early.seq]
    assert found(as_auditor, since="2026-11-04", until="2026-11-04") == [late.seq]
    assert found(as_auditor, q="lovelace", kind="completion") == [late.seq, early.seq]


def test_entries_are_found_by_training(as_auditor: Client, signer: Signer, ada: Person) -> None:
    assigned, done = append(ada, "assignment.open", path={"key": "p1", "number": 1}), append(ada)
    other = append(ada)
    complete(ada, entry=done.uuid)
    certificate = Entry.objects.get(uuid=certify(ada).entry)
    make_path("p2")
    assert found(as_auditor, path="p1") == [certificate.seq, done.seq, assigned.seq]
    assert found(as_auditor, path="p2") == []
    assert other.seq not in found(as_auditor, path="p1", q="ada")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"since": "2026-13-01"}, "Give the date as year, month and day"),
        ({"since": "2026-11-05", "until": "2026-11-04"}, "The last day lies before the first"),
        ({"kind": "nonsense"}, "Select a valid choice"),
        ({"q": "x" * 101}, "at most 100 characters"),
    ],
)
def test_bad_input_gets_a_sentence(as_auditor: Client, signer: Signer, query: dict[str, str], sentence: str) -> None:
    assert sentence in page(as_auditor, **query)
    assert as_auditor.get("/audit/export.csv", query).status_code == 400


@pytest.mark.parametrize("words", ["99999999999999999999", "#9223372036854775808", "a\tb", "%", "' OR 1=1 --"])
def test_odd_words_find_nothing_and_break_nothing(as_auditor: Client, signer: Signer, ada: Person, words: str) -> None:
    append(ada)
    assert found(as_auditor, q=words) == []


def test_no_answer_says_what_to_do(as_auditor: Client, signer: Signer) -> None:
    assert "No entry matches" in page(as_auditor, q="nobody")


# Names


def test_names_are_masked_until_a_reason_is_given(
    as_auditor: Client, auditor: User, signer: Signer, ada: Person
) -> None:
    entry = append(ada)
    addresses = [f"/audit/?q=lovelace&reason={WHY}", f"/audit/entry/{entry.seq}/", f"/audit/person/{ada.pk}/"]
    for address in addresses:
        html = page(as_auditor, address)
        assert "Ada" not in html
        assert html.count("Lovelace") == 0
        assert "A. L." in html
    answer = as_auditor.post(
        f"/audit/person/{ada.pk}/reveal/", {"reason": "Sample 12 of the yearly audit", "next": addresses[1]}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, addresses[1])
    for address in addresses:
        assert "Ada Lovelace" in page(as_auditor, address)
    revealed = log_of(ada, AT).get(what="audit.reveal")
    assert (revealed.viewer, revealed.capacity) == (auditor.person, "auditor")
    assert revealed.reason == "Sample 12 of the yearly audit"


def test_revealing_one_person_reveals_nobody_else(as_auditor: Client, signer: Signer, ada: Person) -> None:
    bo = make_person("Bo", "Lovelace")
    append(bo)
    as_auditor.post(f"/audit/person/{ada.pk}/reveal/", {"reason": "Sample 12 of the yearly audit"})
    assert "Bo Lovelace" not in page(as_auditor, q="lovelace")


def test_another_session_sees_the_mask_again(as_auditor: Client, auditor: User, signer: Signer, ada: Person) -> None:
    as_auditor.post(f"/audit/person/{ada.pk}/reveal/", {"reason": "Sample 12 of the yearly audit"})
    assert "Ada Lovelace" not in page(sign_in(Client(), auditor), f"/audit/person/{ada.pk}/")


@pytest.mark.parametrize("reason", ["", "why", "x" * 201])
def test_no_reason_no_name(as_auditor: Client, signer: Signer, ada: Person, reason: str) -> None:
    html = as_auditor.post(f"/audit/person/{ada.pk}/reveal/", {"reason": reason}).content.decode()
    assert "There is a problem" in html
    assert "Ada" not in html
    assert not AccessLog.objects.filter(what="audit.reveal").exists()


def test_the_way_back_never_leaves_the_site(as_auditor: Client, signer: Signer, ada: Person) -> None:
    answer = as_auditor.post(
        f"/audit/person/{ada.pk}/reveal/", {"reason": "Sample 12 of the yearly audit", "next": "https://evil.example/"}
    )
    assert answer.headers["Location"] == f"/audit/person/{ada.pk}/"


def test_a_masked_list_names_nobody_and_a_named_one_is_logged(as_auditor: Client, signer: Signer, ada: Person) -> None:
    append(ada)
    page(as_auditor, kind="completion")
    assert not log_of(ada, AT).exists()
    as_auditor.post(f"/audit/person/{ada.pk}/reveal/", {"reason": "Sample 12 of the yearly audit"})
    page(as_auditor, kind="completion")
    assert [row.what for row in log_of(ada, AT)] == ["audit.list", "audit.reveal"]


@pytest.mark.parametrize("words", ["ada lovelace", "ADA-7", "ada@example.org", "lovelace"])
def test_searching_for_a_person_is_a_look_at_their_record(as_auditor: Client, signer: Signer, words: str) -> None:
    """Security review, S4: a full name, a number or an address says whose record the masked one is."""
    sought = make_person("Ada", "Lovelace", email="ada@example.org", staff_number="ADA-7")
    append(sought)
    for reason in ("", "why"):
        html = page(as_auditor, q=words, reason=reason)
        assert "A. L." not in html
        assert f"/audit/person/{sought.pk}/" not in html
        assert 'href="#id_reason"' in html, "the summary leads to the field"
        refused = as_auditor.get("/audit/export.csv", {"q": words, "reason": reason})
        assert refused.status_code == 400
    assert not log_of(sought, AT).exists()
    assert "A. L." in page(as_auditor, q=words)
    as_auditor.get("/audit/export.csv", {"q": words, "reason": WHY})
    assert [(row.what, row.reason) for row in log_of(sought, AT)] == [("audit.export", WHY), ("audit.search", WHY)]


def test_the_number_of_an_entry_asks_for_no_reason_and_finds_nobody_by_staff_number(
    as_auditor: Client, signer: Signer
) -> None:
    sought = make_person("Ada", "Lovelace", staff_number="77")
    entry = append(sought)
    assert f"/audit/person/{sought.pk}/" not in page(as_auditor, q="77", reason="")
    assert found(as_auditor, q=f"#{entry.seq}", reason="") == [entry.seq]
    assert not log_of(sought, AT).exists()
    assert f"/audit/person/{sought.pk}/" in page(as_auditor, q="77")


def test_every_look_at_one_person_is_logged(as_auditor: Client, signer: Signer, ada: Person) -> None:
    entry = append(ada)
    page(as_auditor, f"/audit/person/{ada.pk}/")
    page(as_auditor, f"/audit/entry/{entry.seq}/")
    sheet(as_auditor, "/audit/export.csv", q="lovelace")
    assert [row.what for row in log_of(ada, AT)] == ["audit.export", "audit.entry", "audit.person"]
