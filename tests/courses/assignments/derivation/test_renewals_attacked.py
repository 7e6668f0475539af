"""What stands when something is asked again, and what a newer version of the path makes of it."""

from __future__ import annotations

from courses.assignments.derivation.rows import DerivedRow
from tests.courses.assignments.derivation.test_further import OVERSEER, withdrawn
from tests.courses.assignments.derivation.world import A, B, M, Story, day, leaf, on


def taken_up_again(*done: str) -> list[DerivedRow]:
    """A for 24 and B for 6 months, done on 20 October for a role that ends; A alone from November; the role again."""
    story = Story()
    story.path(leaf(A, 24), leaf(B, 6))
    story.rule("r-03", who=OVERSEER)
    story.works("2026-01-05")
    story.holds("overseer", "2026-10-01", "2026-12-01")
    for module in (A, B):
        story.does(module, "2026-10-20")
    story.path(leaf(A, 24), at=on("2026-11-10"))
    for text in done:
        story.does(A, text)
    story.holds("overseer", "2027-01-10")
    return story.rows(on("2027-01-11"))


def test_what_is_asked_again_stands_as_certified_whatever_the_newer_version_asks() -> None:
    assert [(row.state, row.valid_until) for row in taken_up_again()] == [("satisfied", day("2027-04-20"))] * 2


def test_what_was_done_while_nobody_asked_counts_by_the_newer_version() -> None:
    last = taken_up_again("2026-12-15")[-1]
    assert (last.state, last.state_on, last.valid_until) == ("satisfied", day("2027-01-10"), day("2028-12-15"))


def test_a_version_that_nobody_can_finish_certifies_nobody_who_is_asked_again() -> None:
    story = Story()
    story.path(leaf(A, 12))
    story.rule("r-03", who=OVERSEER)
    story.works("2026-01-05")
    story.holds("overseer", "2026-02-01", "2026-06-01")
    story.does(A, "2026-03-10")
    story.does(A, "2026-08-01")
    withdrawn(story, A, on("2026-08-15"))
    story.holds("overseer", "2026-09-01")
    last = story.rows(on("2026-09-02"))[-1]
    assert (last.state, last.valid_until) == ("satisfied", day("2027-03-10"))


def test_who_comes_back_has_the_rules_term_for_what_ends_within_it_though_its_renewal_opens_later() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule(days=90)
    story.works("2026-01-05", "2026-06-01")
    story.does(M, "2026-03-25")
    story.works("2027-01-10")
    last = story.rows(on("2027-01-24"))[-1]
    assert (last.state, last.anchor, last.due) == ("open", day("2027-01-24"), day("2027-04-10"))
    assert last.expiring_on == day("2027-03-25"), "the gate closes all the same"


def test_what_was_done_before_it_was_asked_leaves_the_whole_term_as_well() -> None:
    story = Story()
    story.path(leaf(M, 12))
    story.rule("r-09", who=OVERSEER, days=90)
    story.works("2026-01-05")
    story.does(M, "2026-02-28")
    story.holds("overseer", "2026-12-20")
    last = story.rows(on("2026-12-30"))[-1]
    assert (last.state, last.due) == ("open", day("2027-03-20"))
