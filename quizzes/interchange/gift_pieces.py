r"""Cuts a GIFT file into questions.

Blank lines divide questions. Where one is missing, most readers lose the question after it; here a new question also
begins with `::name::`, with `$CATEGORY:`, and after a line that ends with the answers' `}` if more answers follow.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from quizzes.interchange.gift_marks import marks
from quizzes.interchange.sentences import Refusal, Sentence, gettext_noop, say

CATEGORY = "$CATEGORY:"


@dataclass
class GiftLine:
    """`text` is stripped and empty for a comment; `inside` says that the line begins within the answers' { }."""

    number: int
    text: str
    comment: str = ""
    inside: bool = False
    braces: str = ""


@dataclass
class Piece:
    """The lines of one question or one category, or `broken`: why nothing can be read from them."""

    lines: list[GiftLine]
    notes: list[Sentence] = field(default_factory=list)
    broken: Refusal | None = None

    @property
    def number(self) -> int:
        return next((line.number for line in self.lines if line.text), self.lines[0].number)

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines).strip()

    @property
    def comments(self) -> str:
        return "\n".join(line.comment for line in self.lines if line.comment)


def gift_pieces(text: str) -> Iterator[Piece]:
    """Every piece of the file in its order; comments that stand alone are left out."""
    chunks = list(_chunks(text))
    place = 0
    while place < len(chunks):
        lines, used = _whole(chunks, place)
        place += used
        notes = [_blank_inside()] if used > 1 else []
        broken = _pair(lines)
        if broken:
            yield Piece(lines, broken=broken)
        else:
            yield from _divided(lines, notes)


def _chunks(text: str) -> Iterator[list[GiftLine]]:
    """Runs of lines between blank lines."""
    chunk: list[GiftLine] = []
    raw = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    for number, words in enumerate([*raw.split("\n"), ""], start=1):
        words = words.strip()
        if words.startswith("//"):
            chunk.append(GiftLine(number, "", comment=words))
        elif words:
            braces = "".join(match.group() for match in marks(words, "[{}]"))
            chunk.append(GiftLine(number, words, braces=braces))
        else:
            if any(line.text for line in chunk):
                yield chunk
            chunk = []


def _whole(chunks: Sequence[list[GiftLine]], place: int) -> tuple[list[GiftLine], int]:
    """The chunk, with those after it that its open { reaches over, and how many chunks that makes."""
    if not _open(chunks[place]):
        return chunks[place], 1
    for end in range(place + 1, min(place + 50, len(chunks))):
        if _new_question(chunks[end]):
            break
        braces = "".join(line.braces for line in chunks[end])
        if braces.startswith("}"):
            return [line for chunk in chunks[place : end + 1] for line in chunk], end + 1 - place
        if braces:
            break
    return chunks[place], 1


def _open(chunk: Sequence[GiftLine]) -> bool:
    return "".join(line.braces for line in chunk).endswith("{")


def _new_question(chunk: Sequence[GiftLine]) -> bool:
    first = next(line.text for line in chunk if line.text)
    return first.startswith(("::", CATEGORY))


def _pair(lines: Sequence[GiftLine]) -> Refusal | None:
    """Marks the lines that begin inside { }, or says which brace has no partner."""
    opened = None
    for line in lines:
        line.inside = opened is not None
        for brace in line.braces:
            if (brace == "{") == (opened is not None):
                return Refusal(_unpaired(opened, line), opened.number if opened else line.number)
            opened = line if brace == "{" else None
    if opened is not None:
        return Refusal(_never_closed(opened), opened.number)
    return None


def _divided(lines: Sequence[GiftLine], notes: list[Sentence]) -> Iterator[Piece]:
    """The questions of a chunk, each with a note where the blank line before it is missing."""
    more = _followed(lines)
    piece, waiting = Piece([], list(notes)), list[GiftLine]()
    complete = category = False
    for place, line in enumerate(lines):
        waiting.append(line)
        if not line.text:
            continue
        fresh = line.text.startswith(("::", CATEGORY)) or (complete and more[place])
        if piece.lines and not line.inside and (fresh or category):
            yield piece
            piece = Piece([], [_blank_missing(line.number)])
        # A comment, which may hold tags, belongs to the question after it.
        piece.lines += waiting
        waiting = []
        category = line.text.startswith(CATEGORY) and not line.inside
        complete = line.braces.endswith("}") and line.text.endswith("}")
    piece.lines += waiting
    yield piece


def _followed(lines: Sequence[GiftLine]) -> list[bool]:
    """For each line, whether another { stands there or later, before a line that surely begins a question."""
    found: list[bool] = []
    more = False
    for line in reversed(lines):
        more = more or "{" in line.braces
        found.append(more)
        if line.text.startswith(("::", CATEGORY)) and not line.inside:
            more = False
    return found[::-1]


def _blank_missing(line: int) -> Sentence:
    return say(
        gettext_noop("The blank line before line %(line)s is missing. It was read as the beginning of a new question."),
        line=line,
    )


def _blank_inside() -> Sentence:
    return say(gettext_noop("There is a blank line between { and }. It was read as if it were not there."))


def _unpaired(opened: GiftLine | None, line: GiftLine) -> Sentence:
    if opened is None:
        return say(
            gettext_noop(
                "Line %(line)s has a } without a { before it. Nothing between the blank lines around it was read. "
                "Write \\} if it belongs to a text."
            ),
            line=line.number,
        )
    return say(
        gettext_noop(
            "The { of line %(opened)s is not closed before the next { in line %(line)s. Nothing between the blank "
            "lines around it was read. Close it with }, or write \\{ if it belongs to a text."
        ),
        opened=opened.number,
        line=line.number,
    )


def _never_closed(opened: GiftLine) -> Sentence:
    return say(
        gettext_noop("The { of line %(opened)s is never closed. Write } after the last answer."), opened=opened.number
    )
