"""Signing: a note over size and root, made only if the ledger extends what was signed before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext

from certification.ledger import clock, kinds, latch, merkle, signing_jobs, tree, trust
from certification.ledger.models import Checkpoint, Entry, Node, Pending
from certification.ledger.note import BadNote, TreeHead, parse_note, parse_tree_head
from certification.ledger.recheck import Recheck, recheck_since
from certification.ledger.records import LedgerTables
from certification.ledger.sequencer import own_key
from certification.ledger.signer import Signer

RECEIPTS = 1000
"""How many of the newest are held against the entries before each signature."""


class CheckpointRefused(RuntimeError):
    """The ledger is not what was signed before; the message says what was found and what to do."""


def checkpoint_due(at: datetime) -> Checkpoint | None:
    """`make_checkpoint` with the site's own key: for the timer. Nothing to do before genesis."""
    if not Entry.objects.exists() and not Checkpoint.objects.exists():
        return None
    with signing_jobs.troubles_noted(signing_jobs.SIGN):
        return make_checkpoint(Signer.from_file(settings.LEDGER_KEY_FILE), at)


def make_checkpoint(signer: Signer, at: datetime) -> Checkpoint | None:
    """Signs the ledger as it stands; None when nothing was added since the last checkpoint.

    Before signing, everything since the signer's own last note is checked as `ledger verify` does it, and that the
    stored tree leads from that note to the new root. Raises CheckpointRefused when something was changed, the ledger
    does not extend that note (a restored back-up, a truncated or edited log) or the latch is closed; tree.DamagedTree,
    signer.KeyUnusable, or OSError when the note cannot be made durable.
    """
    _refuse_latched(signer)
    last, latest, size = signer.last_note(), latest_checkpoint(), tree.tree_size()
    if latest and latest.size == size and latest.note == last:
        return None
    # Much may be new: it is looked at before the lock is taken. Entries are only ever added, and the root is our own.
    root = _checked_root(signer, latest, size)
    with transaction.atomic():
        tree.lock_head()
        if signer.last_note() != last or latest_checkpoint() != latest:
            return None  # another signer was at work meanwhile; what it left is for the next run
        _refuse_cut_tail()
        if latest is not None and latest.size == size:
            return None
        note = signer.sign(TreeHead(signer.name, size, root))
        # The order matters: a note may be released only after the signer can no longer forget it.
        signer.remember(note)
        return Checkpoint.objects.create(size=size, root=root, note=note, made_at=_not_before(at, size, latest))


def latest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def _refuse_latched(signer: Signer) -> None:
    refusal = latch.standing_refusal(signer.path)
    if refusal is not None:
        raise CheckpointRefused(
            gettext(
                "Not signed: a verification found the ledger changed (%(since)s): %(sentence)s Nothing is signed until "
                "`manage.py ledger verify` passes or a loss is declared."
            )
            % {"since": refusal.since, "sentence": refusal.sentence}
        )


def _checked_root(signer: Signer, latest: Checkpoint | None, size: int) -> bytes:
    """The root to be signed, from the bytes of what is new and from the stored hashes of what was signed before."""
    remembered = signer.last_tree()
    _refuse_strangers(signer, latest, remembered)
    history = _refuse_untrusted(signer)
    lost = signer.last_note() if signer.last_note() in signer.lost_notes() else None
    if lost is not None:
        remembered = _signed_before(signer, latest)  # of the history that is lost nothing can be built upon
    for known in (remembered, None if latest is None else TreeHead(signer.name, latest.size, bytes(latest.root))):
        if known is not None:
            _refuse_unless_extended(known, size)
    found = recheck_since(0 if remembered is None else remembered.size, size)
    _refuse_changed(found)
    _refuse_foreign(signer, found, history)
    _refuse_silent_loss(lost, found)
    _refuse_unproved(remembered, TreeHead(signer.name, size, found.root))
    return found.root


def _signed_before(signer: Signer, latest: Checkpoint | None) -> TreeHead | None:
    """What the newest stored checkpoint says, if one of our keys signed it."""
    if latest is None:
        return None
    try:
        note = parse_note(latest.note)
        ours = [key.verifier for key in signer.keys] + [item.key for item in signer.retired_keys()]
        return parse_tree_head(note.text) if any(key.signed(note) for key in ours) else None
    except BadNote:
        return None


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


def _refuse_untrusted(signer: Signer) -> trust.KeyHistory:
    """Trust is asked: the newest checkpoint must be one of this ledger, and our keys those that count."""
    judged = trust.judge_newest(LedgerTables(DEFAULT_DB_ALIAS), trust.Anchors())
    if judged.problem:
        raise CheckpointRefused(
            gettext("Not signed: %(problem)s Run `manage.py ledger verify` and restore the database from a backup.")
            % {"problem": judged.problem}
        )
    ours = [key.verifier for key in signer.keys]
    ended = {item.key for item in signer.retired_keys()}
    ended |= {item.key for item in judged.history.keys if item.withdrawn}
    for key in ours:
        if key in ended:
            raise CheckpointRefused(
                gettext(
                    "Not signed: the key %(id)s was withdrawn, and its line stands in %(path)s. Run `manage.py ledger "
                    "key retire %(id)s`: it takes it out."
                )
                % {"id": key.key_id.hex(), "path": signer.path}
            )
    counting = [item.key for item in judged.history.keys if item.key not in ended]
    if counting and counting[-1] not in ours:
        raise CheckpointRefused(
            gettext("Not signed: %(path)s does not hold the key that counts, %(key)s. Restore the newest copy of it.")
            % {"path": signer.path, "key": counting[-1]}
        )
    return judged.history


def _refuse_unless_extended(known: TreeHead, size: int) -> None:
    if known.size > size:
        raise CheckpointRefused(
            gettext(
                "Not signed: a checkpoint of %(signed)s entries was signed before, but the database holds only "
                "%(size)s. It was truncated, or restored from an older backup. Restore the newest backup; if there is "
                "none, two administrators declare the loss with `manage.py ledger declare-loss`."
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


def _refuse_changed(found: Recheck) -> None:
    findings = found.report.findings
    if findings:
        raise CheckpointRefused(
            gettext(
                "Not signed: %(finding)s In all %(count)s things among what is new are not as they were written. Run "
                "`manage.py ledger verify` and restore the database from a backup."
            )
            % {"finding": findings[0].sentence, "count": len(findings)}
        )


def _refuse_unproved(remembered: TreeHead | None, new: TreeHead) -> None:
    """Whoever asks for a proof gets it from the stored hashes: they must lead from the last note to the new root."""
    if tree.stored_root(new.size) != new.root or (
        remembered is not None
        and not merkle.verify_consistency(
            remembered.size,
            new.size,
            merkle.consistency_proof(remembered.size, new.size, tree.stored_hashes),
            remembered.root,
            new.root,
        )
    ):
        raise CheckpointRefused(
            gettext(
                "Not signed: the stored tree does not lead from what was signed before to the %(size)s entries of now. "
                "Run `manage.py ledger verify` and restore the database from a backup."
            )
            % {"size": new.size}
        )


def _refuse_cut_tail() -> None:
    """Entries cut off at the end leave no gap, but their hashes in the tree, or their receipts. Under the lock."""
    size = tree.tree_size()
    newest = Pending.objects.filter(sequenced=True).order_by("-id").values("uuid")[:RECEIPTS]
    written = Pending.objects.filter(uuid__in=newest)
    if (
        Node.objects.filter(level=0, index__gte=size).exists()
        or written.exclude(uuid__in=Entry.objects.filter(uuid__in=newest).values("uuid")).exists()
    ):
        raise CheckpointRefused(
            gettext(
                "Not signed: entries were written after the %(size)s that the database holds, and are gone. Run "
                "`manage.py ledger verify` and restore the database from a backup."
            )
            % {"size": size}
        )


def _refuse_foreign(signer: Signer, found: Recheck, history: trust.KeyHistory) -> None:
    """The ledger's own entries are written by whoever holds the key: what it does not know of, it does not sign."""
    uuids = dict(Entry.objects.filter(seq__in=found.own).values_list("seq", "uuid"))
    receipts = dict(Pending.objects.filter(uuid__in=uuids.values()).values_list("uuid", "key"))
    believed = {str(item.key): item.seq for item in history.keys}
    for seq, (kind, payload) in sorted(found.own.items()):
        named_before = kind == kinds.KEY_ADD and believed.get(payload.get("key", ""), seq) != seq
        if named_before or receipts.get(uuids[seq]) != own_key(kind, payload) or not _known(signer, kind, payload):
            raise CheckpointRefused(
                gettext(
                    "Not signed: entry %(seq)s (%(kind)s) was written by somebody who does not hold the key: %(path)s "
                    "knows nothing of it. Find out who writes to the database, and restore it from a backup."
                )
                % {"seq": seq, "kind": kinds.kind_label(kind), "path": signer.path}
            )


def _known(signer: Signer, kind: str, payload: dict[str, Any]) -> bool:
    """Whether it stands beside the key."""
    if kind == kinds.KEY_REVOKE:
        return payload in [item.payload() for item in signer.retired_keys()]
    if kind == kinds.LOSS_DECLARE:
        return payload in signer.declared_losses() and payload.get("note") in signer.lost_notes()
    ours = [key.verifier for key in signer.keys] + [item.key for item in signer.retired_keys()]
    return payload.get("key") in [str(key) for key in ours]


def _refuse_silent_loss(lost: str | None, found: Recheck) -> None:
    declared = [payload.get("note") for kind, payload in found.own.values() if kind == kinds.LOSS_DECLARE]
    if lost is not None and lost not in declared:
        raise CheckpointRefused(
            gettext(
                "Not signed: a loss was begun to be declared, but the ledger does not say so yet. Call `manage.py "
                "ledger declare-loss` again: it finishes what was interrupted."
            )
        )
