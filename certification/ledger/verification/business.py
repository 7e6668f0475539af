"""Business tables against the ledger. The ledger knows none of them: callers hand in comparers (see ClaimComparer)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.utils.translation import gettext

from certification.ledger.leaf import utc_stamp
from certification.ledger.models import EntryPart
from certification.ledger.records import OPENING, LedgerTables, TableRow
from certification.ledger.verification.report import EntryName, VerificationReport

AT_ONCE = 500
UNREADABLE = (ArithmeticError, DatabaseError, LookupError, ObjectDoesNotExist, TypeError, ValueError)
RECEIPT = {"uuid": "uuid", "kind": "text", "key": "text", "at": "instant"}
NOTHING = "∅"
"""Stands in a report for a member that is not there; no member is ever equal to it."""


@dataclass(frozen=True, slots=True)
class LedgerClaim:
    """What one business row says its entry must say too.

    `what` names the row in a report (“completion 4711”); `entry` is the id it stores. `payload` is the whole of it, as
    the producer made it of the row: a member more or less is a difference. `recomputed` holds those members again that
    are digests, computed anew from what is stored. Of `subject` and `actor` only the members given are compared; so
    are `key`, under which the entry was appended, and `at`, when it happened.
    """

    what: str
    entry: UUID | None
    kind: str
    payload: Mapping[str, Any]
    recomputed: Mapping[str, Any] = field(default_factory=dict)
    subject: Mapping[str, Any] = field(default_factory=dict)
    actor: Mapping[str, Any] = field(default_factory=dict)
    key: str | None = None
    at: datetime | None = None
    line: Mapping[EntryPart, Mapping[str, Any]] | None = None
    """What the line of a roster that speaks of this row says, where the entry is a roster."""

    @property
    def received(self) -> dict[str, str]:
        """What the pending table must have received with the entry."""
        given = {"key": self.key, "at": None if self.at is None else utc_stamp(self.at)}
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class EntryContradiction:
    """What a comparer found by itself of an entry; `problem` is a whole sentence, which shows no value it compared."""

    entry: UUID
    problem: str


@dataclass(frozen=True, slots=True)
class EarlierEntry:
    """No row stands for it as a whole, and that is right: later entries speak of its rows, or it is a roster, whose
    lines are compared one by one."""

    entry: UUID


class ClaimComparer(Protocol):
    """One business table. Its room offers an instance and names it in `ledger_claims` of its `apps.py`.

    Its claims' payloads are made by the very function the producer logs with, which is also offered as `payload`.
    """

    kinds: frozenset[str]
    """Kinds of which every entry must have a row, and one only: one without means a row was deleted, and a second row
    of one entry that it was invented. The exceptions a comparer names itself (`EarlierEntry`)."""

    def claims(self, using: str) -> Iterable[LedgerClaim | EntryContradiction | EarlierEntry]:
        """All rows, read from the database `using` (a copy may be verified), in any order."""


@contextmanager
def reading_rows(source: LedgerTables, report: VerificationReport, comparer: ClaimComparer) -> Iterator[None]:
    """A table that is missing, or a tampered row that cannot even be read, is a finding, and the rest is still read."""
    try:
        with source.savepoint():
            yield
    except UNREADABLE as error:
        if source.unanswered(error):
            raise
        report.add(
            "business-unreadable",
            gettext("What the database holds for the entries of kind %(kinds)s cannot be read: %(reason)s.")
            % {"kinds": ", ".join(sorted(comparer.kinds)), "reason": str(error).strip().rstrip(".")},
        )


def compare_claims(source: LedgerTables, report: VerificationReport, comparer: ClaimComparer) -> None:
    """Adds what differs to the report."""
    claimed: set[str] = set()
    claims = iter(comparer.claims(source.using))
    while part := list(islice(claims, AT_ONCE)):
        _report_contradictions(source, report, [each for each in part if isinstance(each, EntryContradiction)])
        claimed.update(str(each.entry) for each in part if isinstance(each, EarlierEntry))
        _compare_part(source, report, [each for each in part if isinstance(each, LedgerClaim)], claimed)
    _report_rowless(source, report, comparer, claimed)


def _report_contradictions(
    source: LedgerTables, report: VerificationReport, found: Sequence[EntryContradiction]
) -> None:
    ids = [str(each.entry) for each in found]
    names = _names(source, _receipts(source, ids), ids)
    for each in found:
        named = names.get(str(each.entry), EntryName(None, str(each.entry), "?"))
        words = gettext("%(entry)s: %(problem)s") % {"entry": named, "problem": each.problem}
        report.add("business-contradicts", words, named)


def _compare_part(
    source: LedgerTables, report: VerificationReport, claims: Sequence[LedgerClaim], claimed: set[str]
) -> None:
    """`claimed`: the entries that rows before these have claimed; those of these rows are added."""
    ids = list(dict.fromkeys(str(claim.entry) for claim in claims if claim.entry is not None))
    receipts = _receipts(source, ids)
    names = _names(source, receipts, ids)
    values: dict[tuple[str, str], dict[str, Any]] = {}
    for row in source.rows_of("opening", OPENING, "entry", ids):
        values[row["entry"], row["part"]] = _object(row["value"])
    for claim in claims:
        entry = str(claim.entry)
        named = names.get(entry)
        if named is None or named.kind != claim.kind:
            report.add(
                "business-entry",
                gettext("%(what)s names the entry %(entry)s, but the ledger has no such entry of kind %(kind)s.")
                % {"what": claim.what, "entry": claim.entry, "kind": claim.kind},
                EntryName(None, entry, claim.kind),
            )
            continue
        place = entry if claim.line is None else f"{entry} {claim.what}"
        if place in claimed:
            report.add(
                "business-twice",
                gettext("%(entry)s: %(what)s claims it, and so does another row: one of the two was slipped in.")
                % {"entry": named, "what": claim.what},
                named,
            )
        claimed |= {entry, place}
        opened: dict[EntryPart, Mapping[str, Any] | None] = {part: values.get((entry, part)) for part in EntryPart}
        opened |= claim.line or {}
        for name, value, logged in _differences(claim, opened, receipts.get(entry)):
            report.add(
                "business-differs",
                gettext("%(entry)s: %(what)s says %(name)s = “%(value)s”, the ledger says “%(logged)s”.")
                % {"entry": named, "what": claim.what, "name": name, "value": value, "logged": logged},
                named,
            )


def _differences(
    claim: LedgerClaim, opened: Mapping[EntryPart, Mapping[str, Any] | None], receipt: TableRow | None
) -> Iterator[tuple[str, Any, Any]]:
    """(name, what the row says, what was logged). What is missing of the entry is reported where that is checked."""
    compared = (
        (claim.payload, opened[EntryPart.PAYLOAD]),
        (claim.recomputed, opened[EntryPart.PAYLOAD]),
        (claim.subject, opened[EntryPart.SUBJECT]),
        (claim.actor, opened[EntryPart.ACTOR]),
        (claim.received, receipt),
    )
    for wanted, logged in compared:
        if logged is not None:
            for name, value in wanted.items():
                if logged.get(name, NOTHING) != value:
                    yield name, value, logged.get(name, NOTHING)
    for name, value in (opened[EntryPart.PAYLOAD] or {}).items():
        if name not in claim.payload:
            yield name, NOTHING, value


def _report_rowless(
    source: LedgerTables, report: VerificationReport, comparer: ClaimComparer, claimed: set[str]
) -> None:
    if not comparer.kinds:
        return
    marks = ", ".join(["%s"] * len(comparer.kinds))
    columns = {"seq": "int", "uuid": "uuid", "kind": "text"}
    for row in source.rows("entry", columns, f"WHERE t.kind IN ({marks}) ORDER BY t.seq", sorted(comparer.kinds)):
        if row["uuid"] not in claimed:
            named = EntryName(row["seq"], row["uuid"], row["kind"])
            report.add(
                "business-missing",
                gettext("%(entry)s: what it is evidence of is no longer in the database.") % {"entry": named},
                named,
            )


def _receipts(source: LedgerTables, ids: Sequence[str]) -> dict[str, TableRow]:
    return {row["uuid"]: row for row in source.rows_of("pending", RECEIPT, "uuid", ids)}


def _names(source: LedgerTables, receipts: Mapping[str, TableRow], ids: Sequence[str]) -> dict[str, EntryName]:
    """Entries and those still pending."""
    found = {uuid: EntryName(None, uuid, row["kind"]) for uuid, row in receipts.items()}
    columns = {"seq": "int", "uuid": "uuid", "kind": "text"}
    for row in source.rows_of("entry", columns, "uuid", ids, order="seq"):
        found[row["uuid"]] = EntryName(row["seq"], row["uuid"], row["kind"])
    return found


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
