"""Every value looked at as its form looks at it, whatever door wrote it: the editor's form, a translation's override, a
PO file, a loaded file. Addresses lead to web pages and mail only, and rich text holds nothing but its own few tags.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import StreamField

WEB_AND_MAIL = ("http://", "https://", "mailto:")
TAGS = frozenset({"a", "b", "br", "em", "h3", "i", "li", "ol", "p", "strong", "ul"})
Fault = tuple[str, str]
"""(field of the object, sentence that says what is wrong with its value)."""


def value_faults(found: Any) -> Iterator[Fault]:
    """What the forms of this page's or question's stream fields would refuse."""
    for field in found._meta.get_fields():
        if not isinstance(field, StreamField):
            continue
        value = getattr(found, field.name)
        for sentence in _stream_faults(field.stream_block, value):
            yield field.name, sentence


def address_refusal(address: str) -> str:
    """Why an address cannot stand in a text, in a sentence; '' if it can. A path of this site can."""
    own = address.startswith("/") and not address.startswith(("//", "/\\"))
    if not address or own or address.lower().startswith(WEB_AND_MAIL):
        return ""
    return _("The address “%(address)s” must begin with https://, http:// or mailto:.") % {"address": address[:80]}


def _stream_faults(block: Any, value: Any) -> Iterator[str]:
    yield from _places(block, value)
    try:
        block.clean(value)
    except ValidationError as error:
        yield " ".join(dict.fromkeys(_sentences(error))) or _("A value is of the wrong form.")


def _sentences(error: Any) -> Iterator[str]:
    """Errors of blocks hold errors of blocks: the sentences at the bottom."""
    inner = getattr(error, "block_errors", None)
    if isinstance(inner, dict):
        for each in inner.values():
            yield from _sentences(each)
    elif isinstance(inner, list | tuple):
        for each in filter(None, inner):
            yield from _sentences(each)
    if isinstance(error, ValidationError):
        plain = [] if inner else error.messages
        yield from (text for text in plain if text)
        if non_block := getattr(error, "non_block_errors", None):
            yield from (str(each.message if hasattr(each, "message") else each) for each in non_block)
    elif isinstance(error, list | tuple):
        for each in error:
            yield from _sentences(each)


def _places(block: Any, value: Any) -> Iterator[str]:
    match block:
        case blocks.RichTextBlock():
            yield from rich_text_faults(value.source if value else "")
        case blocks.URLBlock():
            if refusal := address_refusal(str(value or "")):
                yield refusal
        case blocks.StructBlock():
            for name, child in block.child_blocks.items():
                yield from _places(child, value.get(name))
        case blocks.ListBlock():
            for item in value or ():
                yield from _places(block.child_block, item)
        case blocks.StreamBlock():
            for child in value or ():
                yield from _places(child.block, child.value)


def rich_text_faults(source: str) -> Iterator[str]:
    for tag in BeautifulSoup(source, "html.parser").find_all(True):
        if tag.name not in TAGS:
            yield _("The text holds the tag <%(tag)s>, which no editor writes here.") % {"tag": tag.name[:20]}
        elif tag.name == "a" and tag.has_attr("href") and (refusal := address_refusal(str(tag["href"]))):
            yield refusal
