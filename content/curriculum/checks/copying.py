"""No eight words in a row from the reference documents; titles of cited works are excepted."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from content.curriculum.checks.passages import Passage, read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import folded, runs
from content.curriculum.module_file import ModuleFile

IN_A_ROW = 8


def check_copying(written: ModuleFile, references: Path) -> Iterator[CheckRemark]:
    """Compares with every .txt file in `references`."""
    passages = read_passages(written)
    cited = {run for passage in passages if passage.cited for run in runs(folded(passage.text), IN_A_ROW)}
    theirs = reference_runs(references)
    for passage in passages:
        if not passage.cited:
            yield from _passage(written, passage, cited, theirs)


def _passage(
    written: ModuleFile, passage: Passage, cited: set[tuple[str, ...]], theirs: dict[tuple[str, ...], str]
) -> Iterator[CheckRemark]:
    tokens = folded(passage.text)
    for at in range(len(tokens) - IN_A_ROW + 1):
        run = tuple(tokens[at : at + IN_A_ROW])
        if run in theirs and run not in cited:
            said = f"“{' '.join(run)}” stands in a reference document: say it in our own words."
            yield CheckRemark(written.file, passage.line, "copied", passage.place, said)
            return


@lru_cache(maxsize=2)
def reference_runs(folder: Path) -> dict[tuple[str, ...], str]:
    """{eight words in a row: the file they stand in}."""
    found: dict[tuple[str, ...], str] = {}
    for path in sorted(folder.glob("*.txt")):
        tokens = folded(path.read_text(encoding="utf-8", errors="replace"))
        for at in range(len(tokens) - IN_A_ROW + 1):
            found.setdefault(tuple(tokens[at : at + IN_A_ROW]), path.name)
    return found
