"""Drawings inside a text: SVG of a few shapes whose words are labels, so that they are translated, take the theme's
colours and can be mirrored for languages that run from right to left. Pure.

What is not in the lists here is refused, with its line; what is drawn is written anew from what was read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax import ContentHandler, SAXParseException
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lms.hardened_xml import hardened_parser

NAMESPACE = "http://www.w3.org/2000/svg"
SHAPES = frozenset(["rect", "circle", "ellipse", "line", "polyline", "polygon", "path"])
ELEMENTS = SHAPES | {"svg", "g", "text"}
CLASSES = frozenset(
    ["box", "soft", "accent", "good", "bad", "warn", "line", "dash", "arrow", "strong", "small", "on-accent"]
)
WIDEST, TALLEST = 340, 900
LONGEST, MOST_ELEMENTS, DEEPEST, MOST_FAULTS = 30_000, 400, 12, 8
LABEL = "data-label"
LINE_HEIGHT = "1.2em"
SWAPPED = {"start": "end", "middle": "middle", "end": "start"}

NUMBER = r"[+-]?(?:\d{1,5}(?:\.\d{0,4})?|\.\d{1,4})"
LENGTH = re.compile(NUMBER)
NUMBERS = re.compile(rf"\s*{NUMBER}(?:[\s,]+{NUMBER})*\s*")
PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9\s,.+-]{1,4000}")  # signs only: browsers draw what they understand of it
TRANSFORM = re.compile(rf"\s*(?:(?:translate|rotate|scale)\(\s*{NUMBER}(?:[\s,]+{NUMBER}){{0,2}}\s*\)\s*)+")
ANCHOR = re.compile(r"start|middle|end")
KEY = re.compile(r"[a-z0-9-]{1,60}")
CLASS = re.compile(r"[a-z -]*")
GEOMETRY = ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height"]
ATTRIBUTES = dict.fromkeys(GEOMETRY, LENGTH) | {
    "points": NUMBERS,
    "d": PATH,
    "transform": TRANSFORM,
    "text-anchor": ANCHOR,
    "class": CLASS,
    LABEL: KEY,
}


class FigureRefused(ValueError):
    """A drawing that is not taken. `sentences` say what is wrong with it, each with its line."""

    def __init__(self, *sentences: str) -> None:
        self.sentences = sentences
        super().__init__(" ".join(sentences))


@dataclass(slots=True)
class Shape:
    """An element as it was read: only allowed names and values."""

    name: str
    attributes: dict[str, str]
    children: list[Shape] = field(default_factory=list)

    def walk(self) -> Iterator[Shape]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Drawing:
    """Width and height in the drawing's own units (1 = a pixel of a phone), and what it shows."""

    width: float
    height: float
    root: Shape

    def labels(self) -> list[str]:
        """The keys of the labels it shows, in the drawing's order."""
        return list(dict.fromkeys(shape.attributes[LABEL] for shape in self.root.walk() if shape.name == "text"))


def read_drawing(source: str) -> Drawing:
    """The drawing in this SVG. Raises FigureRefused."""
    if len(source) > LONGEST:
        raise FigureRefused(
            _("The drawing has more than %(most)d characters. Simplify it.") % {"most": LONGEST},
        )
    handler, data = _Reader(), source.encode("utf-8", "replace")
    parser, given = hardened_parser(data, handler)
    try:
        parser.parse(given)
    except _Full:
        pass
    except SAXParseException as error:
        handler.refuse(_("This is no well-formed XML."), error.getLineNumber())
    except DefusedXmlException:
        handler.refuse(_("A document type (<!DOCTYPE …>) could reach other files. Delete it."))
    if handler.faults:
        raise FigureRefused(*handler.faults[:MOST_FAULTS])
    if handler.root is None:
        raise FigureRefused(_("There is no drawing."))
    return Drawing(*_size(handler.root), handler.root)


def label_faults(drawing: Drawing, labels: Mapping[str, str]) -> list[str]:
    """Where the drawing and the words for it do not fit each other."""
    wanted = drawing.labels()
    return [
        *(
            _("The drawing shows the label “%(key)s”, which has no text.") % {"key": key}
            for key in wanted
            if not labels.get(key, "").strip()
        ),
        *(_("The drawing shows no label “%(key)s”.") % {"key": key} for key in labels if key not in wanted),
    ]


def _size(root: Shape) -> tuple[float, float]:
    numbers = root.attributes.pop("viewBox").split()
    width, height = float(numbers[2]), float(numbers[3])
    if not 0 < width <= WIDEST or not 0 < height <= TALLEST:
        raise FigureRefused(
            _("The drawing is at most %(width)d wide and %(height)d high, so that it fits a phone.")
            % {"width": WIDEST, "height": TALLEST}
        )
    return width, height


class _Full(Exception):
    """The drawing is too large to be read on."""


class _Reader(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.locator: Locator | None = None
        self.faults: list[str] = []
        self.root: Shape | None = None
        self.open: list[Shape] = []
        self.count = 0

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def refuse(self, sentence: str, line: int | None = None) -> None:
        number = line or (self.locator.getLineNumber() if self.locator else None) or 1
        self.faults.append(_("Line %(line)d: %(sentence)s") % {"line": number, "sentence": sentence})

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self.count += 1
        if self.count > MOST_ELEMENTS or len(self.open) >= DEEPEST or len(self.faults) > MOST_FAULTS:
            self.refuse(_("The drawing has too many parts, or too many within each other. Simplify it."))
            raise _Full
        if name not in ELEMENTS or (name == "svg") == bool(self.open):
            self.refuse(_("The element <%(name)s> is not taken in a figure. Delete it.") % {"name": name[:40]})
        kept = {key: value for key, value in attrs.items() if self._fits(name, key, value)}
        if not self.open and "viewBox" not in kept and name == "svg":
            self.refuse(_('A figure begins with <svg viewBox="0 0 width height">.'))
        if self.open and self.open[-1].name not in ("svg", "g"):
            self.refuse(_("Nothing stands inside <%(name)s>.") % {"name": self.open[-1].name[:40]})
        if name == "text" and LABEL not in kept:
            self.refuse(_('A <text> is empty and names its label: <text data-label="key"/>.'))
        shape = Shape(name, kept)
        if self.open:
            self.open[-1].children.append(shape)
        elif self.root is None:
            self.root = shape
        self.open.append(shape)

    def endElement(self, name: str) -> None:
        self.open.pop()

    def characters(self, content: str) -> None:
        if content.strip():
            self.refuse(
                _("Words stand in the labels, not in the drawing: “%(words)s”.") % {"words": content.strip()[:40]}
            )

    def processingInstruction(self, target: str, data: str) -> None:
        self.refuse(_("The instruction <?%(name)s …?> is not taken. Delete it.") % {"name": target[:40]})

    def _fits(self, element: str, name: str, value: str) -> bool:
        """Whether the attribute is kept; a fault is told."""
        if name == "xmlns" and value == NAMESPACE:
            return False
        named = {"name": name[:40], "element": element[:40]}
        if name == "viewBox" and element == "svg":
            if re.fullmatch(r"0 0 \d{1,4}(\.\d{1,2})? \d{1,4}(\.\d{1,2})?", value):
                return True
            self.refuse(_('A figure begins with <svg viewBox="0 0 width height">.'))
            return True
        if name not in ATTRIBUTES or element == "svg" or (name in ("text-anchor", LABEL) and element != "text"):
            self.refuse(_("The attribute %(name)s of <%(element)s> is not taken in a figure. Delete it.") % named)
            return False
        if not ATTRIBUTES[name].fullmatch(value):
            self.refuse(
                _("The value of %(name)s of <%(element)s> is not taken: “%(value)s”.") % {**named, "value": value[:40]}
            )
            return False
        for strange in sorted(set(value.split()) - CLASSES) if name == "class" else ():
            self.refuse(
                _("There is no class “%(class)s” for a figure. There are: %(known)s.")
                % {"class": strange[:40], "known": ", ".join(sorted(CLASSES))}
            )
        return True


# --- Drawn anew ------------------------------------------------------------------------------------------------


def draw(drawing: Drawing, labels: Mapping[str, str], *, mirrored: bool, rtl: bool = False) -> SafeString:
    """What stands inside the page's own <svg>: the shapes with their words. Where it is mirrored, the drawing is turned
    round its middle and each word turned back, so that it can be read. `rtl`: the words run from right to left.
    """
    swapped = rtl and not mirrored  # a word that starts at a place of the drawing grows to the right, as it is drawn
    inside = _join(_markup(child, labels, mirrored, swapped) for child in drawing.root.children)
    if not mirrored:
        return inside
    return format_html('<g transform="translate({} 0) scale(-1 1)">{}</g>', _said(drawing.width), inside)


def _markup(shape: Shape, labels: Mapping[str, str], mirrored: bool, swapped: bool) -> SafeString:
    if shape.name == "text":
        return _words(shape, labels, mirrored, swapped)
    inside = _join(_markup(child, labels, mirrored, swapped) for child in shape.children)
    return format_html("<{}{}>{}</{}>", shape.name, _attributes(shape.attributes), inside, shape.name)


def _words(shape: Shape, labels: Mapping[str, str], mirrored: bool, swapped: bool) -> SafeString:
    """A label in its lines, each below the last. Its place is written as a shift, so that it can be turned there."""
    said = {name: value for name, value in shape.attributes.items() if name not in ("x", "y", LABEL, "transform")}
    if swapped:
        said["text-anchor"] = SWAPPED[said.get("text-anchor", "start")]
    place = f"translate({shape.attributes.get('x', '0')} {shape.attributes.get('y', '0')})"
    turned = " ".join(
        part for part in (shape.attributes.get("transform", ""), place, "scale(-1 1)" if mirrored else "") if part
    )
    lines = [line.strip() for line in labels.get(shape.attributes[LABEL], "").split("\n")]
    inside = format_html_join(
        "",
        '<tspan x="0" dy="{}">{}</tspan>',
        ((LINE_HEIGHT if number else "0", line) for number, line in enumerate(lines)),
    )
    return format_html("<text{}>{}</text>", _attributes(said | {"transform": turned}), inside)


def _attributes(found: Mapping[str, str]) -> SafeString:
    return format_html_join("", ' {}="{}"', found.items())


def _join(parts: Iterator[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _said(number: float) -> str:
    return f"{number:g}"
