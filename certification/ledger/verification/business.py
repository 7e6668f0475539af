"""Business tables against the ledger. The ledger knows none of them: callers hand in comparers (see Comparer)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol
from uuid import UUID

from django.db import DatabaseError
from django.utils.translation import gettext

from certification.ledger.models import Part
from certification.ledger.verification.records import OPENING, Source
from certification.ledger.verification.report import Named, Report

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """What one business row says its entry must say too.

    `what` names the row in a report (“completion 4711”); `entry` is the id it stores. `payload` and `subject` hold
    the members to compare, as they were appended; members left out are not compared.
    """

    what: str
    entry: UUID | None
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    subject: Mapping[str, Any] = field(default_factory=dict)


class Comparer(Protocol):
    """One business table. Its room offers an instance and names it in `ledger_claims` of its `apps.py`."""

    kinds: frozenset[str]
    """Kinds of which every entry must have a row: one without means a row was deleted."""

    def claims(self, using: str) -> Iterable[Claim]:
        """All rows, read from the database `using` (a copy may be verified), in any order."""


def compare(source: Source, report: Report, comparer: Comparer) -> None:
    """Adds what differs to the report, also when a tampered row cannot even be read."""
    try:
        _compare(source, report, comparer)
    except (ArithmeticError, DatabaseError, LookupError, TypeError, ValueError) as error:
        report.add(
            "business-unreadable",
            gettext("What the database holds for the entries of kind %(kinds)s cannot be read: %(reason)s.")
            % {"kinds": ", ".join(sorted(comparer.kinds)), "reason": str(error).rstrip(".")},
        )


def _compare(source: Source, report: Report, comparer: Comparer) -> None:
    claimed: set[str] = set()
    claims = iter(comparer.claims(source.using))
    while part := list(islice(claims, AT_ONCE)):
        _compare_part(source, report, part)
        claimed.update(str(claim.entry) for claim in part)
    _report_rowless(source, report, comparer, claimed)


def _compare_part(source: Source, report: Report, claims: Sequence[Claim]) -> None:
    ids = [str(claim.entry) for claim in claims if claim.entry is not None]
    names = _names(source, ids)
    values: dict[tuple[str, str], dict[str, Any]] = {}
    for row in source.rows_of("opening", OPENING, "entry", ids):
        values[row["entry"], row["part"]] = _object(row["value"])
    for claim in claims:
        named = names.get(str(claim.entry))
        if named is None or named.kind != claim.kind:
            report.add(
                "business-entry",
                gettext("%(what)s names the entry %(entry)s, but the ledger has no such entry of kind %(kind)s.")
                % {"what": claim.what, "entry": claim.entry, "kind": claim.kind},
                Named(None, str(claim.entry), claim.kind),
            )
            continue
        for part, wanted in ((Part.PAYLOAD, claim.payload), (Part.SUBJECT, claim.subject)):
            _compare_values(report, claim, named, wanted, values.get((str(claim.entry), part.value)))


def _compare_values(
    report: Report, claim: Claim, named: Named, wanted: Mapping[str, Any], found: dict[str, Any] | None
) -> None:
    if found is None:
        return  # a missing opening is reported where openings are checked
    for name, value in wanted.items():
        if found.get(name) != value:
            report.add(
                "business-differs",
                gettext("%(entry)s: %(what)s says %(name)s = “%(value)s”, the ledger says “%(logged)s”.")
                % {
                    "entry": named,
                    "what": claim.what,
                    "name": name,
                    "value": value,
                    "logged": found.get(name),
                },
                named,
            )


def _report_rowless(source: Source, report: Report, comparer: Comparer, claimed: set[str]) -> None:
    if not comparer.kinds:
        return
    marks = ", ".join(["%s"] * len(comparer.kinds))
    columns = {"seq": "int", "uuid": "uuid", "kind": "text"}
    for row in source.rows("entry", columns, f"WHERE t.kind IN ({marks}) ORDER BY t.seq", sorted(comparer.kinds)):
        if row["uuid"] not in claimed:
            named = Named(row["seq"], row["uuid"], row["kind"])
            report.add(
                "business-missing",
                gettext("%(entry)s: what it is evidence of is no longer in the database.") % {"entry": named},
                named,
            )


def _names(source: Source, ids: Sequence[str]) -> dict[str, Named]:
    """Entries and those still pending."""
    found: dict[str, Named] = {}
    for row in source.rows_of("pending", {"uuid": "uuid", "kind": "text"}, "uuid", ids):
        found[row["uuid"]] = Named(None, row["uuid"], row["kind"])
    columns = {"seq": "int", "uuid": "uuid", "kind": "text"}
    for row in source.rows_of("entry", columns, "uuid", ids, order="seq"):
        found[row["uuid"]] = Named(row["seq"], row["uuid"], row["kind"])
    return found


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "")
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
