"""The one clock."""

from __future__ import annotations

from datetime import UTC, datetime


def machine_now() -> datetime:
    return datetime.now(UTC)


def now() -> datetime:
    return machine_now()


def is_demo() -> bool:
    return False
