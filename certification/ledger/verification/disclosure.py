"""What lies behind the commitments: openings, rosters, and the receipts of the pending table."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from certification.ledger import commitments, pending
from certification.ledger.leaf import COMMITMENT, EntryLeaf, utc_stamp
from certification.ledger.models import EntryPart
from certification.ledger.records import MEMBER, OPENING, PENDING, LedgerTables, TableRow
from certification.ledger.verification.entries import ReadEntry
from certification.ledger.verification.report import EntryName, VerificationReport


@dataclass(slots=True)
class DisclosureCheck:
    """`payloads` keeps the opened payloads of the ledger's own kinds by the entry's number: keys and origin."""

    source: LedgerTables
    report: VerificationReport
    keep: frozenset[str]
    payloads: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def check_run(self, read: Sequence[ReadEntry]) -> None:
        known = [(item.named, item.leaf) for item in read if item.leaf is not None]
        ids = [str(leaf.id) for _, leaf in known]
        openings = _grouped(self.source.rows_of("opening", OPENING, "entry", ids), "entry")
        receipts = {row["uuid"]: row for row in self.source.rows_of("pending", PENDING, "uuid", ids)}
        rosters: list[tuple[EntryName, dict[str, Any]]] = []
        for named, leaf in known:
            parts = {EntryPart.SUBJECT: leaf.subject, EntryPart.ACTOR: leaf.actor, EntryPart.PAYLOAD: leaf.payload}
            payload = self.openings(named, parts, openings.get(str(leaf.id), []))
            self._receipt(named, leaf, receipts.get(str(leaf.id)))
            if pending.ROSTER_ROOT in payload:
                rosters.append((named, payload))
            if leaf.kind in self.keep:
                self.payloads[leaf.seq] = (leaf.kind, payload)
        self.rosters(rosters)

    def waiting(self) -> int:
        """Entries that were never numbered, or were and are gone. Returns how many honestly wait."""
        rows = self.source.rows(
            "pending", PENDING, "LEFT JOIN certification_entry e ON e.uuid = t.uuid WHERE e.uuid IS NULL ORDER BY t.id"
        )
        openings = _grouped(self.source.rows_of("opening", OPENING, "entry", _ids(rows, "uuid")), "entry")
        rosters = []
        for row in rows:
            named = EntryName(None, row["uuid"], row["kind"])
            parts = {
                EntryPart.SUBJECT: row["subject"],
                EntryPart.ACTOR: row["actor"],
                EntryPart.PAYLOAD: row["payload"],
            }
            payload = self.openings(named, parts, openings.get(row["uuid"], []))
            self._key(named, row)
            if pending.ROSTER_ROOT in payload:
                rosters.append((named, payload))
            if row["sequenced"]:
                self.report.add(
                    "entry-gone",
                    gettext("%(entry)s was written to the ledger and is no longer in it.") % {"entry": named},
                    named,
                )
        self.rosters(rosters)
        return sum(1 for row in rows if not row["sequenced"])

    def orphans(self) -> None:
        """Openings and roster members of no entry at all."""
        nowhere = (
            "LEFT JOIN certification_entry e ON e.uuid = t.entry LEFT JOIN certification_pending p ON p.uuid = t.entry "
            "WHERE e.uuid IS NULL AND p.uuid IS NULL ORDER BY t.id"
        )
        for table, columns in (("opening", OPENING), ("member", MEMBER)):
            for row in self.source.rows(table, columns, nowhere):
                self.report.add(
                    f"{table}-orphan",
                    gettext("Row %(row)s of certification_%(table)s belongs to the entry %(entry)s, which is unknown.")
                    % {"row": row["id"], "table": table, "entry": row["entry"]},
                )

    def openings(
        self, named: EntryName, committed: Mapping[EntryPart, str | None], rows: Iterable[TableRow]
    ) -> dict[str, Any]:
        """Checks the openings of one entry; returns its payload, or {} if that cannot be trusted."""
        payload: dict[str, Any] = {}
        found = {row["part"]: row for row in rows}
        for part, commitment in committed.items():
            row = found.pop(part.value, None)
            if row is None and commitment is not None:
                self._say(
                    "opening-missing", named, part, gettext("its value is missing, and no entry says it was erased")
                )
            elif row is not None and commitment is None:
                self._say("opening-surplus", named, part, gettext("a value is stored where the entry has none"))
            elif row is not None and commitment is not None:
                value = self._value(named, part, commitment, row)
                payload = value if part is EntryPart.PAYLOAD else payload
        for name in found:
            self._say("opening-surplus", named, name, gettext("an entry has no such part"))
        return payload

    def rosters(self, rosters: Sequence[tuple[EntryName, dict[str, Any]]]) -> None:
        """The subtrees of bulk entries: as many members as the entry counts, and the root it commits to."""
        rows = self.source.rows_of("member", MEMBER, "entry", [str(named.id) for named, _ in rosters])
        members = _grouped(rows, "entry")
        for named, payload in rosters:
            listed = sorted(members.get(str(named.id), []), key=lambda row: row["position"])
            self._roster(named, payload, listed)

    def _roster(self, named: EntryName, payload: dict[str, Any], listed: Sequence[TableRow]) -> None:
        if [row["position"] for row in listed] != list(range(payload.get(pending.ROSTER_COUNT, -1))):
            self.report.add(
                "roster-count",
                gettext("%(entry)s covers %(count)s people, but its list holds %(listed)s rows or has gaps.")
                % {"entry": named, "count": payload.get(pending.ROSTER_COUNT), "listed": len(listed)},
                named,
            )
        readable = all(COMMITMENT.fullmatch(row["commitment"] or "") for row in listed)
        digests = [row["commitment"] for row in listed]
        if not readable or pending.roster_root(digests).hex() != payload[pending.ROSTER_ROOT]:
            self.report.add(
                "roster-root",
                gettext("%(entry)s: the list of people it covers was changed; it does not give the root it commits to.")
                % {"entry": named},
                named,
            )
        for row in listed:
            part = gettext("line %(position)s of its list") % {"position": row["position"]}
            if row["value"] is None or row["salt"] is None:
                self._say(
                    "opening-missing", named, part, gettext("its value is missing, and no entry says it was erased")
                )
            else:
                self._value(named, part, row["commitment"] or "", row)

    def _value(self, named: EntryName, part: str, commitment: str, row: TableRow) -> dict[str, Any]:
        text = row["value"] or ""
        if not commitments.opens_commitment(commitment, row["salt"] or b"", text.encode("utf-8", "surrogatepass")):
            self._say(
                "opening-changed", named, part, gettext("value or salt was changed: they do not fit the commitment")
            )
            return {}
        value: dict[str, Any] = json.loads(text)
        if row["person"] != value.get("person"):
            self._say("opening-person", named, part, gettext("the column person differs from the value it repeats"))
        return value

    def _receipt(self, named: EntryName, leaf: EntryLeaf, row: TableRow | None) -> None:
        if row is None:
            self._pending(named, gettext("its row in the pending table is missing"))
            return
        self._key(named, row)
        if not row["sequenced"]:
            self._pending(named, gettext("the pending table says it was not yet written"))
        written = {
            "kind": leaf.kind,
            "at": utc_stamp(leaf.at),
            "ref": None if leaf.ref is None else str(leaf.ref),
            "subject": leaf.subject,
            "actor": leaf.actor,
            "payload": leaf.payload,
        }
        for column, value in written.items():
            if row[column] != value:
                self._pending(
                    named,
                    gettext("%(column)s differs from what the pending table received (“%(value)s”, “%(received)s”)")
                    % {"column": column, "value": value, "received": row[column]},
                )

    def _key(self, named: EntryName, row: TableRow) -> None:
        if str(commitments.keyed_id(row["key_salt"] or b"", row["key"] or "")) != row["uuid"]:
            self._pending(named, gettext("its idempotency key or the key's salt was changed"))

    def _pending(self, named: EntryName, what: str) -> None:
        self.report.add("pending", gettext("%(entry)s: %(what)s.") % {"entry": named, "what": what}, named)

    def _say(self, code: str, named: EntryName, part: str, what: str) -> None:
        label = part.label if isinstance(part, EntryPart) else part
        self.report.add(
            code, gettext("%(entry)s, %(part)s: %(what)s.") % {"entry": named, "part": label, "what": what}, named
        )


def _grouped(rows: Iterable[TableRow], column: str) -> dict[str, list[TableRow]]:
    groups: dict[str, list[TableRow]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _ids(rows: Iterable[TableRow], column: str) -> list[str]:
    """Ids that can be asked for: a damaged one cannot."""
    return [row[column] for row in rows if len(row[column] or "") == 36]
