"""What the signer looks at again before each signature: all that is new, with the same checks as `ledger verify`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS

from certification.ledger import kinds, tree
from certification.ledger.models import Entry
from certification.ledger.records import ENTRY, LedgerTables
from certification.ledger.verification.disclosure import DisclosureCheck
from certification.ledger.verification.entries import EntryCheck
from certification.ledger.verification.report import VerificationReport
from certification.ledger.verification.tree_check import TreeCheck

AT_ONCE = 1024


@dataclass(frozen=True, slots=True)
class Recheck:
    """`root`: over all `size` entries, grown from the signed tree by the bytes of every entry since.

    `own`: the opened payloads of the ledger's own kinds among them, (kind, payload) by the entry's number.
    """

    root: bytes
    report: VerificationReport
    own: dict[int, tuple[str, dict[str, Any]]]


def recheck_since(start: int, size: int) -> Recheck:
    """Checks the entries numbered [start, size): bytes, columns, order, tree, openings, rosters and receipts.

    The tree at `start` must be the one that was signed. Raises tree.DamagedTree if its right edge is not stored.
    """
    source, report = LedgerTables(DEFAULT_DB_ALIAS), VerificationReport()
    nodes = TreeCheck.after(source, report, frozenset(), tree.stored_frontier(start))
    entries = EntryCheck(source, report)
    entries.previous = Entry.objects.filter(seq=start - 1).values_list("sequenced_at", flat=True).first()
    disclosure = DisclosureCheck(source, report, frozenset(kinds.OWN))
    expected = start
    for first in range(start, size, AT_ONCE):
        end = min(first + AT_ONCE, size)
        rows = source.rows("entry", ENTRY, "WHERE t.seq >= %s AND t.seq < %s ORDER BY t.seq", [first, end])
        for row in rows:
            if row["seq"] > expected:
                entries.missing(expected, row["seq"] - 1)
            expected = row["seq"] + 1
        read = entries.check_run(rows)
        nodes.check_run(first, end, read)
        disclosure.check_run(read)
    if expected < size:
        entries.missing(expected, size - 1)
    return Recheck(nodes.frontier.root(), report, disclosure.payloads)
