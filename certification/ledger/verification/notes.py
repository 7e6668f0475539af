"""Checkpoints: the ledger's own, and those somebody else holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from certification.ledger.note import BadNote, SignedNote, TreeHead, parse_note, parse_tree_head
from certification.ledger.records import CHECKPOINT, LedgerTables, TableRow
from certification.ledger.trust import HeldCheckpoint, KeyHistory
from certification.ledger.verification.losses import DeclaredLoss
from certification.ledger.verification.report import VerificationReport

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")


@dataclass(slots=True)
class NoteCheck:
    """`roots`: the recomputed roots by size. `sizes`: of the stored checkpoints that are believed, once checked."""

    report: VerificationReport
    roots: Mapping[int, bytes]
    history: KeyHistory
    losses: Sequence[DeclaredLoss] = ()
    sizes: set[int] = field(default_factory=set)
    _said: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    _uncounted: set[int] = field(default_factory=set)

    def stored(self, rows: Sequence[TableRow], written: Mapping[int, str]) -> None:
        """The ledger's own checkpoints, in order of size; `written` is the instant of the entry size - 1."""
        previous, unfit = "", list[TreeHead]()
        for row in rows:
            body = self._stored(row)
            if body is not None and not self._fits(body):
                unfit.append(body)
            if not INSTANT.fullmatch(row["made_at"] or ""):
                self._note("checkpoint-column", gettext("its time cannot be read"), row["size"])
            elif (row["made_at"] or "") < max(previous, written.get(row["size"], "")):
                self._note("checkpoint-time", gettext("its time is earlier than that of what it covers"), row["size"])
            previous = max(previous, row["made_at"] or "")
        self._end_of_withdrawn()
        if unfit:
            self._covers(_labels([body.size for body in unfit]), unfit[0], max(self.sizes, default=0))
        for (code, what), sizes in self._said.items():
            self._say(code, _labels(sizes), what)
        if not rows and self.report.entries > 1:
            self.report.add(
                "checkpoint-missing",
                gettext("The ledger holds %(count)s entries and not one signed checkpoint: they were deleted.")
                % {"count": self.report.entries},
            )
        self.report.checkpoints = len(rows)
        self.report.covered = max(self.sizes - self._uncounted, default=0)

    def held(self, notes: Iterable[HeldCheckpoint], *, anchors: bool) -> None:
        """Checkpoints from outside the database; those that are no `anchors` are compared and vouch for nothing."""
        for item in notes:
            try:
                note = parse_note(item.text)
                body = parse_tree_head(note.text)
                signed, problem = self._signed(note, body)
            except BadNote as error:
                self._say("checkpoint-note", item.label, str(error).rstrip("."))
                continue
            if self.history.origin is not None and body.origin != self.history.origin:
                self._say("checkpoint-origin", item.label, self._of_another(body))
            if problem:
                self._say("checkpoint-unsigned", item.label, problem)
            if not self._fits(body):
                self._covers(item.label, body, 0)
            elif anchors and body.size not in self.sizes:
                self._say("checkpoint-missing", item.label, gettext("the ledger has it no longer: it was deleted"))
            elif signed and anchors:
                self.report.held = max(self.report.held, body.size)
            elif not problem and anchors:
                self.report.remarks.append(
                    gettext("%(label)s fits, but its key was withdrawn before: it vouches for nothing.")
                    % {"label": item.label}
                )

    def _stored(self, row: TableRow) -> TreeHead | None:
        size = row["size"]
        try:
            note = parse_note(row["note"] or "")
            body = parse_tree_head(note.text)
            key = self.history.signs(note, body.size)
            signed, problem = self._signed(note, body)
        except BadNote as error:
            self._note("checkpoint-note", str(error).rstrip("."), size)
            return None
        if (size, row["root"]) != (body.size, body.root):
            self._note("checkpoint-column", gettext("the columns size or root differ from the signed note"), size)
        if self.history.origin is not None and (body.origin != self.history.origin or body.extensions):
            self._note("checkpoint-origin", self._of_another(body), size)
        if signed and key is None:
            problem = gettext("the key that counts since then has not signed it, only one that was replaced")
        if problem:
            self._note("checkpoint-unsigned", problem, size)
        elif self._fits(body):
            self.sizes.add(body.size)
            if not signed:
                self._uncounted.add(body.size)
        return body

    def _signed(self, note: SignedNote, body: TreeHead) -> tuple[bool, str]:
        """(whether a key signed that counts at this size, why no key of the ledger signed at all, else '')."""
        signers = [item for item in self.history.keys if item.seq < body.size and item.key.signed(note)]
        if not signers:
            return False, gettext("no key that this ledger is believed to have has signed it")
        return any(item.counts_at(body.size) for item in signers), ""

    def _end_of_withdrawn(self) -> None:
        """What only a withdrawn key signed is no finding once a believed checkpoint covers it too."""
        newest = max(self.sizes - self._uncounted, default=0)
        for size in sorted(size for size in self._uncounted if size > newest):
            self._note("checkpoint-unsigned", gettext("only a key has signed it that was withdrawn"), size)

    def _of_another(self, body: TreeHead) -> str:
        return gettext("it is a checkpoint of “%(found)s”, this ledger is “%(origin)s”") % {
            "found": " ".join((body.origin, *body.extensions)),
            "origin": self.history.origin,
        }

    def _fits(self, body: TreeHead) -> bool:
        return self.roots.get(body.size) == body.root

    def _covers(self, label: str, body: TreeHead, good: int) -> None:
        """Says why a signed root is not the recomputed one; the first `good` entries are known to be unchanged."""
        entries = self.report.entries
        loss = next((loss for loss in self.losses if loss.size < body.size <= loss.lost_size), None)
        if loss is not None:
            self._say(
                "checkpoint-declared-loss",
                label,
                gettext("it was signed over entries whose loss was declared later (entry %(seq)s): they are gone")
                % {"seq": loss.seq},
            )
        elif body.size > entries:
            self._say(
                "checkpoint-truncated",
                label,
                gettext(
                    "it covers %(size)s entries, but the ledger holds only %(entries)s: later ones were cut off, or it "
                    "was restored from an older backup"
                )
                % {"size": body.size, "entries": entries},
            )
        elif body.size not in self.roots:
            self._say("checkpoint-unknown", label, gettext("entries are lost, so that its root cannot be recomputed"))
        elif any(seq < body.size for seq in self.report.named()):
            self._say(
                "checkpoint-root",
                label,
                gettext("its root is no longer that of the first %(size)s entries (see what else was found)")
                % {"size": body.size},
            )
        else:
            self._say(
                "checkpoint-root",
                label,
                gettext(
                    "its root is not that of the first %(size)s entries, though all hashes fit: among the entries "
                    "%(first)s to %(last)s something was changed or exchanged and everything was computed anew, or "
                    "another history was continued from a restored back-up"
                )
                % {"size": body.size, "first": good, "last": body.size - 1},
            )

    def _note(self, code: str, what: str, size: int) -> None:
        """Kept until all are read: the same of many checkpoints is one finding."""
        self._said.setdefault((code, what), []).append(size)

    def _say(self, code: str, label: str, what: str) -> None:
        self.report.add(code, gettext("%(label)s: %(what)s.") % {"label": label, "what": what})


def _labels(sizes: Sequence[int]) -> str:
    """The first of the checkpoints, and how many more."""
    if len(sizes) == 1:
        return gettext("Checkpoint %(size)s") % {"size": sizes[0]}
    return ngettext(
        "Checkpoint %(size)s (and %(more)s later one)", "Checkpoint %(size)s (and %(more)s later ones)", len(sizes) - 1
    ) % {"size": sizes[0], "more": len(sizes) - 1}


def stored_checkpoints(source: LedgerTables) -> list[TableRow]:
    return source.rows("checkpoint", CHECKPOINT, "ORDER BY t.size")


def sizes_in(rows: Sequence[TableRow], held: Iterable[HeldCheckpoint]) -> frozenset[int]:
    """At which sizes a root will be needed: as the notes say it, whatever the columns say."""
    found = {row["size"] for row in rows}
    for text in [*(row["note"] or "" for row in rows), *(item.text for item in held)]:
        try:
            found.add(parse_tree_head(parse_note(text).text).size)
        except BadNote:
            continue  # reported when the note itself is checked
    return frozenset(found)
