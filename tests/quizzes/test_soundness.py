"""What keeps a question or a quiz from being asked is named in a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from quizzes import soundness
from quizzes.freezing import quiz_gaps
from quizzes.models import Question, Quiz, QuizItem
from tests.quizzes.questions import BLOCKS, GROUPS, WHY, block, cards, make_question, number, options

pytestmark = pytest.mark.django_db


def sentences(kind: str, **fields: Any) -> list[str]:
    return list(soundness.gaps_of_question(make_question(kind, **fields)))


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_sound_question_of_every_kind_can_be_asked(kind: str) -> None:
    assert sentences(kind) == []


@pytest.mark.parametrize("kind", ["multiple", "ordering", "matching", "sorting", "faults"])
def test_these_kinds_may_give_partial_credit(kind: str) -> None:
    assert sentences(kind, scoring="part") == []


@pytest.mark.parametrize("kind", ["single", "truefalse", "numeric", "likert", "dilemma"])
def test_these_kinds_have_no_partial_credit(kind: str) -> None:
    assert sentences(kind, scoring="part") == [f"The question “a-{kind}” is of a kind that has no partial credit."]


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_answers_of_another_kind_are_named(kind: str) -> None:
    other = BLOCKS["ordering" if kind != "ordering" else "faults"]
    assert sentences(kind, options=other) == [f"The question “a-{kind}” holds answers of another kind of question."]


def steps(*keys: str, feedback: str = WHY) -> list[dict[str, Any]]:
    return [block("step", key, feedback=feedback) for key in keys]


def pairs(*matches: str) -> list[dict[str, Any]]:
    return [block("pair", key, match=match, feedback=WHY) for key, match in zip("abc", matches, strict=False)]


def pieces(*faults: bool) -> list[dict[str, Any]]:
    return [block("sentence", key, fault=fault, feedback=WHY) for key, fault in zip("abc", faults, strict=False)]


@pytest.mark.parametrize(
    ("kind", "written", "sentence"),
    [
        ("single", options("a", "b", right=""), "has no right option"),
        ("single", options("a", "a"), "several right options, but takes one answer"),
        ("single", options("a"), "needs at least two options"),
        ("multiple", options("a", "b", right=""), "has no right option"),
        ("multiple", options("a", "b", "b"), "uses the key of an option twice"),
        ("truefalse", options("yes", "no", right="yes"), "have the keys “true” and “false”"),
        ("truefalse", options("true", "false", "maybe", right="true"), "have the keys “true” and “false”"),
        ("truefalse", options("true", "false", right=""), "has no right option"),
        ("ordering", steps("a", "b"), "needs at least three of them"),
        ("ordering", steps("a", "b", "b"), "uses the key of an option twice"),
        ("ordering", steps("a", "b", "c", feedback=" "), "“a” of the question “a-ordering” needs a text and feedback"),
        ("matching", pairs("one"), "needs at least two options"),
        ("matching", pairs("one", " one "), "needs a right side of its own"),
        ("sorting", [*GROUPS, *cards(a="yes", b="maybe")], "The card “b” of the question “a-sorting” belongs to a"),
        ("sorting", [GROUPS[0], *cards(a="yes", b="yes")], "needs at least two groups"),
        ("sorting", [*GROUPS, GROUPS[0], *cards(a="yes", b="no")], "uses the key of a group twice"),
        ("sorting", GROUPS, "needs at least two options"),
        ("numeric", [], "needs exactly one right number"),
        ("numeric", [number(), number("3")], "needs exactly one right number"),
        ("numeric", [number(tolerance="-0.1")], "is less than 0"),
        ("numeric", [number(tolerance="")], "needs a right value and a tolerance"),
        ("numeric", [number("")], "needs a right value and a tolerance"),
        ("faults", pieces(True, True), "at least one piece with a fault and one without"),
        ("faults", pieces(False, False), "at least one piece with a fault and one without"),
        ("likert", [block("point", key) for key in "ab"], "needs at least three of them"),
        ("dilemma", [block("view", "a", panel=1, feedback=WHY)], "needs at least two options"),
        ("dilemma", [block("view", "a", panel=None, feedback=WHY)], "“a” of the question “a-dilemma” does not say how"),
        ("single", options("", "b"), "has an answer or a group without a key"),
        ("sorting", [block("category", ""), *GROUPS, *cards(a="yes", b="no")], "a group without a key"),
    ],
)
def test_what_a_kind_needs_is_named(kind: str, written: list[dict[str, Any]], sentence: str) -> None:
    found = sentences(kind, options=written)
    assert any(sentence in each for each in found), found


def test_a_number_needs_feedback() -> None:
    plain = number()
    plain["value"]["feedback"] = ""
    assert sentences("numeric", options=[plain]) == ["The number of the question “a-numeric” needs feedback."]


# --- A quiz -----------------------------------------------------------------------------------------------------


def make_quiz(*pools: str, kind: str = "single", compulsory: bool = False, **fields: Any) -> Quiz:
    """A quiz with one question for each pool named; "" stands in none."""
    quiz = Quiz.objects.create(code="sample", **fields)
    for place, pool in enumerate(pools):
        question = make_question(kind, code=f"q-{place}")
        QuizItem.objects.create(quiz=quiz, question=question, sort_order=place, pool=pool, compulsory=compulsory)
    return quiz


def test_a_quiz_with_pools_and_a_pretest_can_be_asked() -> None:
    quiz = make_quiz("p", "p", "p", "p", "", pretest=True)
    quiz.pools.create(key="p", take=2)
    assert quiz_gaps(quiz) == []


def test_a_pool_must_hold_what_is_drawn_from_it() -> None:
    quiz = make_quiz("p", "p", "")
    quiz.pools.create(key="p", take=3)
    assert quiz_gaps(quiz) == ["The pool “p” holds 2 questions, but 3 are drawn from it."]


def test_a_draft_does_not_count_for_its_pool() -> None:
    quiz = make_quiz("p", "p", "p")
    quiz.pools.create(key="p", take=3)
    Question.objects.filter(pk=quiz.items.first().question_id).update(live=False)
    assert quiz_gaps(quiz) == ["The pool “p” holds 2 questions, but 3 are drawn from it."]


def test_questions_of_a_pool_are_worth_the_same() -> None:
    quiz = make_quiz("p")
    other = make_question("multiple", code="other", scoring="part")
    QuizItem.objects.create(quiz=quiz, question=other, sort_order=9, pool="p")
    assert quiz_gaps(quiz) == ["The questions of the pool “p” differ in kind or scoring, so they are not equal."]


def test_a_pretest_without_any_pool_would_ask_the_test_itself() -> None:
    assert quiz_gaps(make_quiz("", "", pretest=True)) == [
        "A pre-test needs pools: without them it would ask the very questions of the test."
    ]


@pytest.mark.parametrize("kind", ["likert", "dilemma"])
def test_what_is_not_graded_is_no_key_item(kind: str) -> None:
    quiz = make_quiz("", kind=kind, compulsory=True)
    QuizItem.objects.create(quiz=quiz, question=make_question(), sort_order=9)
    assert quiz_gaps(quiz) == ["The question “q-0” is not graded, so it cannot be a key item."]


def test_a_quiz_in_which_nothing_is_graded_could_not_be_passed() -> None:
    assert quiz_gaps(make_quiz("", kind="likert")) == ["None of the questions is graded, so nobody could pass."]
