"""The checkpoints in what an auditor kept: a note as a file, a page, a mail, a proof, the head of a table.

What people keep comes back with other line ends, a byte order mark, quotation marks, headings and labels before each
line. What was signed is exact, so it is put together again: the three lines above a signature, and what lies between.
Bytes in, notes in their strict form out.
"""

from __future__ import annotations

import csv
import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from email import message_from_bytes, policy
from functools import partial
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext

from certification.ledger.note import DECIMAL, BadNote, parse_note, parse_tree_head

BLOB = r"[A-Za-z0-9+/]{80,}={0,2}"
SIGNATURE = re.compile(rf"'?(?:—|–|--?) (\S+) ({BLOB})")
SIGNED = re.compile(BLOB)
ROOT = re.compile(r"'?([A-Za-z0-9+/]{43}=)")
WRAPPED = re.compile(rf"((?:—|–|--?) \S+) ?\n(?:> ?)*({BLOB})")
MAIL = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*)+\r?\n")
TAG = re.compile(r"</?[A-Za-z!][^<>]*>")
BREAK = re.compile(r"<(?:br|/?(?:p|div|pre|h[1-6]|li|tr|td|dt|dd|section))\b[^<>]*>", re.IGNORECASE)
QUOTED = re.compile(r"^(?:> ?)+")
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
LINES_ABOVE = 60
LARGEST_PART = 200_000_000
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class NoCheckpoint(ValueError):
    """The file holds no checkpoint, a damaged one, or one that vouches for nothing; the message says which."""


def notes_in(data: bytes) -> list[str]:
    """The notes a file holds, in its order, each once. Raises NoCheckpoint rather than leave one out."""
    found = list(dict.fromkeys(note for text in _texts(data) for note in _notes(text)))
    if not found:
        raise NoCheckpoint(
            gettext("it is empty")
            if not data.strip()
            else gettext("it holds no signed checkpoint: three lines (name, number of entries, root) and a signature")
        )
    return found


def _texts(data: bytes) -> Iterator[str]:
    """The texts in a file: of a spreadsheet its rows, of a mail its parts, else the file itself."""
    if data.startswith(b"PK\x03\x04"):
        yield _sheet(data)
    elif MAIL.match(data):
        for part in message_from_bytes(data, policy=policy.default).walk():
            if not part.is_multipart():
                yield _plain(_decoded(part.get_payload(decode=True) or b""))  # type: ignore[arg-type]
    else:
        yield _plain(_decoded(data))


def _decoded(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _plain(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")
    text = html.unescape(TAG.sub("", BREAK.sub("\n", text))).replace("\N{NO-BREAK SPACE}", " ")
    return WRAPPED.sub(r"\1 \2", text)


def _notes(text: str) -> Iterator[str]:
    lines = [QUOTED.sub("", line).strip() for line in text.split("\n")]
    number = 0
    while number < len(lines):
        unwrap = _label_before(lines[number]) if SIGNED.search(lines[number]) else None
        if unwrap is None:
            number += 1
            continue
        end = number
        while end < len(lines) and SIGNATURE.fullmatch(unwrap(lines[end])):
            end += 1
        above = [unwrap(line) for line in lines[max(0, number - LINES_ABOVE) : number]]
        yield _whole([line for line in above if line], [unwrap(line) for line in lines[number:end]])
        number = end


def _label_before(line: str) -> Callable[[str], str] | None:
    """How the lines about this signature are labelled, so that the others lose the same; None where it is none.

    Not at all; as a row of a table, where the note's line stands in the same cell of each row; as “Checkpoint: …”.
    """
    if SIGNATURE.fullmatch(line):
        return lambda other: other
    for delimiter in ",;\t":
        for place, cell in enumerate(_cells_of(line, delimiter)):
            if SIGNATURE.fullmatch(cell):
                return partial(_cell, delimiter=delimiter, place=place)
    label, _, rest = line.rpartition(": ")
    if SIGNATURE.fullmatch(rest):
        return lambda other: other.removeprefix(f"{label}:").strip()
    return None


def _cells_of(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _cell(line: str, delimiter: str, place: int) -> str:
    cells = _cells_of(line, delimiter)
    return cells[place] if place < len(cells) else ""


def _whole(above: Sequence[str], signed: Sequence[str]) -> str:
    """The strict note of what stands above a signature: back to the root, with the size and the name before it."""
    for place in range(len(above) - 1, 1, -1):
        root = ROOT.fullmatch(above[place])
        if root and DECIMAL.fullmatch(above[place - 1]):
            body = [above[place - 2], above[place - 1], root[1], *above[place + 1 :]]
            signatures = [f"— {match[1]} {match[2]}" for match in map(SIGNATURE.fullmatch, signed) if match]
            return _strict("\n".join([*body, "", *signatures, ""]))
        if SIGNATURE.fullmatch(above[place]):
            break
    raise NoCheckpoint(
        gettext("it holds a signature without the three lines above it: name, number of entries and root")
    )


def _strict(text: str) -> str:
    try:
        tree = parse_tree_head(parse_note(text).text)
    except BadNote as error:
        raise NoCheckpoint(gettext("the checkpoint in it is damaged: %(reason)s") % {"reason": error}) from error
    if not tree.size:
        raise NoCheckpoint(gettext("the checkpoint in it covers no entry and vouches for nothing"))
    return text


def _sheet(data: bytes) -> str:
    """The rows of a spreadsheet's pages, a row a line, its cells divided by tabs."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            if any(packed.getinfo(name).file_size > LARGEST_PART for name in names):
                raise NoCheckpoint(gettext("the spreadsheet is too large: keep the rows with the checkpoint alone"))
            shared = "xl/sharedStrings.xml"
            strings = [_joined(item) for item in fromstring(packed.read(shared))] if shared in names else []
            pages = [fromstring(packed.read(name)) for name in names if name.startswith("xl/worksheets/sheet")]
            return "\n".join("\t".join(_cells(row, strings)) for page in pages for row in page.iter(f"{SHEET}row"))
    except (zipfile.BadZipFile, KeyError, IndexError, ValueError, ParseError, DefusedXmlException) as error:
        if isinstance(error, NoCheckpoint):
            raise
        raise NoCheckpoint(gettext("it is no spreadsheet that can be read: save it as text or CSV")) from error


def _cells(row: Element, strings: Sequence[str]) -> Iterator[str]:
    for cell in row.iter(f"{SHEET}c"):
        value = cell.findtext(f"{SHEET}v") or ""
        yield strings[int(value)] if cell.get("t") == "s" else value or _joined(cell)


def _joined(item: Element) -> str:
    return "".join(text.text or "" for text in item.iter(f"{SHEET}t"))
