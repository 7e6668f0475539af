"""What is read in parts comes whole and in order, and no earlier than it is asked for."""

from __future__ import annotations

from itertools import count, islice

from hypothesis import given
from hypothesis import strategies as st

from lms.people.batches import in_batches


@given(st.lists(st.integers()), st.integers(1, 7))
def test_nothing_is_lost_and_no_batch_is_too_long(rows: list[int], size: int) -> None:
    batches = list(in_batches(rows, size))
    assert [row for batch in batches for row in batch] == rows
    assert all(len(batch) == size for batch in batches[:-1])
    assert all(0 < len(batch) <= size for batch in batches)


def test_rows_without_end_are_read_as_far_as_asked() -> None:
    assert list(islice(in_batches(count(), 2), 2)) == [[0, 1], [2, 3]]
