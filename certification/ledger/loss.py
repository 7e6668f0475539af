"""A loss is declared: the database came from a back-up that is older than what was signed, and there is no newer one.

Nothing brings the lost entries back. What can be done is to say so in the ledger itself, for ever, and to go on: two
administrators and the key. A checkpoint from inside the gap then tells everybody who holds one what happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from certification.ledger import clock, kinds, latch, pending, self_check, tree
from certification.ledger.checkpoints import latest_checkpoint, make_checkpoint
from certification.ledger.keys import log_keys, publish_keys
from certification.ledger.models import Checkpoint, Entry, Pending
from certification.ledger.note import BadNote, TreeHead, parse_note, parse_tree_head
from certification.ledger.pending import EntryDraft
from certification.ledger.sequencer import holds_signed, own_key, sequence_pending
from certification.ledger.signer import Signer
from certification.ledger.verification import ClaimComparer

ADMINISTRATOR, SECOND = "administrator", "second administrator"


class LossRefused(RuntimeError):
    """No loss can be declared; the message says why."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Entries `size` to `lost_size` - 1 are gone, or can no longer be shown. `note`: the last over them."""

    note: str
    size: int
    lost_size: int


def find_loss(signer: Signer, handed: Sequence[str] = ()) -> Loss:
    """What was signed and is not in the database, by the signer's own note and by notes that others kept (`handed`).

    Raises LossRefused where nothing is lost, signer.KeyUnusable, or note.BadNote for a note that is none of this key.
    """
    notes = [(_signed_tree(signer, text), text) for text in handed]
    if (own := signer.last_tree()) is not None:
        notes.append((own, signer.last_note() or ""))
    gone = [(head, text) for head, text in notes if not holds_signed(head)]
    if not gone:
        raise LossRefused(gettext("Nothing is lost: the database holds all that these checkpoints were made of."))
    head, text = max(gone, key=lambda item: item[0].size)
    size, latest = tree.tree_size(), latest_checkpoint()
    if min(item.size for item, _ in gone) <= size:  # another history was appended: only what was signed here is common
        size = 1 if latest is None else latest.size
    return Loss(text, size, head.size)


def declare_loss(
    signer: Signer,
    people: tuple[UUID, UUID],
    handed: Sequence[str] = (),
    certificates: Sequence[UUID] = (),
    comparers: Sequence[ClaimComparer] = (),
) -> Checkpoint | None:
    """Declares the loss, keeps the old note for ever and signs again; called again it finishes what was interrupted.

    `people`: two administrators, each proved to whoever calls. `certificates`: those known to have been sealed in the
    gap. What is left of the ledger must be whole. Raises as find_loss, checkpoints.CheckpointRefused.
    """
    if people[0] == people[1]:
        raise LossRefused(gettext("A loss is declared by two different administrators."))
    _refuse_damaged(comparers)
    if not _is_begun(signer):
        if _is_unsigned():
            return make_checkpoint(signer, clock.now())  # the last step of a declaration that was interrupted
        loss = find_loss(signer, handed)
        _refuse_foreign(signer, loss)
        _put_aside(signer, loss)
        _log(signer, loss, people, certificates)
    log_keys(signer)
    sequence_pending()
    latch.open_latch(signer.path)
    made = make_checkpoint(signer, clock.now())
    publish_keys(signer)
    return made


def _is_begun(signer: Signer) -> bool:
    """Whether the history of the signer's note is declared lost already, and nothing was signed since."""
    note = signer.last_note()
    return note is not None and note in signer.lost_notes() and Pending.objects.filter(key=_key(note)).exists()


def _is_unsigned() -> bool:
    """Whether a declared loss waits for its checkpoint, the note over it being the signer's already."""
    latest = latest_checkpoint()
    rows = Entry.objects.of_kind(kinds.LOSS_DECLARE)
    return rows.filter(seq__gte=0 if latest is None else latest.size).exists()


def _refuse_foreign(signer: Signer, loss: Loss) -> None:
    """A declaration that was in the database before anything of it stood beside the key is not ours."""
    if loss.note not in signer.lost_notes() and Pending.objects.filter(key=_key(loss.note)).exists():
        raise LossRefused(
            gettext(
                "Somebody who does not hold the key has entered a declaration of this loss. Find out who writes to the "
                "database, and restore the backup again."
            )
        )


def _put_aside(signer: Signer, loss: Loss) -> None:
    """Keeps what was signed of the lost history. The last note of it becomes the signer's own until it signs again."""
    own, last = signer.last_tree(), signer.last_note()
    signer.keep_lost_note(loss.lost_size, loss.note)
    if own is not None and last is not None and last != loss.note and not holds_signed(own):
        signer.keep_lost_note(own.size, last)
        signer.remember(loss.note)


def _signed_tree(signer: Signer, text: str) -> TreeHead:
    note = parse_note(text)
    ours = [key.verifier for key in signer.keys] + [item.key for item in signer.retired_keys()]
    if not any(key.signed(note) for key in ours):
        raise BadNote(gettext("The checkpoint carries no signature of this ledger's key."))
    return parse_tree_head(note.text)


def _refuse_damaged(comparers: Sequence[ClaimComparer]) -> None:
    found = self_check.examine_ledger(comparers, own=())
    if found.code:
        raise LossRefused(
            gettext("What the database holds is not whole in itself, so no loss is declared for it: %(finding)s")
            % {"finding": found.sentence}
        )


def _log(signer: Signer, loss: Loss, people: tuple[UUID, UUID], certificates: Sequence[UUID]) -> None:
    if Pending.objects.filter(key=_key(loss.note)).exists():
        return  # by an earlier call: what it said stays
    payload = {
        "note": loss.note,
        "size": loss.size,
        "lost_size": loss.lost_size,
        "certificates": sorted(str(item) for item in certificates),
    }
    signer.keep_declared_loss(payload)
    first, second = people
    draft = EntryDraft(
        kinds.LOSS_DECLARE,
        _key(loss.note),
        clock.now(),
        payload,
        subject={"person": str(second), "role": SECOND},
        actor={"person": str(first), "role": ADMINISTRATOR},
    )
    with transaction.atomic():
        pending.insert_entries([draft])


def _key(note: str) -> str:
    return own_key(kinds.LOSS_DECLARE, {"note": note})
