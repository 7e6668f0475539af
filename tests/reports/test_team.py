from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from certification.credentials.models import Certificate
from certification.ledger.signer import Signer
from content.editions import ModuleText
from courses.assignments.models import Assignment
from lms.people import groups, staffing
from lms.people.access import log_of
from lms.people.models import AccessLog, ExternalId, Person, User
from quizzes.models import Attempt
from tests.factories import make_person, make_unit, make_user, sign_in
from tests.quizzes.factories import edition
from tests.reports.factories import AT, TODAY, assign, complete, crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(manager: User) -> Person:
    return Person.objects.get(given_name="Ada")


def page(client: Client, **query: str) -> str:
    response = client.get("/team/", query)
    assert response.status_code == 200
    return response.content.decode()


def sheet(client: Client, **query: str) -> list[list[str]]:
    response = client.get("/team/export.csv", query)
    assert response.status_code == 200
    text = response.getvalue().decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


# Who, what, status, date


def test_people_are_rows_and_trainings_are_columns(as_manager: Client, ada: Person) -> None:
    assign(ada, "p1", due=date(2026, 11, 18))
    assign(ada, "p2", state="satisfied", valid_until=date(2027, 10, 20))
    html = page(as_manager)
    assert re.findall(r'<th scope="col"><a class="sort" href="[^"]*">([^<]*)</a></th>', html) == [
        "Person",
        "Unit",
        "All staff",
        "Overseer",
    ]
    assert "Ada Report" in html
    assert "Overdue by 2 days, due 18 November 2026" in html
    assert "Done 20 October 2026, valid until 20 October 2027" in html
    assert "As of 20 November 2026" in html


def test_somebody_to_whom_nothing_applies_is_shown_so(as_manager: Client, ada: Person) -> None:
    bo = make_person("Bo", "Other", manager=Person.objects.get(given_name="Mona"))
    assign(ada)
    assert f"/team/{bo.pk}/" in page(as_manager)
    assert "Not required" in page(as_manager)


@pytest.fixture
def mixed(manager: User, ada: Person) -> dict[str, Person]:
    """Ada is overdue with p1 and done with p2, Bo is open, Cy's certificate expires soon."""
    bo = make_person("Bo", "Open", manager=manager.person)
    cy = make_person("Cy", "Soon", manager=manager.person)
    assign(ada, "p1", due=date(2026, 11, 1))
    assign(ada, "p2", state="satisfied")
    assign(bo, "p1", due=date(2026, 12, 24))
    assign(cy, "p1", state="satisfied", valid_until=date(2026, 12, 31))
    return {"ada": ada, "bo": bo, "cy": cy}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"ada", "bo", "cy"}),
        ({"name": "rep ad"}, {"ada"}),
        ({"training": "p2"}, {"ada"}),
        ({"status": "overdue"}, {"ada"}),
        ({"status": "open"}, {"bo"}),
        ({"status": "expiring"}, {"cy"}),
        ({"status": "fulfilled"}, {"ada"}),
        ({"training": "p1", "status": "fulfilled"}, set()),
        ({"status": "overdue", "name": "bo"}, set()),
        ({"status": "overdue", "as_of": "2027-01-01"}, {"ada", "bo"}),
        ({"status": "expired", "as_of": "2027-01-01"}, {"cy"}),
    ],
)
def test_one_filter_drives_table_and_sheet(
    as_manager: Client, mixed: dict[str, Person], query: dict[str, str], names: set[str]
) -> None:
    html = page(as_manager, **query)
    wanted = {mixed[name].name for name in names}
    assert {person.name for person in mixed.values() if f"/team/{person.pk}/" in html} == wanted
    assert {row[0] for row in sheet(as_manager, **query)[1:]} == wanted


def tiles(client: Client, **query: str) -> dict[str, int]:
    """Of trainings by status; the first tile counts people."""
    return {tile.status: tile.figure for tile in client.get("/team/", query).context["tiles"][1:]}


def test_the_counts_are_those_of_the_filter(as_manager: Client, mixed: dict[str, Person]) -> None:
    of_all = {"overdue": 1, "expired": 0, "soon": 0, "expiring": 1, "open": 1}
    assert tiles(as_manager, training="p1") == of_all | {"fulfilled": 0}
    assert tiles(as_manager) == of_all | {"fulfilled": 1}
    assert sum(tiles(as_manager, name="Bo").values()) == 1


def test_each_figure_leads_to_the_people_it_counts(as_manager: Client, mixed: dict[str, Person]) -> None:
    """One status leads to the others: the figures stay those of the rest of the filter."""
    for status, number in tiles(as_manager, training="p1").items():
        html = page(as_manager, training="p1", status=status)
        assert html.count('<th scope="row">') == number
        assert tiles(as_manager, training="p1", status=status) == tiles(as_manager, training="p1")
    html = page(as_manager, training="p1", status="overdue")
    assert '<a href="?training=p1&amp;status=overdue" aria-current="true"><b>1</b> <span>Overdue</span></a>' in html
    assert '<a href="?training=p1&amp;status=expiring"><b>1</b>' in html


def shown(client: Client, **query: str) -> list[str]:
    return [line.person.given_name for line in client.get("/team/", query).context["lines"]]


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("urgent", ["Ada", "Cy", "Bo", "Zoe"]),
        ("-urgent", ["Bo", "Cy", "Ada", "Zoe"]),
        ("name", ["Zoe", "Bo", "Ada", "Cy"]),
        ("-name", ["Cy", "Ada", "Bo", "Zoe"]),
        ("unit", ["Cy", "Bo", "Zoe", "Ada"]),
        ("training:p2", ["Ada", "Zoe", "Bo", "Cy"]),
        ("training:p1", ["Ada", "Cy", "Bo", "Zoe"]),
    ],
)
def test_columns_sort(as_manager: Client, mixed: dict[str, Person], manager: User, sort: str, names: list[str]) -> None:
    """Zoe has nothing to do, and always comes last where it goes by what there is to do."""
    make_person("Zoe", "Free", manager=manager.person)
    for name, unit in (("cy", "Archive"), ("bo", "Desk")):
        staffing.place(mixed[name], make_unit(unit.lower(), name=unit), on=date(2026, 9, 2), at=AT)
    assert shown(as_manager, sort=sort) == names


def test_the_most_urgent_stand_first_and_the_head_says_how_it_is_sorted(
    as_manager: Client, mixed: dict[str, Person]
) -> None:
    assert shown(as_manager) == ["Ada", "Cy", "Bo"]
    assert "aria-sort" not in page(as_manager)
    html = page(as_manager, sort="name", status="", page="1")
    assert '<th scope="col" aria-sort="ascending"><a class="sort" href="?sort=-name&amp;status=">Person' in html
    assert html.count("aria-sort") == 1
    assert 'aria-sort="descending"><a class="sort" href="?sort=training%3Ap1">' in page(as_manager, sort="-training:p1")
    assert "Select a valid choice" in page(as_manager, sort="luck")


def test_the_sheet_has_the_order_of_the_table(as_manager: Client, mixed: dict[str, Person]) -> None:
    lines = sheet(as_manager, sort="-name")[1:]
    assert list(dict.fromkeys(line[0].split()[0] for line in lines)) == shown(as_manager, sort="-name")


def test_a_look_ahead_says_that_it_is_one(as_manager: Client, mixed: dict[str, Person]) -> None:
    html = page(as_manager, as_of="2027-01-01")
    assert "This is how it will stand on 1 January 2027 if nobody does anything more until then." in html
    assert "Expired, was valid until 31 December 2026" in html
    assert "A look ahead" not in page(as_manager)


def test_a_date_that_is_none_is_refused_in_a_sentence(as_manager: Client, mixed: dict[str, Person]) -> None:
    html = page(as_manager, as_of="tomorrow")
    assert "Give the date as year, month and day" in html
    assert "There is a problem" in html
    assert "Ada Report" not in html
    assert as_manager.get("/team/export.csv", {"as_of": "tomorrow"}).status_code == 400
    assert "Select a valid choice" in page(as_manager, status="lazy")


def test_an_empty_answer_says_what_to_do(as_manager: Client, mixed: dict[str, Person]) -> None:
    assert "Nobody matches this filter" in page(as_manager, name="nobody like this")


def test_long_teams_come_in_pages(as_manager: Client, manager: User) -> None:
    for number in range(26):
        make_person("Team", f"Mate {number:02}", manager=manager.person)
    first, second = page(as_manager), page(as_manager, page="2")
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (25, 2)
    assert "people 26 to 27 of 27" in second


# The sheet


SHEET = [
    "Person",
    "Staff number",
    "Unit",
    "Training",
    "What it is about",
    "Status",
    "Due on",
    "Done on",
    "Valid until",
    "As of",
]


def test_the_sheet_has_a_line_a_training_under_one_header(as_manager: Client, ada: Person, manager: User) -> None:
    staffing.place(ada, make_unit("desk", name="Service desk"), on=date(2026, 9, 2), at=AT)
    ExternalId.objects.create(person=ada, feed="hr", key="00123")
    bo = make_person("Bo", "Nothing", manager=manager.person)
    assign(ada, "p1", due=date(2026, 11, 18))
    assign(ada, "p2", state="satisfied", valid_until=date(2027, 10, 20))
    who, day = ["Ada Report", "'00123", "Service desk"], "2026-11-20"
    assert sheet(as_manager) == [
        SHEET,
        [*who, "All staff", "", "Overdue", "2026-11-18", "", "", day],
        [*who, "Overseer", "", "Done", "", "2026-10-20", "2027-10-20", day],
        [bo.name, "", "MLG-SA", "", "", "", "", "", "", day],
    ]
    assert [row[3] for row in sheet(as_manager, training="p1", status="overdue")] == ["Training", "All staff"]


def test_a_renewal_has_its_day_and_the_last_day_of_what_it_renews(as_manager: Client, ada: Person) -> None:
    assign(ada, due=date(2026, 12, 20), expiring_on=date(2026, 12, 24))
    assert sheet(as_manager)[1][5:9] == ["Expires within 60 days", "2026-12-20", "", "2026-12-24"]


def test_the_sheet_comes_for_european_spreadsheets_and_as_a_workbook(as_manager: Client, ada: Person) -> None:
    ExternalId.objects.create(person=ada, feed="hr", key="00123")
    assign(ada, "p1", due=date(2026, 11, 18))
    links = re.findall(r'href="(/team/export[^"]*)"', page(as_manager, name="Ada"))
    assert len(links) == 3
    workbook, semicolons, commas = (as_manager.get(unescape(link)) for link in links)
    assert "Person,Staff number,Unit" in commas.getvalue().decode()
    assert "Ada Report;'00123;" in semicolons.getvalue().decode()
    book = load_workbook(io.BytesIO(workbook.getvalue()))
    assert [cell.value for cell in book.worksheets[0][2]][:2] == ["Ada Report", "00123"]
    assert book.worksheets[0]["G2"].value == datetime(2026, 11, 18)
    assert ("Name", "Ada") in list(book.worksheets[1].iter_rows(values_only=True))
    assert workbook["Content-Disposition"] == 'attachment; filename="team-2026-11-20.xlsx"'


def test_a_name_cannot_run_in_a_spreadsheet(as_manager: Client, ada: Person) -> None:
    Person.objects.filter(pk=ada.pk).update(given_name="=HYPERLINK(1)", family_name="")
    assert sheet(as_manager)[1][0] == "'=HYPERLINK(1)"


# One person


def test_a_record_shows_why_when_and_on_which_version(as_manager: Client, ada: Person) -> None:
    assign(ada, due=date(2026, 12, 1))
    complete(ada, locale="fr", effective_on=date(2026, 10, 20))
    Certificate.objects.create(
        person=ada,
        key="k",
        path_key="p1",
        content={"path": {"key": "p1", "titles": {"en": "All staff"}}, "items": [], "basis": []},
        sha256="c" * 64,
        issued_on=date(2024, 10, 20),
        valid_until=date(2026, 10, 20),
        awarded_at=AT,
        entry="00000000-0000-8000-8000-0000000000aa",
    )
    assign(ada, "p2")
    html = as_manager.get(f"/team/{ada.pk}/").content.decode()
    assert html.count("Company policy: Code of conduct, section 4") == 1
    for words in (
        "Because you joined the company",
        "Company policy: Code of conduct, section 4",
        "Due 1 December 2026",
        "Module m-p1 (en)",
        "Edition 1, in French",
        "20 October 2026 (over)",
        "Waiting for its seal",
        "Training record as of 20 November 2026",
    ):
        assert words in html, words


@pytest.mark.parametrize(
    ("renewal", "said"),
    [
        # An open renewal renews nothing yet.
        ({"state": "open"}, "Done 26 January 2025, valid until 26 January 2027, to be renewed by 1 December 2026"),
        # Its day is over, or it has none: what is true of the older cycle is its validity.
        ({"state": "open", "due": date(2026, 11, 1)}, "Done 26 January 2025, valid until 26 January 2027"),
        ({"state": "open", "due": None}, "Done 26 January 2025, valid until 26 January 2027"),
        ({"state": "satisfied", "valid_until": date(2029, 1, 26)}, "Done 26 January 2025, since renewed"),
        # Another cycle that is no renewal of it.
        ({"state": "open", "expiring_on": None}, "Done 26 January 2025, valid until 26 January 2027"),
    ],
)
def test_a_cycle_is_called_renewed_only_when_a_renewal_was_fulfilled(
    as_manager: Client, ada: Person, renewal: dict[str, Any], said: str
) -> None:
    end = date(2027, 1, 26)
    assign(ada, state="satisfied", opened=date(2025, 1, 1), done=date(2025, 1, 26), valid_until=end, cycle="hire")
    assign(ada, **{"expiring_on": end, "cycle": f"renew:{end}", "opened": date(2026, 10, 1)} | renewal)
    record = as_manager.get(f"/team/{ada.pk}/").content.decode()
    assert f"<td>{said}\n</td>" in record


@pytest.mark.parametrize(
    ("row", "answers"),
    [
        ({"due": date(2026, 12, 1)}, ("By 1 December 2026", "Not fulfilled", "Nothing valid")),
        ({"due": None}, ("Before access", "Not fulfilled", "Nothing valid")),
        ({"state": "satisfied"}, ("By 1 December 2026", "20 October 2026", "Without end")),
        (
            {"state": "satisfied", "valid_until": date(2026, 11, 20)},
            ("By 1 December 2026", "20 October 2026", "Until 20 November 2026"),
        ),
        (
            {"state": "satisfied", "valid_until": date(2026, 11, 19)},
            ("By 1 December 2026", "20 October 2026", "Until 19 November 2026 (over)"),
        ),
        (
            {"expiring_on": date(2026, 12, 5), "due": date(2026, 12, 5)},
            ("By 5 December 2026", "Not fulfilled", "Until 5 December 2026"),
        ),
        ({"state": "ended"}, ("Until 1 October 2026", "Not fulfilled", "Nothing valid")),
    ],
)
def test_required_fulfilled_and_valid_are_answered_apart(
    as_manager: Client, ada: Person, row: dict[str, Any], answers: tuple[str, str, str]
) -> None:
    assign(ada, **row)
    html = as_manager.get(f"/team/{ada.pk}/").content.decode()
    cells = zip(("Required", "Fulfilled", "Valid"), answers, strict=True)
    assert all(f'<td data-label="{label}">{said}</td>' in html for label, said in cells), html


def test_what_was_no_longer_required_was_fulfilled_all_the_same(as_manager: Client, ada: Person) -> None:
    """A02: what nothing asks for any more is neither counted nor called expired."""
    row = assign(ada, state="satisfied", valid_until=date(2026, 11, 10))
    ended = date(2026, 11, 1)
    Assignment.objects.filter(pk=row.pk).update(required_until=ended)
    row.periods.filter(state="satisfied").update(true_to=ended)
    row.periods.create(state="ended", true_from=ended, known_from=AT)
    html = as_manager.get(f"/team/{ada.pk}/").content.decode()
    assert '<td data-label="Required">Until 1 November 2026</td>' in html
    assert '<td data-label="Fulfilled">20 October 2026</td>' in html
    assert sum(tiles(as_manager).values()) == 0


def test_a_cycle_that_ran_out_with_its_renewal_open_was_valid(as_manager: Client, ada: Person) -> None:
    end = date(2026, 11, 10)
    assign(ada, state="satisfied", opened=date(2024, 11, 1), done=date(2024, 11, 10), valid_until=end, cycle="hire")
    assign(ada, expiring_on=end, cycle=f"renew:{end}", due=end, opened=date(2026, 10, 1))
    record = as_manager.get(f"/team/{ada.pk}/").content.decode()
    assert "<td>Done 10 November 2024, was valid until 10 November 2026\n</td>" in record
    assert "renewed" not in record


def test_what_begins_later_is_not_done(as_manager: Client, ada: Person) -> None:
    later = assign(ada, opened=date(2026, 11, 25), due=date(2026, 12, 25))
    assert later.state == "open"
    assert "<td>Due 25 December 2026\n</td>" in as_manager.get(f"/team/{ada.pk}/").content.decode()


def test_a_module_without_the_readers_language_keeps_the_title_it_was_taught_under(
    as_manager: Client, ada: Person
) -> None:
    done = complete(ada, locale="fr")
    ModuleText.objects.filter(edition=done.text.edition, locale="en").update(locale="ar")
    assert '<span lang="fr" dir="auto">Module m-p1 (fr)</span>' in as_manager.get(f"/team/{ada.pk}/").content.decode()


def test_a_record_never_shows_performance_or_leave(as_manager: Client, ada: Person) -> None:
    staffing.record_leave(ada, date(2026, 11, 1), date(2027, 2, 27), at=AT)
    Attempt.objects.create(
        person=ada,
        subject="s",
        edition=edition(3),
        number=1,
        started_at=AT,
        submitted_at=AT,
        passed=False,
        right=31337,
    )
    html = as_manager.get(f"/team/{ada.pk}/").content.decode()
    assert "31337" not in html
    assert "27 February 2027" not in html


# Who may look


def test_a_manager_sees_the_whole_line_below_and_nobody_else(as_manager: Client, ada: Person) -> None:
    below = make_person("Deep", "Below", manager=ada)
    other = make_person("Not", "Mine")
    html = page(as_manager)
    assert "Deep Below" in html
    assert "Not Mine" not in html
    assert as_manager.get(f"/team/{below.pk}/").status_code == 200
    assert as_manager.get(f"/team/{other.pk}/").status_code == 404
    assert as_manager.get(f"/team/{Person.objects.get(given_name='Mona').pk}/").status_code == 404


def test_a_name_filter_does_not_reach_beyond_the_team(as_manager: Client, ada: Person) -> None:
    make_person("Not", "Mine")
    assert "Not Mine" not in page(as_manager, name="mine")
    assert sheet(as_manager, name="mine")[1:] == []


def test_a_new_manager_sees_the_team_at_once_and_the_old_one_no_longer(
    as_manager: Client, manager: User, ada: Person
) -> None:
    """T-15."""
    successor = make_user(given_name="Nina", family_name="New")
    as_successor = sign_in(Client(), successor)
    bo = make_person("Bo", "Stays", manager=manager.person)
    assert as_successor.get("/team/").status_code == 403
    staffing.set_manager(ada, successor.person, on=TODAY, at=AT)
    assert as_successor.get(f"/team/{ada.pk}/").status_code == 200
    assert as_manager.get(f"/team/{ada.pk}/").status_code == 404
    assert "Ada Report" not in page(as_manager)
    staffing.set_manager(bo, successor.person, on=TODAY, at=AT)
    assert as_manager.get("/team/").status_code == 403


def test_a_change_from_tomorrow_shows_nothing_today(as_manager: Client, ada: Person) -> None:
    successor = make_user(given_name="Nina", family_name="New")
    staffing.set_manager(ada, successor.person, on=TODAY + timedelta(days=1), at=AT)
    assert sign_in(Client(), successor).get("/team/").status_code == 403
    assert as_manager.get(f"/team/{ada.pk}/").status_code == 200


@pytest.mark.parametrize("address", ["/team/", "/team/export.csv", "/team/{ada}/"])
@pytest.mark.parametrize(
    ("who", "status"), [("stranger", 302), ("learner", 403), ("auditor", 403), ("editor", 403), ("manager", 200)]
)
def test_who_may_open_what(ada: Person, manager: User, address: str, who: str, status: int) -> None:
    groups.ensure_groups()
    client = Client()
    if who == "manager":
        sign_in(client, manager)
    elif who != "stranger":
        sign_in(client, make_user(*([] if who == "learner" else [who])))
    response = client.get(address.format(ada=ada.pk))
    assert response.status_code == status
    assert status != 302 or response.headers["Location"].startswith("/accounts/login/")
    assert client.post(address.format(ada=ada.pk)).status_code in (405, 302, 403)


def test_every_look_stands_in_the_own_log_of_everybody_seen(as_manager: Client, ada: Person, manager: User) -> None:
    page(as_manager)
    sheet(as_manager)
    as_manager.get(f"/team/{ada.pk}/")
    rows = [(row.viewer, row.capacity, row.what) for row in log_of(ada, AT)]
    me = manager.person
    assert rows == [(me, "manager", "team.person"), (me, "manager", "team.export"), (me, "manager", "team.list")]


def test_who_is_filtered_out_was_not_looked_at(as_manager: Client, mixed: dict[str, Person]) -> None:
    page(as_manager, name="Bo")
    assert [row.person for row in AccessLog.objects.all()] == [mixed["bo"]]


# What it costs


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        b"".join(response) if response.streaming else response.content
    return len(captured)


@pytest.mark.parametrize("address", ["/team/", "/team/?status=overdue&training=p1"])
def test_the_number_of_queries_does_not_grow_with_the_team(
    as_manager: Client, manager: User, signer: Signer, address: str
) -> None:
    crowd(30, manager.person)
    few = queries(as_manager, address)
    crowd(170, manager.person)
    assert queries(as_manager, address) == few
    assert few <= 20


def test_a_sheet_reads_and_logs_in_large_portions(as_manager: Client, manager: User, signer: Signer) -> None:
    """One query more where the log's rows are more than one statement of SQLite takes."""
    crowd(30, manager.person)
    few = queries(as_manager, "/team/export.csv")
    crowd(170, manager.person)
    assert queries(as_manager, "/team/export.csv") <= few + 1
