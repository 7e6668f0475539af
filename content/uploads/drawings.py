"""Drawings: SVG with the elements and attributes listed here and no others, written anew without comments.

What is refused is refused with its line. Whatever the file says, our pages show it as a picture (`<img>`), where
browsers run nothing; this list is for whoever opens the file by itself.
Source: www.w3.org/TR/SVG2, appendix "Element index" and "Attribute index".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from typing import IO
from xml.sax import SAXParseException
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _

from content.uploads.kinds import UploadRefused
from lms.hardened_xml import hardened_parser

ELEMENT_NAMES = """
svg g defs symbol use path rect circle ellipse line polyline polygon text tspan textPath title desc style
linearGradient radialGradient stop clipPath mask pattern marker filter feBlend feColorMatrix feComponentTransfer
feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology
feOffset
"""
# In this order: what it is called; where, how large, which shape; units of gradients, patterns, masks and markers;
# filters; how it is painted; how words are set.
ATTRIBUTE_NAMES = """
id class style version baseProfile lang xml:lang xml:space role aria-label aria-labelledby aria-describedby aria-hidden
focusable

x y x1 y1 x2 y2 dx dy cx cy r rx ry fx fy fr width height d points pathLength viewBox preserveAspectRatio transform
transform-origin rotate refX refY offset startOffset textLength lengthAdjust method spacing side

gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform clipPathUnits
maskUnits maskContentUnits markerUnits markerWidth markerHeight orient filterUnits primitiveUnits

in in2 result mode type values stdDeviation edgeMode operator k1 k2 k3 k4 radius tableValues slope intercept
amplitude exponent flood-color flood-opacity color-interpolation-filters

fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit
stroke-dasharray stroke-dashoffset color opacity display visibility overflow clip-path clip-rule mask filter
marker marker-start marker-mid marker-end stop-color stop-opacity paint-order vector-effect shape-rendering
text-rendering image-rendering color-interpolation color-rendering mix-blend-mode isolation enable-background

font-family font-size font-style font-variant font-weight font-stretch letter-spacing word-spacing
text-anchor text-decoration dominant-baseline alignment-baseline baseline-shift writing-mode direction
unicode-bidi white-space
"""
ELEMENTS = set(ELEMENT_NAMES.split())
ATTRIBUTES = set(ATTRIBUTE_NAMES.split())
# What is said of the drawing is never fetched, whatever it looks like.
WORDS = {"id", "class", "role", "aria-label", "aria-labelledby", "aria-describedby"}
LINKS = {"href", "xlink:href"}
NAMESPACES = {
    "xmlns": "http://www.w3.org/2000/svg",
    "xmlns:svg": "http://www.w3.org/2000/svg",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
    "xmlns:xml": "http://www.w3.org/XML/1998/namespace",
}
WITHIN = re.compile(r"#[\w.:-]{1,200}")
DECLARED = re.compile(r"encoding\s{0,9}=\s{0,9}[\"']([\w.-]{1,40})", re.ASCII)
# url( to a part of the drawing is fine; whatever else reaches out or hides a word is not.
URL = re.compile(r"url\(\s{0,9}([\"']?)([^\"')\s]{0,200})\1\s{0,9}\)", re.IGNORECASE)
REACHING = re.compile(
    r"url\(|image-set|\bimage\(|\bsrc\(|@|\\|<|expression|javascript:|data:|https?:|//|-moz-binding|behavior",
    re.IGNORECASE,
)
DEEPEST, MOST_ELEMENTS, MOST_DRAWN, MOST_FAULTS = 40, 20_000, 50_000, 5


def cleaned_drawing(file: IO[bytes]) -> bytes:
    """The drawing written anew, in UTF-8. Raises UploadRefused with the first faults, each with its line."""
    return _read(file).written()


def check_drawing(file: IO[bytes]) -> None:
    """Raises UploadRefused."""
    _read(file)


def _read(file: IO[bytes]) -> _Drawing:
    file.seek(0)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UploadRefused(_("This drawing is not text in UTF-8. Save it as UTF-8 and upload it again.")) from error
    finally:
        file.seek(0)
    declared = DECLARED.search(text[:200])
    if declared and declared[1].lower() not in ("utf-8", "utf8"):
        raise UploadRefused(_("This drawing is not text in UTF-8. Save it as UTF-8 and upload it again."))
    drawing, data = _Drawing(), text.encode()
    parser, source = hardened_parser(data, drawing)
    try:
        parser.parse(source)
    except _Full:
        pass
    except SAXParseException as error:
        drawing.refuse(_("This is no well-formed XML."), error.getLineNumber())
    except DefusedXmlException:
        drawing.refuse(_("A document type (<!DOCTYPE …>) could reach other files. Delete it."))
    drawing.finish()
    if drawing.faults:
        raise UploadRefused(*drawing.faults[:MOST_FAULTS])
    return drawing


class _Full(Exception):
    """The drawing is too large to be read on."""


class _Drawing(XMLGenerator):
    def __init__(self) -> None:
        self.out = StringIO()
        super().__init__(self.out, encoding="utf-8", short_empty_elements=True)
        self.locator: Locator | None = None
        self.faults: list[str] = []
        self.open: list[tuple[str, list[str]]] = []
        self.styles: list[str] = []
        self.count = 0
        self.sizes: dict[str, int] = {}
        self.used: list[str] = []
        self.using: set[str] = set()

    def written(self) -> bytes:
        return self.out.getvalue().encode()

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def refuse(self, sentence: str, line: int | None = None) -> None:
        number = line or (self.locator.getLineNumber() if self.locator else None) or 1
        self.faults.append(_("Line %(line)d: %(sentence)s") % {"line": number, "sentence": sentence})

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        self.count += 1
        known = name in ELEMENTS and (bool(self.open) or name == "svg")
        if not known and len(self.faults) < MOST_FAULTS:
            self.refuse(_("The element <%(name)s> is not taken. Delete it, or save as “plain SVG”.") % {"name": name})
        for attribute, value in attrs.items():
            if len(self.faults) < MOST_FAULTS:
                self._attribute(name, attribute, value)
        if not self.open and attrs.get("xmlns") != NAMESPACES["xmlns"]:
            self.refuse(_('This is no drawing: it must begin with <svg xmlns="http://www.w3.org/2000/svg">.'))
        if len(self.open) >= DEEPEST or self.count > MOST_ELEMENTS:
            self.refuse(_("The drawing has too many parts, or too many within each other. Simplify it."))
            raise _Full
        self._count(name, attrs)
        super().startElement(name, attrs)

    def endElement(self, name: str) -> None:
        self.open.pop()
        if name == "style":
            for fault in _style_faults("".join(self.styles)):
                self.refuse(fault)
            self.styles = []
        super().endElement(name)

    def characters(self, content: str) -> None:
        if self.open and self.open[-1][0] == "style":
            self.styles.append(content)
        super().characters(content)

    def processingInstruction(self, target: str, data: str) -> None:
        self.refuse(_("The instruction <?%(name)s …?> is not taken. Delete it.") % {"name": target})

    def _attribute(self, element: str, name: str, value: str) -> None:
        if name in NAMESPACES:
            if value != NAMESPACES[name]:
                self.refuse(_("The namespace %(value)s is not taken. Delete it.") % {"value": value[:80]})
        elif name in LINKS:
            if not WITHIN.fullmatch(value.strip()):
                self.refuse(
                    _("A drawing may refer to its own parts (#…) only, not to “%(value)s”.") % {"value": value[:80]}
                )
        elif name not in ATTRIBUTES:
            self.refuse(
                _("The attribute %(name)s of <%(element)s> is not taken. Delete it, or save as “plain SVG”.")
                % {"name": name, "element": element}
            )
        elif name not in WORDS:
            for fault in _style_faults(value):
                self.refuse(fault)

    def _count(self, name: str, attrs: AttributesImpl) -> None:
        """A drawing that uses its parts again and again within each other would keep a browser busy for ever."""
        identity = attrs.get("id")
        around = [*(self.open[-1][1] if self.open else []), *([identity] if identity else [])]
        for each in around:
            self.sizes[each] = self.sizes.get(each, 0) + 1
        if name == "use":
            self.used.append((attrs.get("href") or attrs.get("xlink:href") or "").strip().removeprefix("#"))
            self.using.update(around)
        self.open.append((name, around))

    def finish(self) -> None:
        if self.using.intersection(self.used) or sum(self.sizes.get(each, 0) for each in self.used) > MOST_DRAWN:
            self.refuse(_("Its parts are used (<use>) within each other or too often. Draw them out."))


def _style_faults(value: str) -> Iterator[str]:
    rest = URL.sub(lambda match: "" if WITHIN.fullmatch(match[2]) else match[0], value)
    found = REACHING.search(rest)
    if found:
        yield _("“%(value)s” may reach out of the drawing and is not taken.") % {"value": rest[found.start() :][:80]}
