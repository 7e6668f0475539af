"""Entries, one by one: their bytes, the columns that repeat them, their order, and what they refer to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from certification.ledger import canonical, kinds, merkle
from certification.ledger.leaf import BadLeaf, EntryLeaf, UnknownVersion, decode_leaf, utc_stamp
from certification.ledger.records import LedgerTables, TableRow
from certification.ledger.verification.report import EntryName, VerificationReport

NAMED_ONE_BY_ONE = 100


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An entry as stored; `leaf` is None where its bytes are no entry this program knows."""

    row: TableRow
    leaf: EntryLeaf | None
    leaf_hash: bytes

    @property
    def intact(self) -> bool:
        """Whether the bytes fit the hash stored beside them."""
        return bool(self.leaf_hash == self.row["leaf_hash"])

    @property
    def named(self) -> EntryName:
        if self.leaf is None or not self.intact:
            return EntryName(self.row["seq"], self.row["uuid"], self.row["kind"])
        return EntryName(self.row["seq"], str(self.leaf.id), self.leaf.kind)


@dataclass(slots=True)
class EntryCheck:
    source: LedgerTables
    report: VerificationReport
    previous: datetime | None = None
    longest_lag: timedelta = timedelta(0)

    def check_run(self, rows: Sequence[TableRow]) -> list[ReadEntry]:
        """Checks a run of entries and returns them decoded."""
        read = [self._read(row) for row in rows]
        for item in read:
            self._hash(item)
            if item.leaf is not None:
                self._columns(item, item.leaf)
                self._order(item, item.leaf)
                self._kind(item, item.leaf)
        self._refs([item for item in read if item.leaf is not None and item.leaf.ref is not None])
        return read

    def missing(self, first: int, last: int) -> None:
        """Entries nobody finds: named one by one, a long row of them in one sentence."""
        if last - first >= NAMED_ONE_BY_ONE:
            text = gettext("The entries %(first)s to %(last)s are missing.")
            self.report.add("entry-missing", text % {"first": first, "last": last}, EntryName(first))
            return
        for seq in range(first, last + 1):
            self.report.add("entry-missing", gettext("Entry %(seq)s is missing.") % {"seq": seq}, EntryName(seq))

    def _read(self, row: TableRow) -> ReadEntry:
        data = row["leaf"] or b""
        leaf_hash = merkle.hash_leaf(data)
        named = EntryName(row["seq"], row["uuid"], row["kind"])
        try:
            return ReadEntry(row, decode_leaf(data), leaf_hash)
        except UnknownVersion as error:
            self.report.add(
                "entry-version",
                gettext("%(entry)s cannot be checked: %(reason)s Use the version of the program that wrote it.")
                % {"entry": named, "reason": error},
                named,
            )
        except (canonical.NotCanonical, BadLeaf) as error:
            self.report.add(
                "entry-bytes",
                gettext("%(entry)s: its bytes are not what the ledger writes. %(reason)s")
                % {"entry": named, "reason": error},
                named,
            )
        return ReadEntry(row, None, leaf_hash)

    def _hash(self, item: ReadEntry) -> None:
        if not item.intact:
            self.report.add(
                "entry-hash",
                gettext("%(entry)s was changed: its bytes do not fit the hash stored beside them.")
                % {"entry": item.named},
                item.named,
            )

    def _columns(self, item: ReadEntry, leaf: EntryLeaf) -> None:
        written = {
            "seq": leaf.seq,
            "uuid": str(leaf.id),
            "kind": leaf.kind,
            "at": utc_stamp(leaf.at),
            "sequenced_at": utc_stamp(leaf.sequenced_at),
            "ref": None if leaf.ref is None else str(leaf.ref),
        }
        for column, value in written.items():
            if item.row[column] != value:
                self.report.add(
                    "entry-column",
                    gettext("%(entry)s: the column %(column)s says “%(stored)s”, but its bytes say “%(written)s”.")
                    % {"entry": item.named, "column": column, "stored": item.row[column], "written": value},
                    item.named,
                )

    def _order(self, item: ReadEntry, leaf: EntryLeaf) -> None:
        self.longest_lag = max(self.longest_lag, leaf.sequenced_at - leaf.at)
        if self.previous is not None and leaf.sequenced_at < self.previous:
            self.report.add(
                "entry-order",
                gettext("%(entry)s was written at %(written)s, earlier than the entry before it: time runs back.")
                % {"entry": item.named, "written": utc_stamp(leaf.sequenced_at)},
                item.named,
            )
        self.previous = leaf.sequenced_at if self.previous is None else max(self.previous, leaf.sequenced_at)

    def _kind(self, item: ReadEntry, leaf: EntryLeaf) -> None:
        if (leaf.kind == kinds.GENESIS) != (leaf.seq == 0):
            self.report.add(
                "entry-genesis",
                gettext("%(entry)s: a ledger has one genesis, and it is entry 0.") % {"entry": item.named},
                item.named,
            )
        if leaf.kind not in kinds.KINDS:
            self.report.add(
                "entry-kind",
                gettext("%(entry)s is of a kind this program does not know.") % {"entry": item.named},
                item.named,
            )

    def _refs(self, read: Sequence[ReadEntry]) -> None:
        wanted = {str(item.leaf.ref) for item in read if item.leaf is not None}
        numbers = {row["uuid"]: row["seq"] for row in self._numbers(wanted)}
        for item in read:
            if item.leaf is not None and numbers.get(str(item.leaf.ref), item.row["seq"]) >= item.row["seq"]:
                self.report.add(
                    "entry-ref",
                    gettext("%(entry)s refers to the entry %(ref)s, which is not before it.")
                    % {"entry": item.named, "ref": item.leaf.ref},
                    item.named,
                )

    def _numbers(self, wanted: set[str]) -> list[TableRow]:
        return list(self.source.rows_of("entry", {"uuid": "uuid", "seq": "int"}, "uuid", wanted, order="seq"))
