"""The whole verification, in one pass over the entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import DEFAULT_DB_ALIAS, DatabaseError
from django.utils.translation import gettext

from certification.ledger import kinds, triggers
from certification.ledger.records import ENTRY, TABLES, LedgerTables
from certification.ledger.trust import NOTHING, Anchors, KeyHistory, key_history, vouched
from certification.ledger.verification.business import ClaimComparer, compare_claims, reading_rows
from certification.ledger.verification.disclosure import DisclosureCheck
from certification.ledger.verification.entries import EntryCheck
from certification.ledger.verification.losses import DeclaredLoss, declared_loss
from certification.ledger.verification.notes import NoteCheck, sizes_in, stored_checkpoints
from certification.ledger.verification.report import EntryName, Unusable, VerificationReport
from certification.ledger.verification.tree_check import TreeCheck
from certification.ledger.verification.witnesses import SealWitness, compare_seals

RUN = 1024
LARGEST_GAP = 100_000
NOTABLE_LAG = timedelta(minutes=1)
ODD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""How reading what nobody foresaw ends: content that no honest ledger holds is a finding, never a traceback."""


def verify_ledger(
    using: str = DEFAULT_DB_ALIAS, comparers: Sequence[ClaimComparer] = (), anchors: Anchors = NOTHING
) -> VerificationReport:
    """Recomputes the ledger in the database `using` from its stored bytes; `anchors` come from outside of it.

    Order and hashes of entries, the tree, every checkpoint and signature, openings and rosters, the pending table,
    the business tables of `comparers`, and the checkpoints held elsewhere. Writes nothing. Raises Unusable if the
    database cannot be read or holds no ledger.
    """
    source, report = _Recomputed(using), VerificationReport()
    try:
        with source.snapshot():
            _verify(source, report, comparers, anchors)
    except DatabaseError as error:
        reason = str(error).strip().rstrip(".")
        if not report.findings:
            raise Unusable(
                gettext("The database cannot be read: %(reason)s. Verify another copy, or restore a backup.")
                % {"reason": reason}
            ) from error
        # What was found stays found, however the rest of the file was damaged.
        report.add("stopped", gettext("The rest cannot be read: %(reason)s.") % {"reason": reason})
    except ODD as error:
        report.add(
            "stopped",
            gettext(
                "The tables hold something that this program never writes, and the rest cannot be read: %(reason)s."
            )
            % {"reason": f"{type(error).__name__}: {error}".rstrip(".")},
        )
    return report


@dataclass(frozen=True, slots=True)
class _Recomputed(LedgerTables):
    """A ledger whose every root is computed anew and held against every note: what was hashed lies under them."""

    def included(self, wanted: Sequence[tuple[int, bytes, int, bytes]]) -> list[bool]:
        return [True] * len(wanted)


def _verify(
    source: LedgerTables, report: VerificationReport, comparers: Sequence[ClaimComparer], anchors: Anchors
) -> None:
    if _lacks_tables(source, report):
        return
    rows = stored_checkpoints(source)
    tree = TreeCheck(source, report, sizes_in(rows, (*anchors.notes, *anchors.own)))
    entries = EntryCheck(source, report)
    disclosure = DisclosureCheck(source, report, frozenset({kinds.LOSS_DECLARE}))
    report.entries = _walk(source, tree, entries, disclosure)
    report.root = tree.frontier.root().hex()
    report.waiting = disclosure.waiting()
    disclosure.orphans()
    _storage(source, report)
    begun = bool(report.entries or rows or report.findings or report.waiting)
    notes = NoteCheck(report, tree.roots, *_trusted(source, report, anchors, disclosure))
    notes.stored(rows, _written(source))
    notes.held(anchors.notes, anchors=True)
    notes.held(anchors.own, anchors=False)
    for comparer in comparers:
        with reading_rows(source, report, comparer):
            compare_claims(source, report, comparer)
            if isinstance(comparer, SealWitness):
                compare_seals(source, report, comparer, notes.sizes)
    if not begun and not report.findings:
        raise Unusable(gettext("The database holds no ledger. To begin one, run `manage.py ledger init`."))
    _remarks(source, report, entries.longest_lag)


def _lacks_tables(source: LedgerTables, report: VerificationReport) -> bool:
    """A ledger without one of its tables or columns is a changed one; a database without any of them holds none."""
    present = source.tables()
    wanted = {f"certification_{table}": set(columns) for table, columns in TABLES.items()}
    if not present & set(wanted):
        raise Unusable(gettext("The database holds no ledger: none of its tables is there."))
    for name, columns in wanted.items():
        missing = ", ".join(sorted(columns - source.columns(name))) if name in present else name
        if missing:
            report.add(
                "table-missing",
                gettext("%(missing)s: missing in the database, table %(name)s. It was deleted.")
                % {"missing": missing, "name": name},
            )
    return bool(report.findings)


def _trusted(
    source: LedgerTables, report: VerificationReport, anchors: Anchors, disclosure: DisclosureCheck
) -> tuple[KeyHistory, list[DeclaredLoss]]:
    """Whose signatures count, and which losses were declared."""
    history = key_history(source, Anchors(keys=() if not report.entries else anchors.keys))
    for problem in history.problems:
        report.add(problem.code, problem.sentence, EntryName(problem.seq))
    report.origin = history.origin
    report.keys = [str(item.key) for item in history.keys]
    report.vouched = vouched(history, anchors)
    told = [declared_loss(report, history, seq, value) for seq, (_, value) in sorted(disclosure.payloads.items())]
    losses = [loss for loss in told if loss is not None]
    report.losses = [str(loss) for loss in losses]
    return history, losses


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


def _remarks(source: LedgerTables, report: VerificationReport, lag: timedelta) -> None:
    if lag > NOTABLE_LAG:
        report.remarks.append(
            gettext("The longest time between an event and its entry is %(lag)s.") % {"lag": str(lag).split(".")[0]}
        )
    for name in triggers.missing_triggers(source.using):
        report.remarks.append(
            gettext("The trigger %(name)s is missing; `manage.py ledger sequence` restores it.") % {"name": name}
        )
