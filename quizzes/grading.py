"""Marking, pure and explained. Every mark is an exact fraction, so that "80 % of 10" is 8 and nothing else.

A question here is one of `QuizEdition.keys["questions"]` (its docstring has the shapes); what was chosen is a list of
strings as in `Response.chosen`. All or nothing unless the question says `"scoring": "part"`; then (`RULES` names them)

    options   multiple choice: share of right options chosen - share of wrong options chosen, at least 0: wherever
              there is a wrong option, ticking everything earns nothing
    faults    faults found / faults - false alarms / clean pieces, at least 0
    pairs     matching, sorting: the share of pairs or cards that are right
    places    ordering: the share of neighbouring steps that stand in the right order

Scales and dilemmas are never marked. A question that was found unanswerable ("void") is right for everybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal

FrozenQuestion = Mapping[str, Any]
Verdict = Literal["right", "wrong", "missed", ""]
UNSCORED = ("likert", "dilemma")
MARKS = {"single": "right", "multiple": "right", "truefalse": "right", "faults": "fault"}
"""Kinds whose options carry a mark of their own, and its name."""
ONE_OF = ("single", "truefalse", "likert")
RULES = {"multiple": "options", "faults": "faults", "matching": "pairs", "sorting": "pairs", "ordering": "places"}
LONGEST_REASON = 2000
LONGEST_NUMBER = 40
NUMBER = re.compile(r"[+-]?\d{1,12}(\.\d{1,9})?")
SEPARATORS = str.maketrans({"٫": ".", "،": ".", ",": ".", "\u2212": "-"} | dict.fromkeys("\u066c'\u2019", ""))
UNCLEAR = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
"""A thousand to some readers, one to others: not ours to decide."""


class UnknownAnswer(ValueError):
    """What was chosen is not among the options, or is more than the question takes. The message says which."""


class NoNumber(UnknownAnswer):
    """What was typed is no number."""


@dataclass(frozen=True)
class Mark:
    """`credit` from 0 to 1; `right` = all of it. `verdicts` = {option key: rightly chosen | wrongly chosen | right but
    not chosen | rightly left alone}; a numeric answer has the one verdict "answer"."""

    question: str
    right: bool
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    credit: Fraction = Fraction(0)
    scored: bool = True


def credit_rule(question: FrozenQuestion) -> str:
    """How part of the mark is earned: a name out of RULES, or "" for all or nothing."""
    return RULES.get(question["kind"], "") if question.get("scoring") == "part" else ""


def is_scored(question: FrozenQuestion) -> bool:
    return question["kind"] not in UNSCORED


# --- What may be answered ---------------------------------------------------------------------------------------


def checked_answer(question: FrozenQuestion, chosen: Iterable[str]) -> list[str]:
    """The answer in its stored form: keys each once and in the question's own order. Raises UnknownAnswer."""
    return CHECKS[question["kind"]](question, list(chosen))


def _known(question: FrozenQuestion) -> list[str]:
    return [option["key"] for option in question["options"]]


def _options(question: FrozenQuestion, chosen: list[str]) -> list[str]:
    wanted, known = set(chosen), _known(question)
    strange = sorted(wanted - set(known))
    if strange:
        raise UnknownAnswer(f"Question {question['key']} has no option {strange[0]!r}: it has {', '.join(known)}.")
    if question["kind"] in ONE_OF and len(wanted) > 1:
        raise UnknownAnswer(f"Question {question['key']} takes one answer, not {len(wanted)}.")
    return [key for key in known if key in wanted]


def _order(question: FrozenQuestion, chosen: list[str]) -> list[str]:
    """All steps, each once; nothing at all is no answer yet."""
    if chosen and sorted(chosen) != sorted(_known(question)):
        raise UnknownAnswer(f"Question {question['key']} takes each of its steps once.")
    return chosen


def _pairs(question: FrozenQuestion, chosen: list[str]) -> list[str]:
    """`left=right` with known keys, each left side at most once."""
    right = set(question.get("categories") or _known(question))
    known = _known(question)
    found: dict[str, str] = {}
    for pair in chosen:
        left, _, to = pair.partition("=")
        if left not in known or to not in right or left in found:
            raise UnknownAnswer(f"Question {question['key']} cannot take {pair!r}.")
        found[left] = to
    return [f"{key}={found[key]}" for key in known if key in found]


def _number(question: FrozenQuestion, chosen: list[str]) -> list[str]:
    if len(chosen) > 1:
        raise UnknownAnswer(f"Question {question['key']} takes one number.")
    if chosen and not chosen[0].strip():
        return []
    return [each.strip() for each in chosen if typed_number(each) is not None]


def _reasoned(question: FrozenQuestion, chosen: list[str]) -> list[str]:
    """The way out, then the reason; a reason alone is kept as well."""
    key, reason = (*chosen, "", "")[:2]
    if len(chosen) > 2 or (key and key not in _known(question)):
        raise UnknownAnswer(f"Question {question['key']} takes one way out and a reason.")
    return [key, reason.strip()[:LONGEST_REASON]] if key or reason.strip() else []


CHECKS: dict[str, Callable[[FrozenQuestion, list[str]], list[str]]] = {
    **dict.fromkeys(("single", "multiple", "truefalse", "likert", "faults"), _options),
    "ordering": _order,
    "matching": _pairs,
    "sorting": _pairs,
    "numeric": _number,
    "dilemma": _reasoned,
}


def typed_number(typed: str) -> Decimal:
    """What was typed as a number, in the digits and with the separators of any of our languages. Raises NoNumber."""
    plain = "".join(_plain(sign) for sign in typed)
    if UNCLEAR.fullmatch(plain):
        raise NoNumber(f"{typed.strip()[:LONGEST_NUMBER]!r} can be read in two ways. Write thousands without a comma.")
    plain = plain.translate(SEPARATORS)
    if len(typed) > LONGEST_NUMBER or not NUMBER.fullmatch(plain):
        raise NoNumber(f"{typed.strip()[:LONGEST_NUMBER]!r} is no number. Write it like 12.5.")
    return Decimal(plain)


def _plain(sign: str) -> str:
    """A digit of any script as 0 to 9; spaces of every width and marks of direction as nothing."""
    if unicodedata.category(sign) in ("Zs", "Cf") or sign.isspace():
        return ""
    value = unicodedata.decimal(sign, None)
    return sign if value is None else str(value)


def is_answered(question: FrozenQuestion, chosen: Sequence[str]) -> bool:
    """Whether nothing is missing: every card sorted, every pair matched. An unmarked scale may be left out."""
    if question["kind"] in ("matching", "sorting"):
        return len(chosen) == len(question["options"])
    return bool(chosen) or not is_scored(question)


# --- Marks ------------------------------------------------------------------------------------------------------


def grade(question: FrozenQuestion, chosen: Iterable[str]) -> Mark:
    """The mark for one question. Nothing chosen is not right. Raises UnknownAnswer."""
    given = checked_answer(question, chosen)
    if not is_scored(question):
        return Mark(question["key"], right=False, scored=False)
    credit, verdicts = GRADERS[question["kind"]](question, given)
    if question.get("void"):
        credit = Fraction(1)
    elif credit < 1 and not credit_rule(question):
        credit = Fraction(0)
    return Mark(question["key"], credit == 1, verdicts, credit)


Graded = tuple[Fraction, dict[str, Verdict]]


def _grade_one(question: FrozenQuestion, given: list[str]) -> Graded:
    """One answer; a corrected key may accept several."""
    wanted = {option["key"] for option in question["options"] if option["right"]}
    verdicts = {key: verdict(key in wanted, key in given) for key in _known(question)}
    return Fraction(bool(given) and given[0] in wanted), verdicts


def _grade_marked(question: FrozenQuestion, given: list[str], name: str) -> Graded:
    """Share of what is to be marked that was, less the share of what is not."""
    wanted = {option["key"] for option in question["options"] if option[name]}
    others = len(question["options"]) - len(wanted)
    picked = set(given)
    credit = Fraction(len(picked & wanted), len(wanted)) - (Fraction(len(picked - wanted), others) if others else 0)
    return max(Fraction(0), credit), {key: verdict(key in wanted, key in picked) for key in _known(question)}


def _grade_pairs(question: FrozenQuestion, given: list[str]) -> Graded:
    to = dict(pair.split("=", 1) for pair in given)
    wanted = {option["key"]: option.get("category", option["key"]) for option in question["options"]}
    verdicts: dict[str, Verdict] = {
        key: "right" if to.get(key) == right else "wrong" if key in to else "missed" for key, right in wanted.items()
    }
    return Fraction(sum(each == "right" for each in verdicts.values()), len(wanted)), verdicts


def _grade_order(question: FrozenQuestion, given: list[str]) -> Graded:
    wanted = _known(question)
    following = set(pairwise(wanted))
    kept = sum(pair in following for pair in pairwise(given))
    verdicts: dict[str, Verdict] = {
        key: "missed" if not given else "right" if key == there else "wrong"
        for key, there in zip(wanted, given or wanted, strict=True)
    }
    return Fraction(kept, max(1, len(wanted) - 1)), verdicts


def _grade_number(question: FrozenQuestion, given: list[str]) -> Graded:
    value, tolerance = (Decimal(question["answer"][name]) for name in ("value", "tolerance"))
    right = bool(given) and abs(typed_number(given[0]) - value) <= tolerance
    return Fraction(right), {"answer": verdict(True, bool(given)) if right else "wrong" if given else "missed"}


GRADERS: dict[str, Callable[[FrozenQuestion, list[str]], Graded]] = {
    "single": _grade_one,
    "truefalse": _grade_one,
    "multiple": lambda question, given: _grade_marked(question, given, "right"),
    "faults": lambda question, given: _grade_marked(question, given, "fault"),
    "matching": _grade_pairs,
    "sorting": _grade_pairs,
    "ordering": _grade_order,
    "numeric": _grade_number,
}


def verdict(right: bool, chosen: bool) -> Verdict:
    if chosen:
        return "right" if right else "wrong"
    return "missed" if right else ""


# --- Passing ----------------------------------------------------------------------------------------------------


def points(marks: Iterable[Mark]) -> Fraction:
    return sum((mark.credit for mark in marks if mark.scored), Fraction(0))


def is_passed(marks: Sequence[Mark], percent: int, compulsory: Iterable[str] = ()) -> bool:
    """Whether the points reach `percent` of the marked questions, exactly, and every key question is wholly right."""
    counted = [mark for mark in marks if mark.scored]
    must = set(compulsory)
    if any(mark.question in must and not mark.right for mark in counted):
        return False
    return bool(counted) and points(counted) * 100 >= percent * len(counted)


def points_needed(total: int, percent: int) -> int:
    """The smallest whole number of points that passes: the pass mark in a learner's words."""
    return -(-percent * total // 100)
