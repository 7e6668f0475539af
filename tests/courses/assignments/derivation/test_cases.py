"""The cases A01–A14 that the planner before this engine got wrong (tests/vectors/assignment.json), derived."""

from __future__ import annotations

from datetime import UTC, datetime

from courses.assignments.derivation.derive import derive
from courses.assignments.derivation.rows import DerivedRow
from tests.courses.assignments.derivation.world import MADRID, SANTIAGO, A, B, M, Story, day, leaf, on


def joiner(first: str = "2026-10-01", **fields: str) -> Story:
    """P1 = two modules for 24 months; everybody employed has 30 days."""
    story = Story()
    story.path(leaf(A), leaf(B))
    story.rule()
    story.works(first, **fields)
    return story


def brief(row: DerivedRow) -> tuple[str, str]:
    return row.state, str(row.due)


def test_a01_a_zone_change_may_put_the_answer_on_the_day_before_the_doubt() -> None:
    story = joiner("2026-10-01", zone="Pacific/Auckland")
    story.look(on("2026-10-01"))
    story.doubts(A, "2026-11-11", "2026-11-10", at=on("2026-11-10", 12))
    assert story.row(on("2026-11-12")).state == "open"


def test_a02_what_is_no_longer_required_does_not_expire() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule(who={"kind": "role", "role": "overseer"}, days=None)
    story.works("2026-01-05")
    story.holds("overseer", "2026-01-05", "2026-12-20")
    story.does(M, "2026-02-10")
    row, *_ = story.rows(on("2027-03-01"))
    assert (row.state, row.valid_until, row.required_until) == ("satisfied", day("2027-02-10"), day("2026-12-20"))
    assert [(one.state, str(one.first)) for one in row.segments] == [
        ("open", "2026-01-05"),
        ("satisfied", "2026-02-10"),
        ("ended", "2026-12-20"),
    ]


def test_a03_a_new_version_leaves_no_hole_west_of_utc() -> None:
    story = joiner("2026-10-01", zone=SANTIAGO)
    story.look(on("2026-10-01"))
    story.rule(days=60, at=datetime(2026, 10, 15, 1, tzinfo=UTC))
    assert brief(story.row(datetime(2026, 10, 15, 1, 5, tzinfo=UTC))) == ("open", "2026-10-31")
    row = story.row(on("2026-10-15", 12))
    assert brief(row) == ("open", "2026-12-14")
    assert [(one.state, str(one.first), str(one.due)) for one in row.segments] == [
        ("open", "2026-10-01", "2026-10-31"),
        ("open", "2026-10-15", "2026-12-14"),
    ]


def test_a04_a_transfer_and_other_words_move_no_date() -> None:
    story = Story()
    story.path(leaf(A), leaf(B))
    story.rule()
    story.block(on("2026-10-01", 6), on("2026-11-20"))
    fact = story.works("2026-10-01")
    assert brief(story.row(on("2026-11-20"))) == ("open", "2026-12-20")
    story.forget("contracts", fact, on("2026-11-25"))
    story.works("2026-10-01", "2026-11-25", fact=fact, at=on("2026-11-25"))
    story.works("2026-11-25", entity="de", country="DE", at=on("2026-11-25"))
    assert brief(story.row(on("2026-11-26"))) == ("open", "2026-12-20")
    story.rule(at=on("2026-11-28"))
    row = story.row(on("2026-11-28"))
    assert brief(row) == ("open", "2026-12-20")
    assert [one.number for one in row.whys] == [1, 2]


def test_a05_no_rule_makes_late_what_was_in_time() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.does(A, "2026-10-20")
    story.does(B, "2026-10-20")
    story.rule(days=10, active_from=day("2026-01-01"), at=on("2026-12-01"))
    row = story.row(on("2026-12-01"))
    assert (row.late, row.due) == (False, day("2026-10-31"))


def test_a06_a_corrected_hire_is_one_obligation() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.does(A, "2026-10-10")
    story.does(B, "2026-10-12")
    key = story.row(on("2026-10-12")).key
    story.forget("contracts", "job0", on("2026-10-20"))
    story.works("2026-09-20", fact="job0", at=on("2026-10-20"))
    row = story.row(on("2026-10-20"))
    assert (row.key, row.state, row.anchor, row.late) == (key, "satisfied", day("2026-09-20"), False)


def test_a07_a_planned_move_acts_on_its_day() -> None:
    story = joiner("2026-10-01")
    story.look(on("2026-10-01"))
    story.forget("contracts", "job0", on("2026-11-01"))
    story.works("2026-10-01", "2027-03-01", fact="job0", at=on("2026-11-01"))
    story.works("2027-03-01", fact="job0", zone="Pacific/Apia", at=on("2026-11-01"))
    row = story.row(on("2026-11-02", 12))
    assert (row.zone, row.deadline_at) == ("Europe/Paris", on("2026-10-31", 23))


def test_a08_the_row_keeps_its_zone() -> None:
    story = joiner("2026-12-01", zone=SANTIAGO)
    story.look(on("2026-12-01"))
    story.forget("contracts", "job0", on("2026-12-10"))
    story.works("2026-12-01", "2026-12-10", fact="job0", zone=SANTIAGO, at=on("2026-12-10"))
    story.works("2026-12-10", fact="job0", zone=MADRID, at=on("2026-12-10"))
    row = story.row(on("2027-01-01", 1))
    assert (row.zone, row.deadline_at) == (SANTIAGO, on("2027-01-01", 3))


def test_a09_an_early_renewal_starts_a_new_anchor() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule()
    story.works("2026-03-01")
    story.does(M, "2026-03-10")
    story.does(M, "2026-04-15")
    found = story.look(on("2026-05-01"))
    assert max(row.valid_until for row in found.rows if row.valid_until) == day("2027-04-15")
    assert found.valid[-1].end == day("2027-04-16")


def test_a10_what_was_certified_governs_the_next_renewal() -> None:
    story = Story()
    story.path(leaf(M, 24))
    story.rule()
    story.works("2026-01-05")
    story.does(M, "2026-01-10")
    story.path(leaf(M, 12), at=on("2026-06-01"))
    assert [row.valid_until for row in story.rows(on("2026-06-02"))] == [day("2028-01-10")]
    story.does(M, "2027-12-01")
    assert story.rows(on("2027-12-02"))[-1].valid_until == day("2029-01-10")


def test_a11_a_voluntary_repeat_makes_nothing_late() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.does(A, "2026-10-05")
    story.does(A, "2026-11-05")
    story.does(B, "2026-10-20", at=on("2026-11-10"), attested=True)
    row = story.row(on("2026-11-10"))
    assert (row.state, row.state_on, row.late) == ("satisfied", day("2026-10-20"), False)


def test_a12_the_order_of_learning_decides_nothing() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule(who={"kind": "role", "role": "overseer"})
    story.works("2026-09-01")
    story.holds("overseer", "2026-10-15", "2026-11-10")
    assert story.row(on("2026-11-11")).state == "ended"
    story.does(M, "2026-11-01", at=on("2026-11-20"), attested=True)
    row = story.row(on("2026-11-20"))
    assert (row.state, row.state_on) == ("satisfied", day("2026-11-01"))


def test_a13_pauses_are_one_union() -> None:
    story = joiner("2026-11-01")
    story.look(on("2026-11-01"))
    story.away("2026-11-15", "2026-12-14", at=on("2026-11-10"))
    story.doubts(A, "2026-11-20", "2026-11-29")
    row = story.row(on("2026-12-16"))
    assert (row.state, row.due, row.paused_days) == ("open", day("2026-12-31"), 30)


def test_a14_a_certificate_that_counts_for_nothing_governs_nothing() -> None:
    story = Story()
    story.path(leaf(A, 24))
    story.rule()
    story.works("2025-10-20", "2025-11-30")
    story.does(A, "2025-11-10")
    story.works("2026-12-10")
    story.path(leaf(A, 6), at=on("2026-12-01"))
    story.does(A, "2026-12-10", at=on("2026-12-10", 10))
    rows = [row for row in story.rows(on("2027-04-12")) if row.state == "open"]
    assert [row.key for row in rows] == ["renew:2027-06-10"]


def test_deriving_twice_is_deriving_once() -> None:
    story = joiner()
    first = story.look(on("2026-10-10"))
    assert story.look(on("2026-10-10")) == first
    known = story.facts.as_known(on("2026-10-10"))
    assert derive(known, story.catalogue, "p1", on("2026-10-10"), story.told)[""] == first
