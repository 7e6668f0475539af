"""How each kind of question is answered and marked."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes import grading
from quizzes.grading import Mark, NoNumber, UnknownAnswer
from tests.quizzes import kinds

SCORED = sorted(set(kinds.QUESTIONS) - set(grading.UNSCORED))


@pytest.mark.parametrize("kind", SCORED)
def test_the_right_answer_earns_all_of_it_however_it_is_scored(kind: str) -> None:
    for question in (kinds.QUESTIONS[kind], kinds.part(kind)):
        mark = grading.grade(question, kinds.RIGHT[kind])
        assert (mark.right, mark.credit, mark.scored) == (True, 1, True)
        assert set(mark.verdicts.values()) <= {"right", ""}


@pytest.mark.parametrize("kind", SCORED)
def test_no_answer_earns_nothing_however_it_is_scored(kind: str) -> None:
    for question in (kinds.QUESTIONS[kind], kinds.part(kind)):
        mark = grading.grade(question, [])
        assert (mark.right, mark.credit) == (False, 0)
        assert set(mark.verdicts.values()) <= {"missed", ""}


@pytest.mark.parametrize("kind", grading.UNSCORED)
def test_scales_and_dilemmas_have_no_mark(kind: str) -> None:
    mark = grading.grade(kinds.QUESTIONS[kind], kinds.RIGHT[kind])
    assert (mark.scored, mark.right, mark.credit) == (False, False, 0)
    assert not grading.is_scored(kinds.QUESTIONS[kind])


NEARLY = [
    ("multiple", ["a"], Fraction(1, 2)),
    ("multiple", ["a", "b", "c"], Fraction(1, 2)),
    ("multiple", ["a", "b"], Fraction(0)),
    ("multiple", ["a", "b", "c", "d"], Fraction(0)),
    ("multiple", ["b", "d"], Fraction(0)),
    ("faults", ["b"], Fraction(1, 2)),
    ("faults", ["a", "b", "d"], Fraction(1, 2)),
    ("faults", ["a", "b", "c", "d"], Fraction(0)),
    ("matching", ["en=en", "fr=ar", "ar=fr"], Fraction(1, 3)),
    ("matching", ["en=en", "fr=fr"], Fraction(2, 3)),
    ("sorting", ["memo=allowed", "draft=forbidden", "scores=forbidden", "faces=forbidden"], Fraction(3, 4)),
    ("ordering", ["use", "ask", "check", "change"], Fraction(2, 3)),
    ("ordering", ["check", "ask", "use", "change"], Fraction(0)),
]


@pytest.mark.parametrize(("kind", "chosen", "credit"), NEARLY)
def test_partial_credit_is_what_its_rule_says(kind: str, chosen: list[str], credit: Fraction) -> None:
    mark = grading.grade(kinds.part(kind), chosen)
    assert (mark.right, mark.credit) == (False, credit)


@pytest.mark.parametrize(("kind", "chosen", "credit"), NEARLY)
def test_without_partial_credit_nearly_right_is_not_right(kind: str, chosen: list[str], credit: Fraction) -> None:
    whole, part = grading.grade(kinds.QUESTIONS[kind], chosen), grading.grade(kinds.part(kind), chosen)
    assert (whole.right, whole.credit, whole.verdicts) == (False, 0, part.verdicts)


@given(st.data())
def test_ticking_everything_never_pays(data: st.DataObject) -> None:
    right = data.draw(st.lists(st.booleans(), min_size=2, max_size=9).filter(lambda marks: any(marks)))
    options = [{"key": str(number), "right": mark} for number, mark in enumerate(right)]
    question = kinds.question("multiple", options, scoring="part")
    credit = grading.grade(question, [option["key"] for option in options]).credit
    assert credit == (1 if all(right) else 0)


@given(st.permutations(kinds.RIGHT["ordering"]))
def test_steps_in_any_order_earn_the_share_of_neighbours_that_follow_each_other(order: list[str]) -> None:
    mark = grading.grade(kinds.part("ordering"), order)
    assert 0 <= mark.credit <= 1
    assert mark.right == (order == kinds.RIGHT["ordering"]) == (mark.credit == 1)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("multiple", "options"),
        ("faults", "faults"),
        ("matching", "pairs"),
        ("sorting", "pairs"),
        ("ordering", "places"),
        ("single", ""),
        ("truefalse", ""),
        ("numeric", ""),
    ],
)
def test_how_part_of_a_mark_is_earned_has_a_name(kind: str, rule: str) -> None:
    assert grading.credit_rule(kinds.part(kind)) == rule
    assert grading.credit_rule(kinds.QUESTIONS[kind]) == ""


def test_a_question_that_could_not_be_answered_is_right_for_everybody() -> None:
    for kind in SCORED:
        mark = grading.grade(kinds.QUESTIONS[kind] | {"void": True}, [])
        assert (mark.right, mark.credit) == (True, 1)


# --- What may be answered ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(kinds.QUESTIONS))
def test_a_whole_answer_is_stored_as_it_is(kind: str) -> None:
    question, answer = kinds.QUESTIONS[kind], kinds.RIGHT[kind]
    assert grading.checked_answer(question, answer) == answer
    assert grading.is_answered(question, answer)
    assert grading.checked_answer(question, []) == []


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("truefalse", ["true", "false"]),
        ("likert", ["agree", "neither"]),
        ("ordering", ["ask", "check"]),
        ("ordering", ["ask", "ask", "check", "change"]),
        ("ordering", ["ask", "check", "change", "use", "use"]),
        ("matching", ["en=fr", "en=en"]),
        ("matching", ["en=nowhere"]),
        ("matching", ["nobody=en"]),
        ("matching", ["en"]),
        ("sorting", ["memo=memo"]),
        ("faults", ["z"]),
        ("dilemma", ["leave", "Because."]),
        ("dilemma", ["tell", "One reason.", "Another."]),
        ("numeric", ["1", "2"]),
    ],
)
def test_what_a_question_does_not_take_is_refused(kind: str, chosen: list[str]) -> None:
    with pytest.raises(UnknownAnswer, match=f"Question a-{kind} "):
        grading.checked_answer(kinds.QUESTIONS[kind], chosen)


def test_pairs_are_stored_in_the_questions_order() -> None:
    assert grading.checked_answer(kinds.QUESTIONS["matching"], ["ar=en", "en=ar"]) == ["en=ar", "ar=en"]


def test_two_rows_may_get_the_same_other_half() -> None:
    mark = grading.grade(kinds.part("matching"), ["en=en", "fr=en", "ar=ar"])
    assert mark.credit == Fraction(2, 3)


@pytest.mark.parametrize("kind", ["matching", "sorting"])
def test_a_row_left_open_is_not_a_whole_answer(kind: str) -> None:
    assert not grading.is_answered(kinds.QUESTIONS[kind], kinds.RIGHT[kind][1:])


@pytest.mark.parametrize(("kind", "needed"), [("likert", False), ("dilemma", False), ("numeric", True)])
def test_only_what_is_marked_must_be_answered(kind: str, needed: bool) -> None:
    assert grading.is_answered(kinds.QUESTIONS[kind], []) is not needed


def test_a_reason_is_kept_without_a_way_out_and_cut_where_it_is_too_long() -> None:
    dilemma = kinds.QUESTIONS["dilemma"]
    assert grading.checked_answer(dilemma, ["", " Not sure. "]) == ["", "Not sure."]
    assert grading.checked_answer(dilemma, ["tell"]) == ["tell", ""]
    assert grading.checked_answer(dilemma, ["", "  "]) == []
    assert len(grading.checked_answer(dilemma, ["tell", "x" * 5000])[1]) == grading.LONGEST_REASON


# --- Numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        (" 12.5 ", "12.5"),
        ("+12.5", "12.5"),
        ("-3", "-3"),
        ("−3", "-3"),
        ("١٢٫٥", "12.5"),
        ("١٢،٥", "12.5"),
        ("۱۲٫۵", "12.5"),
        ("١٬٢٠٠٫٥", "1200.5"),
        ("1 200,5", "1200.5"),
        ("1\u202f200,5", "1200.5"),
        ("1\u2009200.5", "1200.5"),
        ("1\u00a0200", "1200"),
        ("1’200.5", "1200.5"),
        ("\u200f12.5\u200e", "12.5"),
        ("0,125", "0.125"),
        ("1.000", "1"),
        ("1000000", "1000000"),
    ],
)
def test_a_number_is_read_in_the_digits_and_with_the_signs_of_our_languages(typed: str, value: str) -> None:
    assert grading.typed_number(typed) == Decimal(value)


@pytest.mark.parametrize(
    "typed", ["twelve", "1.2.3", "1,200.5", "1e3", "NaN", "Infinity", "--1", "12 %", "½", "1" * 13]
)
def test_what_is_no_number_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(NoNumber, match="is no number"):
        grading.typed_number(typed)


@pytest.mark.parametrize("typed", ["1,200", "12,500", "-1,000", "١,٢٠٠"])
def test_what_some_read_as_a_thousand_and_some_as_one_is_asked_again(typed: str) -> None:
    with pytest.raises(NoNumber, match="in two ways"):
        grading.typed_number(typed)


def test_a_long_number_is_refused_before_it_is_stored() -> None:
    with pytest.raises(NoNumber):
        grading.typed_number("1" + " " * 100_000)


@pytest.mark.parametrize(
    ("typed", "right"),
    [("12", True), ("13", True), ("13,0", True), ("11.999999999", False), ("13.000000001", False), ("12.5", True)],
)
def test_the_ends_of_the_tolerance_are_right_and_nothing_beyond(typed: str, right: bool) -> None:
    assert grading.grade(kinds.QUESTIONS["numeric"], [typed]).right is right


def test_without_tolerance_only_the_number_itself_is_right() -> None:
    exact = kinds.QUESTIONS["numeric"] | {"answer": {"value": "0.3", "tolerance": "0"}}
    assert grading.grade(exact, ["0,30"]).right
    assert not grading.grade(exact, ["0.300000001"]).right


@given(st.decimals(-1000, 1000, places=3))
def test_a_number_is_right_up_to_the_tolerance(typed: Decimal) -> None:
    right = abs(typed - Decimal("12.5")) <= Decimal("0.5")
    assert grading.grade(kinds.QUESTIONS["numeric"], [str(typed)]).right is right


# --- Passing ----------------------------------------------------------------------------------------------------


def mark(key: str, credit: Fraction, scored: bool = True) -> Mark:
    return Mark(key, right=credit == 1, credit=credit, scored=scored)


@pytest.mark.parametrize(
    ("credits", "percent", "passed"),
    [
        ([Fraction(1), Fraction(1, 3), Fraction(2, 3)], 66, True),
        ([Fraction(1), Fraction(1, 3), Fraction(2, 3)], 67, False),
        ([Fraction(1, 3)] * 3, 33, True),
        ([Fraction(1, 3)] * 3, 34, False),
        ([Fraction(4, 5)] * 5, 80, True),
    ],
)
def test_parts_add_up_exactly(credits: list[Fraction], percent: int, passed: bool) -> None:
    marks = [mark(f"q{number}", credit) for number, credit in enumerate(credits)]
    assert grading.is_passed(marks, percent) is passed
    assert grading.points(marks) == sum(credits)


def test_what_is_not_graded_counts_neither_for_nor_against() -> None:
    marks = [mark("q1", Fraction(1)), mark("scale", Fraction(0), scored=False)]
    assert grading.is_passed(marks, 100)
    assert not grading.is_passed(marks[1:], 1)


@given(st.lists(st.fractions(0, 1), min_size=1, max_size=20), st.integers(1, 100))
def test_a_key_question_must_be_wholly_right(credits: list[Fraction], percent: int) -> None:
    marks = [mark(f"q{number}", credit) for number, credit in enumerate(credits)]
    enough = grading.is_passed(marks, percent)
    assert grading.is_passed(marks, percent, ["q0"]) == (enough and credits[0] == 1)
    assert grading.is_passed(marks, percent, ["not-drawn"]) == enough
