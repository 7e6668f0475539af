"""The whole verification, in one pass over the entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.utils.translation import gettext, ngettext

from certification.ledger import kinds, triggers
from certification.ledger.note import BadNote, VerifierKey
from certification.ledger.records import ENTRY, TABLES, LedgerTables
from certification.ledger.verification.business import ClaimComparer, compare_claims
from certification.ledger.verification.disclosure import DisclosureCheck
from certification.ledger.verification.entries import EntryCheck
from certification.ledger.verification.notes import HeldCheckpoint, NoteCheck, sizes_in, stored_checkpoints
from certification.ledger.verification.report import Unusable, VerificationReport
from certification.ledger.verification.tree_check import TreeCheck

RUN = 1024
LARGEST_GAP = 100_000
NOTABLE_LAG = timedelta(minutes=1)


def verify_ledger(
    using: str = DEFAULT_DB_ALIAS, comparers: Iterable[ClaimComparer] = (), held: Sequence[HeldCheckpoint] = ()
) -> VerificationReport:
    """Recomputes the ledger in the database `using` from its stored bytes.

    Order and hashes of entries, the tree, every checkpoint and signature, openings and rosters, the pending table,
    the business tables of `comparers`, and the checkpoints `held` outside the database. Writes nothing. Raises
    Unusable if the database cannot be read or holds no ledger.
    """
    source = LedgerTables(using)
    try:
        with source.snapshot():
            return _verify(source, comparers, held)
    except DatabaseError as error:
        raise Unusable(
            gettext("The database cannot be read: %(reason)s. Verify another copy, or restore a backup.")
            % {"reason": str(error).strip().rstrip(".")}
        ) from error


def _verify(
    source: LedgerTables, comparers: Iterable[ClaimComparer], held: Sequence[HeldCheckpoint]
) -> VerificationReport:
    report = VerificationReport()
    rows = stored_checkpoints(source)
    tree = TreeCheck(source, report, sizes_in(rows, held))
    entries = EntryCheck(source, report)
    disclosure = DisclosureCheck(source, report, frozenset(kinds.OWN))
    report.entries = _walk(source, tree, entries, disclosure)
    report.root = tree.frontier.root().hex()
    waiting = disclosure.waiting()
    if not report.entries and not rows and not report.findings:
        raise Unusable(gettext("The database holds no ledger. To begin one, run `manage.py ledger init`."))
    disclosure.orphans()
    _storage(source, report)
    keys = _keys(report, disclosure)
    report.checkpoints = len(rows)
    report.covered = max((row["size"] for row in rows), default=0)
    notes = NoteCheck(report, tree.roots, report.entries, report.origin, keys)
    notes.stored(rows, _written(source))
    notes.held(held)
    for comparer in comparers:
        compare_claims(source, report, comparer)
    _remarks(source, report, entries.longest_lag, waiting)
    return report


def _walk(source: LedgerTables, tree: TreeCheck, entries: EntryCheck, disclosure: DisclosureCheck) -> int:
    """Takes the entries in runs by number; returns the size of the ledger, missing entries included."""
    count = source.number("SELECT COUNT(*) FROM certification_entry") or 0
    last = source.number("SELECT MAX(seq) FROM certification_entry")
    size = min((-1 if last is None else last) + 1, count + LARGEST_GAP)
    for row in source.rows("entry", ENTRY, "WHERE t.seq < 0 OR t.seq >= %s ORDER BY t.seq", [size]):
        entries.check_run([row])
        entries.report.add("entry-stray", gettext("Entry %(seq)s is out of all order.") % {"seq": row["seq"]})
    expected = 0
    for start in range(0, size, RUN):
        end = min(start + RUN, size)
        rows = source.rows("entry", ENTRY, "WHERE t.seq >= %s AND t.seq < %s ORDER BY t.seq", [start, end])
        for row in rows:
            if row["seq"] > expected:
                entries.missing(expected, row["seq"] - 1)
            expected = row["seq"] + 1
        read = entries.check_run(rows)
        tree.check_run(start, end, read)
        disclosure.check_run(read)
    tree.surplus(size)
    return size


def _keys(report: VerificationReport, disclosure: DisclosureCheck) -> dict[int, VerifierKey]:
    """The keys the ledger names, and its origin."""
    keys: dict[int, VerifierKey] = {}
    for seq, (kind, payload) in sorted(disclosure.payloads.items()):
        try:
            keys[seq] = VerifierKey.parse(str(payload.get("key", "")))
        except BadNote as error:
            report.add(
                "key",
                gettext("Entry %(seq)s names no usable key: %(reason)s") % {"seq": seq, "reason": error},
            )
        if kind == kinds.GENESIS and seq == 0:
            report.origin = payload.get("origin")
    report.keys = [str(key) for key in keys.values()]
    return keys


def _written(source: LedgerTables) -> dict[int, str]:
    """When the last entry under each checkpoint was written, by the checkpoint's size."""
    joined = "JOIN certification_checkpoint c ON c.size = t.seq + 1"
    rows = source.rows("entry", {"seq": "int", "sequenced_at": "instant"}, joined)
    return {row["seq"] + 1: row["sequenced_at"] for row in rows}


def _storage(source: LedgerTables, report: VerificationReport) -> None:
    """SQLite's own check: an index that no longer fits its table means that somebody wrote into the file."""
    if not source.sqlite:
        return
    for table in TABLES:
        for (message,) in source.query(f"PRAGMA integrity_check(certification_{table})"):
            if message != "ok":
                report.add(
                    "storage",
                    gettext(
                        "The file was changed outside SQLite: its check of certification_%(table)s says “%(message)s”."
                    )
                    % {"table": table, "message": message},
                )


def _remarks(source: LedgerTables, report: VerificationReport, lag: timedelta, waiting: int) -> None:
    uncovered = report.entries - report.covered
    if uncovered > 0:
        report.remarks.append(
            ngettext(
                "%(count)s entry is not yet under a signed checkpoint.",
                "%(count)s entries are not yet under a signed checkpoint.",
                uncovered,
            )
            % {"count": uncovered}
        )
    if waiting:
        report.remarks.append(
            ngettext(
                "%(count)s entry waits to be written to the ledger.",
                "%(count)s entries wait to be written to the ledger.",
                waiting,
            )
            % {"count": waiting}
        )
    if lag > NOTABLE_LAG:
        report.remarks.append(
            gettext("The longest time between an event and its entry is %(lag)s.") % {"lag": str(lag).split(".")[0]}
        )
    for name in triggers.missing_triggers(source.using):
        report.remarks.append(
            gettext("The trigger %(name)s is missing; `manage.py ledger sequence` restores it.") % {"name": name}
        )
