"""How long a section takes, computed from what is shown of it. No database.

130 words a minute, the pace of a text read aloud, and ten seconds for each decision, in each language for itself. Kept
in seconds; what is shown is rounded up to whole minutes, a module's sum only once.

What counts: every word of the section, with all comments on all options, but not the list of sources below it, nor what
stands for a picture. A decision is whatever a page asks for and a learner answers with one press: a case that asks, an
answer to be opened, a check, a practice, a question. A test asks some of its questions: of a pool, the mean of those
that stand for each other. In the lab every case is decided, twice where advice comes after one's own decision, and the
debrief explains them all.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from content import fact_tokens
from quizzes.lab.cases.bank import CaseForm, load_form
from quizzes.lab.cases.wording import describe_case, explain_truth

WORDS_A_MINUTE = 130
SECONDS_A_DECISION = 10
FACT_WORDS = 6
"""What an organisation fills in for a fact: a name and an address, about."""
ASKING = ("reveal", "check", "practice")
UNSEEN = {"type", "key", "kind", "sector", "category", "right", "fault", "alt", "description", "svg", "mirror", "image"}
"""What is kept with a block and is no part of what is read."""
MARK = re.compile(r"\[\^[a-z0-9-]{1,60}\]")
TAG = re.compile(r"<[^<>]*>")
LAB_FORMS = {"block-a": ("practice", "A"), "debrief": ("A",), "block-b": ("B",)}


@dataclass(frozen=True, slots=True)
class Effort:
    """Words to read and decisions to take. Parts of one: the mean of several questions."""

    words: float = 0
    decisions: float = 0

    def __add__(self, other: Effort) -> Effort:
        return Effort(self.words + other.words, self.decisions + other.decisions)

    def __mul__(self, share: float) -> Effort:
        return Effort(self.words * share, self.decisions * share)

    @property
    def seconds(self) -> int:
        return round(self.words * 60 / WORDS_A_MINUTE + self.decisions * SECONDS_A_DECISION)


def whole_minutes(seconds: int) -> int:
    """Rounded up; 0 only for nothing."""
    return math.ceil(seconds / 60)


def together(efforts: Iterable[Effort]) -> Effort:
    return sum(efforts, Effort())


def count_words(text: str) -> int:
    """The words of a text or of HTML, divided by spaces as a reader sees them; marks of sources are none."""
    text = TAG.sub(" ", MARK.sub("", text))
    facts = len(fact_tokens.TOKEN.findall(text))
    rest = fact_tokens.TOKEN.sub(" ", text)
    return facts * FACT_WORDS + sum(any(sign.isalnum() for sign in part) for part in rest.split())


def text_seconds(
    body: Mapping[str, Any],
    structure: Mapping[str, Any],
    locale: str,
    quiz: tuple[Mapping[str, Any], Mapping[str, Any]] | None,
) -> dict[str, int]:
    """{section key: seconds} of a text. `body` and `structure` as in ModuleText and ModuleEdition; `quiz` = the keys of
    its edition and the words of its text, as in QuizEdition.keys and QuizText.body."""
    frames = {frame["key"]: frame for frame in structure["sections"]}
    found = {}
    for section in body["sections"]:
        frame, effort = frames[section["key"]], section_effort(section)
        if frame["quiz"] and quiz:
            effort += quiz_effort(*quiz)
        if frame.get("lab") in LAB_FORMS:
            effort += lab_effort(structure["lab"], frame["lab"], locale)
        found[section["key"]] = effort.seconds
    return found


def section_effort(section: Mapping[str, Any]) -> Effort:
    """`section` as in ModuleText.body, without the questions of a test and without cases of a lab."""
    return Effort(count_words(section["title"])) + together(_block(block) for block in section["blocks"])


def _block(block: Mapping[str, Any]) -> Effort:
    value = block["value"]
    asks = block["type"] in ASKING or (block["type"] == "case" and bool(_said(value.get("lesson"))))
    return Effort(_said(value), int(asks))


def _said(value: Any) -> int:
    match value:
        case str():
            return count_words(value)
        case Mapping():
            return sum(_said(each) for name, each in value.items() if name not in UNSEEN)
        case list() | tuple():
            return sum(_said(each) for each in value)
    return 0


def quiz_effort(keys: Mapping[str, Any], words: Mapping[str, Any]) -> Effort:
    """One form of the test, with every comment: of a pool, its mean question as often as one is drawn."""
    pools: dict[str, list[str]] = defaultdict(list)
    for question in keys["questions"]:
        pools[question.get("pool") or f"alone {question['key']}"].append(question["key"])
    found = Effort()
    told: dict[str, tuple[float, int]] = {}
    for pool, names in pools.items():
        share = min(1.0, keys.get("pools", {}).get(pool, 1) / len(names))
        for name in names:
            asked = words[name]
            found += Effort(question_words(asked), 1) * share
            if story := asked.get("story"):
                before, _length = told.get(story["title"], (0.0, 0))
                told[story["title"]] = min(1.0, before + share), _said(story)
    return found + Effort(sum(share * length for share, length in told.values()))


def question_words(words: Mapping[str, Any]) -> int:
    """A question with its options and comments; its story is told once for all its questions."""
    return sum(
        _said(list(each.values()) if name in ("options", "categories") else each)
        for name, each in words.items()
        if name != "story"
    )


def lab_effort(lab: Mapping[str, Any], part: str, locale: str) -> Effort:
    """A part of the lab: its cases with the rules once; the debrief: every case explained."""
    forms = [load_form(lab["family"], name) for name in LAB_FORMS[part]]
    if part == "debrief":
        return together(_explained(form, locale) for form in forms)
    rules = sum(count_words(rule) for rule in describe_case(forms[0].everything[0], locale).rules)
    return Effort(rules) + together(_decided(form, lab, locale) for form in forms)


def _decided(form: CaseForm, lab: Mapping[str, Any], locale: str) -> Effort:
    twice = lab["mode"] != "concurrent"
    found = Effort()
    for case in form.everything:
        told = describe_case(case, locale)
        said = [*told.facts, told.verdict or "", (told.rationale or "") if lab["rationale"] else ""]
        decisions = 2 if twice and case.advice else 1
        found += Effort(sum(map(count_words, said)), decisions)
    return found


def _explained(form: CaseForm, locale: str) -> Effort:
    found = Effort()
    for case in form.everything:
        told = describe_case(case, locale)
        said = [*told.facts, told.verdict or "", told.rationale or "", *explain_truth(case, locale)]
        found += Effort(sum(map(count_words, said)))
    return found
