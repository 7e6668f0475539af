"""The text of a file as people save it: encodings and separators, recognised by what cannot be otherwise."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper

from lms.people.spelling import clean_name

MEGABYTE = 1024 * 1024
DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}
WINDOWS = "cp1252"
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    WINDOWS: "Windows-1252",
    "cp1250": "Windows-1250",
    "cp1253": "Windows-1253",
    "cp1254": "Windows-1254",
    "cp1256": "Windows-1256",
    "iso8859-15": "ISO 8859-15",
}
"""What can be named; the first five are recognised."""
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
LONGEST_HEADER = 10_000
SEPARATOR_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)


class NoText(ValueError):
    """No encoding fits; `line` is the line of the first fault."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True, slots=True)
class TextForm:
    """`skipped`: bytes before the text (its mark). `first`: the number of the header's line. `sure`: no other reading
    of the bytes is possible; an 8-bit encoding never is, so somebody has to look at the names."""

    encoding: str
    skipped: int = 0
    delimiter: str = ","
    first: int = 1
    sure: bool = True

    @property
    def encoding_label(self) -> str:
        return ENCODINGS[self.encoding]

    @property
    def delimiter_label(self) -> str:
        return DELIMITERS[self.delimiter]


def recognise_text(data: bytes, columns: Collection[str], encoding: str = "") -> TextForm:
    """How the file is written. `columns` are the names a header may hold; `encoding` is what somebody said. Raises
    NoText."""
    form = _encoded(data, encoding)
    lines = text_lines(data, form)
    first = next(lines, "")
    if (told := SEPARATOR_LINE.fullmatch(first)) and told[1] in DELIMITERS:
        return TextForm(form.encoding, form.skipped, told[1], 2, form.sure)
    return TextForm(form.encoding, form.skipped, _delimiter(first, columns), 1, form.sure)


def text_lines(data: bytes, form: TextForm) -> Iterator[str]:
    """The lines, decoded as they are asked for: the text as a whole is never in memory."""
    stream = BytesIO(data)
    stream.seek(form.skipped)
    yield from TextIOWrapper(stream, encoding=form.encoding, newline="")


def column_name(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", clean_name(cell).casefold())


def _delimiter(header: str, columns: Collection[str]) -> str:
    """By which most of the header's cells are names of columns; commas where none is."""

    def known(delimiter: str) -> int:
        return sum(column_name(cell.strip().strip('"')) in columns for cell in header[:LONGEST_HEADER].split(delimiter))

    return max(DELIMITERS, key=known)


def _encoded(data: bytes, encoding: str) -> TextForm:
    marked = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), None)
    if marked:
        _must_decode(data[len(marked[0]) :], marked[1])
        return TextForm(marked[1], len(marked[0]))
    if encoding:
        _must_decode(data, encoding)
        return TextForm(encoding)
    if wide := _utf16_without_mark(data):
        _must_decode(data, wide)
        return TextForm(wide)
    try:
        _must_decode(data, "utf-8")
    except NoText as fault:
        try:
            _must_decode(data, WINDOWS)
        except NoText:
            raise fault from None
        return TextForm(WINDOWS, sure=False)
    return TextForm("utf-8")


def _utf16_without_mark(data: bytes) -> str:
    """A header is ASCII: every second byte is zero, and none of the others."""
    head = data[:64]
    even, odd = head[0::2], head[1::2]
    if len(head) >= 16 and not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if len(head) >= 16 and not any(even) and all(odd) else ""


def _must_decode(data: bytes, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    for start in range(0, len(data), MEGABYTE):
        try:
            decoder.decode(data[start : start + MEGABYTE], start + MEGABYTE >= len(data))
        except UnicodeDecodeError as error:
            newline = "\n".encode(encoding.replace("utf-16", "utf-16-le") if encoding == "utf-16" else encoding)
            raise NoText(data.count(newline, 0, start + error.start) + 1) from error
