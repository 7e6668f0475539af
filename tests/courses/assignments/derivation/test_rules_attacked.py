"""Rules, credit, renewals and pauses attacked: what the rules say where the derivation said another thing."""

from __future__ import annotations

import pytest

from courses.assignments.derivation.rows import DerivedRow
from courses.assignments.derivation.values import DaySpan
from tests.courses.assignments.derivation.test_cases import joiner
from tests.courses.assignments.derivation.test_further import CONTENT, OVERSEER, moves, withdrawn
from tests.courses.assignments.derivation.test_tricky import ends, one_module
from tests.courses.assignments.derivation.world import EVERYBODY, PARIS, A, B, C, M, Story, day, leaf, on

FRANCE = {"kind": "all", "of": [EVERYBODY, {"kind": "country", "country": "FR"}]}


def parts(row: DerivedRow) -> list[tuple[str, str, str]]:
    return [(one.state, str(one.first), str(one.due or "")) for one in row.segments]


def asked_of(who: object, *, days: int | None = 30, first: str = "2026-10-01", **fields: str) -> Story:
    """One module for 12 months, asked of these by r-03, and somebody employed from that day."""
    story = Story()
    story.path(leaf(M, 12))
    story.rule("r-03", who=who, days=days)
    story.works(first, **fields)
    return story


# Versions of a rule (S9, S11)


@pytest.mark.parametrize(("first", "then"), [(FRANCE, EVERYBODY), (EVERYBODY, FRANCE)])
def test_other_people_meant_move_no_date_of_who_was_meant_before(first: object, then: object) -> None:
    story = asked_of(first)
    story.look(on("2026-10-01"))
    story.rule("r-03", who=then, at=on("2026-11-10"))
    assert story.row(on("2026-11-11")).due == day("2026-10-31"), "what was overdue is overdue"


def test_who_is_meant_by_the_new_version_alone_is_counted_from_its_day() -> None:
    story = asked_of(FRANCE, entity="de", country="DE")
    story.rule("r-03", who=EVERYBODY, at=on("2026-10-15"))
    assert story.row(on("2026-10-16")).due == day("2026-11-14")


@pytest.mark.parametrize("days", [5, 30])
def test_a_version_that_means_them_by_another_fact_brings_no_date_forward(days: int) -> None:
    story = asked_of(EVERYBODY)
    story.holds("overseer", "2026-10-05")
    story.look(on("2026-10-06"))
    story.rule("r-03", who=OVERSEER, days=days, at=on("2026-10-10"))
    row = story.row(on("2026-10-11"))
    assert (row.due, [one.state for one in row.segments]) == (day("2026-10-31"), ["open"])


def test_a_version_that_means_them_by_another_fact_leaves_no_hole_where_the_path_is_blocked_since() -> None:
    story = asked_of(EVERYBODY)
    story.holds("overseer", "2026-10-02")
    story.look(on("2026-10-02"))
    story.block(on("2026-10-10"))
    story.rule("r-03", who=OVERSEER, at=on("2026-10-12"))
    assert story.row(on("2026-10-13")).state == "open"


def test_blocked_transferred_and_then_other_people_meant() -> None:
    story = asked_of(FRANCE, first="2026-10-01")
    story.block(on("2026-10-01", 5), on("2026-11-20"))
    story.look(on("2026-11-20", 12))
    moves(story, "2026-10-01", "2026-11-25", PARIS, fact="job9", entity="fr-2")
    story.rule("r-03", who=EVERYBODY, at=on("2026-11-28"))
    assert story.row(on("2026-11-29")).due == day("2026-12-20")


def test_a_block_that_was_lifted_before_the_hire_was_learned_moves_nothing() -> None:
    story = asked_of(EVERYBODY, at=on("2026-10-10"))  # type: ignore[arg-type]
    story.block(on("2026-10-05"), on("2026-10-08"))
    assert story.row(on("2026-10-10", 10)).anchor == day("2026-10-01"), "as if it had been learned in time (S10)"


def test_withdrawn_and_published_again_on_one_day_leaves_no_hole() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.withdraw("r-01", on("2026-10-15", 8))
    story.rule(at=on("2026-10-15", 14))
    assert parts(story.row(on("2026-10-16"))) == [("open", "2026-10-01", "2026-10-31")]


@pytest.mark.parametrize("looked", ["2026-12-02", "2026-12-20"])
def test_what_was_overdue_before_a_rule_was_withdrawn_stays_so_when_it_comes_back(looked: str) -> None:
    story = joiner()
    for text in ("2026-10-01", "2026-11-05"):
        story.look(on(text))
    story.withdraw("r-01", on("2026-11-15"))
    story.look(on("2026-11-16"))
    story.rule(at=on("2026-12-01"))
    story.look(on("2026-12-01"))
    assert parts(story.row(on(looked))) == [
        ("open", "2026-10-01", "2026-10-31"),
        ("ended", "2026-11-15", ""),
        ("open", "2026-12-01", "2026-12-31"),
    ]


@pytest.mark.parametrize("replaced", [False, True])
def test_a_rule_that_goes_in_the_afternoon_takes_nothing_from_the_morning(replaced: bool) -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    for module in (A, B):
        story.does(module, "2026-10-20", at=on("2026-10-20", 8))
    if replaced:
        story.rule(path="p9", at=on("2026-10-20", 15))
    else:
        story.withdraw("r-01", on("2026-10-20", 15))
    row = story.row(on("2026-10-21"))
    assert (row.state, row.state_on, row.late, row.due) == ("satisfied", day("2026-10-20"), False, day("2026-10-31"))
    assert (row.valid_until, row.required_until) == (day("2028-10-20"), day("2026-10-20"))
    assert parts(row) == [("open", "2026-10-01", "2026-10-31"), ("ended", "2026-10-20", "")]


def test_what_is_handed_in_after_the_rule_was_withdrawn_that_day_satisfies_nothing() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.withdraw("r-01", on("2026-10-20", 8))
    for module in (A, B):
        story.does(module, "2026-10-20", at=on("2026-10-20", 15))
    assert story.row(on("2026-10-21")).state == "ended"


# Notices (S19)


def test_a_stricter_date_that_leaves_the_known_one_standing_stays_so() -> None:
    story = asked_of(EVERYBODY)
    story.rule("r-06", who=CONTENT, days=20)
    story.look(on("2026-10-01"))
    story.holds("content", "2026-10-06", at=on("2026-10-25"))
    assert [story.row(on("2026-10-25", hour)).due for hour in (10, 11)] == [day("2026-10-31")] * 2


def test_history_keeps_the_grace_of_a_reason_that_ended() -> None:
    story = asked_of(EVERYBODY, days=90)
    story.rule("r-06", who=CONTENT, days=30)
    story.look(on("2026-10-01"))
    story.holds("content", "2026-10-02", "2026-11-10", at=on("2026-10-30"))
    assert story.row(on("2026-10-30", 10)).due == day("2026-11-13")
    assert parts(story.row(on("2026-11-11"))) == [
        ("open", "2026-10-01", "2026-12-30"),
        ("open", "2026-10-02", "2026-11-13"),
        ("open", "2026-11-10", "2026-12-30"),
    ]


def test_days_on_which_it_was_asked_before_access_are_told_apart() -> None:
    story = asked_of(EVERYBODY)
    story.rule("r-06", who=CONTENT, days=None)
    story.holds("content", "2026-10-05", "2026-10-20")
    story.look(on("2026-10-05"))
    row = story.row(on("2026-10-21"))
    assert [(str(one.first), one.before_access) for one in row.segments] == [
        ("2026-10-01", False),
        ("2026-10-05", True),
        ("2026-10-20", False),
    ]


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        ("2026-11-25", "2026-12-20", "2026-12-30"),  # day for day, as any term
        ("2026-11-25", "2026-12-07", "2026-12-04"),  # thirteen days
        ("2026-11-15", "2026-12-20", "2027-01-03"),  # noticed while away: two weeks after it
    ],
)
def test_leave_in_the_days_that_a_late_notice_gives(first: str, last: str, due: str) -> None:
    story = joiner("2026-10-01", at=on("2026-11-20"))  # type: ignore[arg-type]
    story.look(on("2026-11-20", 10))
    story.away(first, last, at=on("2026-11-21"))
    assert [story.row(on(text, 10)).due for text in ("2026-11-22", "2026-12-21")] == [day(due)] * 2


def test_leave_that_is_taken_back_leaves_two_weeks_from_then() -> None:
    story = joiner("2026-10-01", at=on("2026-11-20"))  # type: ignore[arg-type]
    story.look(on("2026-11-20", 10))
    leave = story.away("2026-11-25", "2026-12-31", at=on("2026-11-24"))
    story.look(on("2026-11-24", 10))
    story.forget("leaves", leave, on("2026-12-10"))
    assert [story.row(on(text)).due for text in ("2026-12-10", "2026-12-11", "2027-01-01")] == [day("2026-12-24")] * 3


# Versions of a path (S8, S12, S14)


def test_a_withdrawn_module_takes_nothing_from_who_had_finished_though_a_newer_version_stood_by() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.path(leaf(A), leaf(C), at=on("2026-10-05"))
    story.does(A, "2026-10-10")
    story.does(B, "2026-10-11")
    withdrawn(story, B, on("2026-10-20"))
    row = story.row(on("2026-10-21"))
    assert (row.state, row.state_on, row.late) == ("satisfied", day("2026-10-11"), False)


def test_the_newer_version_counts_from_the_day_of_the_withdrawal() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.path(leaf(A), leaf(C), at=on("2026-10-05"))
    story.does(A, "2026-10-10")
    story.does(C, "2026-10-12")
    withdrawn(story, B, on("2026-10-20"))
    row = story.row(on("2026-10-21"))
    assert (row.state, row.state_on, row.due) == ("satisfied", day("2026-10-20"), day("2026-10-31"))


def test_a_successor_may_be_withdrawn_as_well() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.does(A, "2026-10-05")
    withdrawn(story, B, on("2026-10-10"))
    story.path(leaf(A), leaf(C), at=on("2026-10-20"))
    withdrawn(story, C, on("2026-10-25"))
    assert story.row(on("2026-11-20")).waiting_since == day("2026-10-25")
    story.path(leaf(A), leaf(M), at=on("2026-12-01"))
    assert story.row(on("2026-12-02")).due == day("2026-12-17"), "10 days, and 37"


def test_what_was_handed_in_before_a_version_was_published_counts_for_the_one_before() -> None:
    story = joiner()
    for module in (A, B):
        story.does(module, "2026-10-01", at=on("2026-10-01", 9))
    story.path(leaf(A), leaf(C), at=on("2026-10-01", 15))
    found = story.look(on("2026-10-02"))
    assert [(row.state, row.valid_until) for row in found.rows] == [("satisfied", day("2028-10-01"))]
    assert found.fulfilled == (DaySpan(day("2026-10-01"), day("2028-10-02")),)


@pytest.mark.parametrize(("again", "until"), [("2026-12-01", "2027-12-01"), ("2027-01-09", "2028-03-10")])
def test_a_renewal_counts_though_a_version_was_published_later_that_day(again: str, until: str) -> None:
    story = one_module(12)
    story.does(M, "2026-03-10")
    story.does(M, again)
    story.path(leaf(C), at=on(again, 15))
    assert ends(story, "2027-01-10") == ["2027-03-10", until]


@pytest.mark.parametrize(("months", "until"), [(24, ["2027-03-10", "2028-12-01"]), (3, ["2027-03-10"])])
def test_an_early_renewal_counts_by_the_version_of_its_day(months: int, until: list[str]) -> None:
    """A shorter one adds nothing: what was certified stands (S12)."""
    story = one_module(12)
    story.does(M, "2026-03-10")
    story.path(leaf(M, months), at=on("2026-06-01"))
    story.does(M, "2026-12-01")
    assert ends(story, "2026-12-02") == until


def test_a_version_that_asks_for_less_renews_nothing_before_its_time() -> None:
    story = Story()
    story.path(leaf(A, 24), leaf(B, 6))
    story.rule()
    story.works("2026-10-01")
    story.look(on("2026-10-01"))
    story.path(leaf(A, 24), at=on("2026-10-10"))
    story.does(A, "2026-10-15")
    story.does(B, "2026-10-20")
    assert ends(story, "2026-10-21") == ["2027-04-20"]
    assert ends(story, "2027-02-19") == ["2027-04-20", "2028-10-15"], "the next renewal asks for nothing more"


# Renewals (S4, S12, S16)


@pytest.mark.parametrize(
    ("again", "until", "gap"),
    [
        ("2027-01-08", "2028-01-08", 0),
        ("2027-01-09", "2028-03-10", 0),
        ("2027-03-10", "2028-03-10", 0),
        ("2027-03-11", "2028-03-11", 0),
        ("2027-03-12", "2028-03-12", 1),
    ],
)
def test_the_edges_of_the_window(again: str, until: str, gap: int) -> None:
    story = one_module(12)
    story.does(M, "2026-03-10")
    story.does(M, again)
    for text in (text for text in ("2026-03-11", "2027-01-09") if text < again):
        story.look(on(text))
    row = story.rows(on(again, 12))[-1]
    assert row.fulfilled
    assert (row.valid_until, row.fulfilled.leaves[0][1].gap_days) == (day(until), gap)
    assert row.late is (again > "2027-03-10")


@pytest.mark.parametrize(("did", "due"), [("2025-11-01", "2026-11-19"), ("2025-10-20", "2026-11-19")])
def test_what_was_done_before_it_was_asked_shortens_no_term(did: str, due: str) -> None:
    """It is satisfied, and to be renewed soon; without that completion there would be thirty days (S12)."""
    story = asked_of(EVERYBODY, first="2026-10-20")
    story.works("2025-10-01", "2026-10-20", kind="contractor")
    story.does(M, did)
    rows = story.rows(on("2026-10-20"))
    assert [row.state for row in rows] == ["satisfied", "open"]
    assert rows[-1].due == day(due)


@pytest.mark.parametrize(("back", "until"), [("2027-10-01", "2029-10-05"), ("2027-09-01", "2029-11-10")])
def test_a_certificate_that_counts_for_nothing_lends_no_anchor(back: str, until: str) -> None:
    story = Story()
    story.path(leaf(M, 24))
    story.rule()
    story.works("2025-10-20", "2026-09-30")
    story.does(M, "2025-11-10")
    story.works(back)
    story.does(M, "2027-10-05")
    assert ends(story, "2027-10-06")[-1] == until


# Pauses (S7, S13, R-14) and outages (S15)


def test_a_doubt_about_an_optional_module_stops_nothing() -> None:
    story = Story()
    story.path(leaf(A), leaf(B, compulsory=False))
    story.rule()
    story.works("2026-10-01")
    story.look(on("2026-10-01"))
    story.doubts(B, "2026-10-05", "2026-10-14")
    assert story.row(on("2026-10-15")).due == day("2026-10-31")


def test_a_doubt_about_a_module_that_was_replaced_since_has_stopped_the_clock() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.doubts(B, "2026-10-05", "2026-10-14")
    withdrawn(story, B, on("2026-10-10"))
    story.path(leaf(A), leaf(C), at=on("2026-10-20"))
    assert story.row(on("2026-10-21")).due == day("2026-11-15"), "5 to 19 October: one union of 15 days"


def test_leave_beside_a_doubt_moves_a_renewal_by_the_doubt_alone() -> None:
    story = one_module(12)
    story.does(M, "2026-03-10")
    story.look(on("2027-01-09"))
    story.away("2027-01-15", "2027-02-13", at=on("2027-01-14"))
    story.doubts(M, "2027-02-10", "2027-02-15")
    assert story.rows(on("2027-02-16"))[-1].due == day("2027-03-16")


def test_a_doubt_that_outlasts_the_leave_is_no_part_of_the_two_weeks_after_it() -> None:
    story = one_module(12)
    story.does(M, "2026-01-31")
    story.look(on("2026-12-02"))
    story.away("2026-12-10", "2027-02-28", at=on("2026-12-09"))
    story.doubts(M, "2027-02-20", "2027-03-10")
    assert story.rows(on("2027-03-11"))[-1].due == day("2027-03-24")


def test_a_doubt_that_outlasts_the_leave_in_which_it_was_first_asked() -> None:
    story = asked_of(OVERSEER, days=5, first="2026-01-05")
    story.away("2026-09-01", "2026-10-31", at=on("2026-08-30"))
    story.holds("overseer", "2026-10-29")
    story.doubts(M, "2026-10-30", "2026-11-09")
    assert story.row(on("2026-11-10")).due == day("2026-11-23"), "14 days from 31 October, 9 of them waited"


def test_a_doubt_after_the_due_date_takes_back_no_overdue_day() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.doubts(A, "2026-11-10")
    before, now = story.row(on("2026-11-15")).segments
    assert (before.end, before.deadline_at, before.waiting_since) == (day("2026-11-10"), on("2026-10-31", 23), None)
    assert (now.first, now.deadline_at, now.waiting_since) == (day("2026-11-10"), None, day("2026-11-10"))


@pytest.mark.parametrize(
    ("first", "last", "due"),
    [
        ("2027-03-01", "2027-03-13", "2027-03-10"),  # thirteen days are no leave that counts
        ("2027-03-01", "2027-03-14", "2027-03-28"),
        ("2026-12-20", "2027-02-24", "2027-03-10"),  # two weeks are left anyhow
        ("2026-12-20", "2027-02-25", "2027-03-11"),
        ("2027-03-10", "2027-03-30", "2027-04-13"),
        ("2027-03-11", "2027-03-30", "2027-03-10"),  # begins when it has run out
    ],
)
def test_leave_over_a_renewal(first: str, last: str, due: str) -> None:
    story = one_module(12)
    story.does(M, "2026-03-10")
    story.away(first, last, at=on("2026-12-15"))
    story.look(on("2027-01-09"))
    assert story.rows(on("2027-03-01"))[-1].due == day(due)


def test_an_outage_before_the_deadline_that_an_outage_moved() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.outage(on("2026-11-02", 10), on("2026-11-02", 15))
    story.outage(on("2026-10-31", 10), on("2026-10-31", 15))
    assert story.row(on("2026-11-02", 16)).deadline_at == on("2026-11-03", 23)
