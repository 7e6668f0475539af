"""What the workspace says about the ledger: only what was checked while the page was made, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from certification.ledger import checkpoints, clock, keys, merkle, note, tree
from certification.ledger.models import Checkpoint, Entry, Pending

REHASHED = 5000


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`problem` is a sentence when the newest checkpoint and the stored tree do not fit; '' when they do."""

    entries: int
    pending: int
    checkpoint: Checkpoint | None
    problem: str
    checked_at: datetime

    @property
    def uncovered(self) -> int:
        return self.entries - (self.checkpoint.size if self.checkpoint else 0)


@dataclass(frozen=True, slots=True)
class Rehash:
    """The entries `first` to `last` were hashed again; `problem` is '' when they give the signed root."""

    first: int
    last: int
    problem: str

    @property
    def whole(self) -> bool:
        return self.first == 0


def state_of_ledger(at: datetime) -> LedgerState:
    """A few queries whatever the ledger's size: the signature and the root of the newest checkpoint."""
    latest = checkpoints.latest_checkpoint()
    waiting = Pending.objects.filter(sequenced=False).count()
    problem = "" if latest is None else check_checkpoint(latest)
    return LedgerState(tree.tree_size(), waiting, latest, problem, at)


def check_checkpoint(checkpoint: Checkpoint) -> str:
    """Why the checkpoint does not hold, '' when it is signed by the ledger's own key over the tree as stored."""
    try:
        signed = note.parse_note(checkpoint.note)
        body = note.parse_tree_head(signed.text)
        if not any(item.key.signed(signed) for item in keys.logged_keys()):
            return gettext("The checkpoint is not signed by a key this ledger names.")
        if (body.origin, body.size, body.root) != (clock.ledger_origin(), checkpoint.size, bytes(checkpoint.root)):
            return gettext("The signed note and the stored checkpoint say different things.")
        if tree.stored_root(checkpoint.size) != body.root:
            return gettext("The stored tree does not give the signed root: the ledger was changed.")
    except (note.BadNote, tree.DamagedTree) as error:
        return str(error)
    return ""


def rehash_leaves(checkpoint: Checkpoint, newest: int = REHASHED) -> Rehash:
    """Hashes the newest entries under the checkpoint again, from their stored bytes up to the signed root."""
    first = max(0, checkpoint.size - newest)
    last = checkpoint.size - 1
    try:
        frontier = tree.stored_frontier(first)
    except tree.DamagedTree as error:
        return Rehash(first, last, str(error))
    rows = Entry.objects.filter(seq__gte=first, seq__lte=last).order_by("seq")
    for seq, data in rows.values_list("seq", "leaf").iterator(chunk_size=1000):
        if seq != frontier.size:
            return Rehash(first, last, gettext("Entry %(number)s is missing.") % {"number": frontier.size})
        frontier.append(merkle.hash_leaf(bytes(data)))
    if frontier.size == checkpoint.size and frontier.root() == bytes(checkpoint.root):
        return Rehash(first, last, "")
    return Rehash(first, last, gettext("These entries do not give the signed root: at least one was changed."))
