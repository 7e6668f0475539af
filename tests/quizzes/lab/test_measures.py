"""The measures of reliance: the published vector, the invariants, and what is undefined."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.lab.intervals import AnswerChange, Proportion
from quizzes.lab.measures import DecidedTrial, Measures, block_measures
from tests.quizzes.lab.blocks import FORM, blocks, decided_by, stubborn, trial, vector

BINARY = [0, 1]
WORDS = ["fine", "late", "double"]
SIXTH = 5.1e-7


def test_the_vector() -> None:
    measures = block_measures(vector(), problem=1)
    rates = {
        field.name: (value.count, value.of)
        for field in fields(measures)
        if isinstance(value := getattr(measures, field.name), Proportion)
    }
    assert rates == {
        "accuracy_initial": (16, 24),
        "accuracy_advice": (16, 24),
        "accuracy_final": (18, 24),
        "accuracy_unaided": (0, 0),
        "rair": (4, 6),
        "rsr": (3, 6),
        "changed": (3, 6),  # 1100 and 0011
        "changed_away": (0, 10),
        "over": (4, 8),
        "under": (2, 16),
        "switched": (7, 12),
        "agreed": (18, 24),
        "omission": (2, 4),
        "commission": (2, 4),
        "third_answers": (1, 24),  # 0110 alone
    }
    assert measures.change == AnswerChange(rescued=5, talked_out=3)
    assert measures.detection.d_prime == pytest.approx(1.049131, abs=SIXTH)
    assert measures.detection.c == pytest.approx(0.524566, abs=SIXTH)
    assert measures.complementarity == pytest.approx(2 / 24, abs=SIXTH)
    assert measures.rair.value == pytest.approx(0.666667, abs=SIXTH)


@given(blocks(BINARY))
def test_i1_accuracy_follows_from_reliance(trials: list[DecidedTrial]) -> None:
    m = block_measures(trials, problem=1)
    assert m.accuracy_final.count == (m.under.of - m.under.count) + (m.over.of - m.over.count)


@given(st.one_of(blocks(BINARY), blocks(WORDS)))
def test_i2_chances_to_rely_are_never_more_than_the_advices(trials: list[DecidedTrial]) -> None:
    m = block_measures(trials, problem=None)
    assert m.rair.count <= m.rair.of <= m.under.of
    assert m.rsr.count <= m.rsr.of <= m.over.of
    assert m.over.of + m.under.of == m.agreed.of == len(trials)


@given(blocks(BINARY))
def test_i3_wrong_advice_is_refused_or_followed(trials: list[DecidedTrial]) -> None:
    m = block_measures(trials, problem=1)
    assert m.detection.hits.count == m.over.of - m.over.count
    assert m.detection.false_rejections == m.under


@given(blocks(BINARY))
def test_i4_swapped_labels_swap_omission_with_commission_and_nothing_else(trials: list[DecidedTrial]) -> None:
    swapped = [trial(number, 1 - t.truth, 1 - t.initial, 1 - t.advice, 1 - t.final) for number, t in enumerate(trials)]
    m = block_measures(trials, problem=1)
    assert block_measures(swapped, problem=1) == replace(m, omission=m.commission, commission=m.omission)


@given(blocks(BINARY), st.permutations(range(30)))
def test_neither_order_nor_words_matter(trials: list[DecidedTrial], order: list[int]) -> None:
    words = {0: "in order", 1: "breaks a rule"}
    renamed = [
        DecidedTrial(
            case=t.case, truth=words[t.truth], initial=words[t.initial], advice=words[t.advice], final=words[t.final]
        )
        for _, t in sorted(zip(order, trials, strict=False), key=lambda pair: pair[0])
    ]
    assert block_measures(renamed, problem="breaks a rule") == block_measures(trials, problem=1)


@given(blocks(BINARY))
def test_i5_accepting_or_refusing_everything(trials: list[DecidedTrial]) -> None:
    accepted = block_measures([replace(t, final=t.advice) for t in trials], problem=1)
    assert accepted.over.count == accepted.over.of
    assert accepted.under.count == 0
    refused = block_measures([replace(t, final=1 - t.advice) for t in trials], problem=1)
    assert refused.over.count == 0
    assert refused.under.count == refused.under.of


def test_i5_on_a_form() -> None:
    accepted = block_measures(decided_by(lambda truth, advice: advice), problem=1)
    refused = block_measures(decided_by(lambda truth, advice: 1 - advice), problem=1)
    assert (accepted.over.value, accepted.under.value) == (1, 0)
    assert (refused.over.value, refused.under.value) == (0, 1)
    for nothing_told_apart in (accepted, refused):
        # The correction leaves a little: 8 and 16 trials do not shrink 0 and 1 alike.
        assert nothing_told_apart.detection.d_prime == pytest.approx(0, abs=0.31)
    assert accepted.detection.c is not None
    assert refused.detection.c is not None
    assert refused.detection.c < 0 < accepted.detection.c


@given(st.one_of(blocks(BINARY), blocks(WORDS)))
def test_every_measure_agrees_with_its_formula(trials: list[DecidedTrial]) -> None:
    """The formulas, written once more as sets of (t, i, a, f)."""
    rows = [(x.truth, x.initial, x.advice, x.final) for x in trials]
    problem = trials[0].truth if trials else 1
    m = block_measures(trials, problem=problem)

    def rate(of: list[bool], count: list[bool]) -> Proportion:
        return Proportion(sum(a and b for a, b in zip(of, count, strict=True)), sum(of))

    assert m.rair == rate([i != t and a == t for t, i, a, f in rows], [f == a for t, i, a, f in rows])
    assert m.rsr == rate([i == t and a != t for t, i, a, f in rows], [f == i for t, i, a, f in rows])
    assert m.changed == rate([i == t and a != t for t, i, a, f in rows], [f == a for t, i, a, f in rows])
    assert m.changed_away == rate([i == t and a == t for t, i, a, f in rows], [f != t for t, i, a, f in rows])
    assert m.over == rate([a != t for t, i, a, f in rows], [f == a for t, i, a, f in rows])
    assert m.under == rate([a == t for t, i, a, f in rows], [f != a for t, i, a, f in rows])
    assert m.switched == rate([i != a for t, i, a, f in rows], [f == a for t, i, a, f in rows])
    assert m.third_answers == rate([True] * len(rows), [f not in (i, a) for t, i, a, f in rows])
    p = problem
    assert m.omission == rate([t == p and a != p for t, i, a, f in rows], [f != p for t, i, a, f in rows])
    assert m.commission == rate([t != p and a == p for t, i, a, f in rows], [f == p for t, i, a, f in rows])
    if rows:
        right = [sum(row[0] == row[place] for row in rows) for place in (1, 2, 3)]
        exact = Fraction(right[2], len(rows)) - max(Fraction(right[0], len(rows)), Fraction(right[1], len(rows)))
        assert m.complementarity == float(exact)


@given(st.one_of(blocks(BINARY), blocks(WORDS)))
def test_a_paired_change_is_the_change_of_accuracy(trials: list[DecidedTrial]) -> None:
    m = block_measures(trials, problem=None)
    moved = (m.change.rescued - m.change.talked_out) if m.change else 0
    assert moved == m.accuracy_final.count - m.accuracy_initial.count


def test_a_third_answer_keeps_nothing_and_follows_nothing() -> None:
    m = block_measures(
        [trial(1, "fine", "fine", "late", "double"), trial(2, "fine", "late", "fine", "double")], problem=None
    )
    assert m.third_answers == Proportion(2, 2)
    assert (m.rsr, m.over) == (Proportion(0, 1), Proportion(0, 1))
    assert (m.rair, m.under) == (Proportion(0, 1), Proportion(1, 1))
    assert m.accuracy_final.count == 0  # I1 would say 1: it holds for two labels only


def test_without_trials_everything_is_undefined() -> None:
    assert_undefined(block_measures([], problem=1), {field.name for field in fields(Measures)} - {"detection"})


@given(blocks(BINARY, first_answers=False))
def test_advice_shown_with_the_case_leaves_first_answers_undefined(trials: list[DecidedTrial]) -> None:
    m = block_measures(trials, problem=1)
    undefined = {"accuracy_initial", "rair", "rsr", "changed", "changed_away", "switched", "third_answers"}
    assert_undefined(m, undefined | {"change", "complementarity"})
    assert {each.kind for each in trials} <= {None}
    answered = block_measures([replace(t, initial=t.truth) for t in trials], problem=1)
    for name in ("accuracy_advice", "accuracy_final", "over", "under", "agreed", "omission", "commission", "detection"):
        assert getattr(m, name) == getattr(answered, name)


def assert_undefined(measures: Measures, names: set[str]) -> None:
    for name in names:
        value = getattr(measures, name)
        assert (value.value if isinstance(value, Proportion) else value) is None, name


def test_a_perfect_first_answer_leaves_rair_undefined_not_zero() -> None:
    m = block_measures(decided_by(lambda truth, advice: truth), problem=1)
    assert (m.rair.value, m.rair.interval) == (None, None)
    assert m.rsr.value == 1


def test_only_right_advice_leaves_the_other_side_undefined() -> None:
    m = block_measures([trial(1, 1, 1, 1, 1), trial(2, 0, 0, 0, 0)], problem=1)
    assert (m.over.value, m.omission.value, m.commission.value, m.detection.d_prime) == (None, None, None, None)
    assert m.under.value == 0


def test_omission_and_commission_need_to_know_what_a_problem_is() -> None:
    m = block_measures(vector(), problem=None)
    assert (m.omission.value, m.commission.value) == (None, None)
    assert m == replace(block_measures(vector(), problem=1), omission=m.omission, commission=m.commission)


def test_cases_without_advice_count_as_unaided_and_nowhere_else() -> None:
    silent = [
        trial(101, 1, None, None, 1),
        trial(102, 0, None, None, 0),
        trial(103, 1, 0, None, 0),
        trial(104, 0, None, None, 0),
    ]
    with_silent, without = block_measures(vector() + silent, problem=1), block_measures(vector(), problem=1)
    assert with_silent.accuracy_unaided == Proportion(3, 4)
    assert with_silent == replace(without, accuracy_unaided=Proportion(3, 4))


def test_a_case_counted_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="Case A03 is in this block more than once"):
        block_measures([trial(3, 1, 1, 1, 1), trial(4, 1, 1, 1, 1), trial(3, 1, 1, 0, 1)], problem=1)


def test_half_a_block_without_first_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="measure the two apart"):
        block_measures([trial(1, 1, 1, 1, 1), trial(2, 1, None, 1, 1)], problem=1)


def test_the_form_of_these_tests_is_balanced() -> None:
    assert [FORM.count(pair) for pair in ((1, 1), (0, 0), (1, 0), (0, 1))] == [8, 8, 4, 4]


# --- Eight kinds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tiaf", "kind"),
    [
        ("1100", "changed-to-wrong"),
        ("1000", "error-confirmed"),
        ("1001", "put-right"),
        ("1101", "stood-firm"),
        ("1110", "changed-from-right"),
        ("1010", "error-kept"),
        ("1011", "taken-over"),
        ("1111", "right-confirmed"),
    ],
)
def test_every_pattern_has_its_kind(tiaf: str, kind: str) -> None:
    """Truth, first answer, advice, final answer; and the same with the labels the other way round."""
    assert trial(1, *map(int, tiaf)).kind == kind
    assert trial(1, *(1 - int(label) for label in tiaf)).kind == kind


@given(blocks(BINARY))
def test_the_kinds_add_up_to_the_counts(trials: list[DecidedTrial]) -> None:
    met = Counter(each.kind for each in trials)
    m = block_measures(trials, problem=1)
    assert sum(met.values()) == len(trials)
    assert None not in met
    assert met["changed-to-wrong"] + met["error-confirmed"] == m.over.count
    assert met["changed-from-right"] + met["error-kept"] == m.under.count
    assert (met["changed-to-wrong"], met["stood-firm"]) == (m.changed.count, m.rsr.count)
    assert (met["taken-over"], met["changed-from-right"]) == (m.rair.count, m.changed_away.count)


def test_who_never_changes_an_answer_is_not_changed_by_advice() -> None:
    """Three errors of one's own where the advice was wrong too: an outcome of 3 of 8, an influence of 0 of 5."""
    found = block_measures(stubborn(errors=3), problem=1)
    assert (found.over, found.changed, found.rsr) == (Proportion(3, 8), Proportion(0, 5), Proportion(5, 5))
