"""Salted commitments: HMAC-SHA256 under a fresh salt. Once value and salt are destroyed, nothing can be guessed."""

from __future__ import annotations

import hashlib
import hmac
import os
from uuid import UUID

SALT_SIZE = 32


def fresh_salt() -> bytes:
    return os.urandom(SALT_SIZE)


def commit(salt: bytes, value: bytes) -> str:
    """The commitment to canonical bytes, as 64 hex digits."""
    return hmac.digest(salt, value, "sha256").hex()


def opens_commitment(commitment: str, salt: bytes, value: bytes) -> bool:
    return len(salt) == SALT_SIZE and hmac.compare_digest(commit(salt, value).encode(), commitment.encode())


def keyed_id(salt: bytes, key: str) -> UUID:
    """An entry's id, bound to its idempotency key: nobody guesses the key from the id, nobody swaps the key later.

    A UUID of version 8 (RFC 9562: custom), 122 bits of SHA-256(salt ‖ key).
    """
    number = int.from_bytes(hashlib.sha256(salt + key.encode()).digest()[:16], "big")
    number = number & ~(0xF << 76) | (8 << 76)
    return UUID(int=number & ~(0x3 << 62) | (0x2 << 62))
