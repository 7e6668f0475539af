"""The tricky cases T-01…T-30 as derivations of one person's facts.

Where each stands:
    here             T-01 T-02 T-03 T-05 T-06 T-07 T-08 T-09 T-10 T-11 T-12 T-13 T-14 T-18 T-22 T-24 T-25
    test_dates       T-01…T-11, T-21 (the months), T-24…T-26 as dates alone, every vector of edge_vectors.json
    test_sync        T-01 T-05 T-08…T-14 T-18 T-24 T-25 through the database
    test_reading     T-10 T-22 as the learner and the auditor read them; tests/reports/test_team T-15
    test_guard       T-19
    elsewhere        T-16 tests/courses/learning, T-17 tests/courses/appeals, T-30 tests/reports/test_team
Their items do not exist yet: T-20 (merging people), T-21 (waivers), T-23 (revocation), T-26 and T-27 (documents,
commitments), T-28 (erasure after retention), T-29 (feeds that disagree are settled by lms.people.directory).
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from courses.assignments.derivation.derive import derive_as_known
from courses.assignments.derivation.rows import DerivedRow
from tests.courses.assignments.derivation.test_cases import joiner
from tests.courses.assignments.derivation.world import MADRID, SANTIAGO, A, B, M, Story, day, leaf, on


def one_module(months: int | None = 12, **fields: str) -> Story:
    """A path of one module; everybody employed since 2026-01-05 has 30 days."""
    story = Story()
    story.path(leaf(M, months))
    story.rule()
    story.works("2026-01-05", **fields)
    return story


def ends(story: Story, text: str) -> list[str]:
    return [str(row.valid_until) for row in story.rows(on(text)) if row.valid_until]


def test_t01_the_clock_goes_back_within_the_term() -> None:
    row = joiner("2026-10-01").row(on("2026-10-01"))
    assert (row.due, row.deadline_at) == (day("2026-10-31"), on("2026-10-31", 23))


@pytest.mark.parametrize(
    ("zone", "deadline"),
    [
        ("Europe/Paris", on("2026-12-31", 23)),
        ("Europe/London", on("2027-01-01", 0)),
        ("Atlantic/Azores", on("2027-01-01", 1)),
        ("America/Santiago", on("2027-01-01", 3)),
        ("Pacific/Easter", on("2027-01-01", 5)),
        ("Asia/Kolkata", on("2026-12-31", 18, 30)),
        ("Asia/Kathmandu", on("2026-12-31", 18, 15)),
        ("Pacific/Chatham", on("2026-12-31", 10, 15)),
        ("Pacific/Apia", on("2026-12-31", 11)),
        ("Pacific/Kiritimati", on("2026-12-31", 10)),
    ],
)
def test_t02_one_date_in_many_zones(zone: str, deadline: datetime) -> None:
    story = joiner("2026-12-01", zone=zone)
    row = story.row(on("2026-12-01"))
    assert (row.due, row.deadline_at) == (day("2026-12-31"), deadline)


def test_t03_a_midnight_that_does_not_exist() -> None:
    row = joiner("2026-08-06", zone=SANTIAGO).row(on("2026-08-06", 12))
    assert (row.due, row.deadline_at) == (day("2026-09-05"), on("2026-09-06", 4))


@pytest.mark.parametrize(("second", "late"), [(59, False), (60, True)])
def test_t05_the_last_second(second: int, late: bool) -> None:
    story = one_module()
    story.forget("contracts", "job0", on("2026-01-06"))
    story.works("2026-12-01", fact="job0", at=on("2026-01-06"))
    story.look(on("2026-12-01"))
    at = datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC) if second == 59 else on("2026-12-31", 23)
    story.does(M, "2026-12-31" if second == 59 else "2027-01-01", at=at)
    assert story.row(on("2027-01-02")).late is late


def test_t06_the_29th_of_february_is_never_chained() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule()
    story.works("2028-02-01")
    for done in ("2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28"):
        story.does(M, done)
    assert ends(story, "2031-03-01") == ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


@pytest.mark.parametrize(("done", "until"), [("2026-08-31", "2027-02-28"), ("2027-08-31", "2028-02-29")])
def test_t07_month_ends(done: str, until: str) -> None:
    story = one_module(6)
    story.does(M, done)
    assert ends(story, done) == [until]


def test_t08_a_leave_in_an_open_term_is_never_overdue_in_between() -> None:
    story = joiner("2026-11-02")
    story.look(on("2026-11-02"))
    story.away("2026-11-20", "2027-02-28", at=on("2026-11-18"))
    for today in ("2026-12-03", "2027-01-15", "2027-03-01", "2027-03-13"):
        row = story.row(on(today))
        assert (row.due, row.paused_days) == (day("2027-03-13"), 101)
        assert row.deadline_at
        assert row.deadline_at > on(today)


def test_t09_a_second_leave_met_only_after_the_first_shift() -> None:
    story = joiner("2027-02-08")
    story.look(on("2027-02-08"))
    story.away("2027-03-01", "2027-03-20", at=on("2027-02-20"))
    story.away("2027-03-25", "2027-04-09", at=on("2027-02-20"))
    assert story.row(on("2027-02-21")).due == day("2027-04-15")


def test_t10_expired_on_leave_is_due_two_weeks_after_it() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule()
    story.works("2026-01-05")
    story.does(M, "2026-01-31")
    story.away("2026-12-10", "2027-02-28", at=on("2026-12-01"))
    row = story.rows(on("2027-02-05"))[-1]
    assert (row.state, row.due) == ("open", day("2027-03-14"))
    assert row.expires_at
    assert row.deadline_at
    assert row.expires_at <= on("2027-02-05") < row.deadline_at


def test_t11_a_leave_entered_late_takes_the_overdue_days_away() -> None:
    story = joiner("2026-12-11")
    story.look(on("2026-12-11"))
    assert story.row(on("2027-01-12")).due == day("2027-01-10")
    told = story.told
    story.away("2027-01-05", "2027-01-31", at=on("2027-01-20"))
    assert story.row(on("2027-01-21")).due == day("2027-02-06")
    known = derive_as_known(story.facts, story.catalogue, "p1", on("2027-01-19"), told)[""]
    assert known.rows[0].due == day("2027-01-10"), "what was known then stays what was known"


def test_t12_a_change_of_role_ends_one_and_starts_the_other() -> None:
    story = Story()
    story.path(leaf(A), leaf(B), key="p3")
    story.path(leaf(B), leaf(M), key="p5")
    story.rule("r-06", path="p3", days=60, who={"kind": "role", "role": "content"})
    story.rule("r-07", path="p5", days=60, who={"kind": "role", "role": "procurement"})
    story.works("2026-01-05")
    story.holds("content", "2026-09-01", "2026-10-11")
    story.holds("procurement", "2026-10-11")
    story.does(B, "2026-09-20")
    (ended,) = story.rows(on("2026-10-12"), "p3")
    (opened,) = story.rows(on("2026-10-12"), "p5")
    assert (ended.state, ended.end_reason) == ("ended", "no-longer-required")
    assert (opened.state, opened.due) == ("open", day("2026-12-10"))
    story.does(M, "2026-10-13")
    assert [row.state for row in story.rows(on("2026-10-14"), "p5")] == ["satisfied"], "the shared module counts"


def test_t13_one_completion_has_a_validity_for_each_path() -> None:
    story = Story()
    story.path(leaf(M, 12), key="p2")
    story.path(leaf(M, 24), key="p7")
    story.rule("r-03", path="p2")
    story.rule("r-09", path="p7")
    story.works("2026-01-05")
    story.does(M, "2026-01-10")
    until = {path: story.rows(on("2026-01-11"), path)[0].valid_until for path in ("p2", "p7")}
    assert until == {"p2": day("2027-01-10"), "p7": day("2028-01-10")}
    story.withdraw("r-03", on("2026-06-01"))
    assert story.rows(on("2026-06-02"), "p7")[0].valid_until == day("2028-01-10")


def rehired(back: str) -> list[DerivedRow]:
    story = Story()
    story.path(leaf(A, 24))
    story.rule()
    story.works("2025-10-20", "2026-03-31")
    story.does(A, "2025-11-10")
    story.works(back)
    return story.rows(on(back, 12))


def test_t14_a_return_finds_what_is_still_valid() -> None:
    row = rehired("2026-09-01")[-1]
    assert (row.state, row.state_on, row.valid_until) == ("satisfied", day("2026-09-01"), day("2027-11-10"))


@pytest.mark.parametrize(
    ("back", "state"), [("2027-02-28", "satisfied"), ("2027-03-31", "open"), ("2027-05-03", "open")]
)
def test_t14_after_twelve_months_all_is_new(back: str, state: str) -> None:
    assert rehired(back)[-1].state == state


def test_t18_a_withdrawn_rule_ends_what_is_open_and_keeps_its_history() -> None:
    story = joiner("2027-01-04")
    story.look(on("2027-01-04"))
    story.withdraw("r-01", on("2027-03-01"))
    row = story.row(on("2027-03-02"))
    assert (row.state, row.end_reason) == ("ended", "rule-withdrawn")
    before = row.segments[0]
    assert (before.state, before.end) == ("open", day("2027-03-01"))
    assert before.deadline_at
    assert before.deadline_at < on("2027-02-28"), "it was overdue then, and the history says so"


def test_t22_a_list_entered_later_was_not_known_before() -> None:
    story = Story()
    story.path(leaf(M))
    story.rule()
    story.works("2026-09-01")
    story.does(M, "2026-09-15", at=on("2026-11-20"), attested=True)
    assert story.row(on("2026-10-31")).state == "open"
    row = story.row(on("2026-11-20"))
    assert (row.state, row.state_on, row.late) == ("satisfied", day("2026-09-15"), False)


@pytest.mark.parametrize(
    ("was", "becomes", "deadline"), [(SANTIAGO, MADRID, on("2027-01-01", 3)), (MADRID, SANTIAGO, on("2027-01-01", 3))]
)
def test_t24_a_move_only_ever_makes_it_later(was: str, becomes: str, deadline: datetime) -> None:
    story = joiner("2026-12-01", zone=was)
    story.look(on("2026-12-01"))
    story.forget("contracts", "job0", on("2026-12-10"))
    story.works("2026-12-01", "2026-12-10", fact="job0", zone=was, at=on("2026-12-10"))
    story.works("2026-12-10", fact="job0", zone=becomes, at=on("2026-12-10"))
    assert story.row(on("2026-12-12")).deadline_at == deadline


@pytest.mark.parametrize(
    ("done", "until"), [("2027-01-20", "2028-03-10"), ("2026-12-01", "2027-12-01"), ("2027-04-02", "2028-04-02")]
)
def test_t25_renewed_in_the_window_early_and_late(done: str, until: str) -> None:
    story = one_module(12)
    story.does(M, "2026-03-10")
    assert [row.state for row in story.rows(on("2027-01-08"))] == ["satisfied"]
    assert story.rows(on("2027-01-09"))[-1].due == day("2027-03-10")
    story.does(M, done)
    found = story.look(on(done))
    assert max(span.end for span in found.valid if span.end) == day(until).replace(day=day(until).day + 1)
    gaps = [held.gap_days for row in found.rows if row.fulfilled for _, held in row.fulfilled.leaves]
    assert max(gaps) == (22 if done == "2027-04-02" else 0)
