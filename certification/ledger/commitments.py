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
    return UUID(keyed_text(salt, key))


def keyed_text(salt: bytes, key: str) -> str:
    """`keyed_id` as it is spelled in a leaf."""
    digits = hashlib.sha256(salt + key.encode()).hexdigest()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:32]}"
