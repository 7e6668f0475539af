"""What a second reading of the rules, day by day over small random histories, said otherwise than the derivation."""

from __future__ import annotations

import pytest

from courses.assignments.derivation.record import AssignmentRecord, bring_up
from tests.courses.assignments.derivation.test_cases import joiner
from tests.courses.assignments.derivation.test_further import CONTENT, withdrawn
from tests.courses.assignments.derivation.test_rules_attacked import asked_of, parts
from tests.courses.assignments.derivation.world import EVERYBODY, A, B, M, Story, on

# A doubt or a module that is still open when it ends (S13, S14)


@pytest.mark.parametrize(("doubted", "late"), [("2026-10-20", False), ("2026-10-31", False), ("2026-11-01", True)])
def test_what_is_done_while_a_doubt_waits_for_us_is_not_late(doubted: str, *, late: bool) -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.doubts(A, doubted)
    for module in (A, B):
        story.does(module, "2026-11-15")
    row = story.row(on("2026-11-16"))
    assert row.late is late
    assert row.deadline_at
    assert (row.deadline_at < on("2026-11-15")) is late


def test_what_ends_while_a_doubt_waits_for_us_was_never_overdue() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    story.doubts(A, "2026-10-20")
    story.look(on("2026-10-20", 12))
    story.withdraw("r-01", on("2026-11-15"))
    opened = story.row(on("2026-11-16")).segments[0]
    assert opened.deadline_at
    assert opened.deadline_at > on("2026-11-15")


def test_what_ends_while_nobody_can_finish_it_was_never_overdue() -> None:
    story = joiner()
    story.look(on("2026-10-01"))
    withdrawn(story, B, on("2026-10-20"))
    story.look(on("2026-10-20", 12))
    story.withdraw("r-01", on("2026-11-15"))
    opened = story.row(on("2026-11-16")).segments[0]
    assert opened.deadline_at
    assert opened.deadline_at > on("2026-11-15")


# What stood on the page, when another date stands there since (T-18, S19)


def overdue_then_later() -> Story:
    """Due on 31 October by r-01; that is withdrawn on 20 November, and r-09 asks by 31 December."""
    story = asked_of(EVERYBODY)
    story.look(on("2026-10-01"))
    story.rule("r-09", who=EVERYBODY, days=60, at=on("2026-11-01"))
    story.look(on("2026-11-01", 12))
    story.withdraw("r-03", on("2026-11-20"))
    story.look(on("2026-11-20", 12))
    return story


def test_what_was_overdue_stays_so_when_a_stricter_date_is_noticed_later() -> None:
    story = overdue_then_later()
    story.rule("r-06", who=CONTENT, days=10)
    story.holds("content", "2026-11-25")
    for text in ("2026-11-25", "2026-11-26"):
        assert parts(story.row(on(text))) == [
            ("open", "2026-10-01", "2026-10-31"),
            ("open", "2026-11-20", "2026-12-31"),
            ("open", "2026-11-25", "2026-12-05"),
        ]


@pytest.mark.parametrize("looked", ["2027-02-01", "2027-02-02"])
def test_every_date_of_the_first_time_stays_when_it_is_asked_again(looked: str) -> None:
    story = overdue_then_later()
    story.withdraw("r-09", on("2026-12-01"))
    story.look(on("2026-12-01", 12))
    story.rule("r-03", who=EVERYBODY, at=on("2027-02-01"))
    story.look(on("2027-02-01"))
    assert parts(story.row(on(looked))) == [
        ("open", "2026-10-01", "2026-10-31"),
        ("open", "2026-11-20", "2026-12-31"),
        ("ended", "2026-12-01", ""),
        ("open", "2027-02-01", "2027-03-03"),
    ]


def test_a_date_that_stood_before_a_stricter_one_needs_no_new_notice() -> None:
    story = asked_of(EVERYBODY)
    story.rule("r-06", who=CONTENT, days=10)
    story.look(on("2026-10-01"))
    story.holds("content", "2026-10-20", "2026-10-25")
    for text, due in (("2026-10-20", "2026-10-30"), ("2026-10-25", "2026-10-31"), ("2026-10-26", "2026-10-31")):
        assert str(story.row(on(text)).due) == due


def test_what_was_asked_within_days_and_then_before_access_keeps_its_date_in_history() -> None:
    story = asked_of(EVERYBODY, days=5)
    record = AssignmentRecord()
    for days, text in ((5, ""), (None, "2026-11-01"), (60, "2026-12-01")):
        if text:
            story.rule("r-03", who=EVERYBODY, days=days, at=on(text))
        at = on(text or "2026-10-01", 12)
        record = bring_up(record, story.facts, story.catalogue, "p1", "", at).record
    assert parts(record.rows[0].row) == [
        ("open", "2026-10-01", "2026-10-06"),
        ("open", "2026-11-01", "2026-10-06"),
        ("open", "2026-12-01", "2027-01-30"),
    ]


# What was done before it was asked takes nothing from the term (S11, S12, S16)


def had_done_before(*, days: int | None = 90) -> Story:
    """Hired on 1 October by r-03; what they did as contractors runs out on 10 October."""
    story = asked_of(EVERYBODY, days=days)
    story.works("2025-10-01", "2026-10-01", kind="contractor")
    story.does(M, "2025-10-10")
    return story


def last_due(story: Story, text: str) -> str:
    return str(story.rows(on(text))[-1].due)


def test_before_access_beside_it_takes_nothing_from_the_term() -> None:
    story = had_done_before()
    story.rule("r-02", days=None)
    assert last_due(story, "2026-10-01") == "2026-12-30"


def test_a_term_that_is_cut_brings_no_such_date_forward() -> None:
    story = had_done_before()
    assert last_due(story, "2026-10-01") == "2026-12-30"
    story.rule("r-03", days=10, at=on("2026-10-05"))
    assert last_due(story, "2026-10-06") == "2026-12-30"


@pytest.mark.parametrize(("days", "due"), [(90, "2027-03-01"), (None, "2026-10-31")])
def test_another_term_counts_from_its_own_day(days: int | None, due: str) -> None:
    story = had_done_before(days=30)
    assert last_due(story, "2026-10-01") == "2026-10-31"
    story.rule("r-03", days=days, at=on("2026-12-01"))
    assert last_due(story, "2026-12-02") == due


def test_a_role_that_is_given_later_moves_no_renewal() -> None:
    story = had_done_before(days=None)
    story.rule("r-06", who=CONTENT, days=60)
    assert last_due(story, "2026-10-01") == "2026-10-15", "two weeks from the first notice"
    story.holds("content", "2026-11-01")
    assert last_due(story, "2026-11-02") == "2026-10-15"


def test_a_role_that_is_given_soon_leaves_its_own_term_as_well() -> None:
    story = had_done_before()
    story.rule("r-06", who=CONTENT, days=60)
    assert last_due(story, "2026-10-01") == "2026-12-30"
    story.holds("content", "2026-10-05")
    assert last_due(story, "2026-10-06") == "2026-12-04"
