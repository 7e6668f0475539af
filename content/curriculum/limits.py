"""What the question bank itself allows: its kinds, how many options each needs, how long keys and texts may be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from content.curriculum.module_file import Block, Rich
from lms.yaml_lines import FaultList, LineText
from quizzes import soundness
from quizzes.blocks import ANSWERS, LONGEST_KEY
from quizzes.models import Question, Story

KINDS: tuple[str, ...] = tuple(Question.Kind.values)
FORMS: dict[str, Any] = dict(ANSWERS)
LARGEST_PANEL: int = FORMS["view"].child_blocks["panel"].field.max_value


def answer_block(kind: str) -> str:
    """The type of the bank's blocks that hold the answers of a question of this kind; groups are apart."""
    return soundness.BLOCKS[Question.Kind(kind)][-1]


def least_options(kind: str) -> int:
    """How many options a question of this kind needs; an unknown kind is a fault of its own."""
    return soundness.LEAST.get(Question.Kind(kind), 2) if kind in KINDS else 2


def check_option_key(key: str, line: int, faults: FaultList) -> None:
    """The key of an option or a group; which signs it may have is checked like that of any key."""
    if len(key) > LONGEST_KEY:
        faults.add(
            line, f"The key of an option or group has at most {LONGEST_KEY} characters; this one has {len(key)}."
        )


def check_question(kind: str, question: Block, faults: FaultList) -> None:
    """Texts too long for the bank. A translation's question does not know its `kind`: it is that of the source's."""
    form = answer_block(kind)
    for item in question.items:
        _check_texts(form, item.texts, faults)
    for group in question.groups:
        _check_texts("category", group.texts, faults)
    if not question.items:
        _check_texts(form, {name: text for name, text in question.texts.items() if name != "text"}, faults)


def check_story(story: Block, faults: FaultList) -> None:
    _check("title", story.texts["title"], Story._meta.get_field("title").max_length, faults)


def _check_texts(form: str, texts: Mapping[str, LineText | Rich], faults: FaultList) -> None:
    for name, text in texts.items():
        if name in FORMS[form].child_blocks:
            _check(name, text, FORMS[form].child_blocks[name].field.max_length, faults)


def _check(name: str, text: LineText | Rich, most: int | None, faults: FaultList) -> None:
    if most is not None and len(text.value) > most:
        faults.add(text.line, f"“{name}:” has {len(text.value)} characters, {most} at most are possible. Shorten it.")
