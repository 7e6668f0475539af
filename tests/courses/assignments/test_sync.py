"""The synchronisation through real rows: the rule set's worked cases (T numbers), and doing nothing twice."""

from __future__ import annotations

import pytest

from certification.credentials.models import Certificate
from certification.ledger.models import Member, Pending
from content.editions import SignOff
from courses.assignments import dates, sync
from courses.assignments.models import Assignment, AssignmentPeriod, Blocked, Derivation, Justification
from courses.paths.models import AssignmentRule
from courses.paths.publishing import withdraw_rule
from lms.people import staffing
from lms.people.models import Employment, Leave, PeopleChange, RoleHolding
from tests.courses.assignments.world import (
    LONG_AGO,
    MADRID,
    PARIS,
    SANTIAGO,
    day,
    days_pass,
    done,
    make_path,
    make_rule,
    on,
    only,
    overdue_on,
    states,
)
from tests.factories import make_entity, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def joiners() -> AssignmentRule:
    """P1 = two modules for 24 months; everybody employed has 30 days."""
    make_path("p1", {"a": 24, "b": 24})
    rule = make_rule("r-01", "p1")
    sync.sync_all(LONG_AGO)
    return rule


def hire(date: str, zone: str = PARIS, known: str = "", **person: object):
    """Known from the morning of the first day, or earlier."""
    return make_person(hired=day(date), zone=zone, at=on(known or date, 6), **person)


# From a hire to a certificate


def test_a_hire_opens_the_assignment_with_its_reason(joiners: AssignmentRule) -> None:
    """T-01: thirty days counted in dates."""
    person = hire("2026-10-01")
    assert sync.sync_due(on("2026-10-01")) == 1

    row = only(person)
    hired = Employment.objects.get(person=person)
    assert (row.cycle_key, row.state, row.due, row.zone) == (f"hire:{hired.fact}", "open", day("2026-10-31"), PARIS)
    assert row.deadline_at == on("2026-10-31", 23)
    reason = Justification.objects.get(assignment=row)
    assert (reason.rule, reason.event, reason.due) == (joiners, row.cycle_key, row.due)
    assert (reason.event_on, reason.counted_from) == (day("2026-10-01"), day("2026-10-01"))
    assert states(row) == [("open", "2026-10-01", "2026-10-31")]
    assert Pending.objects.filter(kind="assignment.open", uuid=row.entry).exists()
    assert not PeopleChange.objects.filter(handled_at=None).exists()


def test_a_hire_to_come_opens_nothing_before_its_day(joiners: AssignmentRule) -> None:
    hire("2026-10-01", known="2026-09-10")
    days_pass("2026-09-10", "2026-09-30")
    assert not Assignment.objects.exists()
    days_pass("2026-10-01")
    assert Assignment.objects.get().anchor == day("2026-10-01")


def test_the_day_is_the_persons_own(joiners: AssignmentRule) -> None:
    person = hire("2026-10-01", zone="Pacific/Easter", known="2026-09-10")
    sync.sync_due(on("2026-10-01", 3))
    assert not Assignment.objects.exists()
    assert Derivation.objects.get(person=person).wakes_at == on("2026-10-01", 5)
    sync.sync_due(on("2026-10-01", 12))
    assert only(person).anchor == day("2026-10-01")


def test_the_last_module_satisfies_and_awards(joiners: AssignmentRule) -> None:
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    done(person, "a", "2026-10-05")
    assert only(person).state == "open"
    done(person, "b", "2026-10-20")

    row = only(person)
    assert (row.state, row.state_on, row.valid_until) == ("satisfied", day("2026-10-20"), day("2028-10-05"))
    assert states(row) == [("open", "2026-10-01", "2026-10-31"), ("satisfied", "2026-10-20", "2026-10-31")]
    certificate = Certificate.objects.get(person=person)
    assert (certificate.path_key, certificate.valid_until) == ("p1", day("2028-10-05"))
    assert [item["code"] for item in certificate.content["items"]] == ["a", "b"]
    assert certificate.content["items"][0]["titles"] == {"en": "Module a (en)", "fr": "Module a (fr)"}
    assert certificate.content["basis"] == [
        {"kind": "policy", "texts": {"en": "Basis r-01", "fr": "Base r-01"}, "rule": "r-01 1"}
    ]
    close = Pending.objects.get(kind="assignment.close")
    assert row.entry == close.uuid
    assert close.ref == Pending.objects.get(kind="assignment.open").uuid


@pytest.mark.parametrize(("instant", "late"), [("22:59:59", False), ("23:00:00", True)])
def test_the_last_second(joiners: AssignmentRule, instant: str, late: bool) -> None:
    """T-05: the server's receipt decides, by the deadline in the assignment's zone."""
    person = hire("2026-12-01")
    days_pass("2026-12-01")
    done(person, "a", "2026-12-05")
    at = on("2026-12-31").replace(hour=int(instant[:2]), minute=int(instant[3:5]), second=int(instant[6:]))
    done(person, "b", at, effective=str(dates.local_date(at, PARIS)))
    row = only(person)
    assert (row.due, row.state, row.late) == (day("2026-12-31"), "satisfied", late)
    assert Certificate.objects.filter(person=person).exists()


# Leave


def test_a_leave_pauses_an_open_term(joiners: AssignmentRule) -> None:
    """T-08."""
    person = hire("2026-11-02")
    staffing.record_leave(person, day("2026-11-20"), day("2027-02-28"), at=on("2026-11-02"))
    days_pass("2026-11-02", "2026-12-15", "2027-03-01")
    assert only(person).due == day("2027-03-13")
    assert not any(overdue_on(person, text) for text in ("2026-12-15", "2027-02-01", "2027-03-13"))
    assert overdue_on(person, "2027-03-14")


def test_leaves_count_once_and_a_later_one_too(joiners: AssignmentRule) -> None:
    """T-09: the union of overlapping leaves, and one met only after the first shift."""
    person = hire("2027-02-08")
    days_pass("2027-02-08")
    assert only(person).due == day("2027-03-10")
    staffing.record_leave(person, day("2027-03-01"), day("2027-03-20"), at=on("2027-02-10"))
    staffing.record_leave(person, day("2027-03-25"), day("2027-04-09"), at=on("2027-02-10"))
    days_pass("2027-02-10")
    assert only(person).due == day("2027-04-15")

    other = hire("2027-02-08", given_name="Other")
    staffing.record_leave(other, day("2027-03-01"), day("2027-03-20"), at=on("2027-02-10"))
    staffing.record_leave(other, day("2027-03-15"), day("2027-04-05"), at=on("2027-02-10"))
    days_pass("2027-02-11")
    assert (only(other).due - day("2027-03-10")).days == 36


def test_what_is_to_be_renewed_during_leave_is_due_after_it() -> None:
    """T-10: the certificate ends, but nobody on leave is overdue; two weeks after the return at the least."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    person = hire("2025-01-10")
    days_pass("2025-01-10")
    done(person, "a", "2025-01-31")
    staffing.record_leave(person, day("2026-11-20"), day("2027-02-28"), at=on("2026-11-01"))
    days_pass("2026-11-01", "2026-12-02", "2027-02-01")

    row = only(person, state="open")
    assert (row.cycle_key, row.expiring_on) == ("renew:2027-01-31", day("2027-01-31"))
    assert row.due == day("2027-03-14")
    assert not overdue_on(person, "2027-02-15")


def test_a_leave_entered_late_corrects_the_history_and_keeps_the_earlier_view(joiners: AssignmentRule) -> None:
    """T-11."""
    person = hire("2026-12-05")
    days_pass("2026-12-05", "2027-01-10")
    row = only(person)
    assert row.due == day("2027-01-04")
    assert overdue_on(person, "2027-01-10")

    staffing.record_leave(person, day("2027-01-02"), day("2027-01-31"), at=on("2027-01-20"))
    days_pass("2027-01-20")
    row.refresh_from_db()
    assert row.due == day("2027-02-03")
    assert not overdue_on(person, "2027-01-10")
    assert overdue_on(person, "2027-01-10", known="2027-01-15")
    assert states(row, known="2027-01-15") == [("open", "2026-12-05", "2027-01-04")]
    assert states(row) == [("open", "2026-12-05", "2027-02-03")]
    earlier, corrected = Pending.objects.filter(kind="assignment.open").order_by("id")
    assert corrected.ref == earlier.uuid
    assert row.entry == corrected.uuid


def test_a_leave_taken_back_gives_the_days_back(joiners: AssignmentRule) -> None:
    person = hire("2026-11-02")
    leave = staffing.record_leave(person, day("2026-11-20"), day("2026-12-20"), at=on("2026-11-02"))
    days_pass("2026-11-02")
    staffing.withdraw_leave(Leave.objects.get(pk=leave.pk), at=on("2026-11-10"))
    days_pass("2026-11-10")
    assert only(person).due == day("2026-12-02")


# Roles, rules and paths that share modules


def test_a_change_of_role_ends_one_path_and_starts_the_other(joiners: AssignmentRule) -> None:
    """T-12: what is done stays done, the new due date counts from the role."""
    make_path("p3", {"a": 18, "c": 18, "d": 18})
    make_path("p5", {"a": 24, "e": 24})
    make_rule("r-06", "p3", role="producer", due_days=60)
    make_rule("r-07", "p5", role="procurement", due_days=60)
    person = hire("2026-09-01")
    staffing.give_role(person, "producer", on=day("2026-10-01"), at=on("2026-10-01"))
    days_pass("2026-10-01")
    done(person, "a", "2026-10-20")
    staffing.end_role(person, "producer", on=day("2026-11-10"), at=on("2026-11-10"))
    staffing.give_role(person, "procurement", on=day("2026-11-10"), at=on("2026-11-10"))
    days_pass("2026-11-10")

    ended, started = only(person, "p3"), only(person, "p5")
    assert (ended.state, ended.end_reason, ended.state_on) == ("ended", "no-longer-required", day("2026-11-10"))
    held = RoleHolding.objects.get(role__key="procurement")
    assert (started.cycle_key, started.due) == (f"role:procurement:{held.fact}", day("2027-01-09"))
    done(person, "e", "2026-11-20")
    assert only(person, "p5").state == "satisfied"


def test_two_paths_share_a_module_each_with_its_own_validity() -> None:
    """T-13."""
    make_path("p2", {"m": 12})
    make_path("p7", {"m": 24})
    make_rule("r-03", "p2", role="overseer", due_days=None)
    make_rule("r-09", "p7", role="manager", due_days=90)
    person = hire("2026-01-05", roles=())
    for role in ("overseer", "manager"):
        staffing.give_role(person, role, on=day("2026-01-05"), at=on("2026-01-05"))
    days_pass("2026-01-05")
    assert only(person, "p2").due is None
    done(person, "m", "2026-02-10")
    assert only(person, "p2").valid_until == day("2027-02-10")
    assert only(person, "p7").valid_until == day("2028-02-10")

    days_pass("2026-12-12")
    assert only(person, "p2", state="open").due == day("2027-02-10")
    assert not Assignment.objects.filter(path_key="p7", state="open").exists()
    staffing.end_role(person, "overseer", on=day("2026-12-20"), at=on("2026-12-20"))
    days_pass("2026-12-20")
    assert not Assignment.objects.filter(state="open").exists()
    assert only(person, "p7").state == "satisfied"


def test_what_another_path_taught_already_is_certified_at_once(joiners: AssignmentRule) -> None:
    make_path("p7", {"a": 12})
    make_rule("r-09", "p7", role="manager", due_days=90)
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    done(person, "a", "2026-10-05")
    staffing.give_role(person, "manager", on=day("2026-11-01"), at=on("2026-11-01"))
    days_pass("2026-11-01")
    row = only(person, "p7")
    assert (row.state, row.state_on, row.valid_until) == ("satisfied", day("2026-11-01"), day("2027-10-05"))
    assert states(row) == [("satisfied", "2026-11-01", "2027-01-30")]
    assert Certificate.objects.get(person=person).path_key == "p7"
    assert sorted(Pending.objects.filter(kind__startswith="assignment").values_list("kind", flat=True)) == [
        "assignment.close",
        "assignment.open",
        "assignment.open",
    ]


def test_several_rules_justify_one_assignment_and_the_strictest_wins(joiners: AssignmentRule) -> None:
    make_rule("r-09", "p1", role="manager", due_days=10)
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    staffing.give_role(person, "manager", on=day("2026-10-11"), at=on("2026-10-11"))
    days_pass("2026-10-11")
    row = only(person)
    assert row.due == day("2026-10-21")
    assert states(row) == [("open", "2026-10-01", "2026-10-31"), ("open", "2026-10-11", "2026-10-21")]
    staffing.end_role(person, "manager", on=day("2026-10-15"), at=on("2026-10-15"))
    days_pass("2026-10-15")
    assert (only(person).state, only(person).due) == ("open", day("2026-10-31"))


def test_a_return_finds_what_is_still_valid(joiners: AssignmentRule) -> None:
    """T-14: a satisfied row, so that the denominator is whole; no second certificate, nothing to do."""
    person = hire("2025-10-20")
    days_pass("2025-10-20")
    done(person, "a", "2025-11-10")
    done(person, "b", "2025-11-10")
    staffing.leave_company(person, on=day("2026-03-31"), at=on("2026-03-15"))
    days_pass("2026-03-15", "2026-04-01")
    staffing.hire(person, make_entity(), on=day("2026-09-01"), at=on("2026-08-20"))
    days_pass("2026-08-20", "2026-09-01")

    row = only(person, anchor=day("2026-09-01"))
    assert (row.state, row.state_on, row.valid_until) == ("satisfied", day("2026-09-01"), day("2027-11-10"))
    assert Certificate.objects.filter(person=person).count() == 1
    assert not Assignment.objects.open().exists()


def test_after_a_year_away_all_is_new(joiners: AssignmentRule) -> None:
    """T-14, the policy."""
    person = hire("2025-10-20")
    days_pass("2025-10-20")
    done(person, "a", "2025-11-10")
    done(person, "b", "2025-11-10")
    staffing.leave_company(person, on=day("2025-11-30"), at=on("2025-11-30"))
    staffing.hire(person, make_entity(), on=day("2026-12-01"), at=on("2026-12-01"))
    days_pass("2026-12-01")
    assert only(person, state="open").anchor == day("2026-12-01")


def test_leaving_ends_what_is_open(joiners: AssignmentRule) -> None:
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    staffing.leave_company(person, on=day("2026-11-14"), at=on("2026-11-10"))
    days_pass("2026-11-10")
    assert only(person).state == "open"
    days_pass("2026-11-15")
    row = only(person)
    assert (row.state, row.end_reason, row.state_on) == ("ended", "left", day("2026-11-15"))
    assert overdue_on(person, "2026-11-14")
    assert not overdue_on(person, "2026-11-15")


def test_a_leaving_that_was_a_mistake_opens_the_same_row_again(joiners: AssignmentRule) -> None:
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    staffing.leave_company(person, on=day("2026-10-10"), at=on("2026-10-10"))
    days_pass("2026-10-10")
    staffing.withdraw_leaving(person, at=on("2026-10-12"))
    days_pass("2026-10-12")
    row = only(person)
    assert (row.state, row.due, row.end_reason, row.closed_at) == ("open", day("2026-10-31"), "", None)
    assert states(row) == [("open", "2026-10-01", "2026-10-31")]


def test_a_corrected_hire_date_moves_the_term(joiners: AssignmentRule) -> None:
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    staffing.correct_hire(person, was=day("2026-10-01"), on=day("2026-10-05"), at=on("2026-10-06"))
    days_pass("2026-10-06")
    row = only(person)
    assert (row.state, row.anchor, row.due) == ("open", day("2026-10-05"), day("2026-11-04"))
    assert states(row, known="2026-10-03") == [("open", "2026-10-01", "2026-10-31")]


def test_terms_count_from_the_rules_first_day_where_that_is_later() -> None:
    make_path("p1", {"a": 24})
    person = hire("2019-03-01")
    make_rule("r-01", "p1", active_from=day("2026-10-01"), at=on("2026-09-15"))
    days_pass("2026-09-15")
    assert not Assignment.objects.exists()
    days_pass("2026-10-01")
    assert (only(person).justifications.get().event_on, only(person).due) == (day("2019-03-01"), day("2026-10-31"))


def test_a_withdrawn_rule_ends_what_it_opened_but_not_its_history(joiners: AssignmentRule) -> None:
    """T-18."""
    late, fresh, finished = (hire(date) for date in ("2027-01-04", "2027-02-15", "2027-01-05"))
    days_pass("2027-01-05", "2027-02-15")
    for code in ("a", "b"):
        done(finished, code, "2027-02-16")
    withdraw_rule(joiners, on("2027-03-01"), "Replaced by a wider programme.")
    days_pass("2027-03-01")

    for person in (late, fresh):
        row = only(person)
        assert (row.state, row.end_reason, row.state_on) == ("ended", "rule-withdrawn", day("2027-03-01"))
    assert only(finished).state == "satisfied"
    assert overdue_on(late, "2027-02-28")
    assert not overdue_on(late, "2027-03-01")
    days_pass("2027-03-02")
    assert not Assignment.objects.open().exists()


def test_a_rule_published_again_goes_on_with_the_same_row(joiners: AssignmentRule) -> None:
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    second = make_rule("r-01", "p1", reasons={"en": "Said better"}, at=on("2026-10-10"))
    days_pass("2026-10-10")
    row = only(person)
    assert (row.state, row.due) == ("open", day("2026-10-31"))
    assert row.justifications.get(known_to=None, true_to=None).rule == second
    assert row.justifications.get(known_to=None, true_to=day("2026-10-10")).rule == joiners


# Zones and renewals


def test_a_move_never_makes_a_deadline_earlier(joiners: AssignmentRule) -> None:
    """T-24, and the other way round it moves later."""
    person = hire("2026-12-01", zone=SANTIAGO)
    days_pass("2026-12-01")
    staffing.change_zone(person, MADRID, on=day("2026-12-10"), at=on("2026-12-10"))
    days_pass("2026-12-10")
    row = only(person)
    assert (row.due, row.zone) == (day("2026-12-31"), SANTIAGO)
    assert row.deadline_at == on("2027-01-01", 3)

    staffing.transfer(person, make_entity("mlg-es", zone=MADRID), on=day("2026-12-15"), at=on("2026-12-15"))
    days_pass("2026-12-15")
    assert only(person).deadline_at == on("2027-01-01", 3)

    other = hire("2026-12-01", zone=MADRID)
    staffing.change_zone(other, SANTIAGO, on=day("2026-12-16"), at=on("2026-12-16"))
    days_pass("2026-12-16")
    assert only(other).zone == SANTIAGO


def certified(until: str):
    """Somebody whose only module, asked for every year, is valid until that day."""
    make_path("p2", {"m": 12})
    make_rule("r-03", "p2", due_days=None)
    end = day(until)
    began = str(end.replace(year=end.year - 1))
    person = hire(began)
    days_pass(began)
    done(person, "m", began)
    assert only(person, "p2").valid_until == end
    return person


def test_the_renewal_window(joiners: AssignmentRule) -> None:
    """T-25: it opens 60 days before, is due on the last valid day, and keeps the anchor."""
    person = certified("2027-03-10")
    days_pass("2027-01-08")
    assert not Assignment.objects.open().filter(path_key="p2").exists()
    days_pass("2027-01-09")
    row = only(person, "p2", state="open")
    assert (row.cycle_key, row.anchor, row.due) == ("renew:2027-03-10", day("2027-01-09"), day("2027-03-10"))
    done(person, "m", "2027-01-20")
    row.refresh_from_db()
    assert (row.state, row.valid_until) == ("satisfied", day("2028-03-10"))
    assert Certificate.objects.filter(person=person, valid_until=day("2028-03-10")).count() == 1


def test_a_renewal_before_the_window_starts_a_new_anchor() -> None:
    """T-25: nothing was open; the renewal and its certificate come with the completion."""
    person = certified("2027-03-10")
    done(person, "m", "2026-12-01")
    row = only(person, "p2", cycle_key="renew:2027-03-10")
    assert (row.state, row.state_on, row.valid_until) == ("satisfied", day("2026-12-01"), day("2027-12-01"))
    assert Certificate.objects.filter(person=person).count() == 2
    days_pass("2027-01-09", "2027-03-11")
    assert not Assignment.objects.open().exists()


def test_a_late_renewal_was_overdue_and_starts_anew() -> None:
    """T-25: 22 days without validity are seen."""
    person = certified("2027-03-10")
    days_pass("2027-01-09", "2027-03-11")
    assert overdue_on(person, "2027-03-11")
    done(person, "m", "2027-04-02")
    row = only(person, "p2", cycle_key="renew:2027-03-10")
    assert (row.state, row.valid_until, row.late) == ("satisfied", day("2028-04-02"), True)


def test_a_renewal_asks_only_for_what_expires(joiners: AssignmentRule) -> None:
    """A path inside a path keeps its own validity; what ends within 60 days of the certificate is asked for, too."""
    make_path("p2", {"m": 12}, inner="p1")
    make_rule("r-03", "p2", role="overseer", due_days=None)
    person = hire("2026-01-05")
    staffing.give_role(person, "overseer", on=day("2026-01-05"), at=on("2026-01-05"))
    days_pass("2026-01-05")
    for code in ("a", "b", "m"):
        done(person, code, "2026-01-20")
    days_pass("2026-11-21")
    assert [row.path_key for row in Assignment.objects.open()] == ["p2"]
    done(person, "m", "2026-12-01")
    assert only(person, "p2", cycle_key="renew:2027-01-20").valid_until == day("2028-01-20")

    days_pass("2027-11-22")
    assert {row.path_key: str(row.due) for row in Assignment.objects.open()} == {"p1": "2028-01-20", "p2": "2028-01-20"}
    done(person, "m", "2027-12-01")
    assert only(person, "p2", cycle_key="renew:2028-01-20").state == "open"
    for code in ("a", "b"):
        done(person, code, "2027-12-05")
    assert not Assignment.objects.open().exists()


# What cannot be taught is not asked for


def test_a_path_nobody_signed_off_waits_and_the_term_counts_from_then(joiners: AssignmentRule) -> None:
    signed = SignOff.objects.filter(text__edition__module__code="b", text__locale="en")
    kept = signed.get()
    signed.delete()
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    assert not Assignment.objects.exists()
    (found,) = sync.blocked(on("2026-10-02"))
    assert (found.path_key, found.entity.code) == ("p1", "mlg-sa")
    assert found.sentences == ("Module b has no edition that a reviewer has signed off.",)

    SignOff.objects.create(text=kept.text, reviewer=kept.reviewer, at=on("2026-11-20"))
    days_pass("2026-11-20")
    assert only(person).due == day("2026-12-20")
    assert sync.blocked(on("2026-11-20")) == []
    assert Blocked.objects.get().until == on("2026-11-20")


# Doing nothing twice


def test_a_second_run_changes_nothing(joiners: AssignmentRule) -> None:
    make_path("p2", {"m": 12}, inner="p1")
    make_rule("r-03", "p2", role="overseer", due_days=None)
    people = [hire(f"2026-0{month}-05", given_name=f"P{month}") for month in range(1, 7)]
    staffing.give_role(people[0], "overseer", on=day("2026-02-01"), at=on("2026-02-01"))
    staffing.record_leave(people[1], day("2026-02-20"), day("2026-03-30"), at=on("2026-02-10"))
    days_pass("2026-02-05", "2026-03-06")
    for code in ("a", "b", "m"):
        done(people[0], code, "2026-03-10")
    staffing.leave_company(people[2], on=day("2026-04-01"), at=on("2026-04-01"))
    staffing.end_role(people[0], "overseer", on=day("2026-05-01"), at=on("2026-05-01"))
    first = sync.sync_all(on("2026-06-10"))
    assert first.changes > 0
    for at in (on("2026-06-10"), on("2026-06-10", 20), on("2026-06-11")):
        again = sync.sync_all(at)
        assert (again.changes, again.people) == (0, len(people) + 1)


def test_a_night_is_run_once(joiners: AssignmentRule) -> None:
    hire("2026-10-01")
    assert sync.sync_nightly(on("2026-10-01", 1)) is not None
    assert sync.sync_nightly(on("2026-10-01", 20)) is None
    assert sync.sync_nightly(on("2026-10-02", 1)) is not None


def test_a_batch_is_one_entry_over_a_roster(joiners: AssignmentRule) -> None:
    people = [hire("2026-10-01", given_name=f"P{number}") for number in range(3)]
    sync.sync_due(on("2026-10-01"))
    entry = Pending.objects.get(kind="assignment.open")
    assert {row.entry for row in Assignment.objects.all()} == {entry.uuid}
    assert set(Member.objects.filter(entry=entry.uuid).values_list("person", flat=True)) == {one.pk for one in people}


def test_a_completion_that_the_seam_did_not_see_is_repaired_at_night(joiners: AssignmentRule) -> None:
    person = hire("2026-10-01")
    days_pass("2026-10-01")
    done(person, "a", "2026-10-05")
    before = Derivation.objects.get(person=person)
    done(person, "b", "2026-10-06")
    row = only(person)
    before.save()
    AssignmentPeriod.objects.filter(assignment=row).delete()
    Certificate.objects.all().delete()
    Assignment.objects.filter(pk=row.pk).update(state="open", valid_until=None, closed_at=None, state_on=row.anchor)
    assert sync.sync_all(on("2026-10-07")).satisfied == 1
    assert (only(person).state, only(person).state_on) == ("satisfied", day("2026-10-06"))
    assert Certificate.objects.filter(person=person).exists()
