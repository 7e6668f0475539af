"""The stored tree: how many entries, which hashes, and the one lock under which it grows."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext

from certification.ledger import merkle
from certification.ledger.models import Entry, Pending

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


def tree_size() -> int:
    last: int | None = Entry.objects.aggregate(last=Max("seq"))["last"]
    return 0 if last is None else last + 1


def stored_hashes(wanted: Sequence[merkle.Coordinate]) -> dict[merkle.Coordinate, bytes]:
    """The stored hashes of the nodes (level, index), in one query. Raises DamagedTree if one is missing."""
    if not wanted:
        return {}
    places = ", ".join(["(%s, %s)"] * len(wanted))
    with connection.cursor() as cursor:
        # A join, because SQLite answers `(level, "index") IN (VALUES …)` by reading the whole table.
        cursor.execute(
            f'WITH wanted(level, "index") AS (VALUES {places}) SELECT n.level, n."index", n.hash FROM wanted w '  # noqa: S608
            'JOIN certification_node n ON n.level = w.level AND n."index" = w."index"',
            [number for coordinate in wanted for number in coordinate],
        )
        found = {(level, index): bytes(node) for level, index, node in cursor.fetchall()}
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


def stored_frontier(at_size: int) -> merkle.Frontier:
    return merkle.frontier_of(at_size, stored_hashes)


def stored_root(at_size: int) -> bytes:
    return stored_frontier(at_size).root()
