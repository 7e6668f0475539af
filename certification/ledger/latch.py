"""The latch: a file beside the key that keeps the signer from signing after a verification found something changed.

It lies beside the key because the database cannot be asked whether the database may be believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from certification.ledger.durable_files import remove_durably, write_durably


@dataclass(frozen=True, slots=True)
class StandingRefusal:
    """`since`: an instant in UTC as text; `sentence`: what was found."""

    since: str
    sentence: str


def latch_path(key_file: Path) -> Path:
    return key_file.with_name(f"{key_file.name}.refused")


def standing_refusal(key_file: Path) -> StandingRefusal | None:
    """Why the key signs nothing; None when the latch is open. A file that cannot be read still refuses: OSError."""
    try:
        text = latch_path(key_file).read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return None
    since, _, sentence = text.partition("\n")
    return StandingRefusal(since, sentence.strip())


def close_latch(key_file: Path, at: datetime, sentence: str) -> None:
    """From now on the key signs nothing. The first reason and its time stay until the latch is opened."""
    if standing_refusal(key_file) is None:
        write_durably(latch_path(key_file), f"{at.astimezone(UTC).isoformat(timespec='seconds')}\n{sentence}\n")


def open_latch(key_file: Path) -> bool:
    """Whether there was a latch to open."""
    if standing_refusal(key_file) is None:
        return False
    remove_durably(latch_path(key_file))
    return True
