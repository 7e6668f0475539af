"""What a verification found: each finding in a full sentence that names the entry, and in a form programs read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django.utils.translation import gettext, ngettext

from certification.ledger.trust import Standing

TOLD_ONE_BY_ONE = 10


class Unusable(RuntimeError):
    """Database, file or settings cannot be read, or hold no ledger: nothing can be said. The message says which."""


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

CAUSES = (
    ("key-stranger", "key", "key-revoke", "checkpoint-overlap", "table-missing", "loss"),
    ("entry-", "leaf-node", "node-", "storage"),
    ("checkpoint-truncated", "checkpoint-declared-loss", "checkpoint-missing", "checkpoint-root", "checkpoint-unknown"),
    ("checkpoint-unsigned", "checkpoint-note", "checkpoint-origin", "checkpoint-column", "checkpoint-witness"),
    ("opening-", "roster-", "member-", "pending"),
    ("business-",),
    ("checkpoint-time",),
)
"""Codes, or how they begin, in the order in which they are told: what may explain the rest comes first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` is stable and for programs; `sentence` is translated and for people."""

    code: str
    sentence: str
    entry: EntryName = NOBODY

    @property
    def rank(self) -> tuple[int, int]:
        """Causes first; among one group in the order of its codes."""
        for number, group in enumerate(CAUSES):
            for place, code in enumerate(group):
                if self.code == code or (code.endswith("-") and self.code.startswith(code)):
                    return number, place
        return len(CAUSES), 0

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
    """`findings` make a ledger invalid; `losses`, declared in it, and `remarks` are worth knowing and do not.

    `covered`: how many entries the newest believed checkpoint covers. `held`: how many the largest held checkpoint
    covers that fits; 0 = none. `vouched`: a key from outside stands behind the ledger. `unsealed` and `waiting` count
    what no signature covers.
    """

    origin: str | None = None
    entries: int = 0
    root: str = ""
    checkpoints: int = 0
    covered: int = 0
    held: int = 0
    vouched: bool = False
    waiting: int = 0
    keys: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def consistent(self) -> bool:
        """Nothing found; whether to believe it is another question: see `standing`."""
        return not self.findings

    @property
    def standing(self) -> Standing:
        if self.findings:
            return Standing.INVALID
        if self.held:
            return Standing.VALID
        return Standing.KEY_ONLY if self.vouched else Standing.UNANCHORED

    @property
    def unsealed(self) -> int:
        """Entries that no believed checkpoint covers."""
        return max(0, self.entries - self.covered)

    def add(self, code: str, sentence: str, entry: EntryName = NOBODY) -> None:
        self.findings.append(Finding(code, sentence, entry))

    def named(self) -> list[int]:
        """The numbers of the entries the findings are about."""
        return sorted({finding.entry.seq for finding in self.findings if finding.entry.seq is not None})

    def causes_first(self) -> list[Finding]:
        return sorted(self.findings, key=lambda finding: finding.rank)

    def told(self) -> Iterator[str]:
        """The findings for people, causes first; many of one kind are named in one sentence after the first ten."""
        for _, group in groupby(self.causes_first(), key=lambda finding: finding.code):
            same = list(group)
            yield from (finding.sentence for finding in same[:TOLD_ONE_BY_ONE])
            if len(same) > TOLD_ONE_BY_ONE:
                yield _and_more(same[TOLD_ONE_BY_ONE:])

    def as_dict(self) -> dict[str, Any]:
        return {
            "standing": self.standing.name.lower(),
            "exit_code": int(self.standing),
            "valid": {Standing.VALID: True, Standing.INVALID: False}.get(self.standing),
            "origin": self.origin,
            "entries": self.entries,
            "root": self.root,
            "checkpoints": self.checkpoints,
            "covered": self.covered,
            "held": self.held,
            "unsealed": self.unsealed,
            "waiting": self.waiting,
            "keys": self.keys,
            "losses": self.losses,
            "findings": [finding.as_dict() for finding in self.causes_first()],
            "remarks": self.remarks,
        }


def _and_more(findings: list[Finding]) -> str:
    numbers = [str(finding.entry.seq) for finding in findings if finding.entry.seq is not None]
    more = ngettext("… and %(count)s more of the same kind", "… and %(count)s more of the same kind", len(findings)) % {
        "count": len(findings)
    }
    if not numbers:
        return f"{more}."
    listed = ", ".join(dict.fromkeys(numbers[:100])) + (" …" if len(numbers) > 100 else "")
    return gettext("%(more)s (entries %(numbers)s).") % {"more": more, "numbers": listed}
