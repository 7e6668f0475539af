"""What an auditor kept is taken as it is: whatever saved it added headings, line ends, marks, quotation or a table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from xml.sax.saxutils import escape

import pytest

from certification.ledger.held_notes import NoCheckpoint, notes_in
from certification.ledger.note import SigningKey, TreeHead, sign_note

KEYS = [SigningKey("held.example/litmus", bytes([number]) * 32) for number in (1, 2)]


def note(size: int = 950, root: bytes = b"\xfb" * 32, keys: list[SigningKey] | None = None) -> str:
    """This root begins with a plus sign in base64, which a spreadsheet would take for a formula."""
    return sign_note(TreeHead("held.example/litmus", size, root).text(), keys or KEYS[:1])


NOTE = note()
BOTH = note(keys=KEYS)


def labelled(text: str, label: str, between: str = ",", defused: bool = True) -> str:
    lines = [f"'{line}" if defused and line[:1] == "+" else line for line in text.splitlines() if line]
    return "\r\n".join(f"{label}{between}{line}" for line in lines) + "\r\n"


def mail(text: str, encoding: str, attached: bool) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "ledger@example.org", "audit@example.org", "Checkpoint"
    message.set_content(f"Keep this.\n\n{text}\n-- \nThe ledger" if not attached else "See the file.", cte=encoding)
    if attached:
        message.add_attachment(text.encode(), maintype="application", subtype="octet-stream", filename="950.note")
    return message.as_bytes()


def spreadsheet(text: str) -> bytes:
    """As a spreadsheet program saves the head of a download: texts shared, numbers as numbers."""
    words, rows = ["Checkpoint"], []
    for line in filter(None, text.splitlines()):
        if line.isdigit():
            cell = f"<c><v>{line}</v></c>"
        else:
            words.append(line)
            cell = f'<c t="s"><v>{len(words) - 1}</v></c>'
        rows.append(f'<row><c t="s"><v>0</v></c>{cell}</row>')
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    shared = "".join(f"<si><t>{escape(word)}</t></si>" for word in words)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared}</sst>")
        file.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{''.join(rows)}</sheetData></worksheet>"
        )
    return packed.getvalue()


KEPT: dict[str, Callable[[str], bytes]] = {
    "as it is": lambda text: text.encode(),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "old Mac": lambda text: text.replace("\n", "\r").encode(),
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "Windows code page": lambda text: text.encode("cp1252"),
    "heading and end": lambda text: f"Checkpoint of 29 November\n\n{text}\nKeep it safe.\n".encode(),
    "blanks at the ends": lambda text: "".join(f"  {line} \n" for line in text.splitlines()).encode(),
    "no last line end": lambda text: text.rstrip("\n").encode(),
    "empty line lost": lambda text: text.replace("\n\n", "\n").encode(),
    "quoted in an answer": lambda text: "".join(f"> {line}\n" for line in text.splitlines()).encode(),
    "wrapped by a mail program": lambda text: text.replace("litmus ", "litmus\n").encode(),
    "another dash": lambda text: text.replace("—", "–").encode(),
    "two hyphens": lambda text: text.replace("—", "--").encode(),
    "head of a download": lambda text: b"\xef\xbb\xbf" + labelled(text, "Checkpoint").encode(),
    "in French": lambda text: labelled(text, '"Point de contrôle"', ";").encode(),
    "in Arabic": lambda text: labelled(text, "نقطة تحقق").encode(),
    "tabs": lambda text: labelled(text, "Checkpoint", "\t", defused=False).encode(),
    "label and colon": lambda text: labelled(text, "Checkpoint", ": ", defused=False).encode(),
    "empty row kept": lambda text: "".join(f"Checkpoint,{line}\n" for line in text.splitlines()).encode(),
    "rows filled up": lambda text: "".join(f"Checkpoint,{line},,\n" for line in text.splitlines()).encode(),
    "no label, rows filled up": lambda text: "".join(f"{line},,\n" for line in text.splitlines()).encode(),
    "quoted cells": lambda text: "".join(f'"Checkpoint","{line}"\n' for line in text.splitlines() if line).encode(),
    "saved page": lambda text: f'<!doctype html><h1>Note</h1><pre class="mono">{escape(text)}</pre>'.encode(),
    "page with breaks": lambda text: ("<p>" + text.replace("\n", "<br>") + "</p>").encode(),
    "proof of a certificate": lambda text: f"c2sp.org/tlog-proof@v1\nindex 3\n{'A' * 43}=\n\n{text}".encode(),
    "mail": lambda text: mail(text, "8bit", attached=False),
    "quoted-printable mail": lambda text: mail(text, "quoted-printable", attached=False),
    "base64 mail": lambda text: mail(text, "base64", attached=False),
    "attached to a mail": lambda text: mail(text, "7bit", attached=True),
    "spreadsheet": spreadsheet,
}


@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
@pytest.mark.parametrize("text", [NOTE, BOTH], ids=["one key", "two keys"])
def test_a_note_comes_back_as_it_was_signed(text: str, kept: Callable[[str], bytes]) -> None:
    assert notes_in(kept(text)) == [text]


@pytest.mark.parametrize("between", ["", "\n\n", "\nThe next one:\n"])
def test_several_notes_in_one_file_each_once(between: str) -> None:
    others = [note(size) for size in (13, 894)]
    text = between.join([others[0], NOTE, others[1], NOTE])
    assert notes_in(text.encode()) == [others[0], NOTE, others[1]]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (b" \r\n", "it is empty"),
        (b"Checkpoint made,2026-11-29\n", "holds no signed checkpoint"),
        (bytes(range(256)) * 9, "holds no signed checkpoint"),
        (b"PK\x03\x04 and nothing of a spreadsheet", "no spreadsheet that can be read"),
        (NOTE.split("\n\n")[1].encode(), "without the three lines above it"),
        (NOTE.replace("\n950\n", "\n0950\n").encode(), "without the three lines above it"),
        (NOTE.replace("— held.example/litmus ", "— held.example/litmus A").encode(), "is damaged"),
        (note(0, b"\0" * 32).encode(), "vouches for nothing"),
    ],
)
def test_what_is_no_checkpoint_is_said(data: bytes, why: str) -> None:
    with pytest.raises(NoCheckpoint, match=why):
        notes_in(data)


def test_a_large_download_is_read_once() -> None:
    rows = "".join(f"{number},completion,{'0' * 64}\n" for number in range(20_000))
    assert notes_in((labelled(NOTE, "Checkpoint") + rows).encode()) == [NOTE]
