"""What was asked, ended and is asked again under the same key: what was true before stays as it was."""

from __future__ import annotations

from courses.assignments.derivation.record import AssignmentRecord, Brought, bring_up
from tests.courses.assignments.derivation.world import M, Story, day, leaf, on


def test_the_date_of_the_first_time_does_not_move_with_the_notice_of_the_second() -> None:
    story = Story()
    story.path(leaf(M))
    story.works("2026-01-05")
    story.rule(days=5, at=on("2026-06-01"))
    record = AssignmentRecord()

    def run(text: str) -> Brought:
        nonlocal record
        brought = bring_up(record, story.facts, story.catalogue, "p1", "", on(text))
        record = brought.record
        return brought

    run("2026-06-10")
    assert record.rows[0].row.due == day("2026-06-15"), "computed 6 June, but first on the page on the 10th (S19)"
    story.withdraw("r-01", on("2026-06-20"))
    run("2026-06-21")
    story.rule(days=5, at=on("2026-08-01"))
    run("2026-08-01")
    (row,) = record.rows
    assert [(one.state, one.due) for one in row.segments] == [
        ("open", day("2026-06-15")),
        ("ended", None),
        ("open", day("2026-08-06")),
    ]
    for text in ("2026-08-01", "2026-08-02", "2026-08-05", "2026-09-01"):
        assert not run(text).differences, text
