"""Many rows in parts: a query names a few hundred people, never the whole organisation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def in_batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in their order, as lists of at most `size`; nothing for none. Reads no further than it is asked."""
    rest = iter(rows)
    while batch := list(islice(rest, size)):
        yield batch
