"""Facts from a file, all or none: `{entity code: {language: {key: text}}}` in YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import transaction

from content.fact_models import Fact
from content.facts.recording import set_fact
from lms.people.models import OrgUnit

KEY = re.compile(r"^[a-z0-9-]{1,60}$")
LONGEST = 300


class Refused(ValueError):
    """The file cannot be loaded; the message says where and what to do."""


@transaction.atomic
def load_file(path: Path, at: datetime) -> int:
    """Sets every fact of the file; returns how many are new or changed. Raises Refused."""
    changed = 0
    for entity, locale, key, text in _entries(path):
        before = Fact.objects.filter(entity=entity, locale=locale, key=key, known_to__isnull=True).first()
        changed += set_fact(entity, locale, key, text, at) != before
    return changed


def _entries(path: Path) -> Iterator[tuple[OrgUnit, str, str, str]]:
    for code, languages in _mapping(_read(path), path.name).items():
        entity = OrgUnit.objects.filter(code=code, kind=OrgUnit.Kind.ENTITY).first()
        if entity is None:
            raise Refused(f"{path.name}: there is no legal entity with the code “{code}”. Import the units first.")
        for locale, facts in _mapping(languages, f"{path.name}: {code}").items():
            if locale not in dict(settings.LANGUAGES):
                raise Refused(f"{path.name}: {code}: “{locale}” is not a language of this site.")
            for key, text in _mapping(facts, f"{path.name}: {code}: {locale}").items():
                yield entity, locale, str(key), _text(text, str(key), f"{path.name}: {code}: {locale}")


def _read(path: Path) -> Any:
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(f"{path}: this file cannot be read ({error.strerror}).") from error
    except yaml.YAMLError as error:
        raise Refused(f"{path.name}: this is not valid YAML. {error}") from error


def _mapping(value: Any, where: str) -> dict[Any, Any]:
    if not isinstance(value, dict):
        raise Refused(f"{where}: a list of “name: value” lines is expected here.")
    return value


def _text(value: Any, key: str, where: str) -> str:
    if not KEY.match(key):
        raise Refused(f"{where}: “{key}” is no key. A key has 1 to 60 lower-case letters, digits or hyphens.")
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise Refused(f"{where}: “{key}” must be a text of at most {LONGEST} characters, in quotation marks.")
    return value.strip()
