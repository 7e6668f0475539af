"""The interface's translations without gettext's programs: `python -m lms.catalogues` compiles .po → .mo.

`python -m lms.catalogues --check` says what is not translated; run `make messages` before it to see new strings too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent / "locale"


def sources() -> list[Path]:
    return sorted(LOCALES.glob("*/LC_MESSAGES/*.po"))


def read_catalogue(source: Path) -> Catalog:
    with source.open("rb") as po:
        return read_po(po, locale=source.parts[-3])


def compile_all() -> int:
    """Writes each catalogue whose source is newer; returns how many were written."""
    written = 0
    for source in sources():
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with target.open("wb") as mo:
            write_mo(mo, read_catalogue(source))
        written += 1
    return written


def untranslated() -> Iterator[str]:
    """One line for each message without a translation, or with one that gettext only guessed."""
    for source in sources():
        for message in read_catalogue(source):
            words = message.string if isinstance(message.string, tuple) else (message.string,)
            if message.id and ("fuzzy" in message.flags or not all(words)):
                yield f"{source.parts[-3]}: {message.id!r}"


if __name__ == "__main__":
    if "--check" in sys.argv:
        missing = list(untranslated())
        sys.exit("These strings are not translated:\n" + "\n".join(missing) if missing else 0)
    compile_all()
