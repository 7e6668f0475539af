"""The stored tree against the entries: every leaf hash, every node, the roots at every signed size."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext

from certification.ledger import merkle
from certification.ledger.records import NODE, LedgerTables
from certification.ledger.verification.entries import ReadEntry
from certification.ledger.verification.report import VerificationReport


@dataclass(slots=True)
class TreeCheck:
    """Grows the tree anew from the entries' bytes, and compares what is stored on the way.

    `roots` are the recomputed roots at the sizes in `wanted`. `broken_at` is the first entry whose hash is unknown,
    bytes and node both gone: nothing can be recomputed from there on.
    """

    source: LedgerTables
    report: VerificationReport
    wanted: frozenset[int]
    frontier: merkle.Frontier = field(default_factory=merkle.Frontier)
    roots: dict[int, bytes] = field(default_factory=dict)
    broken_at: int | None = None
    _kept: dict[merkle.Coordinate, bytes] = field(default_factory=dict)
    _flagged: set[merkle.Coordinate] = field(default_factory=set)

    def check_run(self, start: int, end: int, read: Iterable[ReadEntry]) -> None:
        """The entries numbered [start, end); those that are missing are left out of `read`."""
        entries = {item.row["seq"]: item for item in read}
        stored = self._stored(start, end)
        for seq in range(start, end):
            self._leaf(seq, entries.get(seq), stored.get((0, seq)))
        level = 1
        while start >> level < end >> level:
            for index in range(start >> level, end >> level):
                self._node(level, index, stored)
            level += 1
        self._kept.update(self._right_edge(end, stored))

    def surplus(self, size: int) -> None:
        """Nodes that belong to no entry."""
        for level, low, high in self.source.query(
            'SELECT level, MIN("index"), MAX("index") FROM certification_node GROUP BY level ORDER BY level'
        ):
            known = isinstance(level, int) and 0 <= level < 64
            if not known or not isinstance(high, int) or high >= size >> level or low < 0:
                self.report.add(
                    "node-surplus",
                    gettext("The tree holds hashes on level %(level)s for entries that do not exist (%(size)s exist).")
                    % {"level": level, "size": size},
                )

    def _stored(self, start: int, end: int) -> dict[merkle.Coordinate, bytes]:
        conditions, params, level = [], [], 0
        while start >> level < end >> level:
            conditions.append('(t.level = %s AND t."index" >= %s AND t."index" < %s)')
            params += [level, start >> level, end >> level]
            level += 1
        if not conditions:
            return {}
        rows = self.source.rows("node", NODE, f"WHERE {' OR '.join(conditions)}", params)
        return {(row["level"], row["index"]): row["hash"] or b"" for row in rows}

    def _leaf(self, seq: int, item: ReadEntry | None, stored: bytes | None) -> None:
        if item is not None and stored != item.leaf_hash:
            self._flagged.add((0, seq))
            self._report_leaf(item, stored)
        leaf_hash = stored if item is None else item.leaf_hash
        if leaf_hash is None and self.broken_at is None:
            self.broken_at = seq
        if self.broken_at is None and leaf_hash is not None:
            self.frontier.append(leaf_hash)
            if self.frontier.size in self.wanted:
                self.roots[self.frontier.size] = self.frontier.root()

    def _report_leaf(self, item: ReadEntry, stored: bytes | None) -> None:
        if stored is None:
            text = gettext("%(entry)s: its hash is missing in the tree.")
        elif stored == item.row["leaf_hash"]:
            return  # tree and column agree against the bytes: that was reported with the entry
        else:
            text = gettext("%(entry)s: its bytes do not fit the hash in the tree; one of the two was changed.")
        self.report.add("leaf-node", text % {"entry": item.named}, item.named)

    def _node(self, level: int, index: int, stored: dict[merkle.Coordinate, bytes]) -> None:
        children = [(level - 1, 2 * index), (level - 1, 2 * index + 1)]
        left, right = (stored.get(child, self._kept.get(child)) for child in children)
        node = stored.get((level, index))
        if node is None:
            self._report_node("node-missing", gettext("is missing"), level, index)
        elif left is None or right is None or self._flagged & set(children):
            return  # a child was reported already
        elif node != merkle.hash_children(left, right):
            self._report_node("node-changed", gettext("was changed"), level, index)

    def _report_node(self, code: str, what: str, level: int, index: int) -> None:
        self._flagged.add((level, index))
        first, last = index << level, ((index + 1) << level) - 1
        self.report.add(
            code,
            gettext("The tree's hash over the entries %(first)s to %(last)s %(what)s.")
            % {"first": first, "last": last, "what": what},
        )

    def _right_edge(
        self, end: int, stored: dict[merkle.Coordinate, bytes]
    ) -> Iterable[tuple[merkle.Coordinate, bytes]]:
        """The nodes whose parents come with later entries."""
        for level in range(end.bit_length()):
            last = (level, (end >> level) - 1)
            if last in stored:
                yield last, stored[last]
