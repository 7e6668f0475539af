"""Texts of other platforms as this one shows them: plain, Markdown, or HTML narrowed to a few inline marks."""

from __future__ import annotations

import re
from html import unescape

from markdown_it import MarkdownIt

from quizzes.interchange.languages import holds_spans, words_in_language
from quizzes.interchange.narrowing import KNOWN, Narrowing, narrowed, picture_or_file
from quizzes.interchange.questions import Format, FormattedText
from quizzes.interchange.sentences import Notes, Refusal, gettext_noop, quoted_words, say

ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]\w*);", re.ASCII)
TAG = re.compile(rf"</?(?:{'|'.join(sorted(KNOWN))})\b[^<>]*>", re.IGNORECASE | re.ASCII)
PICTURE_MARK = re.compile(r"!\[|\]\(|\]|\n")
# Far beyond what a learner would read; it keeps a hostile file from costing time.
LONGEST = 20_000


def formatted_text(raw: str, format_name: str, notes: Notes) -> FormattedText:
    """The text, its format being called html, markdown, plain or moodle (plain, but tags and entities count).

    Of words in several languages those in the notes' language are taken. What could not be kept is added to `notes`.
    Raises Refusal for pictures, files and whatever words cannot replace.
    """
    raw = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(raw) > LONGEST:
        raise Refusal(
            say(gettext_noop("One of its texts is longer than %(longest)s characters. Shorten it."), longest=LONGEST)
        )
    if "@@PLUGINFILE@@" in raw:
        raise Refusal(picture_or_file())
    raw = words_in_language(raw, notes).strip()
    if format_name == "html":
        return _narrowed(raw, notes)
    if format_name == "markdown":
        return _markdown(raw, notes)
    if holds_spans(raw) or (format_name != "plain" and holds_html(raw)):
        return _narrowed(raw.replace("\n", "<br>"), notes)
    return FormattedText(raw)


def holds_html(raw: str) -> bool:
    """Whether the words hold HTML: tags that exist, or entities that stand for a character."""
    return bool(TAG.search(raw)) or any(unescape(entity) != entity for entity in ENTITY.findall(raw))


def plain_lines(text: FormattedText) -> str:
    """The words alone, on as many lines as they have; powers and indices become characters. Raises Refusal."""
    if text.format == Format.PLAIN:
        return text.words
    raw = text.words if text.format == Format.HTML else _markdown_as_html(text.words)
    return narrowed(raw, Notes()).plain()


def _markdown(raw: str, notes: Notes) -> FormattedText:
    """Stays as it was typed; what it would lose as plain words is refused here, where its line is known."""
    if _holds_picture(raw):
        raise Refusal(picture_or_file())
    reader = narrowed(_markdown_as_html(raw), notes)
    _refuse_unsaid(raw, reader)
    return FormattedText(raw, Format.MARKDOWN) if raw else FormattedText()


def _markdown_as_html(raw: str) -> str:
    return str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(raw))


def _holds_picture(raw: str) -> bool:
    """`![…](` on one line, found in one pass."""
    opened = False
    for mark in PICTURE_MARK.finditer(raw):
        if opened and mark.group() == "](":
            return True
        opened = mark.group() == "!["
    return False


def _narrowed(raw: str, notes: Notes) -> FormattedText:
    reader = narrowed(raw, notes)
    _refuse_unsaid(raw, reader)
    text = reader.text()
    if reader.losses.links:
        notes.append(say(gettext_noop("A link was replaced by its words and its address.")))
    if reader.losses.tags:
        notes.append(
            say(
                gettext_noop(
                    "Marks that cannot be kept (%(tags)s) were removed: “%(before)s” reads “%(after)s” now. Check that "
                    "it still says the same."
                ),
                tags=", ".join(sorted(reader.losses.tags)),
                before=quoted_words(raw),
                after=quoted_words(reader.plain()),
            )
        )
    return text


def _refuse_unsaid(raw: str, reader: Narrowing) -> None:
    """Words that are struck out or hidden would be said aloud."""
    if reader.losses.struck:
        raise Refusal(
            say(
                gettext_noop(
                    "Some of its words are struck out: “%(before)s” would read “%(after)s”. Delete those words, or say "
                    "in words that they are struck."
                ),
                before=quoted_words(raw),
                after=quoted_words(reader.plain()),
            )
        )
    if reader.losses.hidden:
        raise Refusal(
            say(
                gettext_noop(
                    "Some of its words are hidden: “%(before)s” would read “%(after)s”. Delete them, or show them in "
                    "Moodle as well."
                ),
                before=quoted_words(raw),
                after=quoted_words(reader.plain()),
            )
        )
