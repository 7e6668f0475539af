"""What the workspace says about the ledger: only what was checked while the page was made, and how far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from certification.ledger import merkle, tree
from certification.ledger.judged import judged_checkpoint
from certification.ledger.models import Checkpoint, Entry, Pending
from certification.ledger.note import VerifierKey

REHASHED = 5000


@dataclass(frozen=True, slots=True)
class LedgerState:
    """`problem` is a sentence when the newest checkpoint and the stored tree do not fit; '' when they do.

    `key` is whose signature it bears; `anchored`, that this site was told that key from outside the database.
    """

    entries: int
    pending: int
    checkpoint: Checkpoint | None
    problem: str
    checked_at: datetime
    key: VerifierKey | None = None
    anchored: bool = False

    @property
    def seal(self) -> str:
        """The theme's word for the state."""
        return "verified" if self.anchored else "unanchored"

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
    """A few queries whatever the ledger's size: whose signature the newest checkpoint bears, and the root under it."""
    judged = judged_checkpoint()
    waiting = Pending.objects.filter(sequenced=False).count()
    entries = tree.tree_size()
    problem = judged.problem or _root_problem(judged.checkpoint)
    if judged.checkpoint is None and entries > 1:
        problem = gettext("The ledger holds %(count)s entries and not one signed checkpoint: they were deleted.") % {
            "count": entries
        }
    return LedgerState(entries, waiting, judged.checkpoint, problem, at, judged.key, judged.anchored)


def _root_problem(checkpoint: Checkpoint | None) -> str:
    try:
        if checkpoint is not None and tree.stored_root(checkpoint.size) != bytes(checkpoint.root):
            return gettext("The stored tree does not give the signed root: the ledger was changed.")
    except tree.DamagedTree as error:
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
