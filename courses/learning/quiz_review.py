"""A handed-in quiz, explained: what was chosen, what is right, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext

from courses.learning.quiz_page import legend, name_of, place, side_texts, story
from quizzes import attempts, drawing
from quizzes.attempts import Answers
from quizzes.grading import Mark, Question, Verdict
from quizzes.models import Attempt, QuizText


def reviewed(attempt: Attempt, words: QuizText, given: Answers) -> list[dict[str, Any]]:
    """Every question of the sitting: key, name, legend, kind, story, right, compulsory, and options with verdict and
    feedback. Marks are those of the key as it stands now."""
    questions = attempts.questions(attempt)
    shown = []
    for number, (question, mark) in enumerate(zip(questions, attempts.marks(attempt, given), strict=True), 1):
        said = words.body[question["key"]]
        where = in_words(mark) % {"place": place(number, len(questions))}
        shown.append(
            {
                "key": question["key"],
                "name": name_of(question["key"]),
                "legend": legend(where, said["text"]),
                "kind": question["kind"],
                "story": story(questions, number, words),
                "right": mark.right,
                "scored": mark.scored,
                "compulsory": bool(question.get("compulsory")),
                "options": explained(question, attempt.seed, said, given.get(question["key"], []), mark),
            }
        )
    return shown


def in_words(mark: Mark) -> str:
    if not mark.scored:
        return gettext("%(place)s · not graded")
    if mark.right:
        return gettext("%(place)s · right")
    return gettext("%(place)s · partly right") if mark.credit else gettext("%(place)s · not right")


def explained(
    question: Question, seed: str, said: Mapping[str, Any], chosen: list[str], mark: Mark
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
        for key in drawing.shown(seed, question)
    ]


def softened(question: Question, found: Verdict) -> Verdict:
    """The one right answer of a single choice is called right, not "right too", when another was chosen."""
    return "right" if found == "missed" and question["kind"] in ("single", "truefalse") else found


def _steps(question: Question, said: Mapping[str, Any], chosen: list[str], mark: Mark) -> list[dict[str, Any]]:
    """In the right order, each with the place it was given."""
    return [
        {
            "key": option["key"],
            "text": said["options"][option["key"]]["text"],
            "given": str(chosen.index(option["key"]) + 1) if chosen else "",
            "wanted": str(number),
            "verdict": mark.verdicts[option["key"]],
            "feedback": said["options"][option["key"]]["feedback"],
        }
        for number, option in enumerate(question["options"], 1)
    ]


def _rows(
    question: Question, seed: str, said: Mapping[str, Any], chosen: list[str], mark: Mark
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
        for key in drawing.shown(seed, question)
    ]


def _number(question: Question, said: Mapping[str, Any], chosen: list[str], mark: Mark) -> dict[str, Any]:
    answer = question["answer"]
    span = answer["value"] if float(answer["tolerance"]) == 0 else f"{answer['value']} ± {answer['tolerance']}"
    unit = f" {said['unit']}" if said["unit"] else ""
    return {
        "key": "answer",
        "text": gettext("The number"),
        "given": f"{chosen[0]}{unit}" if chosen else "",
        "wanted": f"{span}{unit}",
        "verdict": mark.verdicts["answer"],
        "feedback": said["feedback"],
    }


def _views(question: Question, said: Mapping[str, Any], chosen: list[str]) -> list[dict[str, Any]]:
    """The ways out beside what the panel chose; nothing is right or wrong."""
    total = sum(option["panel"] for option in question["options"])
    rows = []
    for option in question["options"]:
        count, words = option["panel"], said["options"][option["key"]]
        panel = ngettext(
            "%(count)s of %(total)s on the panel chose this.", "%(count)s of %(total)s on the panel chose this.", count
        ) % {"count": count, "total": total}
        rows.append(
            {
                "key": option["key"],
                "text": words["text"],
                "checked": chosen[:1] == [option["key"]],
                "verdict": "",
                "feedback": f"{panel} {words['feedback']}",
                "given": chosen[1] if chosen[:1] == [option["key"]] and chosen[1:] else "",
            }
        )
    return rows
