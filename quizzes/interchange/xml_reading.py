"""Moodle XML as questions. Source: docs.moodle.org, "Moodle XML format"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from quizzes.interchange.languages import holds_spans, words_in_language
from quizzes.interchange.markup import formatted_text, plain_lines
from quizzes.interchange.numbers import parsed_number
from quizzes.interchange.questions import (
    FULL,
    Accepted,
    FormattedText,
    Matching,
    MatchPair,
    MultipleChoice,
    Numeric,
    Option,
    Ordering,
    PlatformQuestion,
    QuestionsRead,
    Reading,
    ReadRemark,
    SingleChoice,
    Stem,
    TrueFalse,
    category_path,
    name_from_words,
)
from quizzes.interchange.sentences import Notes, Refusal, gettext_noop, say
from quizzes.interchange.soundness import refuse_unsound
from quizzes.interchange.xml_left_out import left_out
from quizzes.interchange.xml_tree import XmlNode, xml_root

FORMATS = {"html": "html", "plain_text": "plain", "markdown": "markdown", "moodle_auto_format": "moodle"}


def read_moodle_xml(text: str, language: str = "") -> QuestionsRead:
    """The questions of the file; of words in several languages those in `language`."""
    reading = Reading()
    try:
        nodes = _entries(xml_root(text))
    except Refusal as refusal:
        reading.refuse(refusal.line or 1, "", refusal.sentence)
        return reading.done()
    category = ""
    for node in nodes:
        if node.attributes.get("type") == "category":
            category = category_path(node.said("category/text"))
            if node.said("info/text"):
                why = say(gettext_noop("The description of this category was left out."))
                reading.changed.append(ReadRemark(node.line, category, why))
            continue
        if reading.is_full(node.line):
            break
        notes = Notes(language)
        try:
            question = _question(node, category, notes)
            refuse_unsound(question)
        except Refusal as refusal:
            reading.refuse(refusal.line or node.line, _called(node), refusal.sentence)
        else:
            reading.take(question, node.line, [*notes, *left_out(node)])
    return reading.done()


def _entries(root: XmlNode) -> list[XmlNode]:
    if root.name != "quiz":
        raise Refusal(
            say(gettext_noop("This is not Moodle XML: it begins with <%(name)s> instead of <quiz>."), name=root.name),
            root.line,
        )
    return root.children


def _called(node: XmlNode) -> str:
    return node.said("name/text") or node.said("questiontext/text") or node.attributes.get("type", "") or node.name


def _question(node: XmlNode, category: str, notes: Notes) -> PlatformQuestion:
    kind = node.attributes.get("type", "")
    if node.name != "question" or kind not in KINDS:
        raise Refusal(
            say(
                gettext_noop(
                    "It is of the type “%(type)s”, which cannot be taken over. Single and multiple choice, true/false, "
                    "matching, ordering and numbers can."
                ),
                type=kind or node.name,
            )
        )
    _no_files(node)
    text = _text(node.child("questiontext"), "moodle", notes)
    words = " ".join(_name(node.said("name/text"), notes).split())
    stem = Stem(
        name=words or name_from_words(text.words),
        text=text,
        general_feedback=_text(node.child("generalfeedback"), _format(node.child("questiontext"), "html"), notes),
        category=category,
        code=node.said("idnumber"),
        tags=tuple(filter(None, (tag.said("text") for tags in node.all("tags") for tag in tags.all("tag")))),
    )
    return KINDS[kind](node, stem, notes)


def _name(raw: str, notes: Notes) -> str:
    """A name is plain, unless it says itself in several languages."""
    return plain_lines(formatted_text(raw, "html", notes)) if holds_spans(raw) else words_in_language(raw, notes)


def _no_files(node: XmlNode) -> None:
    for below in node.everything():
        if below.name == "file" or (below.name in ("image", "image_base64") and below.own):
            raise Refusal(
                say(gettext_noop("It contains a picture or a file. Add it in the editor, with its alternative text.")),
                below.line,
            )
        if below.name == "text" and below.children:
            raise Refusal(
                say(
                    gettext_noop(
                        "Its text contains HTML tags that are not protected. Put the text between <![CDATA[ and ]]>."
                    )
                ),
                below.line,
            )


def _format(node: XmlNode | None, otherwise: str) -> str:
    """The name of the format as `formatted_text` knows it; one that nobody knows is read as HTML, as Moodle does."""
    declared = node.attributes.get("format", "").strip() if node else ""
    return FORMATS.get(declared, "html") if declared else otherwise


def _text(node: XmlNode | None, otherwise: str, notes: Notes) -> FormattedText:
    if node is None:
        return FormattedText()
    return formatted_text(node.said("text", node.own), _format(node, otherwise), notes)


def _number(raw: str, line: int) -> Decimal:
    value = parsed_number(raw)
    if value is None:
        raise Refusal(
            say(gettext_noop("“%(number)s” is not a number. Write it like 3.5, with a point."), number=raw), line
        )
    return value


def _weight(answer: XmlNode) -> Decimal:
    """In percent; answers without one are wrong."""
    return _number(answer.attributes.get("fraction") or "0", answer.line)


def _choice(node: XmlNode, stem: Stem, notes: Notes) -> PlatformQuestion:
    inherited = _format(node.child("questiontext"), "html")
    options = tuple(
        Option(_text(answer, inherited, notes), _weight(answer), _text(answer.child("feedback"), inherited, notes))
        for answer in node.all("answer")
    )
    single = node.said("single", "true").lower() not in ("false", "0", "")
    return (SingleChoice if single else MultipleChoice)(**stem, options=options)


def _true_false(node: XmlNode, stem: Stem, notes: Notes) -> TrueFalse:
    inherited = _format(node.child("questiontext"), "html")
    given = list(node.all("answer"))
    answers = {answer.said("text", answer.own).lower(): answer for answer in given}
    if len(given) != 2 or set(answers) != {"true", "false"}:
        raise Refusal(
            say(gettext_noop("A true/false question needs the two answers “true” and “false”, in these English words."))
        )
    weights = {word: _weight(answer) for word, answer in answers.items()}
    if sorted(weights.values()) != [0, FULL]:
        raise Refusal(say(gettext_noop("One of “true” and “false” must be worth 100 %%, the other 0 %%.")))
    true, false = (_text(answers[word].child("feedback"), inherited, notes) for word in ("true", "false"))
    return TrueFalse(**stem, right=weights["true"] == FULL, feedback_true=true, feedback_false=false)


def _matching(node: XmlNode, stem: Stem, notes: Notes) -> Matching:
    inherited = _format(node.child("questiontext"), "html")
    pairs = tuple(
        MatchPair(_text(pair, inherited, notes), words_in_language(pair.said("answer/text"), notes).strip())
        for pair in node.all("subquestion")
    )
    return Matching(**stem, pairs=pairs)


def _ordering(node: XmlNode, stem: Stem, notes: Notes) -> Ordering:
    inherited = _format(node.child("questiontext"), "html")
    return Ordering(**stem, items=tuple(_text(answer, inherited, notes) for answer in node.all("answer")))


def _numeric(node: XmlNode, stem: Stem, notes: Notes) -> Numeric:
    inherited = _format(node.child("questiontext"), "html")
    if any(units.child("unit") for units in node.all("units")):
        raise Refusal(
            say(
                gettext_noop(
                    "It asks for a unit with the number, which cannot be taken over. Ask for the number alone."
                )
            )
        )
    accepted, otherwise = [], FormattedText()
    for answer in node.all("answer"):
        raw, weight = answer.said("text", answer.own), _weight(answer)
        feedback = _text(answer.child("feedback"), inherited, notes)
        if raw == "*" and not weight and not otherwise:
            otherwise = feedback
        else:
            tolerance = _number(answer.said("tolerance") or "0", answer.line)
            accepted.append(Accepted(_number(raw, answer.line), tolerance, weight, feedback))
    return Numeric(**stem, answers=tuple(accepted), otherwise=otherwise)


KINDS: dict[str, Callable[[XmlNode, Stem, Notes], PlatformQuestion]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "matching": _matching,
    "match": _matching,
    "ordering": _ordering,
    "numerical": _numeric,
}
