"""What pages say of the ledger: its newest checkpoint, judged by the public keys this site is told from outside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from certification.ledger import merkle
from certification.ledger.models import Checkpoint, Entry
from certification.ledger.note import BadNote, VerifierKey, public_keys
from certification.ledger.records import LedgerTables
from certification.ledger.signer import PUBLIC
from certification.ledger.trust import Anchors, Inclusion, Standing, judge_newest


@dataclass(frozen=True, slots=True)
class JudgedCheckpoint:
    """`standing`: KEY_ONLY under a key this site was told, UNANCHORED without one, INVALID with a `problem`.

    `checkpoint` is the newest, None before the first; `key` is whose signature makes it one.
    """

    standing: Standing
    checkpoint: Checkpoint | None
    key: VerifierKey | None
    problem: str

    @property
    def anchored(self) -> bool:
        return self.standing is Standing.KEY_ONLY

    def holds(self, entry: Entry) -> bool:
        """Whether the entry's bytes lie under it, by the stored hashes. One query."""
        if self.checkpoint is None or not 0 <= entry.seq < self.checkpoint.size:
            return False
        leaf_hash = merkle.hash_leaf(bytes(entry.leaf))
        wanted = Inclusion(entry.seq, leaf_hash, self.checkpoint.size, bytes(self.checkpoint.root))
        return all(LedgerTables(DEFAULT_DB_ALIAS).included([wanted]))


def judged_checkpoint() -> JudgedCheckpoint:
    """The newest checkpoint and how far it can be believed. Six queries at most, whatever the ledger's size."""
    found = judge_newest(LedgerTables(DEFAULT_DB_ALIAS), pinned_keys())
    size = None if found.row is None else found.row["size"]
    checkpoint = None if size is None else Checkpoint.objects.filter(size=size).first()
    return JudgedCheckpoint(found.standing, checkpoint, found.key, found.problem)


def pinned_keys() -> Anchors:
    """The keys of LEDGER_PUBLIC_KEY; without it those that `ledger init` and `key add` left beside the signing key.

    Without either, or where that file holds something else, none.
    """
    return Anchors(public_keys(settings.LEDGER_PUBLIC_KEY) or _left_beside_the_key())


def _left_beside_the_key() -> tuple[VerifierKey, ...]:
    try:
        return public_keys(Path(f"{settings.LEDGER_KEY_FILE}{PUBLIC}").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadNote):
        return ()
