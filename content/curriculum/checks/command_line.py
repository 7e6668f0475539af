"""The checks for authors: one folder a module, whatever of it is written so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.utils import timezone

from content.curriculum.checks.running import SOURCE, default_references, examine
from content.curriculum.compare import structure_faults
from content.curriculum.file_minutes import file_efforts, file_minutes
from content.curriculum.module_file import ModuleFile
from content.curriculum.parse import parse_file, parse_module
from lms.yaml_lines import Fault, FaultyFile

LANGUAGES = (SOURCE, "fr", "ar")


def main(arguments: Sequence[str]) -> int:
    """Prints what was found in each folder. 1 if a fault or an unanswered hint is left, 2 if nothing can be read."""
    if not arguments:
        print("Which folder? python -m content.curriculum.checks content/curriculum/m01")
        return 2
    return max(_folder(Path(name)) for name in arguments)


def _folder(folder: Path) -> int:
    module, faults = read_what_is_there(folder)
    if SOURCE not in module:
        said = [str(fault) for fault in faults] or [f"{folder}: there is no {SOURCE}.md that could be read."]
        print(*said, sep="\n")
        return 2
    found = examine(module, folder, today=timezone.localdate(), references=default_references())
    lines = [*faults, *found.stops, *found.hints]
    print(*lines, sep="\n" if lines else "")
    print(minutes_line(module))
    print(f"{folder.name}: {len(faults) + len(found.stops)} faults, {len(found.hints)} hints.")
    return int(bool(lines))


def minutes_line(module: Mapping[str, ModuleFile]) -> str:
    """The minutes of a module and of its sections, in each language."""
    parts = []
    for language, written in module.items():
        efforts = file_efforts(written, module[SOURCE])
        each = ", ".join(f"{key} {effort.seconds / 60:.1f}" for key, effort in efforts.items())
        parts.append(f"{language} {file_minutes(written, module[SOURCE])} ({each})")
    return f"{module[SOURCE].code}: minutes: " + "; ".join(parts)


def read_what_is_there(folder: Path) -> tuple[dict[str, ModuleFile], list[Fault]]:
    """The languages that can be read, and what is wrong with the others and between them."""
    found: dict[str, ModuleFile] = {}
    faults: list[Fault] = []
    for language in LANGUAGES:
        path = folder / f"{language}.md"
        if path.exists():
            try:
                found[language] = _read(path, f"{folder.name}/{path.name}", faults)
            except FaultyFile as invalid:
                faults.extend(invalid.faults)
    for language, written in found.items():
        if language != SOURCE and SOURCE in found:
            faults.extend(structure_faults(found[SOURCE], written))
    return found, faults


def _read(path: Path, called: str, faults: list[Fault]) -> ModuleFile:
    """The file, without its drawings where they are what is wrong with it: its words can be checked all the same."""
    words = parse_module(path.read_text(encoding="utf-8"), language=path.stem, file=called)
    try:
        return parse_file(path, called)
    except FaultyFile as invalid:
        faults.extend(invalid.faults)
        return words
