"""Canonical bytes against the published vectors of RFC 8785 and against another's encoder."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from certification.ledger import canonical, leaf
from certification.ledger.canonical import NotCanonical

VECTORS = Path(__file__).parents[2] / "vectors" / "jcs" / "testdata"
KEYS = st.text(st.characters(max_codepoint=127), max_size=8)
SCALARS = st.none() | st.booleans() | st.integers(-canonical.LARGEST, canonical.LARGEST) | st.text(max_size=20)
VALUES = st.dictionaries(
    KEYS, st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=10)
)


def vector(name: str) -> tuple[Any, bytes]:
    given_value = json.loads((VECTORS / "input" / f"{name}.json").read_bytes())
    return given_value, (VECTORS / "output" / f"{name}.json").read_bytes()


def test_published_vectors_that_are_objects_of_whole_numbers() -> None:
    value, expected = vector("unicode")
    assert canonical.encode(value) == expected
    value, expected = vector("structures")
    value["1"]["\n"] = 56  # the vector writes 56.0, which is a fraction to Python
    assert canonical.encode(value) == expected
    value, expected = vector("arrays")
    assert canonical.encode({"list": value}) == b'{"list":' + expected + b"}"


@pytest.mark.parametrize(("name", "reason"), [("french", "ASCII"), ("weird", "ASCII"), ("values", "float")])
def test_published_vectors_outside_our_domain_are_refused(name: str, reason: str) -> None:
    value, _ = vector(name)
    with pytest.raises(NotCanonical, match=reason):
        canonical.encode(value)


@given(VALUES)
def test_canonical_bytes_are_those_of_rfc_8785_and_read_back(value: dict[str, Any]) -> None:
    data = canonical.encode(value)
    assert data == rfc8785.dumps(value)
    assert canonical.decode(data) == value


def test_a_digest_is_of_the_canonical_bytes() -> None:
    one, other = {"b": 1, "a": {"d": "é", "c": []}}, {"a": {"c": [], "d": "é"}, "b": 1}
    expected = hashlib.sha256('{"a":{"c":[],"d":"é"},"b":1}'.encode()).hexdigest()
    assert canonical.digest(one) == canonical.digest(other) == expected
    with pytest.raises(NotCanonical):
        canonical.digest({"a": 0.5})


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({"a": 1.0}, "a is float"),
        ({"a": {"b": [1, 2.5]}}, r"a\.b\[1\] is float"),
        ({"a": 2**53}, r"2\^53"),
        ({"a": -(2**53)}, r"2\^53"),
        ({"é": 1}, "ASCII"),
        ({1: 1}, "ASCII"),
        ({"at": datetime.now(UTC)}, "at is datetime"),
        ({"id": uuid4()}, "id is UUID"),
        ({"a": MappingProxyType({"b": 1})}, "a is mappingproxy"),
        ({"a": "\ud800"}, "lone surrogate"),
        (["a"], "An object is needed"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value: Any, where: str) -> None:
    with pytest.raises(NotCanonical, match=where):
        canonical.encode(value)


@pytest.mark.parametrize("value", [True, [1], {"b": 1}])
def test_a_leaf_is_flat(value: Any) -> None:
    with pytest.raises(NotCanonical, match="a must be"):
        canonical.encode_flat({"a": value})


@pytest.mark.parametrize(
    "data",
    [b'{"a": 1}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{"a":1.0}', b'{"a":1e3}', b'{"a":"\\u0041"}', b"{}\n", b"\xff"],
)
def test_another_spelling_is_not_canonical(data: bytes) -> None:
    with pytest.raises(NotCanonical):
        canonical.decode(data)


def test_a_leaf_reads_back_and_keeps_microseconds() -> None:
    at = datetime(2026, 11, 3, 9, 30, 0, 1, tzinfo=UTC)
    written = leaf.EntryLeaf(3, uuid4(), "completion", at, at, None, None, None, "0" * 64)
    assert b'"at":"2026-11-03T09:30:00.000001Z"' in written.encode()
    assert leaf.decode_leaf(written.encode()) == written


@pytest.mark.parametrize(
    "change",
    [
        {"seq": -1},
        {"seq": "3"},
        {"id": "0123"},
        {"id": "0123456789ABCDEF0123456789ABCDEF"},
        {"at": "2026-11-03"},
        {"payload": "0" * 63},
        {"payload": None},
        {"subject": "G" * 64},
        {"kind": 7},
        {"surplus": 1},
    ],
)
def test_a_field_of_the_wrong_form_is_no_entry(change: dict[str, Any]) -> None:
    at = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
    written = leaf.EntryLeaf(3, uuid4(), "completion", at, at, None, None, None, "0" * 64)
    with pytest.raises(leaf.BadLeaf):
        leaf.decode_leaf(canonical.encode_flat(json.loads(written.encode()) | change))
