"""Questions as a page shows them, to be answered. No key reaches a page before submission."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info, gettext

from quizzes import attempts, drawing, grading
from quizzes.attempts import Answers
from quizzes.grading import FrozenQuestion
from quizzes.models import Attempt, QuizText

PREFIX = "answer-"
FALLBACK = "en"
ROWS = ("ordering", "matching", "sorting")
"""Kinds that are answered row by row, each by choosing from a list."""
FEW = 4
"""Up to so many groups stand open beside a card; more are a list to choose from."""


def field_name(seed: str, question: FrozenQuestion) -> str:
    """The form field's name, which is also the id an error leads to."""
    return PREFIX + drawing.question_token(seed, question)


def questions_on_page(
    attempt: Attempt,
    words: QuizText,
    given: Answers,
    unanswered: Collection[str] = (),
    errors: Mapping[str, str] | None = None,
    typed: QueryDict | None = None,
) -> list[dict[str, Any]]:
    """The questions with what was chosen so far; question.html lists what each holds. `typed` = the form as it was
    sent, for what is no answer yet."""
    questions = attempts.questions(attempt)
    shown = []
    for number, question in enumerate(questions, 1):
        key, said = question["key"], words.body[question["key"]]
        chosen = given.get(key, [])
        error = error_sentence(number, question, (errors or {}).get(key, ""), key in unanswered)
        shown.append(
            {
                "name": field_name(attempt.seed, question),
                "legend": question_legend(question_place(number, len(questions), question), said["text"]),
                "kind": question["kind"],
                "error": error,
                "clearable": bool(chosen) and question["kind"] not in grading.ONE_OF,
                "hint": in_page_language(
                    hint_sentence(question, counts=attempt.purpose == Attempt.Purpose.POST), words
                ),
                "story": story_above(questions, number, words),
                **controls(question, attempt.seed, said, chosen, typed),
            }
        )
        if error:
            mark_wrong_rows(shown[-1])
    return shown


def mark_wrong_rows(shown: dict[str, Any]) -> None:
    """The rows that an error is about: those that are empty or, in an order, have a place that another has too."""
    chosen = [next((each["value"] for each in row["choices"] if each["selected"]), "") for row in shown.get("rows", ())]
    for row, value in zip(shown.get("rows", ()), chosen, strict=True):
        row["wrong"] = not value or (bool(shown.get("movable")) and chosen.count(value) > 1)


def first_control(shown: Mapping[str, Any]) -> str:
    """The id of what takes the focus where an error is corrected: see option_list, row_list and number_field."""
    if shown.get("rows"):
        row = next((each for each in shown["rows"] if each.get("wrong")), shown["rows"][0])
        return f"{row['name']}-{row['choices'][0]['value']}" if shown.get("few") else str(row["name"])
    if shown["kind"] == "numeric":
        return f"{shown['name']}-number"
    return f"{shown['name']}-{shown['options'][0]['key']}"


def error_links(questions: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """(sentence, id of the control it leads to) for the summary above a page of questions."""
    return [(question["error"], first_control(question)) for question in questions if question["error"]]


def error_sentence(number: int, question: FrozenQuestion, sentence: str, missing: bool) -> str:
    if sentence:
        return gettext("Question %(number)s: %(sentence)s") % {"number": number, "sentence": sentence}
    if not missing:
        return ""
    if question["kind"] in ROWS:
        return gettext("Question %(number)s: choose something in every row.") % {"number": number}
    if question["kind"] == "numeric":
        return gettext("Question %(number)s: write a number.") % {"number": number}
    return gettext("Question %(number)s: choose an answer.") % {"number": number}


def hint_sentence(question: FrozenQuestion, *, counts: bool = True) -> str:
    """How to answer and, in a test that `counts`, how it does, in sentences."""
    found = [how_to_answer(question), credit_sentence(question)]
    if counts and question.get("compulsory"):
        found.append(gettext("Key question: to pass you need this one right."))
    return " ".join(sentence for sentence in found if sentence)


def how_to_answer(question: FrozenQuestion) -> str:
    how = {
        "multiple": gettext("Choose all that apply."),
        "ordering": gettext("Give every step its place."),
        "matching": gettext("Choose for every row what belongs to it."),
        "sorting": gettext("Choose a group for every row."),
        "numeric": gettext("Write it in figures, such as 12.5."),
        "faults": gettext("Tick every piece of the text that has a fault."),
        "likert": gettext("This is not graded, and you may leave it out."),
        "dilemma": gettext("This is not graded, and you may leave it out. Afterwards you see how a panel decided."),
    }
    return how.get(question["kind"], "")


def credit_sentence(question: FrozenQuestion) -> str:
    """What is earned when not all of it is right; nothing is said where an answer has no parts."""
    parts = {
        "options": gettext("Partial credit: right options count for you, wrong ones against you."),
        "faults": gettext("Partial credit: faults you find count for you, false alarms against you."),
        "pairs": gettext("Partial credit: every right row counts."),
        "places": gettext("Partial credit: every step that follows the right one counts."),
    }
    if question["kind"] not in grading.RULES:
        return ""
    return parts.get(grading.credit_rule(question), "") or gettext("It counts only when all of it is right.")


def story_above(questions: list[FrozenQuestion], number: int, words: QuizText) -> dict[str, str] | None:
    """The case, above the first of the questions that are about it."""
    name = questions[number - 1].get("story")
    if not name or (number > 1 and questions[number - 2].get("story") == name):
        return None
    told: dict[str, str] = words.body[questions[number - 1]["key"]]["story"]
    return told


def controls(
    question: FrozenQuestion, seed: str, said: Mapping[str, Any], chosen: list[str], typed: QueryDict | None
) -> dict[str, Any]:
    """What the question is answered with: options, rows, or a field."""
    name = field_name(seed, question)
    match question["kind"]:
        case "ordering":
            return {"rows": _order_rows(question, seed, said, chosen, typed), "movable": True}
        case "matching" | "sorting":
            few = len(question.get("categories", ())) <= FEW and question["kind"] == "sorting"
            return {"rows": _pair_rows(question, seed, said, chosen), "few": few}
        case "numeric":
            value = typed.get(name, "") if typed is not None else ""
            return {"value": value or (chosen[0] if chosen else ""), "unit": said["unit"]}
        case "dilemma":
            return {"options": option_rows(question, seed, said, chosen[:1]), "reason": chosen[1] if chosen[1:] else ""}
    return {"options": option_rows(question, seed, said, chosen)}


def option_rows(
    question: FrozenQuestion, seed: str, said: Mapping[str, Any], chosen: list[str]
) -> list[dict[str, Any]]:
    names = drawing.tokens(seed, question)
    return [
        {"key": names[key], "text": said["options"][key]["text"], "checked": key in chosen}
        for key in drawing.option_order(seed, question)
    ]


def _order_rows(
    question: FrozenQuestion, seed: str, said: Mapping[str, Any], chosen: list[str], typed: QueryDict | None
) -> list[dict[str, Any]]:
    names = drawing.tokens(seed, question)
    field = field_name(seed, question)
    places = {key: str(place) for place, key in enumerate(chosen, 1)}
    if typed is not None:
        places |= {key: str(typed[f"{field}.{said}"]) for key, said in names.items() if f"{field}.{said}" in typed}
    numbers = [str(place) for place in range(1, len(names) + 1)]
    return [
        {
            "name": f"{field}.{names[key]}",
            "text": said["options"][key]["text"],
            "choices": [{"value": each, "text": each, "selected": places.get(key) == each} for each in numbers],
        }
        for key in drawing.option_order(seed, question)
    ]


def _pair_rows(question: FrozenQuestion, seed: str, said: Mapping[str, Any], chosen: list[str]) -> list[dict[str, Any]]:
    names, sides = drawing.tokens(seed, question), drawing.targets(seed, question)
    held = dict(pair.split("=", 1) for pair in chosen)
    called = side_texts(question, said)
    return [
        {
            "name": f"{field_name(seed, question)}.{names[key]}",
            "text": said["options"][key]["text"],
            "choices": [
                {"value": sides[side], "text": called[side], "selected": held.get(key) == side}
                for side in drawing.target_order(seed, question)
            ],
        }
        for key in drawing.option_order(seed, question)
    ]


def side_texts(question: FrozenQuestion, said: Mapping[str, Any]) -> dict[str, str]:
    """{key: words} of what rows are put to: the groups, or the other halves of the pairs."""
    if question.get("categories"):
        groups: dict[str, str] = said["categories"]
        return groups
    return {option["key"]: said["options"][option["key"]]["match"] for option in question["options"]}


def question_place(number: int, total: int, question: FrozenQuestion) -> str:
    """Where a question stands, and that it is about the case above it."""
    where = gettext("Question %(number)s of %(total)s") % {"number": number, "total": total}
    return gettext("%(place)s · about the case above") % {"place": where} if question.get("story") else where


def in_page_language(sentence: str, words: QuizText) -> str:
    """A sentence of the page among words that may be in another language."""
    language, direction = page_language()
    if not sentence or words.locale == language:
        return sentence
    return format_html('<span lang="{}" dir="{}">{}</span>', language, direction, sentence)


def page_language() -> tuple[str, str]:
    """The page's language and its direction."""
    language = get_language() or FALLBACK
    return language, "rtl" if get_language_info(language)["bidi"] else "ltr"


def question_legend(above: str, text: str) -> SafeString:
    """The question under its place; that line keeps the page's language where the question is in another."""
    return format_html('<span class="kicker" lang="{}" dir="{}">{}</span>{}', *page_language(), above, text)
