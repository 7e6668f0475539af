"""What modules are called and how long they take, as learners may see them: signed-off texts only."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import gettext_noop

from content import texts
from content.minutes import whole_minutes

# The offices that our own rules name, so that the catalogues know them; an organisation's own stay as it wrote them.
OFFICES = (gettext_noop("Human resources"), gettext_noop("Internal AI office"))


@dataclass(frozen=True, slots=True)
class ModuleTitle:
    """`locale` is the language the title is in: the one asked for, else the source language."""

    title: str
    locale: str
    minutes: int
    edition: int


def titles_of_modules(modules: Iterable[uuid.UUID], language: str) -> dict[uuid.UUID, ModuleTitle]:
    """Of each module's current edition. One query; a module nobody signed off is left out."""
    source = settings.LANGUAGE_CODE
    rows = texts.signed_texts().filter(edition__module__in=set(modules), locale__in={language, source})
    rows = rows.order_by("edition__number", "revision")
    current: dict[uuid.UUID, ModuleTitle] = {}
    wanted: dict[tuple[uuid.UUID, int], ModuleTitle] = {}
    columns = ("edition__module_id", "edition__number", "locale", "body__title", "seconds__module")
    for module, number, locale, title, seconds, said in rows.values_list(*columns, "edition__structure__minutes"):
        label = ModuleTitle(title, locale, whole_minutes(seconds) if seconds else said or 0, number)
        if locale == source:
            current[module] = label
        if locale == language:
            wanted[module, number] = label
    return {module: wanted.get((module, label.edition), label) for module, label in current.items()}


def title_in_its_language(title: str, locale: str, language: str) -> str:
    """A title as it stands among words in `language`: marked where it is in another."""
    return title if locale in ("", language) else format_html('<bdi lang="{}">{}</bdi>', locale, title)


def sentence_with(words: str, **titles: str) -> str:
    """A translated sentence with titles that may be marked: "Do “%(title)s”"."""
    places = {name: f"{{{name}}}" for name in titles}
    return format_html(words % places, **titles)


def text_in_language(words: Mapping[str, str], language: str) -> str:
    """From {language: text}: the reader's language, else the source language."""
    return words.get(language) or words.get(settings.LANGUAGE_CODE, "")
