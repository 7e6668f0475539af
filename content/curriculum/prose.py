"""Markdown, narrowed to what a learner's page shows: paragraphs, ### headings, lists, bold, italics, links."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.curriculum.module_file import Rich
from lms.yaml_lines import FaultList

READER = MarkdownIt("commonmark")
SAFE_LINK = re.compile(r"^(https?://|mailto:)\S+$")
# Bold and italics as Wagtail's editor stores them, so that a section saved unchanged in the editor stays unchanged.
INLINE = {"strong_open": "<b>", "strong_close": "</b>", "em_open": "<i>", "em_close": "</i>", "link_close": "</a>"}
BLOCK = {
    "paragraph_open": "<p>",
    "paragraph_close": "</p>",
    "heading_open": "<h3>",
    "heading_close": "</h3>",
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>",
    "ordered_list_open": "<ol>",
    "ordered_list_close": "</ol>",
    "list_item_open": "<li>",
    "list_item_close": "</li>",
}
REFUSED = {
    "html_block": "Raw HTML is not allowed. Write the text in plain Markdown.",
    "html_inline": "Raw HTML is not allowed. Write the text in plain Markdown.",
    "image": "Images are not allowed in the files. Add the image in the editor, with its alternative text.",
    "fence": "Code blocks are not allowed. Write it as a paragraph.",
    "code_block": "Do not indent a paragraph: four spaces at the start of a line make a code block.",
    "code_inline": "Code marks (`…`) are not allowed. Use **bold** or *italics*.",
    "blockquote_open": "Quotations with > are not allowed. Write a paragraph with quotation marks.",
    "hr": "A line of --- is not allowed here. Start a new section with # instead.",
    "hardbreak": "A forced line break is not allowed. Start a new paragraph instead.",
}


def read_prose(text: str, line: int, faults: FaultList) -> Rich:
    """The rich text of a run of Markdown whose first line is line `line` of the file."""
    html: list[str] = []
    shape: list[tuple[str, int]] = []
    outline = Outline(faults)
    for token in READER.parse(text):
        here = line + (token.map[0] if token.map else 0)
        if token.type in REFUSED:
            faults.add(here, REFUSED[token.type])
        elif token.type == "inline":
            shape.append((outline.place, here))
            html.append(_inline(token.children or [], here, faults))
        elif token.type in BLOCK and outline.take(token, here):
            html.append(BLOCK[token.type])
    return Rich("".join(html), tuple(shape), line)


class Outline:
    """Where in the text the reader stands, and how many paragraphs each open list item holds."""

    def __init__(self, faults: FaultList) -> None:
        self.faults = faults
        self.open: list[str] = []
        self.paragraphs: list[int] = []

    @property
    def place(self) -> str:
        """What a paragraph is: "p", "h3", or the item of a list, with the lists around it ("ul li")."""
        names = [name for name in self.open if name != "p"]
        return " ".join(names) or "p"

    def take(self, token: Token, line: int) -> bool:
        """Follows a token; False where it leaves no tag: Wagtail's list items hold their text directly."""
        if token.nesting == 1:
            return self._enter(token, line)
        name = self.open.pop()
        if name == "li":
            self.paragraphs.pop()
        return not (name == "p" and self.paragraphs)

    def _enter(self, token: Token, line: int) -> bool:
        if token.type == "heading_open":
            self._check_heading(token, line)
        self.open.append(token.tag)
        if token.tag == "li":
            self.paragraphs.append(0)
        if token.tag != "p" or not self.paragraphs:
            return True
        self.paragraphs[-1] += 1
        if self.paragraphs[-1] > 1:
            self.faults.add(line, "A list item holds one paragraph. Make it one paragraph, or two items.")
        return False

    def _check_heading(self, token: Token, line: int) -> None:
        if token.tag != "h3":
            self.faults.add(line, "Only ### headings are allowed inside a text. A section begins with # and its key.")
        if self.open:
            self.faults.add(line, "A heading must not stand inside a list. Put it before the list.")


def _inline(tokens: Sequence[Token], line: int, faults: FaultList) -> str:
    html: list[str] = []
    for token in tokens:
        if token.type in REFUSED:
            faults.add(line, REFUSED[token.type])
        elif token.type == "text":
            if "](" in token.content:
                faults.add(line, "This is no link as it stands. Write [text](https://…), or take the brackets out.")
            html.append(escape(token.content, quote=False))
        elif token.type == "softbreak":
            line += 1
            html.append(" ")
        elif token.type == "link_open":
            html.append(_link(str(token.attrGet("href") or ""), line, faults))
        else:
            html.append(INLINE[token.type])
    return "".join(html)


def _link(address: str, line: int, faults: FaultList) -> str:
    if not SAFE_LINK.match(address):
        faults.add(line, f"The link to {address!r} must begin with https://, http:// or mailto:.")
    return f'<a href="{escape(address)}">'
