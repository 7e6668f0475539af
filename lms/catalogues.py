"""Compile the interface's translations (.po → .mo) without gettext's programs: `python -m lms.catalogues`."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"


def compile_all() -> int:
    """Writes each catalogue whose source is newer; returns how many were written."""
    written = 0
    for source in sorted(LOCALES.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as po, target.open("wb") as mo:
            write_mo(mo, read_po(po))
        written += 1
    return written


if __name__ == "__main__":
    compile_all()
