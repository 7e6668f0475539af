"""The one place that decides trust: whose signature counts, which checkpoint anchors, which opening may be missing.

Whoever writes to a database can make all of it anew, its keys and checkpoints too. So nothing read from it is a reason
to believe it; that comes from outside (`Anchors`). Verification, the public page of a certificate, the auditor's box
and the signer ask here and decide nothing themselves. Reads any source, a database or a file, and knows no models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import Any, NamedTuple, Protocol

from django.utils.translation import gettext

from certification.ledger import canonical, commitments, kinds, merkle
from certification.ledger.leaf import BadLeaf, UnknownVersion, decode_leaf
from certification.ledger.note import BadNote, SignedNote, TreeHead, VerifierKey, parse_note, parse_tree_head

Row = Mapping[str, Any]
UNREADABLE = (canonical.NotCanonical, BadLeaf, UnknownVersion)
RETIRED, COMPROMISED = "retired", "compromised"


class Standing(IntEnum):
    """How far a ledger can be believed; the value is the exit code of `ledger verify`."""

    VALID = 0
    INVALID = 1
    UNUSABLE = 2
    UNANCHORED = 3
    KEY_ONLY = 4


@dataclass(frozen=True, slots=True)
class HeldCheckpoint:
    """A checkpoint from outside the database; `label` says where it comes from."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Anchors:
    """What comes from outside the database: keys compared by phone or on paper, checkpoints somebody else held.

    `own` are notes that lie with the operator (the signer's last one): they are compared, and anchor nothing.
    """

    keys: tuple[VerifierKey, ...] = ()
    notes: tuple[HeldCheckpoint, ...] = ()
    own: tuple[HeldCheckpoint, ...] = ()


NOTHING = Anchors()


class Inclusion(NamedTuple):
    """That the leaf with this hash is entry `seq` of the tree of `size` entries with this root."""

    seq: int
    leaf_hash: bytes
    size: int
    root: bytes


class TrustSource(Protocol):
    """What trust reads of a ledger: of a database (`records.LedgerTables`), of a file, later of a bundle."""

    def key_entries(self) -> Sequence[Row]:
        """The entries of `kinds.KEYS` by number: seq, kind, leaf, and value and salt of the payload's opening."""

    def deciding_checkpoints(self) -> Sequence[Row]:
        """By size: of each of the key entries the first checkpoint over it; and the newest. Columns of CHECKPOINT."""

    def included(self, wanted: Sequence[Inclusion]) -> Sequence[bool]:
        """Whether each of these leaves lies under its root."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Entry `seq` withdrew a key: its signature counts on checkpoints of at most `last_size` entries."""

    seq: int
    last_size: int
    reason: str


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """A public key that is believed, and the number of the entry that made it known."""

    seq: int
    key: VerifierKey
    withdrawn: Withdrawal | None = None

    def counts_at(self, size: int) -> bool:
        """Whether a signature by it counts on a checkpoint of so many entries."""
        return self.seq < size and (self.withdrawn is None or size <= self.withdrawn.last_size)


@dataclass(frozen=True, slots=True)
class TrustProblem:
    """Why something is not believed; `code` is stable, `seq` the entry it is about."""

    code: str
    sentence: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class KeyHistory:
    """The ledger's name and its keys, in order. `problems`: what is named in it and not believed."""

    origin: str | None
    keys: tuple[LedgerKey, ...]
    problems: tuple[TrustProblem, ...] = ()

    def signs(self, note: SignedNote, size: int) -> VerifierKey | None:
        """The key whose signature makes this a checkpoint of the ledger: the newest that counts at its size.

        None where that key did not sign, whoever else did. Raises BadNote if a signature is claimed and wrong.
        """
        newest = self.newest_at(size)
        return newest.key if newest is not None and newest.key.signed(note) else None

    def newest_at(self, size: int) -> LedgerKey | None:
        counting = [item for item in self.keys if item.counts_at(size)]
        return counting[-1] if counting else None


@dataclass(frozen=True, slots=True)
class Head:
    """A stored checkpoint, read: `note` and `tree` are None where the text is none, and `problem` says why."""

    size: int
    note: SignedNote | None
    tree: TreeHead | None
    problem: str = ""

    def signed_by(self, key: VerifierKey) -> bool:
        """A signature that is claimed and wrong is none; it is reported with the checkpoint."""
        try:
            return self.note is not None and key.signed(self.note)
        except BadNote:
            return False


def read_head(row: Row) -> Head:
    """The note of a stored checkpoint, its columns held against it."""
    try:
        note = parse_note(row["note"] or "")
        tree = parse_tree_head(note.text)
    except BadNote as error:
        return Head(row["size"], None, None, str(error))
    if (tree.size, tree.root) != (row["size"], row["root"]):
        return Head(row["size"], None, None, gettext("The signed note and the stored checkpoint say different things."))
    return Head(row["size"], note, tree)


def key_history(source: TrustSource, anchors: Anchors = NOTHING) -> KeyHistory:
    """Genesis, key.add and key.revoke in order, each believed only as far as a signature reaches.

    A value counts if it opens the commitment in its entry's bytes. A key is believed if the first checkpoint over its
    entry is signed by it and by the key that counted before, and holds the entry under its root. A withdrawal is
    believed if the first checkpoint over it is signed by the key that counted before, and by another than it
    withdraws. What no checkpoint covers yet is neither believed nor a problem. The keys of `anchors` must be among
    the believed ones.
    """
    return _told(source, source.deciding_checkpoints(), anchors)


def _told(source: TrustSource, rows: Sequence[Row], anchors: Anchors) -> KeyHistory:
    events = [_event(row) for row in source.key_entries()]
    heads = [read_head(row) for row in rows]
    found = _History(events, heads, _included(source, events, heads)).told()
    strangers = [key for key in anchors.keys if key not in {item.key for item in found.keys}]
    return replace(found, problems=(*found.problems, *(_stranger(key) for key in strangers)))


@dataclass(frozen=True, slots=True)
class _Event:
    """An entry about keys. `payload` is {} where it does not open what the entry's bytes commit to."""

    seq: int
    kind: str
    leaf_hash: bytes
    payload: Mapping[str, Any]
    problem: str = ""

    def key(self) -> VerifierKey:
        return VerifierKey.parse(str(self.payload.get("key", "")))


def _event(row: Row) -> _Event:
    data = row["leaf"] or b""
    event = _Event(row["seq"], row["kind"], merkle.hash_leaf(data), {})
    try:
        leaf = decode_leaf(data)
        value = (row["value"] or "").encode("utf-8", "surrogatepass")
        if (leaf.seq, leaf.kind) != (row["seq"], row["kind"]):
            return replace(event, problem=gettext("its bytes are those of another entry"))
        if not commitments.opens_commitment(leaf.payload, row["salt"] or b"", value):
            return replace(event, problem=gettext("its value is missing or does not fit its commitment"))
        return replace(event, payload=canonical.decode(value))
    except UNREADABLE as error:
        return replace(event, problem=str(error).rstrip("."))


def _included(source: TrustSource, events: Sequence[_Event], heads: Sequence[Head]) -> Mapping[tuple[int, int], bool]:
    """{(entry, size of a checkpoint over it): whether it lies under its root}, asked for all of them at once."""
    wanted = [
        Inclusion(event.seq, event.leaf_hash, head.size, head.tree.root)
        for event in events
        for head in heads
        if head.tree is not None and 0 <= event.seq < head.size
    ]
    answers = source.included(wanted)
    return {(one.seq, one.size): answer for one, answer in zip(wanted, answers, strict=True)}


@dataclass(slots=True)
class _History:
    events: Sequence[_Event]
    heads: Sequence[Head]
    included: Mapping[tuple[int, int], bool]
    origin: str | None = None
    keys: list[LedgerKey] = field(default_factory=list)
    problems: list[TrustProblem] = field(default_factory=list)

    def told(self) -> KeyHistory:
        for event in self.events:
            try:
                self._take(event)
            except BadNote as error:
                self._say("key", event, str(error).rstrip("."))
        return KeyHistory(self.origin, tuple(self.keys), tuple(self.problems))

    def _take(self, event: _Event) -> None:
        if event.problem:
            raise BadNote(event.problem)
        if event.kind == kinds.GENESIS:
            self._begin(event)
        elif event.kind == kinds.KEY_ADD:
            self._add(event)
        else:
            self._withdraw(event)

    def _begin(self, event: _Event) -> None:
        key, origin = event.key(), event.payload.get("origin")
        if event.seq != 0 or self.keys or key.name != origin:
            raise BadNote(gettext("it is no genesis of this ledger and its key"))
        if not self._holds(event):
            raise BadNote(gettext("the signed checkpoints do not hold it as it stands here"))
        self.origin = key.name
        self.keys.append(LedgerKey(event.seq, key))

    def _add(self, event: _Event) -> None:
        key, head = event.key(), self._first_over(event)
        if head is None:
            return
        if key.name != self.origin or any(item.key == key for item in self.keys):
            raise BadNote(gettext("it names a key of another ledger, or one that was named before"))
        if not (self._holds(event) and head.signed_by(key) and self._counted_signed(head)):
            self._say(
                "checkpoint-overlap", event, gettext("it makes a key known, but the key before did not sign it too")
            )
            return
        self.keys.append(LedgerKey(event.seq, key))

    def _withdraw(self, event: _Event) -> None:
        key, head = event.key(), self._first_over(event)
        last_size, reason = event.payload.get("last_size"), event.payload.get("reason")
        if not isinstance(last_size, int) or reason not in (RETIRED, COMPROMISED):
            raise BadNote(gettext("it does not say until when, and why, a key counts"))
        if head is None:
            return
        known = {item.key: item for item in self.keys}
        others = [item for item in self.keys if item.key != key and item.counts_at(head.size)]
        if key not in known:
            raise BadNote(gettext("it withdraws a key that this ledger does not have"))
        if not (self._holds(event) and self._counted_signed(head) and any(head.signed_by(one.key) for one in others)):
            self._say("key-revoke", event, gettext("nobody entitled has signed that the key is withdrawn"))
            return
        former = known[key].withdrawn
        if former is None or last_size < former.last_size:
            ended = replace(known[key], withdrawn=Withdrawal(event.seq, last_size, str(reason)))
            self.keys = [ended if item.key == key else item for item in self.keys]

    def _first_over(self, event: _Event) -> Head | None:
        return next((head for head in self.heads if head.size > event.seq), None)

    def _holds(self, event: _Event) -> bool:
        """Whether the entry lies under every checkpoint over it that was read here."""
        return all(self.included.get((event.seq, head.size), True) for head in self.heads)

    def _counted_signed(self, head: Head) -> bool:
        newest = KeyHistory(self.origin, tuple(self.keys)).newest_at(head.size)
        return newest is not None and head.signed_by(newest.key)

    def _say(self, code: str, event: _Event, what: str) -> None:
        sentence = gettext("Entry %(seq)s (%(kind)s): %(what)s.") % {
            "seq": event.seq,
            "kind": event.kind,
            "what": what,
        }
        self.problems.append(TrustProblem(code, sentence, event.seq))


def _stranger(key: VerifierKey) -> TrustProblem:
    return TrustProblem(
        "key-stranger",
        gettext("The key %(key)s is none of those that this ledger was signed with: it may have been made anew.")
        % {"key": key},
    )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the newest checkpoint is worth. `row` is the stored checkpoint, `key` whose signature makes it one.

    `standing` is INVALID with a `problem`, KEY_ONLY under a key from outside the database, else UNANCHORED.
    """

    standing: Standing
    history: KeyHistory
    row: Row | None = None
    key: VerifierKey | None = None
    problem: str = ""


def judge_newest(source: TrustSource, anchors: Anchors) -> Judgement:
    """What a page can say of the whole ledger without reading it: three queries, whatever its size.

    That an entry lies under the newest checkpoint is to be proved for each (`TrustSource.included`).
    """
    rows = source.deciding_checkpoints()
    history = _told(source, rows, anchors)
    row = rows[-1] if rows else None
    key, problem = None, history.problems[0].sentence if history.problems else ""
    if row is not None and not problem:
        key, problem = _judged(history, read_head(row))
    if problem:
        return Judgement(Standing.INVALID, history, row, key, problem)
    return Judgement(Standing.KEY_ONLY if vouched(history, anchors) else Standing.UNANCHORED, history, row, key)


def vouched(history: KeyHistory, anchors: Anchors) -> bool:
    """Whether a key from outside stands behind the ledger: one that nobody said had fallen into other hands."""
    return any(
        item.key in anchors.keys and not (item.withdrawn and item.withdrawn.reason == COMPROMISED)
        for item in history.keys
    )


def _judged(history: KeyHistory, head: Head) -> tuple[VerifierKey | None, str]:
    if head.tree is None or head.note is None:
        return None, head.problem
    if head.tree.origin != history.origin or head.tree.extensions:
        return None, gettext("The newest checkpoint is of another ledger.")
    try:
        key = history.signs(head.note, head.size)
    except BadNote as error:
        return None, str(error)
    return key, "" if key else gettext("The newest checkpoint is not signed by the key that counts.")


def opening_may_be_missing(source: TrustSource, entry: str, part: str) -> bool:
    """Whether an entry of the ledger says that this value was erased. No kind of entry says so yet."""
    return False
