"""A section of a frozen text as HTML. Rendered once per text, facts, section, interface language, theme and release."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
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
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from content import fact_tokens
from content.blocks.practice import SECTORS
from content.editions import ModuleText
from content.fact_models import FactSet
from content.figures import FigureRefused, draw, read_drawing
from content.practice import Practice
from content.source_marks import SourceMarks

DAYS = 7
SECTOR_NAMES = dict(SECTORS)
SCALE = 1.4
"""How much larger than its own units a figure is drawn where there is room: with words as large as the text's."""
PRACTICE = re.compile("<!--practice:([a-z0-9-]{1,60})-->")
Facts = Mapping[str, Mapping[str, str]]
Part = SafeString | Practice


def render_section(text: ModuleText, section_key: str, facts: FactSet, language: str) -> SafeString:
    """The body of a section as somebody reads who answers for it: practice stands with its right answers.

    Without its title; interface words (“Key idea”) in `language`. The caller sets `lang` and `dir` where `text.locale`
    is another language. Raises KeyError for an unknown section.
    """
    with translation.override(language):
        return _join(_solved(part) for part in section_parts(text, section_key, facts, language))


def section_parts(text: ModuleText, section_key: str, facts: FactSet, language: str) -> list[Part]:
    """The same as a learner meets it: runs of HTML, and between them the practice, which each page asks for itself."""
    return _with_practice(
        _kept_section(text, section_key, facts, language),
        section_by_key(text.body, section_key),
        facts.facts,
        text.locale,
        text.body["sources"],
    )


def _kept_section(text: ModuleText, section_key: str, facts: FactSet, language: str) -> SafeString:
    """What is the same for everybody; where a practice stands, a mark with its key."""
    place = "|".join((text.sha256, facts.sha256, section_key, language, settings.THEME, rendering_release()))
    name = "section:" + hashlib.sha256(place.encode()).hexdigest()
    html: str | None = cache.get(name)
    if html is None:
        with translation.override(language):
            section = section_by_key(text.body, section_key)
            html = draw_blocks(section, facts.facts, text.locale, None, text.body["sources"])
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
    section: Mapping[str, Any],
    facts: Facts,
    locale: str,
    urls: Mapping[str, str] | None = None,
    sources: Sequence[Mapping[str, Any]] = (),
) -> SafeString:
    """All blocks of a section, practice with its right answers. `urls` = {digest: address} shows files of a draft;
    frozen files have their own. `sources` = those of the whole module, in its order.
    """
    return _join(_solved(part) for part in draft_parts(section, facts, locale, urls, sources))


def draft_parts(
    section: Mapping[str, Any],
    facts: Facts,
    locale: str,
    urls: Mapping[str, str] | None = None,
    sources: Sequence[Mapping[str, Any]] = (),
) -> list[Part]:
    """As `section_parts`, of what is frozen nowhere."""
    drawn = draw_blocks(section, facts, locale, urls, sources)
    return _with_practice(drawn, section, facts, locale, sources)


def draw_blocks(
    section: Mapping[str, Any],
    facts: Facts,
    locale: str,
    urls: Mapping[str, str] | None,
    sources: Sequence[Mapping[str, Any]],
) -> SafeString:
    parts: list[str] = []
    marks = SourceMarks(sources, section["key"])
    for block in section["blocks"]:
        if block["type"] == "practice":
            marks.notice(block["value"])
            parts.append(format_html("<!--practice:{}-->", block["value"]["key"]))
            continue
        value = _with_files(marks.linked(_with_facts(block["value"], facts)), urls)
        if block["type"] == "text":
            # The page's h1 is the section's title, so a text's own headings are the next level.
            value = mark_safe(value.replace("<h3>", "<h2>").replace("</h3>", "</h2>"))  # noqa: S308
        context = {"value": value, "locale": locale, "sector": _sector(value), "place": section["key"]}
        if block["type"] == "figure":
            context |= _drawn(value, locale)
        parts.append(get_template(f"blocks/{block['type']}.html").render(context))
    if noted := marks.noted():
        context = {"sources": noted, "place": section["key"]}
        parts.append(get_template("blocks/sources.html").render(context))
    return mark_safe("".join(parts))  # noqa: S308 -- the templates escape


def _with_practice(
    drawn: str, section: Mapping[str, Any], facts: Facts, locale: str, sources: Sequence[Mapping[str, Any]]
) -> list[Part]:
    found = {block["value"]["key"]: block["value"] for block in section["blocks"] if block["type"] == "practice"}
    parts: list[Part] = []
    for number, piece in enumerate(PRACTICE.split(drawn)):
        if number % 2 and piece in found:
            marks = SourceMarks(sources, section["key"], places=False)
            parts.append(Practice(_with_facts(found[piece], facts), locale, marks.plain))
        elif piece and not number % 2:
            parts.append(mark_safe(piece))  # noqa: S308 -- drawn by draw_blocks
    return parts


def _solved(part: Part) -> str:
    if not isinstance(part, Practice):
        return part
    shown = {"gaps": part.gaps} if part.gaps else {"question": part.explained()}
    return get_template("blocks/practice.html").render({"key": part.key, **shown})


def _join(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 -- each is rendered by a template


def _drawn(value: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """The drawing anew, as an SVG's inside; one that is not fit to be shown leaves its alternative text."""
    try:
        drawing = read_drawing(value["svg"])
    except FigureRefused:
        return {"drawing": ""}
    rtl = get_language_info(locale)["bidi"]
    labels = {label["key"]: label["text"] for label in value["labels"]}
    return {
        "drawing": draw(drawing, labels, mirrored=rtl and value["mirror"], rtl=rtl),
        "width": f"{drawing.width:g}",
        "height": f"{drawing.height:g}",
        "shown_width": round(drawing.width * SCALE),
        "direction": "rtl" if rtl else "ltr",
    }


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
