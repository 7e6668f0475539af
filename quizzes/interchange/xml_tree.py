"""XML as a tree that knows its lines, read so that no file can reach out or swell up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl, Locator

from defusedxml.common import DefusedXmlException

from lms.hardened_xml import hardened_parser
from quizzes.interchange.sentences import Refusal, gettext_noop, say

DEEPEST = 40


@dataclass
class XmlNode:
    name: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[XmlNode] = field(default_factory=list)
    words: list[str] = field(default_factory=list)

    def child(self, name: str) -> XmlNode | None:
        return next(self.all(name), None)

    def all(self, name: str) -> Iterator[XmlNode]:
        return (child for child in self.children if child.name == name)

    def everything(self) -> Iterator[XmlNode]:
        """This node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children

    @property
    def own(self) -> str:
        return "".join(self.words).strip()

    def said(self, path: str, otherwise: str = "") -> str:
        """The words of the node at `path` (names with /), or `otherwise` where there is none."""
        node: XmlNode | None = self
        for name in path.split("/"):
            node = node.child(name) if node else None
        return node.own if node else otherwise


def xml_root(text: str) -> XmlNode:
    """The root of the file. Any document type is refused: entities, external files and their bombs need one.

    Raises Refusal with the line.
    """
    # The XML declaration must be the very first thing; blank lines before it are harmless and are counted.
    lines_before = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    offset = text[:lines_before].count("\n")
    data = text[lines_before:].encode("utf-8", "surrogatepass")
    builder = _Builder(offset)
    parser, source = hardened_parser(data, builder)
    try:
        parser.parse(source)
    except SAXParseException as error:
        raise Refusal(
            say(
                gettext_noop("The file is not well-formed XML here (%(error)s), so that nothing was read from it."),
                error=error.getMessage(),
            ),
            (error.getLineNumber() or 1) + offset,
        ) from error
    except DefusedXmlException as error:
        raise Refusal(
            say(
                gettext_noop(
                    "The file declares a document type (<!DOCTYPE …>), which could make it reach other files. Nothing "
                    "was read from it. Delete the declaration."
                )
            ),
            builder.line(),
        ) from error
    return builder.top.children[0]


class _Builder(ContentHandler):
    def __init__(self, offset: int) -> None:
        super().__init__()
        self.offset = offset
        self.locator: Locator | None = None
        self.top = XmlNode("", 1)
        self.open = [self.top]

    def line(self) -> int:
        return ((self.locator.getLineNumber() if self.locator else None) or 1) + self.offset

    def setDocumentLocator(self, locator: Locator) -> None:
        self.locator = locator

    def startElement(self, name: str, attrs: AttributesImpl) -> None:
        if len(self.open) > DEEPEST:
            why = gettext_noop("Elements lie more than %(deepest)s deep within each other, so that nothing was read.")
            raise Refusal(say(why, deepest=DEEPEST), self.line())
        node = XmlNode(name, self.line(), dict(attrs.items()))
        self.open[-1].children.append(node)
        self.open.append(node)

    def endElement(self, name: str) -> None:
        self.open.pop()

    def characters(self, content: str) -> None:
        self.open[-1].words.append(content)
