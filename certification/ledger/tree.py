"""The stored tree: how many entries, which hashes, and the one lock under which it grows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db import connection
from django.db.models import Max, Q
from django.utils.translation import gettext

from certification.ledger import merkle
from certification.ledger.models import Entry, Node, Pending

HEAD_LOCK = 0x6C65646765720001  # "ledger" and a number: any constant nobody else uses


class DamagedTree(RuntimeError):
    """A stored hash is missing, so that nothing can be proved or appended before the ledger was examined."""


def lock_head() -> None:
    """Waits until no other process appends or signs; held until the transaction ends.

    On SQLite any write statement takes the one write lock, also where transactions do not begin IMMEDIATE.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [HEAD_LOCK])
    else:
        Pending.objects.filter(pk=-1).update(sequenced=False)


def size() -> int:
    last: int | None = Entry.objects.aggregate(last=Max("seq"))["last"]
    return 0 if last is None else last + 1


def read(wanted: Sequence[merkle.Coordinate]) -> dict[merkle.Coordinate, bytes]:
    """The stored hashes of the nodes (level, index), in one query. Raises DamagedTree if one is missing."""
    if not wanted:
        return {}
    levels: dict[int, list[int]] = defaultdict(list)
    for level, index in wanted:
        levels[level].append(index)
    condition = Q()
    for level, indexes in levels.items():
        condition |= Q(level=level, index__in=indexes)
    rows = Node.objects.filter(condition).values_list("level", "index", "hash")
    found = {(level, index): bytes(node) for level, index, node in rows}
    for level, index in wanted:
        if len(found.get((level, index), b"")) != merkle.HASH_SIZE:
            raise DamagedTree(
                gettext(
                    "The ledger's tree lacks the hash over the entries %(first)s to %(last)s. "
                    "Run `manage.py ledger verify` and restore the database from a backup."
                )
                % {"first": index << level, "last": ((index + 1) << level) - 1}
            )
    return found


def frontier(at_size: int) -> merkle.Frontier:
    return merkle.frontier(at_size, read)


def root(at_size: int) -> bytes:
    return frontier(at_size).root()
