"""What stands between { and } in GIFT, and which kind of question that makes."""

from __future__ import annotations

import re
from decimal import Decimal

from quizzes.interchange.gift_marks import cut, marks, unescaped
from quizzes.interchange.gift_texts import formatted
from quizzes.interchange.languages import words_in_language
from quizzes.interchange.numbers import middle_and_half_width, parsed_number
from quizzes.interchange.questions import (
    FULL,
    Accepted,
    Matching,
    MatchPair,
    MultipleChoice,
    Numeric,
    Option,
    PlatformQuestion,
    SingleChoice,
    Stem,
    TrueFalse,
)
from quizzes.interchange.sentences import Notes, Refusal, gettext_noop, say

WEIGHT = re.compile(r"%(-?\d{1,3}(?:\.\d+)?)%", re.ASCII)
TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
ARROW = "->"


def gift_question(stem: Stem, answers: str, format_name: str, notes: Notes) -> PlatformQuestion:
    """`answers` is what stands between the braces, without the general feedback. Raises Refusal."""
    if not answers:
        raise Refusal(
            say(gettext_noop("It asks for a free text (an essay), which is marked by people and cannot be taken over."))
        )
    if answers.startswith("#"):
        return _numeric(stem, answers[1:], format_name, notes)
    if answers.startswith(">"):
        raise Refusal(
            say(gettext_noop("Ordering questions are no part of GIFT. Export them from Moodle as Moodle XML instead."))
        )
    if any(marks(answers, "~")):
        return _choice(stem, answers, format_name, notes)
    said, _mark, feedback = cut(answers, "#")
    if said.strip().upper() in TRUTH:
        return _true_false(stem, TRUTH[said.strip().upper()], feedback, format_name, notes)
    if any(marks(answers, "=")) and any(marks(answers, ARROW)):
        return _matching(stem, answers, format_name, notes)
    raise Refusal(
        say(
            gettext_noop(
                "It asks for a short answer to be typed, which cannot be taken over. To make it a choice, add wrong "
                "answers with ~ before them."
            )
        )
    )


def _split(answers: str, mark: str) -> list[tuple[str, str]]:
    """[(mark, what follows it)]; words before the first mark come with an empty one."""
    found = list(marks(answers, mark))
    starts = [0, *(match.end() for match in found)]
    ends = [*(match.start() for match in found), len(answers)]
    signs = ["", *(match.group() for match in found)]
    parts = [(sign, answers[start:end].strip()) for sign, start, end in zip(signs, starts, ends, strict=True)]
    return parts if parts[0][1] else parts[1:]


def _weighed(answer: str, otherwise: Decimal) -> tuple[Decimal, str]:
    weight = WEIGHT.match(answer)
    return (Decimal(weight.group(1)), answer[weight.end() :]) if weight else (otherwise, answer)


def _choice(stem: Stem, answers: str, format_name: str, notes: Notes) -> PlatformQuestion:
    options = []
    for sign, answer in _split(answers, "[~=]"):
        if not sign:
            raise Refusal(
                say(gettext_noop("The answer “%(answer)s” has neither ~ nor = before it."), answer=unescaped(answer))
            )
        weight, words = _weighed(answer, FULL if sign == "=" else Decimal(0))
        text, _mark, feedback = cut(words, "#")
        options.append(
            Option(formatted(text, format_name, notes)[0], weight, formatted(feedback, format_name, notes)[0])
        )
    single = any(marks(answers, "="))
    return (SingleChoice if single else MultipleChoice)(**stem, options=tuple(options))


def _true_false(stem: Stem, right: bool, feedback: str, format_name: str, notes: Notes) -> TrueFalse:
    """After the answer stands what is said to those who were wrong, then what is said to those who were right."""
    wrong, _mark, praise = cut(feedback, "#")
    if_wrong, if_right = (formatted(words, format_name, notes)[0] for words in (wrong, praise))
    return TrueFalse(
        **stem,
        right=right,
        feedback_true=if_right if right else if_wrong,
        feedback_false=if_wrong if right else if_right,
    )


def _matching(stem: Stem, answers: str, format_name: str, notes: Notes) -> Matching:
    pairs = []
    for sign, pair in _split(answers, "="):
        left, arrow, right = cut(pair, ARROW)
        if not sign or not arrow:
            raise Refusal(
                say(gettext_noop("The pair “%(pair)s” needs the form =question -> answer."), pair=unescaped(pair))
            )
        if any(marks(pair, "#")):
            raise Refusal(
                say(
                    gettext_noop(
                        "The pair “%(pair)s” has feedback after #, which pairs cannot have. Write \\# if it belongs to "
                        "the answer."
                    ),
                    pair=unescaped(pair),
                )
            )
        answer = words_in_language(unescaped(right), notes).strip()
        pairs.append(MatchPair(formatted(left, format_name, notes)[0], answer))
    return Matching(**stem, pairs=tuple(pairs))


def _numeric(stem: Stem, answers: str, format_name: str, notes: Notes) -> Numeric:
    numbers, _tilde, rest = cut(answers, "~")
    wrong, _mark, feedback = cut(rest, "#")
    if wrong.strip() or any(marks(rest, "~")):
        raise Refusal(
            say(
                gettext_noop(
                    "A number to be typed has no wrong answers to choose from: after ~ only #feedback may stand."
                )
            )
        )
    otherwise = formatted(feedback, format_name, notes)[0]
    accepted = []
    for _sign, answer in _split(numbers, "="):
        weight, words = _weighed(answer, FULL)
        raw, _mark, comment = cut(words, "#")
        said = formatted(comment, format_name, notes)[0]
        if unescaped(raw).strip() == "*" and not weight and not otherwise:
            otherwise = said
        else:
            accepted.append(Accepted(*_range(unescaped(raw).strip()), weight, said))
    return Numeric(**stem, answers=tuple(accepted), otherwise=otherwise)


def _range(raw: str) -> tuple[Decimal, Decimal]:
    """The number and its tolerance from `3`, `3:0.5` or `2.5..3.5`."""
    ends = "..." not in raw and ".." in raw
    first, mark, second = raw.partition(".." if ends else ":")
    one, two = parsed_number(first), parsed_number(second) if mark else Decimal(0)
    if one is None or two is None:
        raise Refusal(
            say(
                gettext_noop(
                    "“%(number)s” is not a number. Write it like 3.5 (with a point), 3.5:0.1 (with a tolerance) or "
                    "3.4..3.6 (as a range)."
                ),
                number=raw,
            )
        )
    if ends and two < one:
        raise Refusal(
            say(gettext_noop("The range %(range)s ends before it begins. Write the smaller number first."), range=raw)
        )
    return middle_and_half_width(one, two) if ends else (one, two)
