"""The litmus strip's arithmetic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from themes.progress import MOST_PATCHES, SHADES, patches, shade


def test_a_strip_runs_from_warm_to_blue() -> None:
    assert [shade(place, 5) for place in range(5)] == [0, 2, 5, 8, 10]
    assert shade(0, 1) == SHADES


def test_each_step_is_a_patch() -> None:
    assert [patch.done for patch in patches(2, 4)] == [True, True, False, False]


def test_no_steps_no_strip() -> None:
    assert patches(0, 0) == []


@given(total=st.integers(1, 500), done=st.integers(-5, 600))
def test_a_strip_looks_full_only_when_all_is_done_and_empty_only_when_nothing_is(total: int, done: int) -> None:
    drawn = patches(done, total)
    assert len(drawn) == min(total, MOST_PATCHES)
    assert all(patch.done for patch in drawn) == (done >= total)
    assert any(patch.done for patch in drawn) == (done > 0)
