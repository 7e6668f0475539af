"""The way through the entries, in runs by number: each checked by itself, with its receipt, its openings, its nodes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext

from certification.ledger import merkle
from certification.ledger.records import ENTRY, LedgerTables
from certification.ledger.verification.disclosure import DisclosureCheck
from certification.ledger.verification.entries import EntryCheck
from certification.ledger.verification.report import EntryName, VerificationReport
from certification.ledger.verification.tree_check import TreeCheck
from certification.ledger.verification.whole_runs import NotWhole, read_whole_run

RUN = 1024
"""Entries looked at together; a power of two, so that the tree over a run is complete in itself."""
LARGEST_GAP = 100_000


@dataclass(frozen=True, slots=True)
class Place:
    """All that the check of an entry must know of those before it, where nothing was found in them."""

    seq: int = 0
    previous: datetime | None = None
    peaks: tuple[bytes, ...] = ()


BEGINNING = Place()


class Helper(Protocol):
    """Another process that sees the same database as this one (`processes.helpers`)."""

    def start(self, begun: Place, end: int, wanted: frozenset[int], keep: frozenset[str]) -> Callable[[], Walk | None]:
        """Sets it going from a place to the entry before `end`; what is given back waits for the walk it made.

        None: the process ended before its walk did.
        """


@dataclass(slots=True)
class Walk:
    """`expected` is the entry that comes next, so that a missing one is seen."""

    source: LedgerTables
    report: VerificationReport
    tree: TreeCheck
    entries: EntryCheck
    disclosure: DisclosureCheck
    begun: Place
    expected: int

    @classmethod
    def begin(
        cls,
        source: LedgerTables,
        report: VerificationReport,
        wanted: frozenset[int],
        keep: frozenset[str],
        at: Place = BEGINNING,
    ) -> Walk:
        """From a place that is taken as right until another walk has come there; `keep` as DisclosureCheck says."""
        return cls(
            source,
            report,
            TreeCheck.after(source, report, wanted, merkle.Frontier(at.seq, list(at.peaks))),
            EntryCheck(source, report, previous=at.previous),
            DisclosureCheck(source, report, keep),
            at,
            at.seq,
        )

    def whole_ledger(self, helpers: Sequence[Helper], besides: Callable[[], None]) -> int:
        """Every entry, the later ones by the helpers; returns the ledger's size, missing entries included.

        `besides`: what this process does while the helpers are at work; it is given half as many entries as they.

        A helper begins with what is stored of the entries before. If the walk over those then finds it otherwise, the
        helper's work is thrown away and done again: so the findings are the same with any number of processes.
        """
        count = self.source.number("SELECT COUNT(*) FROM certification_entry") or 0
        last = self.source.number("SELECT MAX(seq) FROM certification_entry")
        size = min((-1 if last is None else last) + 1, count + LARGEST_GAP)
        self._strays(size)
        share = -(-size // ((2 * len(helpers) + 1) * RUN)) * RUN
        bounds = [0, *(min((2 * number + 1) * share, size) for number in range(len(helpers) + 1))]
        awaited = [
            (start, end, helper.start(stored_place(self.source, start), end, self.tree.wanted, self.disclosure.keep))
            for helper, start, end in zip(helpers, bounds[1:], bounds[2:], strict=False)
            if start < end
        ]
        self.stretch(0, bounds[1])
        besides()
        for start, end, walked in awaited:
            other = walked()
            if other is not None and other.begun == self._place():
                self._join(other)
            else:
                self.stretch(start, end)
        self.tree.surplus(size)
        return size

    def stretch(self, start: int, end: int) -> None:
        """The entries numbered [start, end)."""
        for first in range(start, end, RUN):
            behind = min(first + RUN, end)
            if behind - first < RUN or not self._whole_run(first, behind):
                self._run(first, behind)

    def _whole_run(self, start: int, end: int) -> bool:
        """False, with nothing done, unless all of it is as it was written."""
        try:
            run = read_whole_run(self.source, start, end, self.entries.previous)
        except NotWhole:
            return False
        if self.expected != start or not self.tree.check_whole_run(start, run.hashes):
            return False
        self.expected = end
        self.entries.previous = run.previous
        self.entries.longest_lag = max(self.entries.longest_lag, run.longest_lag)
        self.entries.check_refs([(EntryName(seq, uuid, kind), seq, ref) for seq, uuid, kind, ref in run.refs])
        self.disclosure.rosters([(EntryName(seq, uuid, kind), value) for seq, uuid, kind, value in run.rosters])
        return True

    def _run(self, start: int, end: int) -> None:
        """Entry by entry, so that what is wrong has a name."""
        rows = self.source.rows("entry", ENTRY, "WHERE t.seq >= %s AND t.seq < %s ORDER BY t.seq", [start, end])
        for row in rows:
            if row["seq"] > self.expected:
                self.entries.missing(self.expected, row["seq"] - 1)
            self.expected = row["seq"] + 1
        read = self.entries.check_run(rows)
        self.tree.check_run(start, end, read)
        self.disclosure.check_run(read)

    def _strays(self, size: int) -> None:
        for row in self.source.rows("entry", ENTRY, "WHERE t.seq < 0 OR t.seq >= %s ORDER BY t.seq", [size]):
            self.entries.check_run([row])
            self.report.add("entry-stray", gettext("Entry %(seq)s is out of all order.") % {"seq": row["seq"]})

    def _place(self) -> Place | None:
        """Where this walk has come; None where something was found that the entries after must know of."""
        if not self.tree.settled or self.tree.frontier.size != self.expected:
            return None
        return Place(self.expected, self.entries.previous, tuple(self.tree.frontier.peaks))

    def _join(self, other: Walk) -> None:
        """Goes on where the other walk ended."""
        self.report.findings += other.report.findings
        self.tree.go_on(other.tree)
        self.entries.previous = other.entries.previous
        self.entries.longest_lag = max(self.entries.longest_lag, other.entries.longest_lag)
        self.disclosure.payloads |= other.disclosure.payloads
        self.expected = other.expected


def stored_place(source: LedgerTables, seq: int) -> Place:
    """What the tables say about the entries before `seq`; believed by nobody until it was checked."""
    peaks = source.hashes(merkle.peaks_at(seq))
    written = source.rows("entry", {"sequenced_at": "instant"}, "WHERE t.seq = %s", [seq - 1])
    try:
        previous = datetime.fromisoformat(written[0]["sequenced_at"])
    except (LookupError, TypeError, ValueError):
        previous = None
    return Place(seq, previous, tuple(peaks[place] for place in merkle.peaks_at(seq)))
