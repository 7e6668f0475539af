"""S1–S20 of the rules, each by name. S20 (a document that includes the earlier one) waits for documents to exist."""

from __future__ import annotations

from courses.assignments.derivation.derive import derive_as_known
from courses.assignments.derivation.record import AssignmentRecord, bring_up
from courses.assignments.derivation.values import Told
from courses.assignments.status import Status, status_of
from tests.courses.assignments.derivation.test_cases import joiner
from tests.courses.assignments.derivation.test_tricky import one_module
from tests.courses.assignments.derivation.world import MADRID, SANTIAGO, A, B, M, Story, day, leaf, on


def test_s01_the_deadline_is_the_first_instant_of_the_next_local_day() -> None:
    row = joiner("2026-10-01", zone="Asia/Kolkata").row(on("2026-10-01"))
    assert (row.due, row.deadline_at) == (day("2026-10-31"), on("2026-10-31", 18, 30))


def test_s02_a_move_makes_a_deadline_later_and_never_earlier() -> None:
    story = joiner("2026-10-01", zone=SANTIAGO)
    story.look(on("2026-10-01", 12))
    story.forget("contracts", "job0", on("2026-10-10"))
    story.works("2026-10-01", "2026-10-12", fact="job0", zone=SANTIAGO, at=on("2026-10-10"))
    story.works("2026-10-12", fact="job0", zone=MADRID, at=on("2026-10-10"))
    assert story.row(on("2026-10-13")).zone == SANTIAGO


def test_s03_months_are_counted_from_the_anchor() -> None:
    story = one_module(1)
    for done in ("2026-01-31", "2026-02-28"):
        story.does(M, done)
    assert [str(row.valid_until) for row in story.rows(on("2026-03-01")) if row.valid_until][-1] == "2026-03-31"


def test_s04_a_renewal_in_its_window_keeps_the_anchor() -> None:
    story = one_module(12)
    story.does(M, "2026-03-10")
    story.does(M, "2027-02-01")
    assert story.rows(on("2027-02-02"))[-1].valid_until == day("2028-03-10")


def test_s05_what_is_satisfied_when_it_opens_is_a_satisfied_row() -> None:
    story = joiner("2026-10-01")
    for module in (A, B):
        story.does(module, "2026-09-15")
    row = story.row(on("2026-10-01"))
    assert (row.state, row.state_on) == ("satisfied", day("2026-10-01"))


def test_s06_no_rule_deletes_a_completion() -> None:
    story = one_module(24)
    story.does(M, "2026-01-20")
    before = story.look(on("2026-02-01"))
    story.withdraw("r-01", on("2026-02-10"))
    after = story.look(on("2026-02-11"))
    assert (after.fulfilled, after.valid) == (before.fulfilled, before.valid)
    assert after.rows[0].valid_until == before.rows[0].valid_until


def test_s07_a_leave_that_the_moved_date_meets_counts_as_well() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    story.away("2026-11-20", "2026-12-03", at=on("2026-11-10"))
    story.away("2026-12-10", "2026-12-23", at=on("2026-11-10"))
    assert story.row(on("2026-11-11")).due == day("2026-12-29")


def test_s08_a_day_without_runs_costs_nobody_credit() -> None:
    story = joiner("2026-10-01")
    story.does(A, "2026-10-05")
    story.does(B, "2026-10-06")
    late = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2027-02-01")).record.rows[0].row
    assert (late.state, late.state_on, late.late) == ("satisfied", day("2026-10-06"), False)


def test_s09_the_identity_of_a_fact_survives_its_correction() -> None:
    story = joiner("2026-10-01")
    key = story.row(on("2026-10-01")).key
    story.forget("contracts", "job0", on("2026-10-05"))
    story.works("2026-09-20", fact="job0", at=on("2026-10-05"))
    assert story.row(on("2026-10-06")).key == key


def test_s10_one_late_run_stores_what_daily_runs_would_have() -> None:
    story = joiner("2026-10-01")
    story.does(A, "2026-10-05")
    story.holds("overseer", "2026-10-07", at=on("2026-10-20"))
    record = AssignmentRecord()
    for stop in ("2026-10-02", "2026-10-06", "2026-10-21", "2026-11-15"):
        record = bring_up(record, story.facts, story.catalogue, "p1", "", on(stop)).record
    late = bring_up(AssignmentRecord(), story.facts, story.catalogue, "p1", "", on("2026-11-15")).record
    states = [[(one.segment.state, one.segment.first, one.segment.end) for one in each.beliefs] for each in record.rows]
    assert states == [
        [(one.segment.state, one.segment.first, one.segment.end) for one in each.beliefs] for each in late.rows
    ]


def test_s11_no_version_reaches_back() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.rule(days=3, active_from=day("2026-01-01"), at=on("2026-10-20"))
    assert story.row(on("2026-10-21")).due == day("2026-10-31")


def test_s12_more_evidence_never_gives_less() -> None:
    story = one_module(12)
    story.does(M, "2026-03-10")
    less = story.look(on("2026-05-01")).valid
    story.does(M, "2026-04-01")
    more = story.look(on("2026-05-01")).valid
    assert more[-1].end
    assert less[-1].end
    assert more[-1].end >= less[-1].end


def test_s13_leave_and_appeals_are_one_union() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    story.away("2026-11-10", "2026-11-29", at=on("2026-11-05"))
    story.doubts(A, "2026-11-29", "2026-12-01")
    assert story.row(on("2026-12-02")).paused_days == 22


def test_s14_before_access_stands_beside_a_date() -> None:
    story = joiner("2026-10-01")
    story.rule("r-03", days=None, who={"kind": "role", "role": "overseer"})
    story.holds("overseer", "2026-10-05")
    row = story.row(on("2026-10-06"))
    assert (row.before_access, row.due) == (True, day("2026-10-31"))
    assert status_of(row, on("2026-10-06")) == Status.BEFORE_ACCESS
    assert status_of(row, on("2026-11-01")) == Status.OVERDUE


def test_s15_a_recorded_outage_gives_the_next_working_day() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.outage(on("2026-10-31", 10), on("2026-10-31", 15))
    assert story.row(on("2026-10-31", 16)).deadline_at == on("2026-11-02", 23)


def test_s16_a_leave_of_years_ends_no_credit() -> None:
    story = one_module(60)
    story.does(M, "2026-02-01")
    story.away("2026-03-01", "2028-03-01", at=on("2026-02-20"))
    row = story.row(on("2028-03-02"))
    assert (row.state, row.valid_until) == ("satisfied", day("2031-02-01"))


def test_s17_a_planned_move_changes_nothing_before_its_day() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.forget("contracts", "job0", on("2026-10-05"))
    story.works("2026-10-01", "2026-10-20", fact="job0", at=on("2026-10-05"))
    story.works("2026-10-20", fact="job0", zone="Pacific/Honolulu", at=on("2026-10-05"))
    assert story.row(on("2026-10-19")).deadline_at == on("2026-10-31", 23)
    assert story.row(on("2026-10-20", 12)).deadline_at == on("2026-11-01", 10)


def test_s18_what_cannot_be_determined_is_said_before_anything_else() -> None:
    """That one odd person stops nobody else: tests/courses/assignments/test_guard.py."""
    row = joiner("2026-10-01").row(on("2026-10-01"))
    assert status_of(row, on("2026-12-01"), determined=False) == Status.NOT_DETERMINED


def test_s19_nobody_is_late_for_what_they_could_not_know() -> None:
    story = joiner("2026-10-01", at=on("2026-10-25"))  # type: ignore[arg-type]
    row = story.row(on("2026-10-25", 10))
    assert (row.computed, row.noticed_on, row.due) == (day("2026-10-31"), day("2026-10-25"), day("2026-11-08"))
    assert derive_as_known(story.facts, story.catalogue, "p1", on("2026-10-26"), Told())[""].required == (
        story.look(on("2026-10-26")).required
    )


def test_s19_what_is_moved_later_needs_no_new_notice() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.rule(days=60, at=on("2026-10-20"))
    row = story.row(on("2026-10-21"))
    assert (row.noticed_on, row.due, row.computed) == (day("2026-10-01"), day("2026-12-19"), day("2026-12-19"))


def test_a_stricter_second_reason_is_noticed_anew() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule(days=90)
    story.rule("r-06", who={"kind": "role", "role": "content"}, days=30)
    story.works("2026-10-01")
    story.look(on("2026-10-01"))
    story.holds("content", "2026-10-02", at=on("2026-10-30"))
    row = story.row(on("2026-10-30", 10))
    assert (row.computed, row.due) == (day("2026-11-01"), day("2026-11-13"))
