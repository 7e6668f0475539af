"""The Merkle tree of RFC 6962 (RFC 9162 section 2.1): pure functions over SHA-256, no storage and no Django.

Hashes are 32 bytes. A tree of `size` leaves is stored as its complete subtrees: the node (level, index) is the hash
of the leaves [index << level, (index + 1) << level). Level 0 are the leaf hashes themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

Coordinate = tuple[int, int]
Span = tuple[int, int]
Read = Callable[[Sequence[Coordinate]], Mapping[Coordinate, bytes]]
"""Fetches the stored hashes of the given (level, index) nodes; a missing one is a KeyError for the reader."""


def hash_leaf(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def hash_children(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Frontier:
    """The right edge of a growing tree: what an append needs to know, in O(log size) memory."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf_hash: bytes) -> list[tuple[int, int, bytes]]:
        """Adds one leaf and returns the nodes it completes, as (level, index, hash), the leaf first."""
        level, index, node = 0, self.size, leaf_hash
        completed = [(level, index, node)]
        while index & 1:
            node = hash_children(self.peaks.pop(), node)
            level, index = level + 1, index >> 1
            completed.append((level, index, node))
        self.peaks.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        return _fold(self.peaks)


def frontier_of(size: int, read: Read) -> Frontier:
    """The frontier of the stored tree at `size`."""
    peaks = _complete_subtrees((0, size))
    nodes = read(peaks)
    return Frontier(size, [nodes[peak] for peak in peaks])


def merkle_root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes held in memory."""
    tree = Frontier()
    for leaf_hash in leaf_hashes:
        tree.append(leaf_hash)
    return tree.root()


def inclusion_proof(index: int, size: int, read: Read) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves. Raises ValueError if the leaf is not in it."""
    return _hashes(_path(index, size), read)


def proof_places(index: int, size: int) -> list[Coordinate]:
    """Which stored nodes `inclusion_proof` reads, so that those of many proofs can be fetched at once."""
    return [place for span in _path(index, size) for place in _complete_subtrees(span)]


def _path(index: int, size: int) -> list[Span]:
    if not 0 <= index < size:
        raise ValueError(f"Leaf {index} is not in a tree of {size} leaves.")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_proof(old: int, new: int, read: Read) -> list[bytes]:
    """The proof that the tree of `new` leaves extends the tree of `old`. Raises ValueError unless 0 < old <= new."""
    if not 0 < old <= new:
        raise ValueError(f"A tree of {new} leaves cannot be shown to extend a tree of {old}.")
    spans: list[Span] = []
    start, end = 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:
        spans.append((start, end))
    return _hashes(spans[::-1], read)


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root_hash: bytes) -> bool:
    """RFC 9162 section 2.1.3.2. False for anything malformed: a wrong length, an index outside the tree."""
    if not 0 <= index < size or not _well_formed([leaf_hash, root_hash, *proof]):
        return False
    node, position, last = leaf_hash, index, size - 1
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            node = hash_children(sibling, node)
            position, last = _climb_while_left(position, last)
        else:
            node = hash_children(node, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and node == root_hash


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162 section 2.1.4.2. A proof from size 0 proves nothing and is refused."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if not _well_formed([old_root, new_root, *proof]):
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    older = newer = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = hash_children(sibling, older), hash_children(sibling, newer)
            position, last = _climb_while_left(position, last)
        else:
            newer = hash_children(newer, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _climb_while_left(position: int, last: int) -> tuple[int, int]:
    """Skips the levels where the node stands alone at the right edge and has no sibling to be hashed with."""
    while position and not position & 1:
        position, last = position >> 1, last >> 1
    return position, last


def _split(width: int) -> int:
    """The largest power of two smaller than `width`: where RFC 6962 divides a tree."""
    return 1 << (width - 1).bit_length() - 1


def _complete_subtrees(span: Span) -> list[Coordinate]:
    """The complete subtrees that make up the aligned span, left to right."""
    start, end = span
    found: list[Coordinate] = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def _hashes(spans: Sequence[Span], read: Read) -> list[bytes]:
    parts = [_complete_subtrees(span) for span in spans]
    nodes = read([coordinate for part in parts for coordinate in part])
    return [_fold([nodes[coordinate] for coordinate in part]) for part in parts]


def _fold(peaks: Sequence[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    node = peaks[-1]
    for peak in reversed(peaks[:-1]):
        node = hash_children(peak, node)
    return node


def _well_formed(hashes: Iterable[bytes]) -> bool:
    return all(len(value) == HASH_SIZE for value in hashes)
