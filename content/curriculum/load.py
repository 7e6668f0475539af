"""Brings the curriculum's files into the site, by the same route as an editor's own pages: saved, published, frozen.

Every part (the front, a section, a question) is loaded for itself. What an editor changed is reported and left.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction

from content.curriculum import site
from content.curriculum.compare import structure_faults
from content.curriculum.load_source import load_source
from content.curriculum.load_translation import load_translation
from content.curriculum.module_file import ModuleFile
from content.curriculum.parse import SOURCE, parse_file
from content.curriculum.record import LoadReport
from content.editions import Freezing
from content.models import ModulePage
from lms.yaml_lines import Fault, FaultyFile

FOLDER = Path(__file__).parent
Languages = Mapping[str, ModuleFile]


def read_folder(folder: Path = FOLDER) -> list[Languages]:
    """Every module of the folder, checked. Raises FaultyFile with the faults of all files."""
    modules: list[Languages] = []
    faults: list[Fault] = []
    for path in sorted(folder.glob(f"*/{SOURCE}.md")):
        try:
            modules.append(read_module(path.parent))
        except FaultyFile as invalid:
            faults.extend(invalid.faults)
    if faults:
        raise FaultyFile(faults)
    return modules


def read_module(folder: Path) -> Languages:
    """{language: module}, the source first. Raises FaultyFile."""
    found: dict[str, ModuleFile] = {}
    faults: list[Fault] = []
    for code in file_languages():
        path = folder / f"{code}.md"
        if path.exists():
            try:
                found[code] = parse_file(path, f"{folder.name}/{path.name}")
            except FaultyFile as invalid:
                faults.extend(invalid.faults)
    faults.extend(language_faults(found))
    if faults:
        raise FaultyFile(faults)
    return found


def file_languages() -> list[str]:
    return [SOURCE, *(code for code, _name in settings.LANGUAGES if code != SOURCE)]


def language_faults(module: Languages) -> list[Fault]:
    """Where the languages of a module part ways."""
    if SOURCE not in module:
        return []
    others = (written for code, written in module.items() if code != SOURCE)
    return [fault for written in others for fault in structure_faults(module[SOURCE], written)]


@transaction.atomic
def load_module(module: Languages, report: LoadReport) -> ModulePage:
    """The module's page in the source language, after its files in all languages have been loaded."""
    locales = site.ensure_locales()
    site.ensure_site(locales)
    done = load_source(module[SOURCE], locales[SOURCE], report)
    for code, written in module.items():
        if code != SOURCE:
            load_translation(done, written, locales[code], report)
    unfrozen = Freezing.objects.filter(page__translation_key=done.page.translation_key, text__isnull=True)
    for freezing in unfrozen.select_related("page__locale"):
        report.unfrozen.append(f"{done.page.code}/{freezing.page.locale.language_code}: {freezing.reason}")
    return done.page
