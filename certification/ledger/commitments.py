"""Salted commitments: HMAC-SHA256 under a fresh salt. Once value and salt are destroyed, nothing can be guessed."""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

SALT_SIZE = 32
BLOCK = 64
INNER = bytes(byte ^ 0x36 for byte in range(256))
OUTER = bytes(byte ^ 0x5C for byte in range(256))


def fresh_salt() -> bytes:
    return os.urandom(SALT_SIZE)


def commit(salt: bytes, value: bytes) -> str:
    """The commitment to canonical bytes, as 64 hex digits: HMAC-SHA256 as RFC 2104 has it, by two plain hashes.

    The same as `hmac.digest` in less than half its time: the library's set-up costs more than hashing a short value.
    A salt has at most 64 bytes.
    """
    key = salt.ljust(BLOCK, b"\x00")
    inner = hashlib.sha256(key.translate(INNER) + value).digest()
    return hashlib.sha256(key.translate(OUTER) + inner).hexdigest()


def opens_commitment(commitment: str, salt: bytes, value: bytes) -> bool:
    return len(salt) == SALT_SIZE and hmac.compare_digest(commit(salt, value).encode(), commitment.encode())


def keyed_id(salt: bytes, key: str) -> UUID:
    """An entry's id, bound to its idempotency key: nobody guesses the key from the id, nobody swaps the key later.

    A UUID of version 8 (RFC 9562: custom), 122 bits of SHA-256(salt ‖ key).
    """
    return UUID(keyed_text(salt, key))


def keyed_text(salt: bytes, key: str) -> str:
    """`keyed_id` as it is spelled in a leaf."""
    digits = hashlib.sha256(salt + key.encode()).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
