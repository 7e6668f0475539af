"""What a file says fits the question bank's own form, in every language."""

from __future__ import annotations

import pytest

from content.curriculum.compare import structure_faults
from content.curriculum.parse import parse_module
from lms.yaml_lines import FaultyFile
from tests.content.samples import source

SORT = """
::: question sort
kind: sorting
objective: first
text: "Where?"
categories:
  - {key: yes-group, text: "Yes"}
  - {key: no-group, text: "No"}
options:
  - {key: memo, category: yes-group, text: "Memo", feedback: "Why."}
  - {key: face, category: no-group, text: "Face", feedback: "Why."}
:::
"""
MEASURE = """
::: question measure
kind: numeric
objective: first
text: "How much?"
answer: "12.5"
tolerance: "0.5"
unit: "per cent"
feedback: "Why."
:::
"""


def translated(block: str) -> str:
    neutral = ("kind:", "objective:", "answer:", "tolerance:")
    kept = "\n".join(line for line in block.split("\n") if not line.startswith(neutral))
    return kept.replace(" category: yes-group,", "").replace(" category: no-group,", "")


LONG = [
    ('"Yes"', 121, "“text:” has 121 characters, 120 at most are possible."),
    ('"Memo"', 501, "“text:” has 501 characters, 500 at most are possible."),
    ('"per cent"', 61, "“unit:” has 61 characters, 60 at most are possible."),
]


@pytest.mark.parametrize(("old", "length", "sentence"), LONG)
def test_a_text_too_long_is_named_with_its_line(old: str, length: int, sentence: str) -> None:
    english = source("s01", "en") + SORT + MEASURE
    long = english.replace(old, f'"{"x" * length}"')
    with pytest.raises(FaultyFile) as refused:
        parse_module(long, language="en", file="x")
    (fault,) = refused.value.faults
    assert (sentence in fault.sentence, fault.line) == (True, long[: long.index("xxx")].count("\n") + 1)


@pytest.mark.parametrize(("old", "length", "sentence"), LONG)
def test_a_translation_too_long_is_named_with_its_line(old: str, length: int, sentence: str) -> None:
    english = parse_module(source("s01", "en") + SORT + MEASURE, language="en", file="x")
    french = source("s01", "fr") + translated(SORT + MEASURE)
    assert structure_faults(english, parse_module(french, language="fr", file="x")) == []
    long = french.replace(old, f'"{"x" * length}"')
    (fault,) = structure_faults(english, parse_module(long, language="fr", file="x"))
    assert (sentence in fault.sentence, fault.line) == (True, long[: long.index("xxx")].count("\n") + 1)


@pytest.mark.parametrize("key", ["memo", "yes-group"])
def test_a_key_of_an_option_or_group_is_as_short_as_the_bank_wants_it(key: str) -> None:
    long = (source("s01", "en") + SORT).replace(key, "k" * 41)
    with pytest.raises(FaultyFile) as refused:
        parse_module(long, language="en", file="x")
    (fault,) = refused.value.faults
    assert fault.sentence == "The key of an option or group has at most 40 characters; this one has 41."


def test_a_question_itself_may_be_long() -> None:
    long = (source("s01", "en") + SORT).replace('"Where?"', f'"{"x" * 2000}"')
    assert len(parse_module(long, language="en", file="x").questions) == 3
