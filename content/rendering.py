"""A section of a frozen text as HTML. Rendered once per text, facts, section, interface language, theme and release."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache as once
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from content import fact_tokens
from content.blocks.practice import SECTORS
from content.editions import ModuleText
from content.fact_models import FactSet

DAYS = 7
SECTOR_NAMES = dict(SECTORS)
Facts = Mapping[str, Mapping[str, str]]


def render_section(text: ModuleText, section_key: str, facts: FactSet, language: str) -> SafeString:
    """The body of a section, without its title; interface words (“Key idea”) in `language`.

    The caller sets `lang` and `dir` where `text.locale` is another language. Raises KeyError for an unknown section.
    """
    place = "|".join((text.sha256, facts.sha256, section_key, language, settings.THEME, rendering_release()))
    name = "section:" + hashlib.sha256(place.encode()).hexdigest()
    html: str | None = cache.get(name)
    if html is None:
        with translation.override(language):
            html = render_blocks(section_by_key(text.body, section_key), facts.facts, text.locale)
        cache.set(name, html, DAYS * 24 * 3600)
    return mark_safe(html)  # noqa: S308 -- made by our own templates, from escaped values


def section_by_key(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The section of a body. Raises KeyError."""
    for section in body["sections"]:
        if section["key"] == key:
            found: Mapping[str, Any] = section
            return found
    raise KeyError(key)


def render_blocks(
    section: Mapping[str, Any], facts: Facts, locale: str, urls: Mapping[str, str] | None = None
) -> SafeString:
    """All blocks of a section. `urls` = {digest: address} shows files of a draft; frozen files have their own."""
    parts = []
    for block in section["blocks"]:
        value = _with_files(_with_facts(block["value"], facts), urls)
        if block["type"] == "text":
            # The page's h1 is the section's title, so a text's own headings are the next level.
            value = mark_safe(value.replace("<h3>", "<h2>").replace("</h3>", "</h2>"))  # noqa: S308
        context = {"value": value, "locale": locale, "sector": _sector(value)}
        parts.append(get_template(f"blocks/{block['type']}.html").render(context))
    return mark_safe("".join(parts))  # noqa: S308 -- the templates escape


def _sector(value: Any) -> str:
    return str(SECTOR_NAMES.get(value.get("sector", ""), "")) if isinstance(value, dict) else ""


def _with_facts(value: Any, facts: Facts) -> Any:
    """The value with facts filled in, and its rich text marked as HTML."""
    if isinstance(value, dict):
        if value.keys() == {"html"}:
            return mark_safe(fact_tokens.fill_facts(value["html"], lambda key: _marked(key, facts)))  # noqa: S308
        return {name: _with_facts(item, facts) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_facts(item, facts) for item in value]
    return fact_tokens.fill_facts(value, lambda key: _words(key, facts)) if isinstance(value, str) else value


def _words(key: str, facts: Facts) -> str:
    return facts[key]["text"] if key in facts else _("(your organisation has not said this yet)")


def _marked(key: str, facts: Facts) -> str:
    """Kept apart from the direction of the text around it: an address inside an Arabic sentence stays readable."""
    if key not in facts:
        return format_html("<em>{}</em>", _words(key, facts))
    return format_html('<bdi lang="{}">{}</bdi>', facts[key]["locale"], facts[key]["text"])


def _with_files(value: Any, urls: Mapping[str, str] | None) -> Any:
    """Every file of a value with the address it is shown from."""
    if isinstance(value, dict) and "sha256" in value:
        digest = value["sha256"]
        address = urls[digest] if urls is not None else reverse("content:file", args=[digest])
        return {**value, "url": address}
    if isinstance(value, dict):
        return {name: _with_files(item, urls) for name, item in value.items()}
    return value


@once
def rendering_release() -> str:
    """Changes with every template and catalogue that a rendered section is made of."""
    found = hashlib.sha256()
    for folder in settings.THEME_DIRS:
        for name in ("blocks", "components"):
            _take(found, Path(folder) / "templates" / name, "*.html")
    for folder in settings.LOCALE_PATHS:
        _take(found, Path(folder), "*.mo")
    return found.hexdigest()[:12]


def _take(found: Any, folder: Path, pattern: str) -> None:
    for path in sorted(folder.rglob(pattern)):
        found.update(path.read_bytes())
