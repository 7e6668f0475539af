"""Who was covered on a day as known on another, and the sheets an auditor takes away."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from certification.ledger.models import Checkpoint
from certification.ledger.signer import Signer
from certification.ledger.trust import Anchors, Standing
from certification.ledger.verification import verify_ledger
from certification.ledger.verification.limits import what_is_not_compared
from certification.management.verifying import checkpoints_in
from courses.assignments.models import Justification
from courses.paths.models import AssignmentRule
from lms.people import staffing
from lms.people.access import log_of
from lms.people.models import Employment, OrgUnit, Person
from tests.factories import make_entity, make_person, make_unit
from tests.reports.audit.auditing import Write, append, page, sheet
from tests.reports.factories import AT, assign, crowd

pytestmark = pytest.mark.django_db


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


@pytest.mark.parametrize("asked", ["/audit/export.csv?kind=completion", "/audit/coverage/export.csv?path=p1"])
@pytest.mark.parametrize("file", ["csv", "semicolon", "xlsx"])
@pytest.mark.parametrize("language", ["en", "fr", "ar"])
def test_a_download_is_taken_as_a_held_checkpoint_as_it_is(
    as_auditor: Client, write: Write, staff: list[Person], tmp_path: Path, asked: str, file: str, language: str
) -> None:
    """What an auditor is told to keep is what `--checkpoint` takes."""
    write()
    kept = tmp_path / "kept.csv"
    answer = as_auditor.get(f"{asked}&file={file}", headers={"accept-language": language})
    kept.write_bytes(b"".join(answer.streaming_content))  # type: ignore[arg-type, attr-defined]
    (held,) = checkpoints_in(str(kept))
    assert held.text == Checkpoint.objects.latest().note
    report = verify_ledger(anchors=Anchors(notes=(held,)))
    assert (report.standing, report.held) == (Standing.VALID, Checkpoint.objects.latest().size)


def test_the_page_says_which_tables_its_figures_rest_on_alone(as_auditor: Client, staff: list[Person]) -> None:
    shown = coverage(as_auditor)
    with override("en"):
        assert what_is_not_compared() in shown


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
    assert [row.what for row in log_of(staff[0], AT)] == ["audit.coverage.export"]


# Narrowed and sorted


@pytest.fixture
def places(staff: list[Person]) -> list[Person]:
    """Ana works in Lyon's sales, Bea in a team below Lyon, Cleo in Rabat."""
    france, morocco = make_entity("fr-x", country="FR"), make_entity("ma-x", country="MA")
    lyon = make_unit("lyon", france, name="Lyon")
    for person, entity, unit in (
        (staff[0], france, lyon),
        (staff[1], france, make_unit("desk", lyon, name="Desk")),
        (staff[2], morocco, make_unit("rabat", morocco, name="Rabat")),
    ):
        Employment.objects.filter(person=person).update(entity=entity)
        staffing.place(person, unit, on=date(2026, 9, 2), at=datetime(2026, 9, 2, 9, tzinfo=UTC))
    return staff


def listed(client: Client, **query: str) -> list[str]:
    asked = {"path": "p1", "true_on": "2026-10-31", **query}
    return [row.about.text for row in client.get("/audit/coverage/", asked).context["rows"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "valid"}, ["A. C."]),
        ({"status": "not-valid"}, ["C. C.", "B. C."]),
        ({"status": "was-fulfilled"}, ["C. C.", "A. C."]),
        ({"status": "expired"}, ["C. C."]),
        ({"unit": "lyo"}, ["B. C.", "A. C."]),
        ({"unit": "desk"}, ["B. C."]),
        ({"entity": "ma-x"}, ["C. C."]),
        ({"country": "FR"}, ["B. C.", "A. C."]),
        ({"country": "FR", "status": "not-valid"}, ["B. C."]),
        ({"country": "MA", "unit": "lyon"}, []),
        ({"sort": "unit"}, ["B. C.", "A. C.", "C. C."]),
        ({"sort": "-unit"}, ["C. C.", "A. C.", "B. C."]),
        ({"sort": "-country"}, ["C. C.", "A. C.", "B. C."]),
        ({"sort": "urgent"}, ["C. C.", "B. C.", "A. C."]),
    ],
)
def test_coverage_is_narrowed_and_sorted(
    as_auditor: Client, places: list[Person], query: dict[str, str], names: list[str]
) -> None:
    found = listed(as_auditor, **query)
    if query.get("sort") == "-country":  # two share a country
        found[1:] = sorted(found[1:])
    assert found == names


def test_where_somebody_worked_is_what_was_known_then(as_auditor: Client, places: list[Person]) -> None:
    """A move that was learned of later does not change what was known before."""
    rabat = OrgUnit.objects.get(code="rabat")
    staffing.place(places[0], rabat, on=date(2026, 10, 15), at=AT)
    assert "A. C." in listed(as_auditor, unit="rabat")
    assert "A. C." not in listed(as_auditor, unit="rabat", known_on="2026-11-01")


def test_who_was_not_covered_is_one_click(as_auditor: Client, places: list[Person]) -> None:
    html = coverage(as_auditor, true_on="2026-10-31")
    link = re.search(r'<a href="(\?[^"]*status=not-valid[^"]*)"><b>(\d+)</b> <span>were not covered', html)
    assert link
    answer = as_auditor.get("/audit/coverage/" + link[1])
    assert len(answer.context["rows"]) == int(link[2]) == 2
    assert 'aria-current="true"><b>2</b> <span>were not covered' in answer.content.decode()
    assert "1 of 3" in answer.content.decode()


def test_the_sheet_of_coverage_is_narrowed_alike(as_auditor: Client, places: list[Person]) -> None:
    query = {"path": "p1", "true_on": "2026-10-31", "status": "not-valid", "entity": "fr-x"}
    head, rows = sheet(as_auditor, "/audit/coverage/export.csv", **query)
    assert head[-2:] == [["Status", "Not valid that day"], ["Legal entity", "FR-X"]]
    assert {row[0] for row in rows[1:]} == {"B. C."}


def test_more_people_cost_no_query_more(as_auditor: Client, signer: Signer) -> None:
    def cost() -> int:
        as_auditor.get("/audit/coverage/", {"path": "p1", "unit": "x", "sort": "unit"})
        with CaptureQueriesContext(connection) as captured:
            as_auditor.get("/audit/coverage/", {"path": "p1", "status": "not-valid", "sort": "unit"})
        return len(captured)

    crowd(20)
    few = cost()
    crowd(100)
    assert cost() == few
