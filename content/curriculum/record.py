"""What a load did, for people, and what it wrote, so that the next load can tell an editor's change from its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from wagtail.models import Locale

from content.curriculum.merge import MergeStep
from content.curriculum_models import LoadedSection


@dataclass(slots=True)
class LoadReport:
    """`changed`: what was written; `left`: what editors changed; `unfrozen`: languages without a text, and why."""

    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    unfrozen: list[str] = field(default_factory=list)


def loaded_parts(module: UUID, locale: Locale) -> dict[str, LoadedSection]:
    rows = LoadedSection.objects.filter(module=module, locale=locale.language_code)
    return {row.part: row for row in rows}


def note_loaded(
    module: UUID, locale: Locale, chosen: Mapping[str, MergeStep], now: Mapping[str, str], file: Mapping[str, str]
) -> None:
    """Remembers the parts that now stand in the site as the file has them."""
    for part, step in chosen.items():
        place = {"module": module, "locale": locale.language_code, "part": part}
        if step not in {MergeStep.TAKE, MergeStep.ADOPT}:
            continue
        if part in file and part in now:
            digests = {"sha256": now[part], "file_sha256": file[part]}
            LoadedSection.objects.update_or_create(**place, defaults=digests)
        else:
            LoadedSection.objects.filter(**place).delete()


def report_steps(report: LoadReport, file: str, chosen: Mapping[str, MergeStep]) -> None:
    taken = sorted(part for part, step in chosen.items() if step is MergeStep.TAKE)
    if taken:
        report.changed.append(f"{file}: {', '.join(taken)}")
    for part in sorted(part for part, step in chosen.items() if step is MergeStep.LEAVE):
        report.left.append(f"{file}: “{part}” was changed in the editor, so the file's new words were not loaded.")
