"""All checks on a module in all its languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from content.curriculum.checks.citations import check_sources
from content.curriculum.checks.copying import check_copying
from content.curriculum.checks.items import check_items
from content.curriculum.checks.parity import check_parity
from content.curriculum.checks.persons import check_person_words
from content.curriculum.checks.question_set import check_test
from content.curriculum.checks.reading import check_ease, check_sentences
from content.curriculum.checks.remarks import ANSWERS, CheckRemark, read_answers, without_answered
from content.curriculum.checks.terms import check_terms
from content.curriculum.checks.typography import check_typography
from content.curriculum.file_minutes import minutes_faults
from content.curriculum.module_file import ModuleFile
from lms.yaml_lines import Fault, FaultyFile

SOURCE = "en"


@dataclass(frozen=True, slots=True)
class CheckedModule:
    """`stops` = what must go; `hints` = those that nobody has answered."""

    stops: tuple[Fault | CheckRemark, ...]
    hints: tuple[CheckRemark, ...]


def default_references() -> Path | None:
    """The folder `shared/references` beside the working copy, where it is there."""
    beside = Path(__file__).parents[3].parent / "shared" / "references"
    return beside if beside.is_dir() else None


def examine(
    module: Mapping[str, ModuleFile],
    folder: Path,
    *,
    today: date,
    references: Path | None = None,
    release: bool = False,
) -> CheckedModule:
    """The module from `folder`, where the answers to hints lie too. `references` = a folder of texts not to copy from;
    `release` = what was last read long ago stops too."""
    called = f"{folder.name}/{ANSWERS}"
    faults: list[Fault] = list(minutes_faults(module[SOURCE]))
    try:
        answers = read_answers(folder / ANSWERS, called)
    except FaultyFile as invalid:
        answers = []
        faults.extend(invalid.faults)
    found = check_module(module, today=today, references=references, release=release)
    left, stale = without_answered(found, answers, called)
    stops: list[Fault | CheckRemark] = [*faults, *stale, *(remark for remark in left if remark.stops)]
    return CheckedModule(tuple(stops), tuple(remark for remark in left if not remark.stops))


def check_module(
    languages: Mapping[str, ModuleFile], *, today: date, references: Path | None = None, release: bool = False
) -> list[CheckRemark]:
    """Everything found in the module's files, by file and line."""
    source = languages[SOURCE]
    found: list[CheckRemark] = []
    for written in languages.values():
        found.extend(_one_language(written, source, today, release))
        if references is not None:
            found.extend(check_copying(written, references))
        if written is not source:
            found.extend(check_parity(source, written))
    return sorted(set(found))


def _one_language(written: ModuleFile, source: ModuleFile, today: date, release: bool) -> Iterator[CheckRemark]:
    for check in (check_typography, check_terms, check_sentences, check_ease, check_person_words):
        yield from check(written)
    yield from check_items(written, source)
    yield from check_test(written, source)
    yield from check_sources(written, source, today, release=release)
