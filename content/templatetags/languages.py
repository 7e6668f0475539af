"""Names and directions of languages, for templates that show a text in another language than the page's."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.translation import get_language_info

register = template.Library()


@register.filter
def direction(code: str) -> str:
    return "rtl" if get_language_info(code)["bidi"] else "ltr"


@register.filter
def language_name(code: str) -> str:
    """The language's name in the page's language."""
    return str(get_language_info(code)["name_translated"])


@register.filter
def own_names(codes: Sequence[str]) -> list[dict[str, str]]:
    """Each language by its own name, as the people who read it call it: [{"code", "name", "dir"}]."""
    infos = [get_language_info(code) for code in codes]
    return [
        {"code": info["code"], "name": info["name_local"].capitalize(), "dir": "rtl" if info["bidi"] else "ltr"}
        for info in infos
    ]
