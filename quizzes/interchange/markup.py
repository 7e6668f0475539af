"""Texts of other platforms as this one shows them: plain, Markdown, or HTML narrowed to a few inline marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

from quizzes.interchange.questions import Format, FormattedText
from quizzes.interchange.sentences import Refusal, Sentence, gettext_noop, say

INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "code": "code", "sub": "sub", "sup": "sup"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {"p", "div", "ul", "ol", "li", "blockquote", "pre", "section", "article", "dl", "dt", "dd"} | HEADINGS
# Their going changes nothing that a reader would miss.
BARE = {"p", "div", "br", "span", "ul", "ol", "li", "html", "body"}
# Words alone would not say what these say.
PICTURES = {"img", "picture", "svg", "canvas", "audio", "video", "source"}
ACTIVE = {"object", "embed", "applet", "iframe", "script", "form", "input", "select", "textarea", "button"}
REFUSED = PICTURES | ACTIVE | {"math", "table"}
KNOWN = INLINE.keys() | BLOCKS | BARE | REFUSED | {"a", "u", "s", "del", "font", "small", "big", "hr", "style"}
ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);", re.ASCII)
TAG = re.compile(rf"</?(?:{'|'.join(sorted(KNOWN))})\b[^<>]*>", re.IGNORECASE | re.ASCII)
PICTURE_MARK = re.compile(r"!\[|\]\(|\]|\n")
# Far beyond what a learner would read; it keeps a hostile file from costing time.
LONGEST = 20_000
BLANKS = re.compile(r"[ \t\n\r\f]+")


def formatted_text(raw: str, format_name: str, notes: list[Sentence]) -> FormattedText:
    """The text, its format being called html, markdown, plain or moodle (plain, but tags and entities count).

    What could not be kept is added to `notes`. Raises Refusal for pictures, files and whatever words cannot replace.
    """
    raw = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(raw) > LONGEST:
        raise Refusal(
            say(gettext_noop("One of its texts is longer than %(longest)s characters. Shorten it."), longest=LONGEST)
        )
    if "@@PLUGINFILE@@" in raw:
        raise Refusal(_file())
    if format_name == "html":
        return _narrowed(raw, notes)
    if format_name == "markdown":
        return _markdown(raw, notes)
    if format_name != "plain" and holds_html(raw):
        return _narrowed(raw.replace("\n", "<br>"), notes)
    return FormattedText(raw)


def holds_html(raw: str) -> bool:
    """Whether the words hold HTML: tags that exist, or entities that stand for a character."""
    return bool(TAG.search(raw)) or any(unescape(entity) != entity for entity in ENTITY.findall(raw))


def plain_lines(text: FormattedText) -> str:
    """The words alone, on as many lines as they have."""
    return text.words if text.format != Format.HTML else _read(text.words).plain()


def _file() -> Sentence:
    return say(gettext_noop("It contains a picture or a file. Add it in the editor, with its alternative text."))


def _markdown(raw: str, notes: list[Sentence]) -> FormattedText:
    if _holds_picture(raw):
        raise Refusal(_file())
    if TAG.search(raw):
        notes.append(say(gettext_noop("HTML tags inside a Markdown text stay as they were typed.")))
    return FormattedText(raw, Format.MARKDOWN) if raw else FormattedText()


def _holds_picture(raw: str) -> bool:
    """`![…](` on one line, found in one pass."""
    opened = False
    for mark in PICTURE_MARK.finditer(raw):
        if opened and mark.group() == "](":
            return True
        opened = mark.group() == "!["
    return False


def _narrowed(raw: str, notes: list[Sentence]) -> FormattedText:
    reader = _read(raw)
    if reader.links:
        notes.append(say(gettext_noop("A link was replaced by its words and its address.")))
    if reader.gone:
        notes.append(
            say(
                gettext_noop("The HTML tags %(tags)s were removed; their words were kept."),
                tags=", ".join(sorted(reader.gone)),
            )
        )
    return reader.text()


def _read(raw: str) -> _Narrowing:
    reader = _Narrowing()
    # A < with no > after it opens nothing; the parser would look for its end again and again.
    tags, end, rest = raw.rpartition(">")
    reader.feed(tags + end + rest.replace("<", "&lt;"))
    reader.close()
    return reader


@dataclass
class Run:
    """A stretch of words, a line break, or the opening or closing of an inline mark."""

    kind: str
    value: str = ""


class _Narrowing(HTMLParser):
    """Reads any HTML into runs of words, breaks and the marks of INLINE."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self.open: list[str] = []
        self.depth = Counter[str]()
        self.last = "break"
        self.gone: set[str] = set()
        self.links = False
        self.addresses: list[str] = []
        self.muted = 0
        self.kept = 0
        self.gap = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in REFUSED:
            raise Refusal(_refused(tag))
        if tag in INLINE:
            self.open.append(INLINE[tag])
            self.depth[INLINE[tag]] += 1
            self.runs.append(Run("open", INLINE[tag]))
        elif tag in ("br", "hr"):
            self._break()
        elif tag == "a":
            self.links = True
            self.addresses.append(next((value or "" for name, value in attrs if name == "href"), ""))
        elif tag in BLOCKS:
            self._block(tag)
        self.muted += tag == "style"
        self.kept += tag == "pre"
        if tag not in INLINE and tag not in BARE and tag != "a":
            self.gone.add(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("br", "hr"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in INLINE and self.depth[INLINE[tag]]:
            while self._close() != INLINE[tag]:
                pass
        elif tag == "a" and self.addresses:
            self._address(self.addresses.pop())
        elif tag in BLOCKS:
            self._block("")
        self.muted -= tag == "style" and self.muted > 0
        self.kept -= tag == "pre" and self.kept > 0

    def handle_data(self, data: str) -> None:
        if self.muted:
            return
        if self.kept:
            for number, line in enumerate(data.split("\n")):
                if number:
                    self._break()
                self._words(line)
        else:
            self._words(data)

    def _words(self, data: str) -> None:
        words = BLANKS.sub(" ", data)
        words = words.lstrip(" ") if self.gap else words
        if words:
            self.runs.append(Run("words", words))
            self.last = "words"
            self.gap = words.endswith(" ")

    def _break(self) -> None:
        self._trim()
        self.runs.append(Run("break"))
        self.last = "break"
        self.gap = True

    def _block(self, tag: str) -> None:
        """`last` = what stands last, marks aside."""
        if self.last == "words":
            self._break()
        if tag == "li":
            self._words("- ")

    def _trim(self) -> None:
        for run in reversed(self.runs):
            if run.kind == "break":
                return
            if run.kind == "words":
                run.value = run.value.rstrip(" ")
                if run.value:
                    return

    def _close(self) -> str:
        tag = self.open.pop()
        self.depth[tag] -= 1
        self.runs.append(Run("close", tag))
        return tag

    def _address(self, address: str) -> None:
        if re.match(r"https?://|mailto:", address) and self.runs and self.runs[-1].value.strip() != address:
            self.runs.append(Run("words", f" ({address})"))
            self.last = "words"
            self.gap = False

    def close(self) -> None:
        super().close()
        while self.open:
            self._close()

    def text(self) -> FormattedText:
        runs = _without_empty_marks(self._framed())
        if not any(run.kind == "open" for run in runs):
            return FormattedText(self.plain())
        return FormattedText("".join(_html(run) for run in runs), Format.HTML)

    def plain(self) -> str:
        return "".join("\n" if run.kind == "break" else run.value * (run.kind == "words") for run in self.runs).strip()

    def _framed(self) -> Sequence[Run]:
        """The runs without blanks and breaks before the first word and after the last."""
        self._trim()
        spoken = [place for place, run in enumerate(self.runs) if run.kind == "words" and run.value.strip()]
        if not spoken:
            return []
        first, last = spoken[0], spoken[-1]
        return [run for place, run in enumerate(self.runs) if first <= place <= last or run.kind in ("open", "close")]


def _without_empty_marks(runs: Sequence[Run]) -> list[Run]:
    kept: list[Run] = []
    for run in runs:
        if run.kind == "close" and kept and kept[-1].kind == "open":
            kept.pop()
        elif run.kind != "words" or run.value:
            kept.append(run)
    return kept


def _html(run: Run) -> str:
    if run.kind == "words":
        return escape(run.value, quote=False)
    return {"break": "<br>", "open": f"<{run.value}>", "close": f"</{run.value}>"}[run.kind]


def _refused(tag: str) -> Sentence:
    if tag in PICTURES:
        return _file()
    return say(
        gettext_noop("It contains the HTML element <%(tag)s>, which cannot be taken over. Write it as text."), tag=tag
    )
