"""Marking: right only when exactly the right options are chosen."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import grading

SINGLE = {
    "key": "q1",
    "kind": "single",
    "objective": "",
    "options": [{"key": "a", "right": False}, {"key": "b", "right": True}, {"key": "c", "right": False}],
}
MULTIPLE = {
    "key": "q2",
    "kind": "multiple",
    "objective": "",
    "options": [{"key": "a", "right": True}, {"key": "b", "right": False}, {"key": "c", "right": True}],
}


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    keys = draw(st.lists(st.from_regex(r"[a-z0-9-]{1,6}", fullmatch=True), min_size=2, max_size=8, unique=True))
    kind = draw(st.sampled_from(["single", "multiple"]))
    if kind == "single":
        right = {draw(st.sampled_from(keys))}
    else:
        right = set(draw(st.lists(st.sampled_from(keys), min_size=1, unique=True)))
    options = [{"key": key, "right": key in right} for key in keys]
    return {"key": "q", "kind": kind, "objective": "", "options": options}


def right_keys(question: dict[str, Any]) -> list[str]:
    return [option["key"] for option in question["options"] if option["right"]]


@pytest.mark.parametrize(("chosen", "right"), [(["b"], True), (["a"], False), ([], False)])
def test_a_single_choice_is_right_with_its_one_right_option(chosen: list[str], right: bool) -> None:
    assert grading.grade(SINGLE, chosen).right is right


@pytest.mark.parametrize(
    ("chosen", "right"),
    [(["a", "c"], True), (["c", "a"], True), (["a"], False), (["a", "b", "c"], False), (["b"], False), ([], False)],
)
def test_a_multiple_choice_is_right_with_exactly_the_right_set(chosen: list[str], right: bool) -> None:
    assert grading.grade(MULTIPLE, chosen).right is right


def test_every_option_gets_its_verdict() -> None:
    mark = grading.grade(MULTIPLE, ["a", "b"])
    assert mark.verdicts == {"a": "right", "b": "wrong", "c": "missed"}
    assert grading.grade(SINGLE, ["b"]).verdicts == {"a": "", "b": "right", "c": ""}


def test_an_unknown_option_is_named() -> None:
    with pytest.raises(grading.UnknownAnswer, match="Question q1 has no option 'x': it has a, b, c"):
        grading.grade(SINGLE, ["x"])


def test_a_single_choice_takes_no_two_answers() -> None:
    with pytest.raises(grading.UnknownAnswer, match="takes one answer, not 2"):
        grading.grade(SINGLE, ["a", "b"])


@pytest.mark.smoke
@given(questions(), st.data())
def test_only_the_right_set_is_right_whatever_its_order(question: dict[str, Any], data: st.DataObject) -> None:
    keys = [option["key"] for option in question["options"]]
    most = 1 if question["kind"] == "single" else None
    chosen = data.draw(st.lists(st.sampled_from(keys), unique=True, max_size=most))
    again = data.draw(st.permutations(chosen))
    mark = grading.grade(question, chosen)
    assert mark.right == (set(chosen) == set(right_keys(question)))
    assert grading.grade(question, again + again) == mark
    assert mark.right == (set(mark.verdicts.values()) <= {"right", ""})


@given(questions())
def test_verdicts_tell_what_was_chosen_and_what_was_right(question: dict[str, Any]) -> None:
    for option in question["options"]:
        verdict = grading.grade(question, [option["key"]]).verdicts[option["key"]]
        assert verdict == ("right" if option["right"] else "wrong")


@pytest.mark.parametrize(
    ("right", "total", "percent", "passed"),
    [(8, 10, 80, True), (7, 10, 80, False), (3, 3, 100, True), (2, 3, 67, False), (2, 3, 66, True), (0, 0, 80, False)],
)
def test_the_pass_mark_is_exact(right: int, total: int, percent: int, passed: bool) -> None:
    assert grading.is_passed(marks(right, total), percent) is passed


@given(st.integers(1, 60), st.integers(1, 100))
def test_the_number_needed_is_the_smallest_that_passes(total: int, percent: int) -> None:
    needed = grading.points_needed(total, percent)
    assert grading.is_passed(marks(needed, total), percent)
    assert not grading.is_passed(marks(needed - 1, total), percent)


def marks(right: int, total: int) -> list[grading.Mark]:
    """`right` wholly right marks of `total`, and one that is not graded."""
    graded = [
        grading.Mark(f"q{number}", right=number < right, credit=Fraction(number < right)) for number in range(total)
    ]
    return [*graded, grading.Mark("scale", right=False, scored=False)]
