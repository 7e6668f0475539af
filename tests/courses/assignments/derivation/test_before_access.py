"""Before access stands beside a date (S14), and no version of a rule takes a date away or brings one forward (S11)."""

from __future__ import annotations

import pytest

from courses.assignments.derivation.rows import DerivedRow
from tests.courses.assignments.derivation.test_cases import joiner
from tests.courses.assignments.derivation.world import A, B, Story, day, on


def brief(row: DerivedRow) -> tuple[str, str | None]:
    """(before access or not, due)"""
    return "before access" if row.before_access else "", str(row.due) if row.due else None


@pytest.fixture
def story() -> Story:
    """Hired on 1 October; 30 days by r-01 make it 31 October."""
    made = joiner("2026-10-01")
    assert brief(made.row(on("2026-10-01"))) == ("", "2026-10-31")
    return made


def test_a_term_that_becomes_before_access_keeps_the_date_of_those_already_asked(story: Story) -> None:
    story.rule(days=None, at=on("2026-10-10"))
    row = story.row(on("2026-10-11"))
    assert brief(row) == ("before access", "2026-10-31")
    assert row.deadline_at == on("2026-10-31", 23)
    assert [(one.due_days, one.due) for one in row.whys] == [(30, day("2026-10-31")), (None, day("2026-10-31"))]
    assert [(one.due, one.before_access) for one in row.segments] == [
        (day("2026-10-31"), False),
        (day("2026-10-31"), True),
    ]


def test_whoever_is_asked_afterwards_has_no_date() -> None:
    story = joiner("2026-10-12")
    story.rule(days=None, at=on("2026-10-10"))
    assert brief(story.row(on("2026-10-12"))) == ("before access", None)


def test_what_was_overdue_stays_overdue_and_what_was_done_late_was_late(story: Story) -> None:
    story.rule(days=None, at=on("2026-11-05"))
    assert brief(story.row(on("2026-11-06"))) == ("before access", "2026-10-31")
    for module in (A, B):
        story.does(module, "2026-11-07")
    row = story.row(on("2026-11-08"))
    assert (row.state, row.late) == ("satisfied", True)


def test_a_leave_known_later_moves_the_kept_date_too(story: Story) -> None:
    story.rule(days=None, at=on("2026-10-10"))
    story.row(on("2026-10-10"))
    story.away("2026-10-15", "2026-11-13", at=on("2026-10-12"))
    assert brief(story.row(on("2026-10-13"))) == ("before access", "2026-11-30")


def test_before_access_that_becomes_a_term_counts_from_the_version() -> None:
    story = joiner("2026-10-01")
    story.rule(days=None, at=on("2026-09-01"))
    assert brief(story.row(on("2026-10-01"))) == ("before access", None)
    story.rule(days=30, at=on("2026-10-20"))
    row = story.row(on("2026-10-20", 12))
    assert brief(row) == ("", "2026-11-19")
    assert row.noticed_on == day("2026-10-20")


def test_who_sees_such_a_term_late_has_time(story: Story) -> None:
    """S19: the version was published while nobody ran the platform."""
    story = joiner("2026-10-01")
    story.rule(days=None, at=on("2026-09-01"))
    story.row(on("2026-10-01"))
    story.rule(days=30, at=on("2026-10-20"))
    assert brief(story.row(on("2026-11-25"))) == ("", "2026-12-09")


@pytest.mark.parametrize(("days", "due"), [(5, "2026-10-31"), (60, "2026-12-19")])
def test_there_and_back_again_brings_nothing_forward(story: Story, days: int, due: str) -> None:
    story.rule(days=None, at=on("2026-10-10"))
    story.row(on("2026-10-10"))
    story.rule(days=days, at=on("2026-10-20"))
    assert brief(story.row(on("2026-10-21"))) == ("", due)


def test_rules_side_by_side_show_both_whichever_of_them_changes(story: Story) -> None:
    story.rule("r-02", days=60)
    assert brief(story.row(on("2026-10-02"))) == ("", "2026-10-31")
    story.rule("r-01", days=None, at=on("2026-10-10"))
    assert brief(story.row(on("2026-10-10", 12))) == ("before access", "2026-10-31")
    story.rule("r-02", days=None, at=on("2026-10-12"))
    assert brief(story.row(on("2026-10-12", 12))) == ("before access", "2026-10-31")
    story.withdraw("r-01", on("2026-10-14"))
    assert brief(story.row(on("2026-10-15"))) == ("before access", "2026-11-30"), "the date of what is left"


def test_a_term_in_place_of_before_access_brings_no_other_rules_date_forward(story: Story) -> None:
    """They were asked already, and shown 31 October."""
    story.rule("r-02", days=None)
    assert brief(story.row(on("2026-10-02"))) == ("before access", "2026-10-31")
    story.rule("r-02", days=10, at=on("2026-10-05"))
    assert brief(story.row(on("2026-10-06"))) == ("", "2026-10-31")
    assert story.row(on("2026-10-07")).noticed_on == day("2026-10-01")
