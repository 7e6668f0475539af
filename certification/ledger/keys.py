"""Beginning a ledger and rotating its key. The public keys live in the ledger itself: genesis and key.add."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext

from certification.ledger import clock, kinds, pending
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Entry, EntryPart, Opening, Pending
from certification.ledger.note import VerifierKey, check_key_name
from certification.ledger.pending import EntryDraft
from certification.ledger.sequencer import sequence_pending
from certification.ledger.signer import KeyUnusable, Signer


class CannotBegin(RuntimeError):
    """This database or key file belongs to another ledger; the message says which."""


@dataclass(frozen=True, slots=True)
class LoggedKey:
    """A public key and the number of the entry that made it known."""

    seq: int
    key: VerifierKey


def begin_ledger(path: Path, origin: str, start: datetime | None = None) -> Signer:
    """Makes the key, genesis and the first checkpoint, or finishes what an interrupted `begin_ledger` left.

    `start` sets the clock of a demo ledger (see clock.start_demo_at) before genesis is written. On a ledger that was
    begun under the same origin nothing changes. Raises CannotBegin, signer.KeyUnusable (a missing key is never
    regenerated), note.BadNote for an origin that cannot name a key, clock.NotADemo or clock.BackInTime.
    """
    check_key_name(origin)
    clock.clear_cache()
    known = clock.ledger_origin()
    if known is None and Entry.objects.exists():
        raise CannotBegin(gettext("The database holds entries, but no genesis. Restore it from a backup."))
    if known is not None and known != origin:
        raise CannotBegin(
            gettext("This ledger was begun as “%(known)s”; it cannot become “%(origin)s”.")
            % {"known": known, "origin": origin}
        )
    if known is None and start is not None:
        clock.check_demo_start(origin)
    signer = _unused_signer(path, origin) if known is None else _known_signer(path)
    if known is None:
        _write_genesis(signer, start)
    sequence_pending()
    make_checkpoint(signer, clock.now())
    publish_keys(signer)
    return signer


def add_signing_key(signer: Signer) -> Signer:
    """Adds a second key: the ledger names it, and from then on both keys sign every checkpoint.

    The old key's line may be taken out of the file once a checkpoint with both signatures has left the building. A
    rotation that was interrupted is finished, not begun again.
    """
    logged = {str(item.key) for item in logged_keys()}
    grown = signer if any(str(key.verifier) not in logged for key in signer.keys) else signer.with_new_key()
    at = clock.now()
    with transaction.atomic():
        for key in grown.keys:
            line = str(key.verifier)
            if line not in logged:
                pending.insert_entries(
                    [EntryDraft(kinds.KEY_ADD, f"key.add:{key.verifier.key_id.hex()}", at, {"key": line})]
                )
    sequence_pending()
    make_checkpoint(grown, clock.now())
    publish_keys(grown)
    return grown


def publish_keys(signer: Signer) -> None:
    """Leaves beside the key the public halves of those it holds and the ledger names: by them pages judge.

    Of the signer's own alone: whoever writes to the database could name others there.
    """
    logged = {item.key for item in logged_keys()}
    signer.publish(key.verifier for key in signer.keys if key.verifier in logged)


def logged_keys() -> list[LoggedKey]:
    """The keys the ledger itself names, in order: genesis first."""
    entries = dict(Entry.objects.of_kind(kinds.GENESIS, kinds.KEY_ADD).order_by("seq").values_list("uuid", "seq"))
    opened = Opening.objects.filter(entry__in=entries, part=EntryPart.PAYLOAD).values_list("entry", "value")
    found = [LoggedKey(entries[uuid], VerifierKey.parse(json.loads(value)["key"])) for uuid, value in opened]
    return sorted(found, key=lambda item: item.seq)


def _unused_signer(path: Path, origin: str) -> Signer:
    """A new key; or the one an interrupted `begin_ledger` made, provided it never signed anything."""
    signer = Signer.from_file(path) if path.exists() else Signer.create(path, origin)
    if signer.name != origin:
        raise CannotBegin(
            gettext("The key %(path)s is for the ledger “%(name)s”, not for “%(origin)s”.")
            % {"path": path, "name": signer.name, "origin": origin}
        )
    if signer.last_note() is not None:
        raise CannotBegin(
            gettext(
                "The key %(path)s has signed checkpoints of a ledger, but this database holds none: was it emptied, or "
                "is it the wrong database? To begin another ledger, move the key away first."
            )
            % {"path": path}
        )
    return signer


def _known_signer(path: Path) -> Signer:
    signer = Signer.from_file(path)
    genesis = Pending.objects.filter(key=kinds.GENESIS).values("uuid")
    value = Opening.objects.filter(entry__in=genesis, part=EntryPart.PAYLOAD).values_list("value", flat=True).get()
    lines = {json.loads(value)["key"], *(str(item.key) for item in logged_keys())}
    if not lines & {str(key.verifier) for key in signer.keys}:
        raise KeyUnusable(gettext("The key in %(path)s is none of those this ledger names.") % {"path": path})
    return signer


def _write_genesis(signer: Signer, start: datetime | None) -> None:
    with transaction.atomic():
        if start is not None:
            clock.start_demo_at(start, signer.name)
        payload = {"origin": signer.name, "key": str(signer.keys[0].verifier)}
        at = clock.machine_now() if start is None else start
        pending.insert_entries([EntryDraft(kinds.GENESIS, kinds.GENESIS, at, payload)])
    clock.clear_cache()
