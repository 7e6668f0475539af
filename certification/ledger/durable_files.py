"""Files beside the signing key: replaced whole or not at all, durable before anything rests on them."""

from __future__ import annotations

import os
import time
from pathlib import Path

OWNER_ONLY = 0o600
LEFT_OVER_SECONDS = 60 * 60


def write_durably(path: Path, text: str, mode: int = OWNER_ONLY) -> None:
    """Replaces a file so that after a crash either the old or the new content is there, whole.

    Raises OSError, and then leaves nothing beside it: a full disk must not be filled further by attempts.
    """
    _remove_left_over(path)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    _sync_folder(path)


def remove_durably(path: Path) -> None:
    path.unlink(missing_ok=True)
    _sync_folder(path)


def _remove_left_over(path: Path) -> None:
    """What killed processes began to write. Another that is at it now is left alone: its file is young."""
    for other in path.parent.glob(f"{path.name}.*.new"):
        try:
            if time.time() - other.stat().st_mtime > LEFT_OVER_SECONDS:
                other.unlink(missing_ok=True)
        except FileNotFoundError:
            continue  # it was renamed in this moment


def _sync_folder(path: Path) -> None:
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
