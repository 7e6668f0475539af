"""Signing: a note over size and root, made only if the ledger extends what was signed before."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from certification.ledger import clock, merkle, tree
from certification.ledger.models import Checkpoint, Entry, Node
from certification.ledger.note import TreeHead
from certification.ledger.signer import Signer


class CheckpointRefused(RuntimeError):
    """The ledger is not what was signed before; the message says what was found and what to do."""


def checkpoint_due(at: datetime) -> Checkpoint | None:
    """`make_checkpoint` with the site's own key: for the timer. Nothing to do before genesis."""
    if not Entry.objects.exists() and not Checkpoint.objects.exists():
        return None
    return make_checkpoint(Signer.from_file(settings.LEDGER_KEY_FILE), at)


def make_checkpoint(signer: Signer, at: datetime) -> Checkpoint | None:
    """Signs the ledger as it stands; None when nothing was added since the last checkpoint.

    Before signing, everything since the signer's own last note is hashed again from the stored bytes. Raises Refused
    when the ledger does not extend that note (a restored back-up, a truncated or edited log), tree.DamagedTree, or
    signer.KeyUnusable.
    """
    latest = latest_checkpoint()
    if latest and latest.size == tree.tree_size() and latest.note == signer.last_note():
        return None
    with transaction.atomic():
        tree.lock_head()
        return _make(signer, at)


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def _make(signer: Signer, at: datetime) -> Checkpoint | None:
    size = tree.tree_size()
    latest = latest_checkpoint()
    remembered = signer.last_tree()
    _refuse_strangers(signer, latest, remembered)
    for known in (remembered, None if latest is None else TreeHead(signer.name, latest.size, bytes(latest.root))):
        if known is not None:
            _refuse_unless_extended(known, size)
    if latest is not None and latest.size == size:
        return None
    body = TreeHead(signer.name, size, _rehashed(0 if remembered is None else remembered.size, size))
    note = signer.sign(body)
    # The order matters: a note may be released only after the signer can no longer forget it.
    signer.remember(note)
    return Checkpoint.objects.create(size=size, root=body.root, note=note, made_at=_not_before(at, size, latest))


def _not_before(at: datetime, size: int, latest: Checkpoint | None) -> datetime:
    """`at`, unless the clock was set back: a checkpoint is never earlier than what it covers."""
    written = Entry.objects.get(seq=size - 1).sequenced_at
    return max(at, written) if latest is None else max(at, written, latest.made_at)


def _refuse_strangers(signer: Signer, latest: Checkpoint | None, remembered: TreeHead | None) -> None:
    if clock.ledger_origin() is None:
        raise CheckpointRefused(
            gettext("Not signed: the database names no genesis. To begin a ledger, run `manage.py ledger init`.")
        )
    if signer.name != clock.ledger_origin():
        raise CheckpointRefused(
            gettext("The key is for the ledger “%(key)s”, but this ledger's origin is “%(origin)s”.")
            % {"key": signer.name, "origin": clock.ledger_origin()}
        )
    if remembered is None and latest is not None:
        raise CheckpointRefused(
            gettext(
                "The database holds a checkpoint of %(size)s entries, but %(path)s, the signer's own copy of its "
                "last note, is missing. Restore it: without it a truncated ledger could not be told from a whole one."
            )
            % {"size": latest.size, "path": signer.note_path}
        )


def _refuse_unless_extended(known: TreeHead, size: int) -> None:
    if known.size > size:
        raise CheckpointRefused(
            gettext(
                "Not signed: a checkpoint of %(signed)s entries was signed before, but the database holds only "
                "%(size)s. It was truncated, or restored from an older backup. Restore the newest backup; if there is "
                "none, a new ledger must be begun and the loss declared."
            )
            % {"signed": known.size, "size": size}
        )
    if tree.stored_root(known.size) != known.root:
        raise CheckpointRefused(
            gettext(
                "Not signed: the first %(size)s entries are no longer what was signed. The ledger was edited, or "
                "another history was appended to a restored backup. Run `manage.py ledger verify`."
            )
            % {"size": known.size}
        )


def _rehashed(start: int, size: int) -> bytes:
    """The root at `size`, grown from the signed tree at `start` by hashing the stored bytes of every entry since."""
    frontier = tree.stored_frontier(start)
    for seq, data in Entry.objects.filter(seq__gte=start).values_list("seq", "leaf").iterator(chunk_size=2000):
        if seq != frontier.size:
            raise CheckpointRefused(gettext("Not signed: entry %(seq)s is missing.") % {"seq": frontier.size})
        frontier.append(merkle.hash_leaf(bytes(data)))
    if frontier.root() != tree.stored_root(size):
        raise CheckpointRefused(
            gettext(
                "Not signed: entry %(seq)s was changed after it was written. Run `manage.py ledger verify` and "
                "restore the database from a backup."
            )
            % {"seq": _first_changed(start)}
        )
    return frontier.root()


def _first_changed(start: int) -> str:
    hashes = dict(Node.objects.filter(level=0, index__gte=start).values_list("index", "hash"))
    for seq, data in Entry.objects.filter(seq__gte=start).values_list("seq", "leaf"):
        if merkle.hash_leaf(bytes(data)) != bytes(hashes[seq]):
            return str(seq)
    return gettext("(one of those not yet signed)")
