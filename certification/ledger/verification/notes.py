"""Checkpoints: the ledger's own, and those somebody else holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext

from certification.ledger.note import BadNote, SignedNote, TreeHead, VerifierKey, parse_note, parse_tree_head
from certification.ledger.records import CHECKPOINT, LedgerTables, TableRow
from certification.ledger.verification.report import VerificationReport


@dataclass(frozen=True, slots=True)
class HeldCheckpoint:
    """A checkpoint from outside the database; `label` says where it comes from."""

    label: str
    text: str


@dataclass(slots=True)
class NoteCheck:
    """`keys` maps the number of the entry that made a key known to the key; `written` when entries were written."""

    report: VerificationReport
    roots: Mapping[int, bytes]
    entries: int
    origin: str | None
    keys: Mapping[int, VerifierKey]
    _believed: set[int] = field(default_factory=lambda: {0})

    def stored(self, rows: Sequence[TableRow], written: Mapping[int, str]) -> None:
        """The ledger's own checkpoints, in order of size; `written` is the instant of the entry size - 1."""
        previous, good, unfit = "", 0, list[TreeHead]()
        for row in rows:
            label = gettext("Checkpoint %(size)s") % {"size": row["size"]}
            body = self._body(label, row["note"] or "", own=True)
            if body is not None:
                self._repeats(label, row, body)
                if self._fits(body):
                    good = max(good, body.size)
                else:
                    unfit.append(body)
            if (row["made_at"] or "") < max(previous, written.get(row["size"], "")):
                self._say("checkpoint-time", label, gettext("its time is earlier than that of what it covers"))
            previous = max(previous, row["made_at"] or "")
        if unfit:
            self._covers(_labels(unfit), unfit[0], good)

    def held(self, notes: Iterable[HeldCheckpoint]) -> None:
        for item in notes:
            body = self._body(item.label, item.text, own=False)
            if body is not None and not self._fits(body):
                self._covers(item.label, body, 0)

    def _body(self, label: str, text: str, own: bool) -> TreeHead | None:
        try:
            note = parse_note(text)
            body = parse_tree_head(note.text)
            self._signed(label, note, body, own)
        except BadNote as error:
            self._say("checkpoint-note", label, str(error).rstrip("."))
            return None
        if body.origin != self.origin or (own and body.extensions):
            self._say(
                "checkpoint-origin",
                label,
                gettext("it is a checkpoint of “%(found)s”, this ledger is “%(origin)s”")
                % {"found": " ".join((body.origin, *body.extensions)), "origin": self.origin},
            )
        return body

    def _signed(self, label: str, note: SignedNote, body: TreeHead, own: bool) -> None:
        signers = {seq for seq, key in self.keys.items() if seq < body.size and key.signed(note)}
        if not signers:
            self._say("checkpoint-unsigned", label, gettext("no key this ledger names has signed it"))
        if not own:
            return
        # A key is believed because a key that was already believed signed the checkpoint that made it known.
        fresh = {seq for seq in self.keys if seq < body.size} - self._believed
        if fresh and not (signers & self._believed and fresh <= signers):
            self._say(
                "checkpoint-overlap", label, gettext("it makes a key known, but the keys before did not sign it too")
            )
        self._believed |= fresh

    def _repeats(self, label: str, row: TableRow, body: TreeHead) -> None:
        if (row["size"], row["root"]) != (body.size, body.root):
            self._say("checkpoint-column", label, gettext("the columns size or root differ from the signed note"))

    def _fits(self, body: TreeHead) -> bool:
        return self.roots.get(body.size) == body.root

    def _covers(self, label: str, body: TreeHead, good: int) -> None:
        """Says why a signed root is not the recomputed one; the first `good` entries are known to be unchanged."""
        if body.size > self.entries:
            self._say(
                "checkpoint-truncated",
                label,
                gettext("it covers %(size)s entries, but the ledger holds only %(entries)s: later ones were cut off")
                % {"size": body.size, "entries": self.entries},
            )
        elif body.size not in self.roots:
            self._say("checkpoint-unknown", label, gettext("entries are lost, so that its root cannot be recomputed"))
        elif any(seq < body.size for seq in self.report.named()):
            self._say(
                "checkpoint-root",
                label,
                gettext("its root is no longer that of the first %(size)s entries (see what was found above)")
                % {"size": body.size},
            )
        else:
            self._say(
                "checkpoint-root",
                label,
                gettext(
                    "its root is not that of the first %(size)s entries, though all hashes fit: among the entries "
                    "%(first)s to %(last)s something was changed or exchanged, and everything was computed anew"
                )
                % {"size": body.size, "first": good, "last": body.size - 1},
            )

    def _say(self, code: str, label: str, what: str) -> None:
        self.report.add(code, gettext("%(label)s: %(what)s.") % {"label": label, "what": what})


def _labels(bodies: Sequence[TreeHead]) -> str:
    """The first of the checkpoints that do not fit, and how many more."""
    if len(bodies) == 1:
        return gettext("Checkpoint %(size)s") % {"size": bodies[0].size}
    return ngettext(
        "Checkpoint %(size)s (and %(more)s later one)", "Checkpoint %(size)s (and %(more)s later ones)", len(bodies) - 1
    ) % {"size": bodies[0].size, "more": len(bodies) - 1}


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
