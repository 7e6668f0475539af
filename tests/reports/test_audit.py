from __future__ import annotations

import csv
import hashlib
import html as entities
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from certification.credentials.award import award
from certification.credentials.models import Certificate
from certification.ledger import merkle, pending, triggers
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Checkpoint, Entry, Member, Opening, Part
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import Signer
from content import texts
from content.editions import ModuleText
from courses.assignments.models import Justification
from courses.paths.models import AssignmentRule
from lms.people import groups, staffing
from lms.people.access import log_of
from lms.people.models import AccessLog, Person, User
from quizzes.models import Attempt
from tests.factories import make_person, make_user, sign_in
from tests.quizzes.factories import edition
from tests.reports.factories import AT, TODAY, assign, complete, crowd, make_path, make_rule

pytestmark = pytest.mark.django_db
Write = Callable[[], None]


@pytest.fixture
def ada(db: None) -> Person:
    return make_person("Ada", "Lovelace", staff_number="S-77")


@pytest.fixture
def write(signer: Signer) -> Write:
    """What the drains do: everything pending is sequenced and put under a checkpoint."""

    def write() -> None:
        sequence_pending()
        make_checkpoint(signer, AT)

    return write


def append(person: Person | None, kind: str = "completion", *, at: datetime = AT, **payload: Any) -> Entry:
    """An entry as the seam writes it, already sequenced."""
    subject = {"person": str(person.pk), "name": person.name, "unit": "Service desk"} if person else None
    with transaction.atomic():
        uuid = pending.append(
            kind,
            key=f"test:{Entry.objects.count()}:{kind}",
            at=at,
            subject=subject,
            actor={"role": "system"},
            payload={"code": "m01", **payload},
        )
    sequence_pending()
    return Entry.objects.get(uuid=uuid)


def certify(person: Person) -> Certificate:
    path = {"key": "p1", "number": 1, "sha256": "a" * 64, "titles": {"en": "All staff"}}
    with transaction.atomic():
        made = award(
            person, key=f"test:{person.pk}", path=path, items=[], basis=[], issued_on=TODAY, valid_until=None, at=AT
        )
    sequence_pending()
    return made


def page(client: Client, address: str = "/audit/", **query: str) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return entities.unescape(response.content.decode())


def found(client: Client, **query: str) -> list[int]:
    """The numbers of the entries in the answer."""
    html = page(client, **query)
    return [int(number) for number in re.findall(r'<th scope="row"><a href="/audit/entry/(\d+)/', html)]


def sheet(client: Client, address: str, **query: str) -> tuple[list[list[str]], list[list[str]]]:
    """(what is said above the table, the table)."""
    text = client.get(address, query).getvalue().decode().removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text)))
    middle = rows.index([])
    return rows[:middle], rows[middle + 1 :]


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


@pytest.mark.parametrize("words", ["99999999999999999999", "#9223372036854775808", "a\x00b", "%", "' OR 1=1 --"])
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
    addresses = ["/audit/?q=lovelace", f"/audit/entry/{entry.seq}/", f"/audit/person/{ada.pk}/"]
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
    revealed = log_of(ada).get(what="audit.reveal")
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
    page(as_auditor, q="lovelace")
    assert not log_of(ada).exists()
    as_auditor.post(f"/audit/person/{ada.pk}/reveal/", {"reason": "Sample 12 of the yearly audit"})
    page(as_auditor, q="lovelace")
    assert [row.what for row in log_of(ada)] == ["audit.list", "audit.reveal"]


def test_every_look_at_one_person_is_logged(as_auditor: Client, signer: Signer, ada: Person) -> None:
    entry = append(ada)
    page(as_auditor, f"/audit/person/{ada.pk}/")
    page(as_auditor, f"/audit/entry/{entry.seq}/")
    sheet(as_auditor, "/audit/export.csv", q="lovelace")
    assert [row.what for row in log_of(ada)] == ["audit.export", "audit.entry", "audit.person"]


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
    assert [row.what for row in log_of(ada)] == ["audit.entry"]
    assert not log_of(bo).exists()
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
    Opening.objects.filter(entry=entry.uuid, part=Part.PAYLOAD).update(value='{"code":"m99"}')
    assert "does not open the commitment" in page(as_auditor, f"/audit/entry/{entry.seq}/")
    Opening.objects.filter(entry=entry.uuid, part=Part.PAYLOAD).update(value="no json")
    assert "does not open the commitment" in page(as_auditor, f"/audit/entry/{entry.seq}/")


def test_an_erased_subject_leaves_the_proof_valid(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = append(ada)
    write()
    Opening.objects.filter(entry=entry.uuid, part=Part.SUBJECT).delete()
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    assert "The value was erased" in html
    assert "Inclusion verified" in html


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
    with triggers.suspended():
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
    with triggers.suspended():
        Entry.objects.filter(pk=entry.pk).update(leaf=changed)
    assert "Verified up to entry" not in page(as_auditor, check="ledger")
    assert "at least one was changed" in page(as_auditor, check="ledger")


def test_a_checkpoint_that_was_not_signed_is_caught(as_auditor: Client, write: Write, ada: Person) -> None:
    append(ada)
    write()
    with triggers.suspended():
        Checkpoint.objects.filter(size=2).update(root=bytes(32))
    html = page(as_auditor)
    assert "The ledger does not hold" in html
    assert "Checkpoint verified" not in html


def test_before_the_ledger_was_begun(as_auditor: Client) -> None:
    assert "No checkpoint yet" in page(as_auditor)


# Who was covered


def coverage(client: Client, **query: str) -> str:
    return page(client, "/audit/coverage/", **{"path": "p1", **query})


@pytest.fixture
def staff(signer: Signer) -> list[Person]:
    """Three people required to have p1: done on 20 October but entered on 20 November; open; done and expired."""
    people = [make_person(name, "Covered") for name in ("Ana", "Bea", "Cleo")]
    assign(people[0], state="satisfied", done=date(2026, 10, 20), valid_until=date(2028, 10, 20), known=AT)
    assign(people[1], due=date(2026, 11, 1))
    before = datetime(2026, 10, 2, 6, 0, tzinfo=UTC)
    assign(people[2], state="satisfied", done=date(2026, 10, 2), valid_until=date(2026, 10, 30), known=before)
    return people


def test_who_was_covered_on_a_day_has_its_denominator(as_auditor: Client, staff: list[Person]) -> None:
    html = coverage(as_auditor, true_on="2026-10-25", known_on="2026-11-20")
    assert "2 of 3" in html
    assert "True on 25 October 2026, as known on 20 November 2026, 09:00 UTC: 2 of 3 were covered." in html
    assert "1 of 3" in coverage(as_auditor, true_on="2026-10-31", known_on="2026-11-20")


def test_what_was_known_later_is_not_counted_earlier(as_auditor: Client, staff: list[Person]) -> None:
    """T-22 as an auditor asks it."""
    html = coverage(as_auditor, true_on="2026-10-31", known_on="2026-10-31")
    assert "0 of 3" in html
    assert "as known on 31 October 2026, 23:59 UTC" in html


def test_before_anybody_was_required_it_says_so(as_auditor: Client, staff: list[Person]) -> None:
    assert "Nobody was required to have it on 30 September 2026" in coverage(as_auditor, true_on="2026-09-30")


def test_rows_say_why_and_mask_who(as_auditor: Client, staff: list[Person]) -> None:
    html = coverage(as_auditor)
    assert "Ana Covered" not in html
    assert "A. C." in html
    assert "Because you joined the company" in html
    assert "Not in the ledger yet" in html


def test_a_row_nothing_asks_for_any_more_still_says_why_it_was_required(
    as_auditor: Client, staff: list[Person]
) -> None:
    Justification.objects.update(known_to=AT, true_to=date(2026, 10, 2))
    assert coverage(as_auditor).count("Company policy, rule r-p1, version 1") == 3


def test_a_reason_all_rows_share_is_said_once(as_auditor: Client, staff: list[Person]) -> None:
    shared = coverage(as_auditor)
    assert shared.count("Because you joined the company") == 1
    assert "Why it was required of everybody listed here:" in shared
    Justification.objects.filter(assignment__person=staff[0]).delete()
    apart = coverage(as_auditor)
    assert apart.count("Because you joined the company") == 2
    assert "everybody listed here" not in apart


def test_of_a_rule_only_the_version_that_held_is_given(as_auditor: Client, staff: list[Person]) -> None:
    old = Justification.objects.get(assignment__person=staff[1])
    AssignmentRule.objects.filter(pk=old.rule_id).update(withdrawn_at=AT)
    rule = AssignmentRule.objects.create(
        key="r-p1",
        number=2,
        path=old.rule.path,
        population={},
        basis="law",
        basis_texts={"en": "Article 4"},
        reasons={"en": "Because the new version says so"},
        owner="AI office",
        active_from=date(2026, 11, 10),
        sha256="d" * 64,
        published_at=AT,
    )
    changed_on = date(2026, 11, 10)
    since = {"true_from": changed_on, "known_from": AT}
    Justification.objects.filter(pk=old.pk).update(true_to=changed_on)
    old.assignment.justifications.create(rule=rule, event=old.event, event_on=old.event_on, **since)
    day_before, day = coverage(as_auditor, true_on="2026-11-09"), coverage(as_auditor, true_on="2026-11-10")
    assert "Because the new version says so" not in day_before
    assert day.count("Law in force, rule r-p1, version 2") == 1
    assert day.count("Company policy, rule r-p1, version 1") == 2


def test_rows_lead_to_their_entry(as_auditor: Client, staff: list[Person]) -> None:
    entry = append(staff[1], "assignment.open")
    staff[1].assignments.update(entry=entry.uuid)
    link = f'<a href="/audit/entry/{entry.seq}/?person={staff[1].pk}">Entry {entry.seq}</a>'
    assert link in coverage(as_auditor)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"known_on": "2026-11-21"}, "Nobody knows yet what will be known then"),
        ({"true_on": "31/10/2026"}, "Give the date as year, month and day"),
        ({"true_on": ""}, "Give a date."),
        ({"path": "p9"}, "Select a valid choice"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_a_sentence(
    as_auditor: Client, staff: list[Person], query: dict[str, str], sentence: str
) -> None:
    assert sentence in coverage(as_auditor, **query)
    assert as_auditor.get("/audit/coverage/export.csv", {"path": "p1", **query}).status_code == 400


def test_leave_is_none_of_an_auditors_business(as_auditor: Client, staff: list[Person]) -> None:
    staffing.record_leave(staff[2], date(2026, 10, 28), date(2027, 2, 27), at=AT)
    for html in (coverage(as_auditor), page(as_auditor, f"/audit/person/{staff[2].pk}/")):
        assert "leave" not in html.replace("never answers, scores or leave", "")
        assert "27 February 2027" not in html


# What is taken away


def test_a_sheet_of_entries_carries_its_checkpoint(as_auditor: Client, write: Write, ada: Person) -> None:
    entry = append(ada)
    write()
    head, table = sheet(as_auditor, "/audit/export.csv", q="lovelace")
    assert ["Checkpoint over entries", "2"] in head
    assert ["Checkpoint", "test.example/litmus"] in head
    assert any(row[0] == "Checkpoint" and row[1].startswith("— test.example/litmus ") for row in head)
    assert table[1][:2] == [str(entry.seq), "completion"]
    assert table[1][4:6] == ["A. L.", str(ada.pk)]
    assert table[1][7] == bytes(entry.leaf_hash).hex()


def test_a_sheet_of_coverage_says_what_was_asked(as_auditor: Client, staff: list[Person]) -> None:
    head, table = sheet(
        as_auditor, "/audit/coverage/export.csv", path="p1", true_on="2026-10-31", known_on="2026-11-20"
    )
    assert ["True on", "2026-10-31"] in head
    assert ["Required", "3"] in head
    assert ["Covered", "1"] in head
    assert len(table) == 4
    assert {row[0] for row in table[1:]} == {"A. C.", "B. C.", "C. C."}
    assert all(row[2] == "r-p1 1" for row in table[1:])
    assert [row.what for row in log_of(staff[0])] == ["audit.coverage.export"]


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
    for address in (f"/audit/person/{ada.pk}/", f"/audit/entry/{entry.seq}/", "/audit/?q=lovelace"):
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
    assert not log_of(ada).exists()


# What it costs


@pytest.mark.parametrize(
    "address", ["/audit/?q=mate", "/audit/?kind=completion", "/audit/coverage/?path=p1", "/audit/?check=ledger"]
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
            pending.append(
                "completion",
                key=f"grow:{person.pk}",
                at=AT,
                subject={"person": str(person.pk), "name": person.name, "unit": ""},
                actor=None,
                payload={"code": "m01"},
            )
    sequence_pending()
