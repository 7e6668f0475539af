"""Banks to break: a copy of the shipped files in which a test plants one fault."""

from __future__ import annotations

import shutil
from pathlib import Path

from quizzes.lab.cases.bank import BANKS, LabCase, load_form


def copied(folder: Path) -> Path:
    """A copy of every bank below `folder`; its path is what loaders take as `banks`."""
    return Path(shutil.copytree(BANKS, folder / "banks"))


def edit(path: Path, old: str, new: str) -> None:
    """Replaces `old`, which must stand in the file exactly once: a fault planted nowhere would test nothing."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def case(family: str, name: str) -> LabCase:
    """A shipped case by its id, such as A09."""
    return next(case for case in load_form(family, name[0]).everything if case.id == name)
