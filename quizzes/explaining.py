"""A handed-in quiz, explained: what was chosen, what is right, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from quizzes import drawing, grading
from quizzes.asking import question_legend, question_place, side_texts, story_above
from quizzes.attempts import Answers
from quizzes.corrected_keys import keys_as_corrected
from quizzes.grading import FrozenQuestion, Mark, Verdict
from quizzes.models import Attempt, QuizText

FAULTS = {
    "right": _("You found this fault."),
    "wrong": _("No fault here: a false alarm."),
    "missed": _("A fault that you missed."),
}
LABELS: dict[str, Mapping[str, Any]] = {
    "faults": FAULTS,
    **{kind: {"missed": _("Not answered.")} for kind in ("ordering", "matching", "sorting", "numeric")},
}
"""{kind: {verdict: words}} where "Right.", "Not right." and "This was right too." would mislead."""


class PassMark(NamedTuple):
    """How many points pass, of how many. `parts` = some questions give part of a point."""

    needed: Decimal
    total: int
    parts: bool


def pass_mark(questions: Sequence[FrozenQuestion], percent: int) -> PassMark:
    """The pass mark in a learner's words: a whole number of questions, unless part of one can make the difference."""
    total = sum(grading.is_scored(question) for question in questions)
    parts = any(grading.credit_rule(question) for question in questions)
    exact = (Decimal(percent) * total / 100).normalize()
    return PassMark(exact if parts else Decimal(grading.points_needed(total, percent)), total, parts)


def rounded_points(points: Decimal) -> Decimal:
    """Points as they are shown, to two places: never up, so that nobody seems to have reached what they have not."""
    return points.quantize(Decimal("0.01"), ROUND_FLOOR).normalize()


def explained_questions(attempt: Attempt, words: QuizText, given: Answers) -> list[dict[str, Any]]:
    """Every question of the sitting: key, number, name, legend, kind, story, right, compulsory, options with verdict
    and feedback, and for a dilemma its panel. Keys and marks are those of the key as it stands now."""
    questions = questions_as_corrected(attempt)
    shown = []
    for number, question in enumerate(questions, 1):
        said, mark = words.body[question["key"]], grading.grade(question, given.get(question["key"], []))
        where = mark_in_words(question, mark) % {"place": question_place(number, len(questions), question)}
        shown.append(
            {
                "key": question["key"],
                "number": number,
                "name": f"question-{number}",
                "legend": question_legend(where, said["text"]),
                "kind": question["kind"],
                "story": story_above(questions, number, words),
                "right": mark.right,
                "scored": mark.scored,
                "compulsory": bool(question.get("compulsory")),
                "panel": panel(question, said, given.get(question["key"], [])),
                "options": with_labels(
                    question["kind"],
                    explained_options(question, attempt.seed, said, given.get(question["key"], []), mark),
                ),
            }
        )
    return shown


def questions_as_corrected(attempt: Attempt) -> list[FrozenQuestion]:
    """What the sitting asked, with the keys as they stand now. One query."""
    return drawing.drawn_questions(
        keys_as_corrected(attempt.edition_id, attempt.edition.keys), attempt.seed, attempt.number
    )


def mark_in_words(question: FrozenQuestion, mark: Mark) -> str:
    if not mark.scored:
        return gettext("%(place)s · not graded")
    if question.get("void"):
        return gettext("%(place)s · taken out, so it is right for everybody")
    if mark.right:
        return gettext("%(place)s · right")
    return gettext("%(place)s · partly right") if mark.credit else gettext("%(place)s · not right")


def explained_options(
    question: FrozenQuestion, seed: str, said: Mapping[str, Any], chosen: list[str], mark: Mark
) -> list[dict[str, Any]]:
    """text, checked, verdict, feedback; in rows also `given` and `wanted`: what was chosen, what is right, in words."""
    match question["kind"]:
        case "ordering":
            return _steps(question, said, chosen, mark)
        case "matching" | "sorting":
            return _rows(question, seed, said, chosen, mark)
        case "numeric":
            return [_number(question, said, chosen, mark)]
        case "dilemma":
            return _views(question, said, chosen)
    return [
        {
            "key": key,
            "text": said["options"][key]["text"],
            "checked": key in chosen,
            "verdict": softened(question, mark.verdicts.get(key, "")),
            "feedback": said["options"][key]["feedback"],
        }
        for key in drawing.option_order(seed, question)
    ]


def with_labels(kind: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same rows, with the verdict in words of their own where the usual ones would mislead."""
    words = LABELS.get(kind, {})
    return [row | {"label": str(words.get(row["verdict"], ""))} for row in rows]


def softened(question: FrozenQuestion, found: Verdict) -> Verdict:
    """The one right answer of a single choice is called right, not "right too", when another was chosen."""
    return "right" if found == "missed" and question["kind"] in ("single", "truefalse") else found


def _steps(question: FrozenQuestion, said: Mapping[str, Any], chosen: list[str], mark: Mark) -> list[dict[str, Any]]:
    """In the right order, each with the place it was given."""
    return [
        {
            "key": option["key"],
            "text": said["options"][option["key"]]["text"],
            "given": step(chosen.index(option["key"]) + 1) if chosen else "",
            "wanted": step(number),
            "verdict": mark.verdicts[option["key"]],
            "feedback": said["options"][option["key"]]["feedback"],
        }
        for number, option in enumerate(question["options"], 1)
    ]


def step(number: int) -> str:
    return gettext("Step %(number)s") % {"number": number}


def _rows(
    question: FrozenQuestion, seed: str, said: Mapping[str, Any], chosen: list[str], mark: Mark
) -> list[dict[str, Any]]:
    held = dict(pair.split("=", 1) for pair in chosen)
    called = side_texts(question, said)
    right = {option["key"]: option.get("category", option["key"]) for option in question["options"]}
    return [
        {
            "key": key,
            "text": said["options"][key]["text"],
            "given": called.get(held.get(key, ""), ""),
            "wanted": called[right[key]],
            "verdict": mark.verdicts[key],
            "feedback": said["options"][key]["feedback"],
        }
        for key in drawing.option_order(seed, question)
    ]


def _number(question: FrozenQuestion, said: Mapping[str, Any], chosen: list[str], mark: Mark) -> dict[str, Any]:
    value, tolerance = (Decimal(question["answer"][name]) for name in ("value", "tolerance"))
    span = f"{number_format(value)} ± {number_format(tolerance)}" if tolerance else number_format(value)
    unit = f" {said['unit']}" if said["unit"] else ""
    return {
        "key": "answer",
        "text": gettext("The number"),
        "given": f"{chosen[0]}{unit}" if chosen else "",
        "wanted": "" if mark.right and not tolerance else f"{span}{unit}",
        "verdict": mark.verdicts["answer"],
        "feedback": said["feedback"],
    }


def _views(question: FrozenQuestion, said: Mapping[str, Any], chosen: list[str]) -> list[dict[str, Any]]:
    """The ways out with what speaks for each, and one's own reason; nothing is right or wrong."""
    way, reason = (*chosen, "", "")[:2]
    return [
        {
            "key": option["key"],
            "text": said["options"][option["key"]]["text"],
            "checked": way == option["key"],
            "verdict": "",
            "feedback": said["options"][option["key"]]["feedback"],
            "reason": reason if way == option["key"] else "",
        }
        for option in question["options"]
    ]


def panel(question: FrozenQuestion, said: Mapping[str, Any], chosen: list[str]) -> dict[str, Any] | None:
    """How many of a dilemma's panel chose each way out; None for every other kind."""
    if question["kind"] != "dilemma":
        return None
    rows = [
        {
            "text": said["options"][option["key"]]["text"],
            "count": option["panel"],
            "yours": chosen[:1] == [option["key"]],
        }
        for option in question["options"]
    ]
    return {"rows": rows, "total": sum(option["panel"] for option in question["options"])}
