"""Facts told again, corrected or moved keep their identity; plans are not lost, and act on their day (S9, S17)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from courses.assignments.derivation import employment
from courses.assignments.facts import load_contracts
from lms.people import conflicts, facts_on_day, logins, staffing
from lms.people.claims import EmploymentClaim
from lms.people.directory.staff_import import StaffReport, import_people
from lms.people.directory.units_import import import_units
from lms.people.groups import HR_ADMIN
from lms.people.models import Employment, ExternalId, FactConflict, PeopleChange, Person, Placement, RoleHolding
from lms.people.staffing import StaffingError
from tests.factories import AT, make_entity, make_person, make_role, make_user

pytestmark = pytest.mark.django_db
HIRED, LATER = date(2026, 10, 1), date(2026, 10, 10)
LEARNED = AT + timedelta(days=1)
HEADER = "staff_number,given_name,entity,hired_on"


@pytest.fixture
def mira() -> Person:
    make_entity("de", country="DE", zone="Europe/Berlin")
    make_entity("es", country="ES", zone="Europe/Madrid")
    return make_person(hired=HIRED, entity=make_entity("fr"), staff_number="1")


def jobs(person: Person) -> list[tuple[str, str, str, str]]:
    """[(entity, zone, from, to)] as believed."""
    rows = Employment.objects.current().filter(person=person).order_by("true_from")
    return [(row.entity.code, row.zone, str(row.true_from), str(row.true_to or "")) for row in rows]


def facts(person: Person) -> list[UUID]:
    rows = Employment.objects.current().filter(person=person).order_by("true_from")
    return list(dict.fromkeys(rows.values_list("fact", flat=True)))


def entity(code: str) -> Any:
    return make_entity(code)


def test_a_hire_taken_back_and_told_again_is_the_same_fact(mira: Person) -> None:
    before = facts(mira)
    staffing.leave_company(mira, on=HIRED - timedelta(days=1), at=LEARNED)
    assert jobs(mira) == []
    staffing.hire(mira, entity("fr"), on=LATER, zone="Europe/Madrid", at=LEARNED)
    assert facts(mira) == before


def test_a_return_after_a_recorded_end_is_another_fact(mira: Person) -> None:
    before = facts(mira)
    staffing.leave_company(mira, on=LATER, at=LEARNED)
    staffing.hire(mira, entity("fr"), on=LATER + timedelta(days=2), at=LEARNED)
    assert facts(mira)[0] == before[0]
    assert len(facts(mira)) == 2


def test_the_first_day_of_a_role_moved_later_is_the_same_fact(mira: Person) -> None:
    make_role("buyer")
    staffing.give_role(mira, "buyer", on=HIRED, at=AT)
    before = RoleHolding.objects.current().get().fact
    staffing.end_role(mira, "buyer", on=HIRED, at=LEARNED)
    staffing.give_role(mira, "buyer", on=LATER, at=LEARNED)
    assert RoleHolding.objects.current().get().fact == before


@pytest.mark.parametrize("kind", ["employee", "contractor"])
def test_another_entity_or_kind_from_the_first_day_corrects_the_period(mira: Person, kind: str) -> None:
    before = facts(mira)
    staffing.transfer(mira, entity("de"), kind=kind, on=HIRED, at=LEARNED)
    assert (facts(mira), jobs(mira)) == (before, [("de", "Europe/Berlin", "2026-10-01", "")])


def test_a_transfer_corrected_on_its_own_day_stays_the_same_fact_and_undone_it_is_gone(mira: Person) -> None:
    first = facts(mira)
    staffing.transfer(mira, entity("de"), on=LATER, at=AT)
    before = facts(mira)
    staffing.transfer(mira, entity("es"), on=LATER, at=LEARNED)
    assert facts(mira) == before
    staffing.transfer(mira, entity("fr"), on=LATER, at=LEARNED)
    assert (facts(mira), jobs(mira)) == (first, [("fr", "Europe/Paris", "2026-10-01", "")])


def test_a_transfer_from_the_day_of_a_move_is_a_new_period(mira: Person) -> None:
    staffing.change_zone(mira, "Europe/Madrid", on=LATER, at=AT)
    staffing.transfer(mira, entity("de"), on=LATER, at=LEARNED)
    assert len(facts(mira)) == 2


@pytest.mark.parametrize("first", ["move", "transfer"])
def test_a_planned_move_stays_planned_whichever_was_told_first(mira: Person, first: str) -> None:
    def move() -> None:
        staffing.change_zone(mira, "Europe/Lisbon", on=date(2026, 12, 1), at=LEARNED)

    def transfer() -> None:
        staffing.transfer(mira, entity("de"), on=LATER, at=LEARNED)

    for act in (move, transfer) if first == "move" else (transfer, move):
        act()
    assert jobs(mira) == [
        ("fr", "Europe/Paris", "2026-10-01", "2026-10-10"),
        ("de", "Europe/Berlin", "2026-10-10", "2026-12-01"),
        ("de", "Europe/Lisbon", "2026-12-01", ""),
    ]
    assert len(facts(mira)) == 2


@pytest.mark.parametrize("day", ["2026-10-05", "2026-10-20"])
def test_a_corrected_day_of_a_transfer_leaves_neither_gap_nor_overlap(mira: Person, day: str) -> None:
    staffing.transfer(mira, entity("de"), on=LATER, at=AT)
    before = facts(mira)
    staffing.correct_hire(mira, was=LATER, on=date.fromisoformat(day), at=LEARNED)
    assert jobs(mira) == [("fr", "Europe/Paris", "2026-10-01", day), ("de", "Europe/Berlin", day, "")]
    units = Placement.objects.current().filter(person=mira).order_by("true_from")
    assert [str(row.true_from) for row in units] == ["2026-10-01", day]
    assert facts(mira) == before


def test_a_recorded_end_stays_where_the_next_first_day_is_corrected(mira: Person) -> None:
    staffing.leave_company(mira, on=LATER - timedelta(days=1), at=AT)
    staffing.hire(mira, entity("de"), on=LATER, at=LEARNED)
    staffing.correct_hire(mira, was=LATER, on=date(2026, 10, 20), at=LEARNED)
    assert [job[3] for job in jobs(mira)] == ["2026-10-10", ""]
    with pytest.raises(StaffingError, match="correct its end first"):
        staffing.correct_hire(mira, was=date(2026, 10, 20), on=date(2026, 10, 5), at=LEARNED)


def test_hr_can_confirm_an_earlier_day_of_a_transfer() -> None:
    for code in ("fr", "de"):
        make_entity(code)
    feed("1,Mira,fr,2026-09-01", day=date(2026, 9, 1))
    feed("1,Mira,de,2026-10-10", day=LATER)
    feed("1,Mira,de,2026-10-05", day=LATER)
    found = FactConflict.objects.get(settled_at=None)
    hr = make_user(HR_ADMIN, given_name="Hana")
    conflicts.settle(found, hr.person, EmploymentClaim("directory", "de", date(2026, 10, 5)), "Contract", at=LEARNED)
    assert [(job[0], job[2]) for job in jobs(found.person)] == [("fr", "2026-09-01"), ("de", "2026-10-05")]


def feed(*lines: str, day: date, header: str = HEADER, **options: Any) -> StaffReport:
    at = AT + timedelta(days=(day - AT.date()).days)
    return import_people("\n".join([header, *lines]).encode(), at=at, day=day, commit=True, **options)


def test_a_move_to_another_zone_is_no_first_day_that_a_feed_could_correct() -> None:
    make_entity("fr")
    header = f"{HEADER},zone"
    feed("1,Mira,fr,2026-09-01,Europe/Paris", day=date(2026, 9, 1), header=header)
    feed("1,Mira,fr,2026-09-01,Europe/Madrid", day=date(2026, 10, 15), header=header)
    assert feed("1,Mira,fr,2026-10-16,Europe/Madrid", day=LATER, header=header).changes == {"correction": 1}
    person = ExternalId.objects.get(key="1").person
    assert jobs(person) == [("fr", "Europe/Madrid", "2026-10-16", "")]


# Two feeds, one of which no longer names somebody (T-29)


def test_who_is_missing_from_one_feeds_complete_file_has_not_left_while_another_names_them() -> None:
    make_entity("fr")
    mira, otto = "Mira,fr,2026-09-01", "B8,Otto,fr,2026-09-02"
    feed(f"1,{mira}", day=LATER)
    feed(f"B7,{mira}", otto, day=LATER, feed="payroll", same={"B7": "directory:1"})
    person = ExternalId.objects.get(key="1").person
    for days in (1, 2):
        day = LATER + timedelta(days=days)
        feed(otto, day=day, feed="payroll", complete=True)
        feed(f"1,{mira}", day=day)
        assert jobs(person)[0][3] == ""
    found = FactConflict.objects.get()
    assert [(claim["feed"], claim["left_on"]) for claim in found.claims] == [
        ("directory", None),
        ("payroll", "2026-10-10"),
    ]
    feed(f"B7,{mira}", otto, day=LATER + timedelta(days=3), feed="payroll", complete=True)
    assert FactConflict.objects.get().settled_how == "agreed"


def test_whom_both_feeds_no_longer_name_has_left() -> None:
    make_entity("fr")
    mira, otto = "Mira,fr,2026-09-01", "B8,Otto,fr,2026-09-02"
    feed(f"1,{mira}", day=LATER)
    feed(f"B7,{mira}", otto, day=LATER, feed="payroll", same={"B7": "directory:1"})
    day = LATER + timedelta(days=1)
    feed(otto, day=day, feed="payroll", complete=True)
    feed("2,Nico,fr,2026-09-03", day=day, complete=True)
    assert jobs(ExternalId.objects.get(key="1").person)[0][3] == "2026-10-11"


# Days and zones


@pytest.mark.parametrize(
    ("zone", "moves_to"),
    [
        ("Europe/Paris", "Pacific/Kiritimati"),
        ("Pacific/Kiritimati", "Pacific/Niue"),
        ("Europe/Paris", "Pacific/Chatham"),
        ("Pacific/Niue", "Asia/Kathmandu"),
    ],
)
def test_pages_and_derivation_know_the_same_day_which_never_runs_backwards(zone: str, moves_to: str) -> None:
    person = make_person(hired=HIRED, zone=zone)
    staffing.change_zone(person, moves_to, on=date(2026, 12, 1), at=AT)
    contracts = load_contracts([person.pk])[person.pk]
    instants = [datetime(2026, 11, 29, tzinfo=UTC) + timedelta(hours=hour) for hour in range(0, 96, 3)]
    days = [facts_on_day.today(person, at) for at in instants]
    assert days == [employment.local_day(contracts, at) for at in instants]
    assert days == sorted(days)


def test_the_end_of_the_calendar_is_no_last_day(mira: Person) -> None:
    with pytest.raises(StaffingError, match="leave it open"):
        staffing.leave_company(mira, on=date.max, at=LEARNED)
    with pytest.raises(StaffingError, match="leave it open"):
        conflicts.make_true(mira, EmploymentClaim("", "fr", HIRED, date.max), LEARNED)


def test_a_zone_that_this_machine_does_not_know_stops_no_import_and_no_leaver() -> None:
    make_entity("fr")
    feed("1,Mira,fr,2026-09-01", "2,Nico,fr,2026-09-01", day=LATER)
    Employment.objects.filter(person__external_ids__key="1").update(zone="Mars/Olympus")
    lines = ["1,Mira,fr,2026-09-01,2026-10-20", "2,Nico,fr,2026-09-01,2026-10-20"]
    found = feed(*lines, day=LATER, header=f"{HEADER},left_on")
    assert (found.stopped, found.changes["leaving"]) == ("", 2)
    assert logins.deactivate_leavers(AT + timedelta(days=30)) == 2
    person = ExternalId.objects.get(key="1").person
    assert facts_on_day.today(person, AT) == AT.date()


def test_a_corrected_country_wakes_whoever_works_there(mira: Person) -> None:
    PeopleChange.objects.all().delete()
    text = b"code,name,kind,parent,country,zone\nfr,FR,entity,,BE,Europe/Paris\n"
    assert import_units(text, at=LEARNED, commit=True).changed == 1
    assert [change.person for change in PeopleChange.objects.all()] == [mira]
