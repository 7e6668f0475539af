"""The one byte form of a value: RFC 8785, narrowed to what every JSON reader reads alike.

Objects with ASCII keys, text, whole numbers below 2^53, true, false, null and lists. No fractions: two languages
print them differently. Instants, dates and UUIDs are written as text by whoever has them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NoReturn

LARGEST = 2**53 - 1
# For what `_check` lets pass, Python's own encoder spells as RFC 8785 does, in a third of the time of the package that
# is made for it (a property test holds the two to each other).
_spelled = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class NotCanonical(ValueError):
    """The value has no byte form here, or the bytes are not in it; the message says where and why."""


def encode(value: Mapping[str, Any]) -> bytes:
    """The canonical bytes of an object. Raises NotCanonical for anything else."""
    if not isinstance(value, Mapping):
        raise NotCanonical(f"An object is needed, not {type(value).__name__}.")
    given = dict(value)
    _check(given, "")
    return _spelled(given).encode()


def digest(value: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical bytes of an object, as 64 hex digits. Raises NotCanonical as `encode` does."""
    return hashlib.sha256(encode(value)).hexdigest()


def encode_flat(value: Mapping[str, Any]) -> bytes:
    """As `encode`, for a leaf: its members are text, whole numbers or null, never lists or objects."""
    for key, item in value.items():
        if isinstance(item, bool | list | tuple | Mapping):
            raise NotCanonical(f"{key} must be text, a whole number or null, not {type(item).__name__}.")
    return encode(value)


def decode(data: bytes) -> dict[str, Any]:
    """The object whose canonical bytes these are. Raises NotCanonical if another spelling was used."""
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_float=_no_fraction, parse_constant=_no_fraction
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotCanonical("These bytes are not JSON.") from error
    if not isinstance(value, dict):
        raise NotCanonical("These bytes are JSON, but no object.")
    _check(value, "")
    if _spelled(value).encode() != data:
        raise NotCanonical("These bytes are JSON, but not in canonical form.")
    return value


def _check(value: object, where: str) -> None:
    match value:
        case str():
            _check_text(value, where)
        case None | bool():
            return
        case int():
            if abs(value) > LARGEST:
                raise NotCanonical(f"{where or 'The value'} must stay below 2^53, but it is {value}.")
        case list() | tuple():
            for number, item in enumerate(value):
                _check(item, f"{where}[{number}]")
        case dict():
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise NotCanonical(f"The key {key!r} in {where or 'the object'} must be ASCII text.")
                _check(item, f"{where}.{key}" if where else key)
        case _:
            raise NotCanonical(f"{where or 'The value'} is {type(value).__name__}; write it as text or a whole number.")


def _check_text(value: str, where: str) -> None:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise NotCanonical(f"{where or 'The value'} holds half a character (a lone surrogate).") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotCanonical("A key appears twice in one object.")
    return found


def _no_fraction(text: str) -> NoReturn:
    raise NotCanonical(f"{text} is not a whole number.")
