"""Facts corrected, moved, taken back and told again: one obligation each, and the next run looks at whom it concerns.

After each step a run over everybody finds nothing that the run over those who changed had left.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from courses.assignments import dates, digest, reminders, satisfaction, sync
from courses.assignments.facts import load_facts
from courses.assignments.models import Assignment, Derivation, Justification
from courses.assignments.reminders import ToldBefore
from courses.paths.publishing import withdraw_rule
from lms.people import facts_on_day, same_facts, staffing
from lms.people.directory.units_import import import_units
from lms.people.models import Employment, Person
from tests.courses.assignments.world import day, done, make_path, make_rule, on, only, overdue_on
from tests.factories import make_entity, make_person, make_role

pytestmark = pytest.mark.django_db
IN_FRANCE = {"kind": "all", "of": [{"kind": "role", "role": "buyer"}, {"kind": "entity", "entity": "fr"}]}


@pytest.fixture
def joiners() -> None:
    make_path("p1", {"m1": 24})
    make_rule("r-01", "p1")


def joiner(hired: str = "2026-10-01", **fields: Any) -> Person:
    return make_person(hired=day(hired), at=on("2026-09-20"), **{"entity": make_entity("fr"), **fields})


def settle(*moments: str | datetime) -> None:
    """At each, those who changed are looked at; nobody else needed it."""
    for moment in moments:
        at = on(moment) if isinstance(moment, str) else moment
        sync.sync_due(at)
        assert sync.sync_all(at).changes == 0


def rows(person: Person) -> list[tuple[str, str, str, bool]]:
    """[(state, due, why it ended, late)]"""
    found = Assignment.objects.filter(person=person, path_key="p1")
    return sorted((row.state, str(row.due), row.end_reason, row.late) for row in found)


OPEN = [("open", "2026-10-31", "", False)]


# One fact, one obligation (S9)


def test_a_hire_taken_back_and_told_again_is_one_obligation_with_what_was_done(joiners: None) -> None:
    mira = joiner()
    settle("2026-10-01")
    done(mira, "m1", "2026-10-03")
    staffing.leave_company(mira, on=day("2026-09-30"), at=on("2026-10-05"))
    settle("2026-10-05")
    staffing.hire(mira, make_entity("fr"), on=day("2026-10-01"), at=on("2026-10-06"))
    settle("2026-10-06")
    assert rows(mira) == [("satisfied", "2026-10-31", "", False)]


def test_an_entity_or_a_kind_corrected_from_the_first_day_is_one_obligation(joiners: None) -> None:
    mira = joiner()
    settle("2026-10-01")
    staffing.transfer(mira, make_entity("de"), on=day("2026-10-01"), at=on("2026-10-05"))
    settle("2026-10-05")
    assert rows(mira) == OPEN
    for kind, text in (("contractor", "2026-10-06"), ("employee", "2026-10-07")):
        staffing.transfer(mira, make_entity("de"), kind=kind, on=day("2026-10-01"), at=on(text))
        settle(text)
    assert rows(mira) == OPEN


def test_a_role_whose_first_day_is_corrected_after_it_began_is_one_obligation() -> None:
    make_path("p1", {"m1": 24})
    make_rule("r-06", "p1", role="buyer")
    mira = joiner()
    staffing.give_role(mira, "buyer", on=day("2026-10-15"), at=on("2026-10-05"))
    settle("2026-10-15")
    staffing.end_role(mira, "buyer", on=day("2026-10-15"), at=on("2026-10-20"))
    staffing.give_role(mira, "buyer", on=day("2026-11-01"), at=on("2026-10-20"))
    settle("2026-10-20", "2026-11-01")
    assert rows(mira) == [("open", "2026-12-01", "", False)]


def test_a_corrected_day_of_a_transfer_is_no_new_hire(joiners: None) -> None:
    mira = joiner()
    staffing.transfer(mira, make_entity("de"), on=day("2026-10-10"), at=on("2026-10-05"))
    settle("2026-10-10")
    staffing.correct_hire(mira, was=day("2026-10-10"), on=day("2026-10-20"), at=on("2026-10-12"))
    settle("2026-10-12", "2026-10-20")
    assert rows(mira) == OPEN


def test_a_planned_move_survives_a_change_of_kind_which_is_not_undone_by_it(joiners: None) -> None:
    mira = joiner()
    staffing.change_zone(mira, "Europe/Madrid", on=day("2026-12-01"), at=on("2026-10-02"))
    staffing.transfer(mira, make_entity("fr"), kind="contractor", on=day("2026-10-15"), at=on("2026-10-05"))
    settle("2026-10-05", "2026-10-15", "2026-12-02")
    assert rows(mira) == [("ended", "2026-10-31", "no-longer-required", False)]


def test_the_fulfilled_day_of_a_hire_is_known_whichever_fact_the_row_is_called_by(joiners: None) -> None:
    make_rule("r-00", "p1", role="buyer")
    mira = joiner(roles=("buyer",))
    settle("2026-10-01")
    done(mira, "m1", "2026-10-03")
    assert only(mira).cycle_key.startswith("role:")
    fact = Employment.objects.get(person=mira).fact
    assert satisfaction.first_fulfilled_on(fact) == day("2026-10-03")


# What is asked again under the same fact


def test_a_role_asked_for_in_one_entity_goes_on_after_a_secondment_and_every_night_finds_the_same() -> None:
    make_entity("fr")
    make_role("buyer")
    make_path("p1", {"m1": 24})
    make_rule("r-06", "p1", population=IN_FRANCE)
    mira = joiner(roles=("buyer",))
    settle("2026-10-01")
    staffing.transfer(mira, make_entity("de"), on=day("2026-11-10"), at=on("2026-11-05"))
    settle("2026-11-05", "2026-11-10")
    staffing.transfer(mira, make_entity("fr"), on=day("2026-12-10"), at=on("2026-12-05"))
    settle("2026-12-10", "2026-12-11", "2026-12-20")
    assert rows(mira) == [("open", "2027-01-09", "", False)]
    assert overdue_on(mira, "2026-11-05"), "what was overdue before the secondment was so"


def test_two_spans_of_one_fact_within_what_another_rule_asks_for_are_one_reason(joiners: None) -> None:
    make_role("buyer")
    make_entity("fr")
    make_rule("r-06", "p1", due_days=10, population=IN_FRANCE)
    mira, other = joiner(roles=("buyer",)), joiner()
    settle("2026-10-01")
    for code, text in (("de", "2026-10-05"), ("fr", "2026-10-10")):
        staffing.transfer(mira, make_entity(code), on=day(text), at=on(text))
        settle(text)
    assert (rows(mira), rows(other)) == ([("open", "2026-10-20", "", False)], OPEN)
    live = Justification.objects.filter(assignment__person=mira, known_to=None)
    assert live.filter(rule__key="r-06").get().true_from == day("2026-10-10")


def test_facts_named_the_same_after_a_gap_stop_no_run_and_part_again(joiners: None) -> None:
    mira = joiner()
    staffing.leave_company(mira, on=day("2026-10-15"), at=on("2026-10-05"))
    settle("2026-10-05", "2026-10-16")
    staffing.hire(mira, make_entity("fr"), on=day("2026-10-20"), at=on("2026-10-18"))
    settle("2026-10-20")
    done(mira, "m1", "2026-11-10")
    one, two = Employment.objects.current().filter(person=mira).order_by("true_from")
    join = same_facts.same_fact(mira, one.fact, two.fact, "One contract", at=on("2026-11-15"))
    settle("2026-11-15")
    assert not any(row[3] for row in rows(mira)), "it was done in time"
    same_facts.part_facts(join, at=on("2026-11-16"))
    settle("2026-11-16")
    assert [(row[0], row[2], row[3]) for row in rows(mira)] == [("ended", "left", False), ("satisfied", "", False)]


def test_a_date_moved_earlier_moves_once_and_no_night_moves_it_again(joiners: None) -> None:
    mira = joiner()
    settle("2026-10-01")
    done(mira, "m1", "2026-10-25")
    staffing.correct_hire(mira, was=day("2026-10-01"), on=day("2026-09-01"), at=on("2026-11-20"))
    settle("2026-11-20", "2026-11-21")
    assert rows(mira) == [("satisfied", "2026-10-31", "", False)]


# Days


def test_what_is_handed_in_on_the_day_of_a_move_counts_by_its_receipt(joiners: None) -> None:
    mira = joiner()
    staffing.change_zone(mira, "Pacific/Kiritimati", on=day("2026-11-01"), at=on("2026-10-01"))
    settle("2026-10-01")
    at = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert facts_on_day.today(mira, at) == day("2026-11-01")
    done(mira, "m1", at, effective="2026-11-01")
    assert load_facts([mira.pk])[mira.pk].done[0].received == at
    assert rows(mira) == [("satisfied", "2026-10-31", "", False)], "before the end of the 31st where it was asked"


def test_a_planned_transfer_acts_at_midnight_of_where_they_come_from_or_go_to() -> None:
    make_entity("de", country="DE", zone="Pacific/Chatham")
    make_path("p1", {"m1": 24})
    make_rule("r-02", "p1", population={"kind": "country", "country": "DE"})
    mira = joiner()
    staffing.transfer(mira, make_entity("de"), on=day("2026-12-01"), at=on("2026-10-03"))
    settle("2026-10-03", datetime(2026, 11, 30, 10, 14, tzinfo=UTC))
    assert rows(mira) == []
    settle(datetime(2026, 11, 30, 10, 15, tzinfo=UTC))
    assert rows(mira) == [("open", "2026-12-31", "", False)]


def test_a_corrected_country_is_looked_at_by_the_next_run() -> None:
    make_entity("de", country="DE")
    make_path("p1", {"m1": 24})
    make_rule("r-02", "p1", population={"kind": "country", "country": "DE"})
    mira = joiner()
    settle("2026-10-02")
    text = b"code,name,kind,parent,country,zone\nfr,FR,entity,,DE,Europe/Paris\n"
    import_units(text, at=on("2026-10-03"), commit=True)
    settle("2026-10-03")
    assert rows(mira) == OPEN


# One odd person (S18)


def test_an_unknown_zone_of_one_person_with_a_completion_stops_neither_run_nor_digest(joiners: None) -> None:
    odd, other = joiner(email="odd@example.org"), joiner(email="other@example.org")
    settle("2026-10-01")
    done(odd, "m1", "2026-10-02")
    Employment.objects.filter(person=odd).update(zone="Mars/Olympus")
    staffing.record_leave(other, day("2026-10-05"), day("2026-11-05"), at=on("2026-10-02"))
    sync.sync_due(on("2026-10-02"))
    assert sync.sync_all(on("2026-10-02")).undetermined == 1
    assert rows(other) == [("open", "2026-12-02", "", False)]
    assert Derivation.objects.exclude(fault="").get().person == odd
    assert digest.queue_digests(on("2026-10-02", 12)) == 1


def test_nobody_is_reminded_of_the_end_of_the_calendar() -> None:
    """Where a leave without a known end is reckoned to end: the mail of everybody else would wait for it."""
    assert reminders.reminder_days(dates.LATEST, "FR") == reminders.copy_days(dates.LATEST, "FR") == []
    told = ToldBefore(day("2026-10-01"), dates.LATEST, frozenset({"r-01"}))
    assert reminders.news(dates.LATEST, frozenset({"r-01"}), told, day("2026-10-02"), "FR") is None


# What is entered after its day


@pytest.mark.parametrize("how", ["left", "moved", "withdrawn"])
def test_a_list_entered_after_what_it_fulfils_has_ended_counts_at_once(how: str) -> None:
    make_path("p1", {"m1": 24})
    make_entity("fr")
    rule = make_rule("r-01", "p1", population={"kind": "entity", "entity": "fr"})
    mira = joiner()
    settle("2026-10-01")
    match how:
        case "left":
            staffing.leave_company(mira, on=day("2026-10-09"), at=on("2026-10-09"))
        case "moved":
            staffing.transfer(mira, make_entity("de"), on=day("2026-10-10"), at=on("2026-10-09"))
        case "withdrawn":
            withdraw_rule(rule, on("2026-10-10", 8), "No longer needed.")
    settle("2026-10-10")
    assert rows(mira)[0][0] == "ended"
    done(mira, "m1", "2026-10-20", effective="2026-10-05")
    assert rows(mira) == [("satisfied", "2026-10-31", "", False)]
    assert sync.sync_all(on("2026-10-20")).changes == 0
