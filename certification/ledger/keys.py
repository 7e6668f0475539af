"""Beginning a ledger and rotating its key. The public keys live in the ledger itself: genesis and key.add."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils.translation import gettext

from certification.ledger import clock, kinds, pending, trust
from certification.ledger.checkpoints import make_checkpoint
from certification.ledger.models import Checkpoint, Entry, EntryPart, Opening, Pending
from certification.ledger.note import VerifierKey, check_key_name, parse_note
from certification.ledger.pending import EntryDraft
from certification.ledger.records import LedgerTables
from certification.ledger.sequencer import own_key, sequence_pending
from certification.ledger.signer import KeyUnusable, RetiredKey, Signer
from certification.ledger.trust import KeyHistory


class CannotBegin(RuntimeError):
    """This database or key file belongs to another ledger; the message says which."""


class CannotRevoke(RuntimeError):
    """The key cannot be ended like this; the message says why and what to do first."""


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

    Once a checkpoint with both signatures has left the building, `retire_key` ends the old one. A rotation that was
    interrupted is finished, not begun again.
    """
    logged = {item.key for item in logged_keys()}
    grown = signer if any(key.verifier not in logged for key in signer.keys) else signer.with_new_key()
    log_keys(grown)
    sequence_pending()
    make_checkpoint(grown, clock.now())
    publish_keys(grown)
    return grown


def revoke_key(signer: Signer, key_id: str, reason: str, last_size: int | None = None) -> Signer:
    """Ends a key: it leaves the file, the ledger says so, and its signature counts up to `last_size` entries only.

    `reason` is trust.RETIRED (by default up to the newest checkpoint) or trust.COMPROMISED, where whoever asks says up
    to which checkpoint the key was in good hands. Called again it finishes what was interrupted. Raises CannotRevoke.
    """
    retired = next((item for item in signer.retired_keys() if item.key.key_id.hex() == key_id), None)
    if retired is None:
        retired = _to_be_retired(signer, key_id, reason, last_size)
    left = signer.without_key(retired)
    log_keys(left)
    sequence_pending()
    make_checkpoint(left, clock.now())
    publish_keys(left)
    return left


def log_keys(signer: Signer) -> None:
    """Leaves an entry for every key that came or went beside the key file and of which the ledger does not know it."""
    at, logged = clock.now(), {item.key for item in logged_keys()}
    told: list[tuple[str, dict[str, str | int]]] = [
        (kinds.KEY_ADD, {"key": str(key)}) for key in _public(signer) if key not in logged
    ]
    told += [(kinds.KEY_REVOKE, item.payload()) for item in signer.retired_keys()]
    drafts = [EntryDraft(kind, own_key(kind, payload), at, payload) for kind, payload in told]
    with transaction.atomic():
        pending.insert_entries(drafts)


def _to_be_retired(signer: Signer, key_id: str, reason: str, last_size: int | None) -> RetiredKey:
    """Raises CannotRevoke unless a newer key goes on, and stands for all that this one no longer stands for."""
    history = trust.key_history(LedgerTables(DEFAULT_DB_ALIAS))
    notes = [(row.size, parse_note(row.note)) for row in Checkpoint.objects.order_by("size")]
    ended = next((item for item in history.keys if item.key.key_id.hex() == key_id), None)
    if history.problems:
        raise CannotRevoke(history.problems[0].sentence)
    if ended is None or not notes:
        raise CannotRevoke(
            gettext("This ledger has no key with the id %(id)s. It has: %(known)s.")
            % {"id": key_id, "known": ", ".join(item.key.key_id.hex() for item in history.keys)}
        )
    newest = notes[-1][0]
    left = KeyHistory(history.origin, tuple(item for item in history.keys if item is not ended))
    if history.newest_at(newest) is ended or left.signs(notes[-1][1], newest) not in _public(signer):
        raise CannotRevoke(
            gettext("No newer key signs, so nobody could go on. Add one first: run `manage.py ledger key add`.")
        )
    smallest = max((size for size, note in notes if left.signs(note, size) is None), default=0)
    size = newest if last_size is None else last_size
    if not smallest <= size <= newest:
        raise CannotRevoke(
            gettext(
                "The last size must lie between %(smallest)s and %(newest)s: before, no other key has signed, and "
                "without this one nobody could believe what was written then."
            )
            % {"smallest": smallest, "newest": newest}
        )
    return RetiredKey(ended.key, size, reason)


def _public(signer: Signer) -> list[VerifierKey]:
    return [key.verifier for key in signer.keys]


def publish_keys(signer: Signer) -> None:
    """Leaves beside the key the public halves of those it holds and the ledger names: by them pages judge.

    Of the signer's own alone: whoever writes to the database could name others there.
    """
    logged = {item.key for item in logged_keys()}
    signer.publish(key for key in _public(signer) if key in logged)


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
