"""XML from outside, read so that no file can reach out or swell up."""

from __future__ import annotations

from io import BytesIO
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import InputSource

from defusedxml.expatreader import DefusedExpatParser


def hardened_parser(data: bytes, handler: ContentHandler) -> tuple[DefusedExpatParser, InputSource]:
    """What to call `parse` of, and with what; the handler knows its lines while the parser lives.

    UTF-8 whatever the file declares. Parsing raises SAXParseException, and DefusedXmlException for a document type.
    """
    source = InputSource()
    source.setByteStream(BytesIO(data))
    source.setEncoding("utf-8")
    # In one piece: a parser that is given a long word in pieces begins it anew with every piece.
    parser = DefusedExpatParser(bufsize=len(data) + 1, forbid_dtd=True)
    parser.setContentHandler(handler)
    return parser, source
