"""What a verification found: each finding in a full sentence that names the entry, and in a form programs read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext


class Unusable(RuntimeError):
    """The database cannot be read, or holds no ledger: nothing can be said about it."""


@dataclass(frozen=True, slots=True)
class EntryName:
    """The entry a finding is about."""

    seq: int | None = None
    id: str | None = None
    kind: str | None = None

    def __str__(self) -> str:
        if self.seq is None:
            return gettext("The entry %(id)s (%(kind)s)") % {"id": self.id, "kind": self.kind}
        if self.id is None:
            return gettext("Entry %(seq)s") % {"seq": self.seq}
        return gettext("Entry %(seq)s (%(kind)s, %(id)s)") % {"seq": self.seq, "kind": self.kind, "id": self.id}


NOBODY = EntryName()


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable and for programs; `sentence` is translated and for people."""

    code: str
    sentence: str
    entry: EntryName = NOBODY

    def as_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "seq": self.entry.seq,
            "id": self.entry.id,
            "kind": self.entry.kind,
            "sentence": self.sentence,
        }


@dataclass(slots=True)
class VerificationReport:
    """`findings` make a ledger invalid; `remarks` are worth knowing and do not."""

    origin: str | None = None
    entries: int = 0
    root: str = ""
    checkpoints: int = 0
    covered: int = 0
    waiting: int = 0
    keys: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def valid(self) -> bool:
        return not self.findings

    def add(self, code: str, sentence: str, entry: EntryName = NOBODY) -> None:
        self.findings.append(Finding(code, sentence, entry))

    def named(self) -> list[int]:
        """The numbers of the entries the findings are about."""
        return sorted({finding.entry.seq for finding in self.findings if finding.entry.seq is not None})

    def as_dict(self) -> dict[str, Any]:
        return {
            "valid": self.valid,
            "origin": self.origin,
            "entries": self.entries,
            "root": self.root,
            "checkpoints": self.checkpoints,
            "covered": self.covered,
            "keys": self.keys,
            "findings": [finding.as_dict() for finding in self.findings],
            "remarks": self.remarks,
        }
