"""Losses the operator declared: a back-up was restored, and entries that had been signed are gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, ngettext

from certification.ledger.note import BadNote, parse_note, parse_tree_head
from certification.ledger.trust import KeyHistory
from certification.ledger.verification.report import EntryName, VerificationReport


@dataclass(frozen=True, slots=True)
class DeclaredLoss:
    """Entry `seq` says that the ledger goes on from `size` entries, and that `lost_size` had been signed before."""

    seq: int
    size: int
    lost_size: int
    certificates: int

    def __str__(self) -> str:
        told = gettext(
            "LOSS DECLARED in entry %(seq)s: a back-up was restored. The ledger went on from %(size)s entries, "
            "%(lost)s had been signed before: the entries %(size)s to %(last)s of then are gone."
        ) % {"seq": self.seq, "size": self.size, "lost": self.lost_size, "last": self.lost_size - 1}
        if not self.certificates:
            return told
        sealed = ngettext(
            "%(count)s certificate was sealed among them.",
            "%(count)s certificates were sealed among them.",
            self.certificates,
        )
        return f"{told} {sealed % {'count': self.certificates}}"


def declared_loss(
    report: VerificationReport, history: KeyHistory, seq: int, payload: Mapping[str, Any]
) -> DeclaredLoss | None:
    """What a loss.declare entry says; a finding where no key of the ledger signed what is said to be lost."""
    try:
        note = parse_note(str(payload.get("note", "")))
        lost = parse_tree_head(note.text)
        size = payload.get("size")
        if not any(item.key.signed(note) for item in history.keys):
            raise BadNote(gettext("no key of this ledger has signed what is said to be lost"))
        if lost.origin != history.origin or lost.size != payload.get("lost_size"):
            raise BadNote(gettext("it names another checkpoint than it holds"))
        if not isinstance(size, int) or not 0 < size <= lost.size:
            raise BadNote(gettext("it does not say from where the ledger went on"))
    except BadNote as error:
        report.add(
            "loss",
            gettext("Entry %(seq)s declares a loss that cannot be believed: %(reason)s.")
            % {"seq": seq, "reason": str(error).rstrip(".")},
            EntryName(seq),
        )
        return None
    certificates = payload.get("certificates")
    return DeclaredLoss(seq, size, lost.size, len(certificates) if isinstance(certificates, list) else 0)
