"""Rows elsewhere that remember under which checkpoint they were sealed: they witness that it was there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.utils.translation import gettext, ngettext

from certification.ledger.records import LedgerTables
from certification.ledger.verification.report import VerificationReport


@dataclass(frozen=True, slots=True)
class Seal:
    """`what` was sealed (“The certificate …”), its entry's number if it has one, and the sealing checkpoint's size."""

    what: str
    seq: int | None
    size: int | None


@runtime_checkable
class SealWitness(Protocol):
    """A comparer whose rows remember the size of the checkpoint they were sealed under."""

    def seals(self, using: str) -> Iterable[Seal]:
        """Of all sealed rows in the database `using`."""


def compare_seals(source: LedgerTables, report: VerificationReport, witness: SealWitness, sizes: set[int]) -> None:
    """A seal names a checkpoint that is there and believed, and that covers its entry."""
    missing: dict[int | None, _Named] = {}
    before = _Named()
    for seal in witness.seals(source.using):
        if seal.size not in sizes:
            missing.setdefault(seal.size, _Named()).add(seal.what)
        elif seal.seq is None or seal.seq >= seal.size:
            before.add(seal.what)
    for size, named in sorted(missing.items(), key=lambda item: item[0] or 0):
        report.add(
            "checkpoint-witness",
            gettext(
                "%(what)s was sealed under a signed checkpoint of %(size)s entries, and the ledger has none that is "
                "believed: it was deleted or exchanged."
            )
            % {"what": named, "size": size or 0},
        )
    if before.count:
        report.add(
            "checkpoint-witness",
            gettext("%(what)s is said to be sealed under a checkpoint that does not cover its entry.")
            % {"what": before},
        )


@dataclass(slots=True)
class _Named:
    """The first of many, and how many more."""

    first: str = ""
    count: int = 0

    def add(self, what: str) -> None:
        self.first, self.count = self.first or what, self.count + 1

    def __str__(self) -> str:
        if self.count == 1:
            return self.first
        return ngettext("%(what)s (and %(more)s more)", "%(what)s (and %(more)s more)", self.count - 1) % {
            "what": self.first,
            "more": self.count - 1,
        }
