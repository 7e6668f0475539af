"""The tree against the published vectors of RFC 6962 and against itself."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certification.ledger import merkle

VECTORS = Path(__file__).parents[2] / "vectors" / "rfc6962"
INCLUSION = sorted((VECTORS / "inclusion").rglob("*.json"))
CONSISTENCY = sorted((VECTORS / "consistency").rglob("*.json"))


def decoded(value: str | None) -> bytes:
    return base64.b64decode(value or "")


def in_memory(leaves: list[bytes]) -> merkle.Read:
    tree = merkle.Frontier()
    nodes = {(level, index): node for leaf in leaves for level, index, node in tree.append(leaf)}
    return lambda wanted: {coordinate: nodes[coordinate] for coordinate in wanted}


def leaves(count: int) -> list[bytes]:
    return [merkle.hash_leaf(str(number).encode()) for number in range(count)]


def recursive_root(hashes: list[bytes]) -> bytes:
    """The definition in RFC 6962 section 2.1, word for word."""
    if not hashes:
        return merkle.EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return merkle.hash_children(recursive_root(hashes[:split]), recursive_root(hashes[split:]))


def test_the_hasher_agrees_with_the_published_values() -> None:
    vector = json.loads((VECTORS / "hasher.json").read_text())
    assert merkle.EMPTY_ROOT.hex() == vector["empty_root"]
    assert merkle.hash_leaf(b"").hex() == vector["empty_leaf"]
    assert merkle.hash_leaf(vector["leaf"]["data_ascii"].encode()).hex() == vector["leaf"]["hash"]
    node = vector["node"]
    parent = merkle.hash_children(node["left_ascii"].encode(), node["right_ascii"].encode())
    assert parent.hex() == node["hash"]


def test_all_vectors_are_there() -> None:
    assert (len(INCLUSION), len(CONSISTENCY)) == (98, 98)


@pytest.mark.parametrize("file", INCLUSION, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_inclusion_vector(file: Path) -> None:
    case = json.loads(file.read_text())
    proof = [decoded(item) for item in case["proof"] or []]
    accepted = merkle.verify_inclusion(
        decoded(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, decoded(case["root"])
    )
    assert accepted is not case["wantErr"], case["desc"]


@pytest.mark.parametrize("file", CONSISTENCY, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_consistency_vector(file: Path) -> None:
    case = json.loads(file.read_text())
    proof = [decoded(item) for item in case["proof"] or []]
    accepted = merkle.verify_consistency(
        case["size1"], case["size2"], proof, decoded(case["root1"]), decoded(case["root2"])
    )
    # LEDGER.md: nothing can be consistent with the empty tree, so two empty trees are refused as well.
    assert accepted is (not case["wantErr"] and case["size1"] > 0), case["desc"]


@given(st.integers(0, 130))
def test_growing_leaf_by_leaf_gives_the_defined_root(size: int) -> None:
    assert merkle.merkle_root(leaves(size)) == recursive_root(leaves(size))


@given(st.integers(1, 130), st.data())
def test_every_inclusion_proof_verifies_and_no_bent_one_does(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    root = recursive_root(hashes)
    proof = merkle.inclusion_proof(index, size, in_memory(hashes))
    assert merkle.verify_inclusion(hashes[index], index, size, proof, root)
    assert not merkle.verify_inclusion(hashes[index], index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(merkle.hash_leaf(b"another"), index, size, proof, root)
    if proof:
        place = data.draw(st.integers(0, len(proof) - 1))
        bent = bytes([proof[place][0] ^ 1]) + proof[place][1:]
        assert not merkle.verify_inclusion(
            hashes[index], index, size, [*proof[:place], bent, *proof[place + 1 :]], root
        )
        assert not merkle.verify_inclusion(hashes[index], index, size, proof[:-1], root)


@given(st.integers(1, 130), st.data())
def test_every_consistency_proof_verifies_and_no_bent_one_does(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new))
    hashes = leaves(new)
    old_root, new_root = recursive_root(hashes[:old]), recursive_root(hashes)
    proof = merkle.consistency_proof(old, new, in_memory(hashes))
    assert merkle.verify_consistency(old, new, proof, old_root, new_root)
    assert not merkle.verify_consistency(old, new, [*proof, new_root], old_root, new_root)
    assert not merkle.verify_consistency(old, new, proof, merkle.hash_leaf(b"another"), new_root)
    if old < new:
        assert not merkle.verify_consistency(old, new, proof[:-1], old_root, new_root)


@given(st.integers(0, 130), st.integers(0, 60))
def test_a_frontier_read_back_from_nodes_grows_like_the_one_that_never_stopped(size: int, more: int) -> None:
    hashes = leaves(size + more)
    resumed = merkle.frontier_of(size, in_memory(hashes[:size]))
    assert resumed.root() == recursive_root(hashes[:size])
    for leaf in hashes[size:]:
        resumed.append(leaf)
    assert resumed.root() == recursive_root(hashes)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_hashes_of_a_wrong_length_are_refused(length: int) -> None:
    hashes = leaves(5)
    root, wrong = recursive_root(hashes), b"\x00" * length
    proof = merkle.inclusion_proof(1, 5, in_memory(hashes))
    assert not merkle.verify_inclusion(wrong, 1, 5, proof, root)
    assert not merkle.verify_inclusion(hashes[1], 1, 5, [wrong, *proof[1:]], root)
    assert not merkle.verify_inclusion(hashes[1], 1, 5, proof, wrong)
    assert not merkle.verify_consistency(2, 5, [wrong], root, root)
    assert not merkle.verify_consistency(2, 5, merkle.consistency_proof(2, 5, in_memory(hashes)), wrong, root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5), (0, -1)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="is not in a tree"):
        merkle.inclusion_proof(index, size, in_memory(leaves(5)))
    assert not merkle.verify_inclusion(leaves(1)[0], index, size, [], leaves(1)[0])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (5, 4), (-1, 3)])
def test_nothing_extends_an_empty_or_larger_tree(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="cannot be shown to extend"):
        merkle.consistency_proof(old, new, in_memory(leaves(5)))
    assert not merkle.verify_consistency(old, new, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
