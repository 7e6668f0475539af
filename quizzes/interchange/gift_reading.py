"""GIFT as questions. Source: docs.moodle.org, "GIFT format"."""

from __future__ import annotations

import re

from quizzes.interchange.gift_answers import gift_question
from quizzes.interchange.gift_marks import cut, marks, unescaped
from quizzes.interchange.gift_pieces import CATEGORY, Piece, gift_pieces
from quizzes.interchange.gift_texts import FORMAT, formatted
from quizzes.interchange.languages import words_in_language
from quizzes.interchange.questions import PlatformQuestion, QuestionsRead, Reading, Stem, category_path, name_from_words
from quizzes.interchange.sentences import Notes, Refusal, gettext_noop, say
from quizzes.interchange.soundness import refuse_unsound

BLANK = "_____"
# One pass over the marks: a pattern for the whole of [id:…] would read a file of openings alone from each to its end.
LABEL_MARK = re.compile(r"\[(?:id|tag):|\\\]|\]")


def read_gift(text: str, language: str = "") -> QuestionsRead:
    """The questions of the file; of words in several languages those in `language`."""
    reading = Reading()
    category = ""
    for piece in gift_pieces(text):
        for line in piece.lines:
            if line.text.startswith(CATEGORY) and not line.inside:
                category = category_path(line.text.removeprefix(CATEGORY))
        if piece.text.startswith(CATEGORY) and not piece.broken:
            continue
        if reading.is_full(piece.number):
            break
        notes = Notes(language)
        notes += piece.notes
        try:
            found = _question(piece, category, notes)
            refuse_unsound(found)
        except Refusal as refusal:
            reading.refuse(refusal.line or piece.number, _called(piece), refusal.sentence)
        else:
            reading.take(found, piece.number, notes)
    return reading.done()


def _called(piece: Piece) -> str:
    """What a person would call it: its name, else the text before its answers."""
    name, body = _named(piece.text)
    return name or unescaped(FORMAT.sub("", cut(body, "{")[0])).strip() or piece.text


def _named(text: str) -> tuple[str, str]:
    if not text.startswith("::"):
        return "", text
    name, end, body = cut(text[2:], "::")
    return (" ".join(unescaped(name).split()), body.strip()) if end else ("", text[2:])


def _question(piece: Piece, category: str, notes: Notes) -> PlatformQuestion:
    if piece.broken:
        raise piece.broken
    name, body = _named(piece.text)
    name = words_in_language(name, notes)
    before, answers, after = _parts(body)
    # The place of the answers in the middle of a sentence becomes a gap to fill.
    words = f"{before}{BLANK}{after}" if after.strip() else before
    answers, general = _general(answers)
    text, format_name = formatted(words, "moodle", notes)
    code, tags = _labels(piece.comments)
    stem = Stem(
        name=name or name_from_words(text.words),
        text=text,
        general_feedback=formatted(general, format_name, notes)[0],
        category=category,
        code=code,
        tags=tags,
    )
    return gift_question(stem, answers.strip(), format_name, notes)


def _parts(body: str) -> tuple[str, str, str]:
    """What stands before, inside and after the one pair of braces."""
    braces = list(marks(body, "[{}]"))
    if not braces:
        raise Refusal(
            say(
                gettext_noop(
                    "It has no answers in { }, so that it is a description, not a question. If it belongs to the "
                    "question after it, delete the blank line between them."
                )
            )
        )
    if len(braces) > 2:
        raise Refusal(
            say(
                gettext_noop(
                    "It has more than one set of answers in { }. Put a blank line between two questions, or write \\{ "
                    "and \\} for braces that belong to a text."
                )
            )
        )
    start, end = braces
    return body[: start.start()], body[start.end() : end.start()], body[end.end() :]


def _general(answers: str) -> tuple[str, str]:
    found = list(marks(answers, "#{4,}"))
    if not found:
        return answers, ""
    general = answers[found[-1].end() :]
    if len(found) > 1 or any(marks(general, "[~=]")):
        raise Refusal(
            say(
                gettext_noop(
                    "Answers or a second #### stand behind its ####, where only the general feedback may stand. Put it "
                    "last, or write \\~, \\= and \\# for signs that belong to a text."
                )
            )
        )
    return answers[: found[-1].end() - 4], general


def _labels(comments: str) -> tuple[str, tuple[str, ...]]:
    """The ID number and the tags, which GIFT keeps in comments: `// [id:q1] [tag:data]`."""
    codes: list[str] = []
    tags: list[str] = []
    opened: re.Match[str] | None = None
    for mark in LABEL_MARK.finditer(comments):
        if opened and mark.group() == "]":
            words = comments[opened.end() : mark.start()].replace("\\]", "]").strip()
            (codes if opened.group() == "[id:" else tags).append(words)
            opened = None
        elif not opened and mark.group().endswith(":"):
            opened = mark
    return next(iter(codes), ""), tuple(filter(None, tags))
