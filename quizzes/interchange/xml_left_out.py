"""What a Moodle XML question holds that is not taken over, in sentences."""

from __future__ import annotations

from quizzes.interchange.numbers import parsed_number
from quizzes.interchange.sentences import Sentence, gettext_noop, say
from quizzes.interchange.xml_tree import XmlNode

TAKEN = {"name", "questiontext", "generalfeedback", "idnumber", "tags", "single", "answer", "subquestion"}
# How Moodle shows and repeats a question, which is decided here by other rules and changes no meaning.
MATTERLESS = {
    *("penalty", "answernumbering", "showstandardinstruction", "shownumcorrect", "correctresponsesfeedback", "length"),
    *("layouttype", "gradingtype", "showgrading", "numberingstyle", "selectcount"),
    *("unitgradingtype", "unitpenalty", "showunits", "unitsleft"),
}
FEEDBACK = {"correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"}
SPOKEN_FOR = FEEDBACK | {"hint", "defaultgrade", "hidden", "shuffleanswers", "selecttype"}


def left_out(node: XmlNode) -> list[Sentence]:
    strange = {child.name for child in node.children if _holds(child)} - TAKEN - MATTERLESS - SPOKEN_FOR
    grade = parsed_number(node.said("defaultgrade", "1"))
    ordering = node.attributes.get("type") == "ordering"
    rules = {
        gettext_noop("Feedback for right, partly right and wrong answers as a whole was left out."): any(
            child.said("text") for child in node.children if child.name in FEEDBACK
        ),
        gettext_noop("Hints for further tries were left out."): any(_holds(hint) for hint in node.all("hint")),
        gettext_noop("It counts like every other question: its own number of marks was left out."): grade != 1,
        gettext_noop("It was hidden in Moodle."): node.said("hidden") == "1",
        gettext_noop("Its answers had a fixed order in Moodle; check that they may be shuffled."): (
            node.said("shuffleanswers").lower() in ("0", "false")
        ),
        gettext_noop("Moodle showed only some of its items at a time; here all of them are shown."): (
            ordering and node.said("selecttype", "ALL").upper() not in ("ALL", "0")
        ),
        gettext_noop("Feedback for single items of an ordering question was left out."): ordering
        and any(answer.said("feedback/text") for answer in node.all("answer")),
    }
    notes = [say(sentence) for sentence, applies in rules.items() if applies]
    if strange:
        names = ", ".join(sorted(strange))
        notes.append(say(gettext_noop("The elements %(names)s are unknown and were left out."), names=names))
    return notes


def _holds(node: XmlNode) -> bool:
    """Whether anything is said in it."""
    return any(below.own for below in node.everything())
