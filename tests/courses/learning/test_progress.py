"""Progress: what is done, what comes next, how many minutes are left."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.progress import measure

KEYS = ["a", "b", "c", "quiz"]


def structure(keys: list[str] = KEYS) -> dict[str, Any]:
    return {"sections": [{"key": key, "minutes": 3, "quiz": key == "quiz"} for key in keys]}


def test_nothing_done_resumes_at_the_first_section() -> None:
    here = measure(structure(), (), passed=False)
    assert here.next is not None
    assert (here.next.key, here.done, here.total, here.minutes_left, here.complete) == ("a", 0, 4, 12, False)


def test_the_quiz_is_done_by_passing_it_and_by_nothing_else() -> None:
    assert not measure(structure(), {"a", "b", "c", "quiz"}, passed=False).complete
    assert measure(structure(), {"a", "b", "c"}, passed=True).complete


def test_sections_of_an_older_edition_count_by_key_and_gone_ones_do_not_matter() -> None:
    here = measure(structure(["a", "new", "quiz"]), {"a", "gone"}, passed=True)
    assert [section.done for section in here.sections] == [True, False, True]


def test_what_follows_is_the_next_open_section_then_any_open_one() -> None:
    here = measure(structure(), {"b"}, passed=True)
    assert [getattr(here.after(key), "key", None) for key in KEYS] == ["c", "c", "a", "a"]
    done = measure(structure(), {"a", "b", "c"}, passed=True)
    assert done.after("a") is None


def test_a_section_that_is_not_there_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        measure(structure(), (), passed=False).section("x")


@given(st.sets(st.sampled_from(KEYS)), st.booleans())
def test_next_is_empty_exactly_when_all_is_done(done: set[str], passed: bool) -> None:
    here = measure(structure(), done, passed)
    assert (here.next is None) == here.complete == (here.minutes_left == 0)
