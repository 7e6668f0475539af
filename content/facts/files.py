"""Facts from a file, all or none: `{entity code: {language: {key: text}}}` in YAML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from content.fact_models import Fact
from content.facts.recording import set_fact
from lms.people.models import OrgUnit
from lms.yaml_lines import YamlMapping, check_key, read_yaml_file

LONGEST = 300


@transaction.atomic
def load_facts(path: Path, at: datetime) -> int:
    """Sets every fact of the file; returns how many are new or changed. Raises FaultyFile, and then nothing was set."""
    changed = 0
    for entity, locale, key, text in _entries(path):
        before = Fact.objects.filter(entity=entity, locale=locale, key=key, known_to__isnull=True).first()
        changed += set_fact(entity, locale, key, text, at) != before
    return changed


def _entries(path: Path) -> list[tuple[OrgUnit, str, str, str]]:
    data = read_yaml_file(path)
    found = []
    for code in data.values:
        entity = OrgUnit.objects.filter(code=code, kind=OrgUnit.Kind.ENTITY).first()
        languages = data.mapping(code)
        if entity is None:
            sentence = f"There is no legal entity with the code “{code}”. Import the units first."
            data.faults.add(data.line_of(code), sentence)
        elif languages is not None:
            found += [(entity, *fact) for fact in _facts(languages)]
    data.faults.check()
    return found


def _facts(languages: YamlMapping) -> Iterator[tuple[str, str, str]]:
    """(language, key, text) of one entity."""
    for locale in languages.values:
        if locale not in dict(settings.LANGUAGES):
            languages.faults.add(languages.line_of(locale), f"“{locale}” is not a language of this site.")
            continue
        facts = languages.mapping(locale)
        if facts is None:
            continue
        for key in facts.values:
            text = facts.text(key)
            check_key(key, facts.line_of(key), facts.faults)
            if len(text.value) > LONGEST:
                facts.faults.add(text.line, f"The value of “{key}:” must be a text of at most {LONGEST} characters.")
            yield locale, key, text.value
