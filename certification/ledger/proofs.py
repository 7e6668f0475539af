"""Proofs an auditor can check without this program: inclusion, consistency, and the C2SP `.tlog-proof` text."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from certification.ledger import merkle, note, tree
from certification.ledger.models import Checkpoint, Entry

HEADER = "c2sp.org/tlog-proof@v1"
INDEX_LINE = re.compile(r"index (0|[1-9][0-9]{0,18})")
LONGEST_PATH = 63


class BadProof(ValueError):
    """The proof is malformed or proves something else; the message says which."""


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That the leaf at `index` is in the tree of `size` entries with this root."""

    index: int
    size: int
    leaf_hash: bytes
    root: bytes
    hashes: tuple[bytes, ...]

    def holds(self) -> bool:
        return merkle.verify_inclusion(self.leaf_hash, self.index, self.size, self.hashes, self.root)


@dataclass(frozen=True, slots=True)
class TlogProof:
    """What a `.tlog-proof` file says; `checkpoint` is the signed note at its end."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    extra: str | None = None


def prove_inclusion(entry: Entry, checkpoint: Checkpoint) -> InclusionProof:
    """Raises ValueError if the checkpoint does not cover the entry, tree.DamagedTree if a hash is missing."""
    return InclusionProof(
        index=entry.seq,
        size=checkpoint.size,
        leaf_hash=merkle.hash_leaf(bytes(entry.leaf)),
        root=bytes(checkpoint.root),
        hashes=tuple(merkle.inclusion_proof(entry.seq, checkpoint.size, tree.stored_hashes)),
    )


def prove_consistency(old: int, new: int) -> list[bytes]:
    """That the ledger of `new` entries extends the one of `old`. Raises ValueError, tree.DamagedTree."""
    if new > tree.tree_size():
        raise ValueError(f"The ledger has fewer than {new} entries.")
    return merkle.consistency_proof(old, new, tree.stored_hashes)


def tlog_proof(entry: Entry, checkpoint: Checkpoint) -> str:
    """The text of a `.tlog-proof` file: with the entry's bytes and the origin's key it is verified offline."""
    proof = prove_inclusion(entry, checkpoint)
    lines = [HEADER, f"index {proof.index}", *(base64.b64encode(item).decode() for item in proof.hashes), ""]
    return "\n".join(lines) + "\n" + checkpoint.note


def parse_tlog_proof(text: str) -> TlogProof:
    """Reads a `.tlog-proof` file. The checkpoint in it is not yet parsed: see verify_tlog_proof."""
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != HEADER:
        raise BadProof(f"A proof begins with the line {HEADER} and has an empty line before its checkpoint.")
    extra = lines.pop(0).removeprefix("extra ") if lines and lines[0].startswith("extra ") else None
    index = INDEX_LINE.fullmatch(lines.pop(0)) if lines else None
    if index is None:
        raise BadProof("The proof does not say the entry's number as `index N`.")
    if len(lines) > LONGEST_PATH:
        raise BadProof(f"The proof has {len(lines)} hashes; no tree needs more than {LONGEST_PATH}.")
    return TlogProof(int(index[1]), tuple(_hashes(lines)), checkpoint, extra)


def verify_tlog_proof(leaf: bytes, text: str, key: note.VerifierKey) -> note.TreeHead:
    """The tree the leaf's bytes are proved to be in, signed by `key`. Raises BadProof or note.BadNote."""
    proof = parse_tlog_proof(text)
    signed = note.parse_note(proof.checkpoint)
    if not key.signed(signed):
        raise BadProof(f"The checkpoint carries no signature of {key.name}.")
    body = note.parse_tree_head(signed.text)
    if body.origin != key.name:
        raise BadProof(f"The checkpoint is of the ledger {body.origin}, not of {key.name}.")
    if not merkle.verify_inclusion(merkle.hash_leaf(leaf), proof.index, body.size, proof.hashes, body.root):
        raise BadProof("The entry is not in the tree the checkpoint was made of.")
    return body


def _hashes(lines: Sequence[str]) -> list[bytes]:
    try:
        found = [base64.b64decode(line, validate=True) for line in lines]
    except ValueError as error:
        raise BadProof("A hash in the proof is not base64.") from error
    if any(len(item) != merkle.HASH_SIZE for item in found):
        raise BadProof(f"A hash in the proof has not {merkle.HASH_SIZE} bytes.")
    return found
