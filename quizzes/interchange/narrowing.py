"""HTML of other platforms narrowed to words, line breaks and a few inline marks; what that changes is remembered."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

from quizzes.interchange.languages import LanguageGroup
from quizzes.interchange.listing import OpenList
from quizzes.interchange.powers import as_index, as_power
from quizzes.interchange.questions import Format, FormattedText
from quizzes.interchange.sentences import Notes, Refusal, Sentence, gettext_noop, say

INLINE = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "code": "code", "sub": "sub", "sup": "sup"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {"p", "div", "ul", "ol", "li", "blockquote", "pre", "section", "article", "dl", "dt", "dd"} | HEADINGS
# Their going changes nothing that a reader would miss.
BARE = {"p", "div", "br", "wbr", "span", "ul", "ol", "li", "html", "body", "lang", "bdi", "q"}
# Words alone would not say what these say.
PICTURES = {"img", "picture", "svg", "canvas", "audio", "video", "source"}
ACTIVE = {"object", "embed", "applet", "iframe", "script", "form", "input", "select", "textarea", "button"}
REFUSED = PICTURES | ACTIVE | {"math", "table", "bdo", "ruby"}
STRUCK = {"s", "del", "strike"}
PAIRED = {"span", "lang", "bdi", "q", "font"}
"""Elements whose end undoes what their beginning did."""
KNOWN = (
    INLINE.keys() | BLOCKS | BARE | REFUSED | STRUCK | {"a", "u", "ins", "mark", "font", "small", "big", "hr", "style"}
)
BLANKS = re.compile(r"[ \t\n\r\f]+")
LINE_THROUGH = re.compile(r"line-through")
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])")
# Size and face of the letters say nothing; a colour may be what a question asks about.
MARKING = re.compile(r"(?:^|[;\s])(?:color|background(?:-color)?|text-decoration(?:-line)?|text-transform)\s*:")
STYLES = (
    (re.compile(r"vertical-align\s*:\s*super"), "sup"),
    (re.compile(r"vertical-align\s*:\s*sub"), "sub"),
    (re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)"), "strong"),
    (re.compile(r"font-style\s*:\s*italic"), "em"),
)
ISOLATES = {"rtl": "\u2067", "ltr": "\u2066"}
END_OF_ISOLATE = "\u2069"
NO_BREAK_SPACE = "\u00a0"
DEEPEST = 4
"""Marks within the same marks, lists within lists: deeper ones say no more, and would cost time."""


@dataclass
class Run:
    """A stretch of words, a line break, or the opening or closing of an inline mark."""

    kind: str
    value: str = ""


@dataclass
class Paired:
    """An open element of PAIRED and what its end has to undo."""

    tag: str
    mark: str = ""
    words_after: str = ""
    language: bool = False
    silent: bool = False


@dataclass
class Losses:
    """What is not in the words any more, though a reader might miss it."""

    tags: set[str] = field(default_factory=set)
    links: bool = False
    struck: bool = False
    hidden: bool = False


class Narrowing(HTMLParser):
    """Reads any HTML into runs of words, breaks and the marks of INLINE. Raises Refusal."""

    def __init__(self, notes: Notes) -> None:
        super().__init__(convert_charrefs=True)
        self.notes = notes
        self.runs: list[Run] = []
        self.open: list[str] = []
        self.depth = Counter[str]()
        self.last = "break"
        self.losses = Losses()
        self.addresses: list[str] = []
        self.paired: list[Paired] = []
        self.lists: list[OpenList] = []
        self.group = LanguageGroup(notes.language)
        self.pairs = Counter[str]()
        self.in_language = 0
        self.silent = 0
        self.muted = 0
        self.kept = 0
        self.gap = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._look_at(tag, given)
        if tag in INLINE:
            self._mark(INLINE[tag])
        elif tag in ("br", "hr"):
            self._break()
        elif tag == "a":
            self.losses.links = True
            self.addresses.append(given.get("href", ""))
        elif tag in BLOCKS:
            self._block(tag, given)
        elif tag in PAIRED:
            self._begin(tag, given)
        self.muted += tag == "style"
        self.kept += tag == "pre"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in ("br", "hr"):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in INLINE:
            self._unmark(INLINE[tag])
        elif tag == "a" and self.addresses:
            self._address(self.addresses.pop())
        elif tag in BLOCKS:
            if tag in ("ul", "ol") and self.lists:
                self.lists.pop()
            self._block("", {})
        elif tag in PAIRED:
            self._end(tag)
        self.muted -= tag == "style" and self.muted > 0
        self.kept -= tag == "pre" and self.kept > 0

    def handle_data(self, data: str) -> None:
        if self.muted:
            return
        if self.kept:
            for number, line in enumerate(data.split("\n")):
                if number:
                    self._break()
                # In code the blanks at the beginning of a line, and several in a row, say something.
                line = line.expandtabs(4)
                indent = len(line) - len(line.lstrip(" "))
                self._words(NO_BREAK_SPACE * indent + line.strip(" ").replace("  ", NO_BREAK_SPACE * 2))
        else:
            self._words(data)

    def close(self) -> None:
        super().close()
        while self.paired:
            self._end(self.paired[-1].tag)
        while self.open:
            self._close()
        self.group.close(self.notes)

    def text(self) -> FormattedText:
        runs = _without_empty_marks(self._framed())
        if not any(run.kind == "open" for run in runs):
            return FormattedText(self.plain())
        return FormattedText("".join(_html(run) for run in runs), Format.HTML)

    def plain(self) -> str:
        """The words alone, powers and indices in characters."""
        levels: list[tuple[str, list[str]]] = [("", [])]
        for run in self.runs:
            if run.kind == "open" and run.value in ("sup", "sub"):
                levels.append((run.value, []))
            elif run.kind == "close" and run.value in ("sup", "sub"):
                mark, inside = levels.pop()
                words, around = "".join(inside).replace("\n", " "), levels[-1][1]
                around.append(as_power(words, "".join(around[-3:])) if mark == "sup" else as_index(words))
            elif run.kind in ("words", "break"):
                levels[-1][1].append("\n" if run.kind == "break" else run.value)
        return "".join(levels[0][1]).strip()

    def _look_at(self, tag: str, given: dict[str, str]) -> None:
        """Whether something goes that a reader might miss; raises Refusal for what words cannot replace."""
        if tag in REFUSED:
            raise Refusal(_refused(tag))
        style = given.get("style", "").lower()
        self.losses.struck |= tag in STRUCK or bool(LINE_THROUGH.search(style))
        self.losses.hidden |= "hidden" in given or bool(HIDDEN.search(style))
        if tag not in INLINE and tag not in BARE and tag != "a":
            self.losses.tags.add(tag)
        if MARKING.search(style) or "color" in given:
            self.losses.tags.add(tag)

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        opened = Paired(tag)
        if given.get("lang") and (tag == "lang" or "multilang" in given.get("class", "").lower().split()):
            opened.language, opened.silent = True, not self.group.takes(given["lang"])
        elif tag == "q":
            self._words("“")
            opened.words_after = "”"
        elif tag == "bdi" or given.get("dir", "").lower() in ISOLATES:
            self._words(ISOLATES.get(given.get("dir", "").lower(), "\u2068"))
            opened.words_after = END_OF_ISOLATE
        style = given.get("style", "").lower()
        opened.mark = next((mark for pattern, mark in STYLES if pattern.search(style)), "")
        if opened.mark:
            self._mark(opened.mark)
        self.in_language += opened.language
        self.silent += opened.silent
        self.pairs[tag] += 1
        self.paired.append(opened)

    def _end(self, tag: str) -> None:
        while self.pairs[tag]:
            closed = self.paired.pop()
            if closed.mark:
                self._unmark(closed.mark)
            self._words(closed.words_after)
            self.in_language -= closed.language
            self.silent -= closed.silent
            self.pairs[closed.tag] -= 1
            if closed.tag == tag:
                return

    def _words(self, data: str) -> None:
        if self.silent:
            return
        words = BLANKS.sub(" ", data)
        words = words.lstrip(" ") if self.gap else words
        if words:
            self.runs.append(Run("words", words))
            self.last = "words"
            self.gap = words.endswith(" ")
            if words.strip() and not self.in_language:
                self._leave_group()

    def _leave_group(self) -> None:
        """Words that stand outside end the spans that stand for each other."""
        if self.group.found:
            self.group.close(self.notes)
            self.group = LanguageGroup(self.notes.language)

    def _break(self) -> None:
        if self.silent:
            return
        self._trim()
        self.runs.append(Run("break"))
        self.last = "break"
        self.gap = True

    def _block(self, tag: str, given: dict[str, str]) -> None:
        """`last` = what stands last, marks aside."""
        if self.last == "words":
            self._break()
        if tag in ("ul", "ol"):
            self.lists.append(OpenList.begun(tag, given))
        if tag == "li":
            inside = self.lists[-1] if self.lists else OpenList()
            indent = min(max(0, len(self.lists) - 1), DEEPEST)
            self._words(NO_BREAK_SPACE * 4 * indent + inside.next_item(given))

    def _trim(self) -> None:
        for run in reversed(self.runs):
            if run.kind == "break":
                return
            if run.kind == "words":
                run.value = run.value.rstrip(" ")
                if run.value:
                    return

    def _mark(self, mark: str) -> None:
        if self.depth[mark] == DEEPEST:
            self.losses.tags.add(mark)
            return
        self.open.append(mark)
        self.depth[mark] += 1
        self.runs.append(Run("open", mark))

    def _unmark(self, mark: str) -> None:
        if self.depth[mark]:
            while self._close() != mark:
                pass

    def _close(self) -> str:
        mark = self.open.pop()
        self.depth[mark] -= 1
        self.runs.append(Run("close", mark))
        return mark

    def _address(self, address: str) -> None:
        if re.match(r"https?://|mailto:", address) and self.runs and self.runs[-1].value.strip() != address:
            self._words(f" ({address})")

    def _framed(self) -> Sequence[Run]:
        """The runs without blanks and breaks before the first word and after the last."""
        self._trim()
        spoken = [place for place, run in enumerate(self.runs) if run.kind == "words" and run.value.strip()]
        if not spoken:
            return []
        first, last = spoken[0], spoken[-1]
        return [run for place, run in enumerate(self.runs) if first <= place <= last or run.kind in ("open", "close")]


def narrowed(raw: str, notes: Notes) -> Narrowing:
    """The HTML read to its end. Raises Refusal."""
    reader = Narrowing(notes)
    # A < with no > after it opens nothing; the parser would look for its end again and again.
    tags, end, rest = raw.rpartition(">")
    reader.feed(tags + end + rest.replace("<", "&lt;"))
    reader.close()
    return reader


def picture_or_file() -> Sentence:
    return say(gettext_noop("It contains a picture or a file. Add it in the editor, with its alternative text."))


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
        return picture_or_file()
    return say(
        gettext_noop("It contains the HTML element <%(tag)s>, which cannot be taken over. Write it as text."), tag=tag
    )
