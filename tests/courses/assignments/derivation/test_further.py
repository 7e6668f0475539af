"""Further cases of the kinds that the planner before this engine got wrong: what the rules say of each."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from courses.assignments.derivation.record import CORRECTED, AssignmentRecord, bring_up
from courses.assignments.derivation.rows import DerivedRow
from courses.assignments.derivation.values import DaySpan
from tests.courses.assignments.derivation.test_cases import joiner
from tests.courses.assignments.derivation.test_tricky import one_module
from tests.courses.assignments.derivation.world import EVERYBODY, MADRID, PARIS, A, B, M, Story, day, leaf, on

OVERSEER = {"kind": "role", "role": "overseer"}
CONTENT = {"kind": "role", "role": "content"}


def brief(row: DerivedRow) -> tuple[str, str, str]:
    return row.state, str(row.due), row.end_reason


def moves(story: Story, first: str, text: str, zone: str, *, was: str = PARIS, **fields: str) -> None:
    """The contract `job0` goes on in another zone (or entity) from that day; known the day before."""
    at = on(text, 5) - timedelta(days=1)
    story.forget("contracts", "job0", at)
    story.works(first, text, fact="job0", zone=was, at=at)
    story.works(text, fact=fields.pop("fact", "job0"), zone=zone, at=at, **fields)


def withdrawn(story: Story, module: uuid.UUID, at: datetime) -> None:
    versions = []
    for one in story.catalogue.versions:
        leaves = [replace(each, withdrawn_at=at) if each.module == module else each for each in one.leaves]
        versions.append(replace(one, leaves=tuple(leaves)))
    story.catalogue = replace(story.catalogue, versions=tuple(versions))


# Zones


def test_a_rule_acts_from_the_local_day_in_a_zone_of_three_quarters_of_an_hour() -> None:
    story = Story()
    story.path(leaf(M))
    story.works("2026-01-05", zone="Asia/Kathmandu")
    story.rule(at=on("2026-10-14", 18, 20))
    assert story.row(on("2026-10-14", 18, 21)).due == day("2026-11-14"), "in Kathmandu it is the 15th"


def test_a_move_over_the_date_line_never_makes_it_earlier() -> None:
    story = joiner("2026-10-01", zone="Pacific/Honolulu")
    story.look(on("2026-10-01", 12))
    moves(story, "2026-10-01", "2026-10-20", "Pacific/Kiritimati", was="Pacific/Honolulu")
    row = story.row(on("2026-10-21"))
    assert (row.due, row.deadline_at) == (day("2026-10-31"), on("2026-11-01", 10))


def test_the_other_way_over_the_date_line_makes_it_a_day_later() -> None:
    story = joiner("2026-10-01", zone="Pacific/Kiritimati")
    story.look(on("2026-10-01"))
    moves(story, "2026-10-01", "2026-10-20", "Pacific/Honolulu", was="Pacific/Kiritimati")
    assert story.row(on("2026-10-21", 12)).deadline_at == on("2026-11-01", 10)


def test_a_hire_begins_on_the_local_day_at_the_date_line() -> None:
    story = joiner("2026-10-01", zone="Pacific/Kiritimati", at=on("2026-09-20"))  # type: ignore[arg-type]
    assert story.rows(on("2026-09-30", 9)) == []
    assert story.row(on("2026-09-30", 10)).anchor == day("2026-10-01")


def test_a_move_on_the_day_of_an_event_counts_from_the_new_day_once() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule("r-06", who=CONTENT, days=60)
    story.works("2026-01-05")
    moves(story, "2026-01-05", "2026-10-15", "Pacific/Auckland")
    story.holds("content", "2026-10-15", at=on("2026-10-10"))
    assert story.rows(on("2026-10-14", 10)) == [], "the old clock counts up to the day before"
    row = story.row(on("2026-10-14", 12))
    assert (row.anchor, row.due, row.zone) == (day("2026-10-15"), day("2026-12-14"), "Pacific/Auckland")


def test_a_move_on_the_due_day_keeps_the_later_deadline() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    moves(story, "2026-10-01", "2026-10-31", "America/Santiago")
    assert story.row(on("2026-10-31", 12)).deadline_at == on("2026-11-01", 3)


def test_a_move_after_the_deadline_brings_nothing_back() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    moves(story, "2026-10-01", "2026-12-01", "Pacific/Honolulu")
    row = story.row(on("2026-12-02"))
    assert row.deadline_at
    assert row.deadline_at < on("2026-11-02"), "it stays overdue"


def test_a_missing_day_of_samoa_is_no_day_of_the_term() -> None:
    story = Story()
    story.path(leaf(M), at=on("2011-01-01"))
    story.rule(at=on("2011-01-01"))
    story.works("2011-11-30", zone="Pacific/Apia")
    row = story.row(on("2011-12-01"))
    assert (row.due, row.deadline_at) == (day("2011-12-30"), on("2011-12-30", 10))


# Rules and their versions


def test_a_typo_mended_on_the_same_day_moves_nothing() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.rule(days=300, at=on("2026-10-10", 8))
    story.rule(days=30, at=on("2026-10-10", 15))
    assert brief(story.row(on("2026-10-11"))) == ("open", "2026-10-31", "")


def test_of_two_versions_on_one_day_the_last_acts() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.rule(days=10, at=on("2026-10-10", 8))
    story.rule(days=60, at=on("2026-10-10", 15))
    row = story.row(on("2026-10-11"))
    assert row.due == day("2026-12-09")
    assert [one.number for one in row.whys] == [1, 3]


def test_a_shorter_term_brings_no_date_forward_but_counts_for_who_comes_next() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.rule(days=5, at=on("2026-10-10"))
    assert story.row(on("2026-10-11")).due == day("2026-10-31")
    next_one = replace(story, facts=Story().facts)
    next_one.works("2026-10-12")
    assert next_one.row(on("2026-10-12")).due == day("2026-10-17")


def test_a_planned_version_leaves_the_one_before_in_force_until_its_day() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.rule(days=60, active_from=day("2026-10-20"), at=on("2026-10-05"))
    found = story.look(on("2026-10-06"))
    assert (found.rows[0].due, found.wakes_on) == (day("2026-10-31"), day("2026-10-20"))
    row = story.row(on("2026-10-20"))
    assert (row.state, row.due) == ("open", day("2026-12-19"))
    assert [one.end for one in row.segments] == [day("2026-10-20"), None]


def test_a_planned_rule_asks_nobody_before_its_day() -> None:
    story = Story()
    story.path(leaf(M))
    story.works("2026-01-05")
    story.rule(active_from=day("2026-12-01"), at=on("2026-11-01"))
    assert story.rows(on("2026-11-30")) == []
    assert story.row(on("2026-12-01")).due == day("2026-12-31")


def test_a_planned_rule_that_is_withdrawn_before_its_day_never_asked() -> None:
    story = Story()
    story.path(leaf(M))
    story.works("2026-01-05")
    story.rule(active_from=day("2026-12-01"), at=on("2026-11-01"))
    story.withdraw("r-01", on("2026-11-20"))
    assert story.rows(on("2026-12-02")) == []


def test_a_rule_that_is_withdrawn_before_its_next_version_acts_ends_on_that_day() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.rule(days=60, active_from=day("2026-12-01"), at=on("2026-10-05"))
    story.withdraw("r-01", on("2026-10-20"))
    row = story.row(on("2026-10-21"))
    assert (row.state, row.state_on, row.end_reason) == ("ended", day("2026-10-20"), "rule-withdrawn")


def test_a_rule_that_asks_for_another_path_ends_one_and_opens_the_other() -> None:
    story = joiner("2026-10-01")
    story.path(leaf(M), key="p9")
    story.look(on("2026-10-01"))
    story.rule(path="p9", at=on("2026-10-15"))
    assert brief(story.row(on("2026-10-15", 12))) == ("ended", "2026-10-31", "rule-withdrawn")
    assert brief(story.row(on("2026-10-15", 12), "p9")) == ("open", "2026-11-14", "")


# Corrections


def test_a_correction_that_flips_which_reason_began_first_keeps_one_row() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule("r-03", who=OVERSEER, days=30)
    story.rule("r-06", who=CONTENT, days=60)
    story.works("2026-01-05")
    first = story.holds("overseer", "2026-10-01")
    story.holds("content", "2026-10-10")
    record = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2026-10-12")).record
    story.forget("holdings", first, on("2026-10-15"))
    story.holds("overseer", "2026-10-12", fact=first, at=on("2026-10-15"))
    brought = bring_up(record, story.facts, story.catalogue, "p1", "", on("2026-10-16"))
    (one,) = brought.record.rows
    assert (one.row.state, one.row.anchor) == ("open", day("2026-10-10"))
    assert one.row.due == day("2026-11-11"), "30 days from the corrected day: the strictest"


def test_a_hire_that_was_a_mistake_was_never_required() -> None:
    story = joiner("2026-10-01")
    record = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2026-10-02")).record
    story.forget("contracts", "job0", on("2026-10-05"))
    brought = bring_up(record, story.facts, story.catalogue, "p1", "", on("2026-10-06"))
    (one,) = brought.record.rows
    assert (one.row.state, one.row.end_reason) == ("ended", CORRECTED)
    assert [each.state for each in brought.record.as_known(on("2026-10-03"))[one.key]] == ["open"]


def test_a_hire_moved_later_is_due_later() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.forget("contracts", "job0", on("2026-10-05"))
    story.works("2026-10-19", fact="job0", at=on("2026-10-05"))
    assert story.rows(on("2026-10-06")) == []
    assert story.row(on("2026-10-19")).due == day("2026-11-18")


def test_a_hire_that_becomes_known_late_is_noticed_late() -> None:
    story = joiner("2026-10-01", at=on("2026-11-20"))  # type: ignore[arg-type]
    row = story.row(on("2026-11-20", 10))
    assert (row.computed, row.noticed_on, row.due) == (day("2026-10-31"), day("2026-11-20"), day("2026-12-04"))


def test_the_grace_of_a_short_term_is_the_term() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(days=7)
    story.works("2026-10-01", at=on("2026-11-20"))
    assert story.row(on("2026-11-20", 10)).due == day("2026-11-27")


# Outages


@pytest.mark.parametrize(
    ("down", "up", "deadline"),
    [
        (on("2026-10-31", 20), on("2026-10-31", 22), on("2026-11-02", 23)),  # a Saturday: Monday
        (on("2026-10-31", 22), on("2026-11-01", 3), on("2026-11-02", 23)),  # over the deadline
        (on("2026-10-30", 20), on("2026-10-30", 22, 59), on("2026-10-31", 23)),  # more than 24 hours before
        (on("2026-10-31", 23), on("2026-11-01", 3), on("2026-10-31", 23)),  # from the deadline on
    ],
)
def test_an_outage_before_a_deadline(down: datetime, up: datetime, deadline: datetime) -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.outage(down, up)
    assert story.row(on("2026-11-01", 4)).deadline_at == deadline


def test_an_outage_before_christmas_ends_on_a_working_day_of_the_country() -> None:
    story = joiner("2026-11-24")
    story.look(on("2026-11-24"))
    story.outage(on("2026-12-24", 10), on("2026-12-24", 12))
    assert story.row(on("2026-12-24", 13)).deadline_at == on("2026-12-28", 23)


@pytest.mark.parametrize("attested", [True, False])
def test_what_is_done_before_the_moved_deadline_is_in_time(attested: bool) -> None:
    story = one_module()
    story.rule(days=5, at=on("2026-12-20"), active_from=day("2026-12-20"), who=CONTENT, key="r-06")
    story.withdraw("r-01", on("2026-01-05"))
    story.holds("content", "2026-12-19", at=on("2026-12-20"))
    story.look(on("2026-12-20"))
    story.outage(on("2026-12-25", 10), on("2026-12-25", 12))
    story.does(M, "2026-12-28", attested=attested)
    row = story.rows(on("2026-12-29"))[-1]
    assert (row.due, row.deadline_at, row.late) == (day("2026-12-25"), on("2026-12-28", 23), False)


# Pauses


def test_a_leave_inside_an_appeal_counts_once() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    story.doubts(A, "2026-11-05", "2026-12-04")
    story.away("2026-11-10", "2026-11-29", at=on("2026-11-08"))
    row = story.row(on("2026-12-06"))
    assert (row.due, row.paused_days) == (day("2026-12-31"), 30)


def test_an_appeal_that_outlasts_its_leave_counts_the_days_of_both_once() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    story.away("2026-11-10", "2026-11-29", at=on("2026-11-08"))
    story.doubts(A, "2026-11-25", "2026-12-04")
    assert story.row(on("2026-12-06")).due == day("2026-12-26"), "10 November to 4 December: 25 days"


def test_a_short_absence_beside_an_appeal_moves_nothing_of_its_own() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    story.away("2026-11-10", "2026-11-20", at=on("2026-11-08"))
    story.doubts(A, "2026-11-12", "2026-11-14")
    assert story.row(on("2026-11-21")).due == day("2026-12-04")


def test_an_open_appeal_stops_everything_and_its_answer_moves_the_date() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    fact = story.doubts(A, "2026-11-28", at=on("2026-11-28"))
    row = story.row(on("2026-12-20"))
    assert (row.waiting_since, row.deadline_at) == (day("2026-11-28"), None)
    story.forget("appeals", fact, on("2026-12-20"))
    story.doubts(A, "2026-11-28", "2026-12-20", at=on("2026-12-20"))
    assert story.row(on("2026-12-21")).due == day("2026-12-24"), "23 days later"


@pytest.mark.parametrize(("last", "due"), [("2027-03-01", "2027-03-15"), ("2027-02-20", "2027-03-10")])
def test_a_return_shortly_before_an_expiry_has_two_weeks(last: str, due: str) -> None:
    story = one_module()
    story.does(M, "2026-03-10")
    story.look(on("2027-01-09"))
    story.away("2027-01-15", last, at=on("2027-01-10"))
    assert story.rows(on("2027-03-02"))[-1].due == day(due)


def test_a_leave_without_a_known_end_is_never_overdue() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    story.away("2026-11-10", "9999-12-31", at=on("2026-11-08"))
    row = story.row(on("2030-01-01"))
    assert row.state == "open"
    assert row.deadline_at is None or row.deadline_at > on("2030-01-01")


def test_a_leave_that_ends_earlier_gives_its_days_back() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    fact = story.away("2026-11-10", "2026-12-31", at=on("2026-11-08"))
    assert story.row(on("2026-11-09")).due == day("2027-01-22")
    story.forget("leaves", fact, on("2026-11-30"))
    story.away("2026-11-10", "2026-11-30", at=on("2026-11-30"))
    row = story.row(on("2026-12-01"))
    assert row.computed == day("2026-12-22")
    assert row.due == day("2026-12-22")


# Employment


@pytest.mark.parametrize(("back", "due"), [("2027-03-01", "2027-03-31"), ("2027-05-03", "2027-06-02")])
def test_who_comes_back_has_the_rules_term(back: str, due: str) -> None:
    """After 11 months what was valid has expired; after 13 it counts for nothing."""
    story = Story()
    story.path(leaf(M, 12))
    story.rule()
    story.works("2026-01-05", "2026-04-01")
    story.does(M, "2026-02-01")
    story.works(back)
    row = story.rows(on(back, 12))[-1]
    assert (row.state, row.due) == ("open", day(due))


def test_who_comes_back_shortly_before_an_expiry_has_the_rules_term() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule()
    story.works("2026-01-05", "2026-06-01")
    story.does(M, "2026-02-01")
    story.works("2027-01-25")
    row = story.rows(on("2027-01-25", 12))[-1]
    assert (row.state, row.due, row.expiring_on) == ("open", day("2027-02-24"), day("2027-02-01"))


def test_a_transfer_on_the_last_day_is_no_new_hire() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    moves(story, "2026-10-01", "2026-10-31", MADRID, fact="job9", entity="es", country="ES")
    row = story.row(on("2026-10-31", 12))
    assert (row.key, row.due) == ("hire:job0", day("2026-10-31"))


def test_one_day_between_two_contracts_is_a_new_hire_that_finds_what_is_done() -> None:
    story = one_module(24)
    story.does(M, "2026-02-01")
    story.forget("contracts", "job0", on("2026-10-20"))
    story.works("2026-01-05", "2026-10-31", fact="job0", at=on("2026-10-20"))
    story.works("2026-11-01", at=on("2026-10-20"))
    found = story.look(on("2026-11-02"))
    assert [row.state for row in found.rows] == ["satisfied", "satisfied"]
    assert found.required == (DaySpan(day("2026-01-05"), day("2026-10-31")), DaySpan(day("2026-11-01"), None))


def test_a_contractor_who_becomes_an_employee_is_asked_from_that_day() -> None:
    story = Story()
    story.path(leaf(M, 24))
    story.rule()
    story.works("2026-01-05", "2026-10-01", kind="contractor")
    story.works("2026-10-01", at=on("2026-09-20"))
    assert story.rows(on("2026-09-30")) == []
    assert story.row(on("2026-10-01")).due == day("2026-10-31")


def test_what_a_contractor_did_counts_for_the_employee() -> None:
    story = Story()
    story.path(leaf(M, 24))
    story.rule()
    story.works("2026-01-05", "2026-10-01", kind="contractor")
    story.works("2026-10-01", at=on("2026-09-20"))
    story.does(M, "2026-03-01")
    row = story.row(on("2026-10-01"))
    assert (row.state, row.valid_until, row.late) == ("satisfied", day("2028-03-01"), False)


def test_an_employee_who_becomes_a_contractor_has_not_left() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.forget("contracts", "job0", on("2026-10-15"))
    story.works("2026-10-01", "2026-10-20", fact="job0", at=on("2026-10-15"))
    story.works("2026-10-20", kind="contractor", at=on("2026-10-15"))
    assert brief(story.row(on("2026-10-21"))) == ("ended", "2026-10-31", "no-longer-required")


def test_two_contracts_at_once_are_one_employment() -> None:
    story = joiner("2026-10-01")
    story.works("2026-10-15", entity="de", country="DE")
    assert story.row(on("2026-10-16")).due == day("2026-10-31")


# Modules and evidence


def test_a_withdrawn_module_makes_nobody_late_until_there_is_a_successor() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.does(A, "2026-10-05")
    gone = on("2026-10-20")
    versions = [
        replace(
            one, leaves=tuple(replace(each, withdrawn_at=gone) if each.module == B else each for each in one.leaves)
        )
        for one in story.catalogue.versions
    ]
    story.catalogue = replace(story.catalogue, versions=tuple(versions))
    row = story.row(on("2026-12-01"))
    assert (row.state, row.deadline_at, row.waiting_since) == ("open", None, day("2026-10-20"))
    story.path(leaf(A), leaf(M), at=on("2026-12-10"))
    row = story.row(on("2026-12-11"))
    assert row.due
    assert row.due >= day("2026-12-21"), "the eleven days that were left"
    story.does(M, "2026-12-12")
    row = story.row(on("2026-12-13"))
    assert (row.state, row.late) == ("satisfied", False)


def test_who_had_done_it_before_the_module_was_withdrawn_stays_certified() -> None:
    story = one_module(24)
    story.does(M, "2026-02-01")
    withdrawn(story, M, on("2026-03-01"))
    row = story.row(on("2026-04-01"))
    assert (row.state, row.valid_until) == ("satisfied", day("2028-02-01"))


def test_evidence_for_a_day_to_come_counts_on_its_day() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule()
    story.works("2026-11-10")
    story.does(M, "2026-12-01", at=on("2026-11-20"), attested=True)
    found = story.look(on("2026-11-21"))
    assert (found.rows[0].state, found.wakes_on) == ("open", day("2026-12-01"))
    assert story.row(on("2026-12-01")).state == "satisfied"


def test_two_entities_blocked_differently() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule()
    story.block(on("2026-10-01", 5), on("2026-11-20"), entity="fr")
    story.block(on("2026-10-01", 5), on("2026-12-10"), entity="de")
    story.works("2026-10-01")
    moves(story, "2026-10-01", "2026-11-10", "Europe/Berlin", fact="job9", entity="de", country="DE")
    assert story.rows(on("2026-11-21")) == [], "it can be assigned in one entity, and they work in the other"
    assert story.row(on("2026-12-10")).due == day("2027-01-09")


def test_a_block_that_is_found_later_takes_back_nothing() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.block(on("2026-10-10"))
    assert brief(story.row(on("2026-10-12"))) == ("open", "2026-10-31", "")


# Populations


def test_not_somebody_while_they_hold_a_role() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(who={"kind": "all", "of": [EVERYBODY, {"kind": "not", "of": OVERSEER}]})
    story.works("2026-10-01")
    story.look(on("2026-10-01"))
    story.holds("overseer", "2026-10-10", "2026-11-10", at=on("2026-10-09"))
    found = story.look(on("2026-10-12"))
    assert (found.rows[0].state, found.rows[0].end_reason) == ("ended", "no-longer-required")
    found = story.look(on("2026-11-12"))
    assert found.required == (DaySpan(day("2026-10-01"), day("2026-10-10")), DaySpan(day("2026-11-10"), None))
    assert (found.rows[-1].state, len(found.rows)) == ("open", 1)
    assert found.rows[-1].due
    assert found.rows[-1].due >= day("2026-11-24"), "asked again: no less than two weeks"


def test_any_of_two_roles_is_one_obligation_with_the_strictest_date() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(who={"kind": "any", "of": [OVERSEER, CONTENT]})
    story.works("2026-01-05")
    story.holds("content", "2026-10-10", "2026-12-01", at=on("2026-10-01"))
    story.holds("overseer", "2026-10-01", "2026-10-20", at=on("2026-09-30"))
    assert brief(story.row(on("2026-10-15"))) == ("open", "2026-10-31", "")
    assert brief(story.row(on("2026-10-21"))) == ("open", "2026-11-09", ""), "the other one asks now"


def test_a_country_is_left_on_the_day_of_the_move() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(who={"kind": "all", "of": [EVERYBODY, {"kind": "country", "country": "FR"}]})
    story.works("2026-10-01")
    story.look(on("2026-10-01"))
    moves(story, "2026-10-01", "2026-10-20", "Europe/Berlin", fact="job9", entity="de", country="DE")
    row = story.row(on("2026-10-21"))
    assert (row.state, row.state_on, row.end_reason) == ("ended", day("2026-10-20"), "no-longer-required")


def test_a_corrected_hire_comes_into_a_rule_for_who_started_since() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(who={"kind": "started", "from": "2026-10-01", "to": "2026-12-31"})
    story.works("2026-09-28")
    assert story.rows(on("2026-10-02")) == []
    story.forget("contracts", "job0", on("2026-10-05"))
    story.works("2026-10-01", fact="job0", at=on("2026-10-05"))
    assert story.row(on("2026-10-06")).due == day("2026-10-31")


def test_a_role_held_before_the_employment_asks_from_the_first_day_of_it() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(who=OVERSEER, days=60)
    story.works("2026-10-01")
    story.holds("overseer", "2026-09-01")
    row = story.row(on("2026-10-02"))
    assert row.anchor == day("2026-10-01")
    assert row.due == day("2026-11-30")


# What the record keeps


def test_a_rule_that_comes_back_asks_anew_and_leaves_what_was_done_as_it_was() -> None:
    """The notice of what is asked again is not that of what was asked before, nor the other way round."""
    story = one_module(12)
    record = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2026-01-05")).record
    story.does(M, "2026-01-20")
    record = bring_up(record, story.facts, story.catalogue, "p1", "", on("2026-01-21")).record
    story.withdraw("r-01", on("2027-02-01"))
    story.rule(at=on("2027-03-01"))
    record = bring_up(record, story.facts, story.catalogue, "p1", "", on("2027-03-25")).record
    first, *_, last = record.rows
    assert (first.row.state, first.row.late, first.row.due) == ("satisfied", False, first.row.computed)
    assert (last.row.state, last.row.noticed_on, last.row.due) == ("open", day("2027-03-25"), day("2027-04-08"))
    assert not bring_up(record, story.facts, story.catalogue, "p1", "", on("2027-03-25")).differences


def test_what_is_stored_is_closed_though_it_was_learned_this_very_instant() -> None:
    story = joiner("2026-10-01")
    at = on("2026-10-01", 10)
    record = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", at).record
    (one,) = record.rows
    stored = replace(record, rows=(replace(one, beliefs=tuple(replace(each, pk=7) for each in one.beliefs)),))
    story.rule(days=60, at=on("2026-09-01"))
    beliefs = bring_up(stored, story.facts, story.catalogue, "p1", "", at).record.rows[0].beliefs
    assert [(each.pk, each.known_to) for each in beliefs] == [(7, at), (None, None)]


def test_a_late_run_makes_up_for_a_day_that_had_come_though_nothing_was_learned() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(active_from=day("2026-12-01"), at=on("2026-11-01"))
    story.works("2026-10-01")
    record = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2026-11-02")).record
    loaded = replace(record, wakes_on=None, wakes_at=on("2026-11-30", 23))
    (late,) = bring_up(loaded, story.facts, story.catalogue, "p1", "", on("2026-12-20")).record.rows
    assert [one.known_from for one in late.beliefs] == [on("2026-11-30", 23)]


def test_a_date_that_was_brought_forward_stays_on_the_second_run() -> None:
    """S10, S19: no later than it said already."""
    story = joiner("2026-10-01")
    record = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2026-10-01")).record
    story.forget("contracts", "job0", on("2026-10-25"))
    story.works("2026-09-28", fact="job0", at=on("2026-10-25"))
    record = bring_up(record, story.facts, story.catalogue, "p1", "", on("2026-10-25")).record
    assert (record.rows[0].row.computed, record.rows[0].row.due) == (day("2026-10-28"), day("2026-10-31"))
    assert not bring_up(record, story.facts, story.catalogue, "p1", "", on("2026-10-26")).differences


def test_what_was_due_before_a_return_stays_when_the_same_role_asks_again() -> None:
    """S10: a second run changes nothing, and somebody who was late then was."""
    story = Story()
    story.path(leaf(M))
    story.rule("r-03", who=OVERSEER, days=30)
    story.works("2026-01-05", "2026-05-19")
    story.holds("overseer", "2026-03-18")
    record = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2026-03-18")).record
    story.works("2026-12-07")
    record = bring_up(record, story.facts, story.catalogue, "p1", "", on("2026-12-21")).record
    again = bring_up(record, story.facts, story.catalogue, "p1", "", on("2026-12-21"))
    assert not again.differences
    parts = sorted(again.record.rows[0].segments, key=lambda one: one.first)
    assert [one.due for one in parts] == [day("2026-04-17"), None, day("2027-01-06")]
