"""The way of one quiz answer through the house, and the tracer that follows it."""

from __future__ import annotations

import pytest

from tests import walk

FLOORS = walk.Floors(
    {
        "root_packages": ["lms", "courses"],
        "contracts": [
            {"type": "layers", "layers": ["lms.reports : lms.urls", "courses | (content)", "lms.people"]},
            {"type": "layers", "containers": ["courses"], "layers": ["player | lab", "learning"]},
            {"type": "forbidden"},
        ],
    }
)


@pytest.mark.parametrize(
    ("caller", "called", "climbs"),
    [
        ("lms.people.permissions", "courses.player.views.quiz", True),
        ("courses.player.views.quiz", "lms.people.permissions", False),
        ("courses.learning.flow", "courses.player.views.quiz", True),
        ("courses.player.views.quiz", "courses.learning.flow", False),
        ("courses.player.views", "courses.lab.views", False),  # beside each other
        ("lms.reports.team", "lms.urls", False),
        ("courses.learning.flow", "courses.learning.place", False),  # no contract knows both
        ("lms.home", "courses.player", False),
        ("content.texts", "lms.reports", True),
    ],
)
def test_who_climbs(caller: str, called: str, climbs: bool) -> None:
    assert FLOORS.climbs(caller, called) is climbs


def test_a_call_through_a_framework_is_one_between_ours() -> None:
    found = walk.followed(lambda: list(map(walk.floor, [{}], ["a"])))
    assert found.steps == []  # this file is none of ours


def test_a_quiz_answer_climbs_five_times_at_most_and_looks_at_nothing_twice(db: None) -> None:
    found = walk.quiz_answer()
    assert len(found.climbs) <= walk.MOST_CLIMBS, walk.told(found)
    assert (len(found.histories()), len(found.locks())) == (1, 1), found.about_attempts()
    assert len(found.about_attempts()) == 2, found.about_attempts()
    assert found.checks() == walk.QUESTIONS
    hooks = [str(step) for step in found.climbs if "AssignmentDemand.settle" in step.called]
    assert len(hooks) == 1, "the tracer does not see the hook that every completion calls"
