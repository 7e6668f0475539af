"""Counts of the survey are read quarter by quarter, and no two readings differ by fewer than k people."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from lms.reports.survey.releases import EVERYBODY, UNSAID, Count, Figure, Release, release

K = 10
QUARTERS = ("2026Q1", "2026Q2", "2026Q3", "2026Q4")
REACHED = frozenset({"good"})


def counts(*quarters: dict[str, tuple[int, int]], unsaid: tuple[int, ...] = ()) -> list[Count]:
    """For each quarter {group: (people in "good", people in "bad")}; everybody's counts follow from them."""
    found = []
    for place, (quarter, groups) in enumerate(zip(QUARTERS, quarters, strict=False)):
        for group, (good, bad) in groups.items():
            found += [Count(quarter, "age", group, "good", good), Count(quarter, "age", group, "bad", bad)]
        silent = unsaid[place] if place < len(unsaid) else 0
        found += [
            Count(quarter, EVERYBODY, EVERYBODY, "good", sum(good for good, _bad in groups.values())),
            Count(quarter, EVERYBODY, EVERYBODY, "bad", sum(bad for _good, bad in groups.values()) + silent),
        ]
    return found


def people(found: Release | None, attribute: str = "age") -> dict[str, int | None]:
    assert found
    return {group: each.people if each else None for group, each in found.figures[attribute].items()}


def test_nothing_is_read_of_a_quarter_that_is_not_over() -> None:
    rows = counts({"young": (20, 20)})
    assert release(rows, REACHED, "2026Q1", K) is None
    found = release(rows, REACHED, "2026Q2", K)
    assert found
    assert found.quarter == "2026Q1"
    assert found.figures["age"]["young"] == Figure(40, found.figures["age"]["young"].share, 20)  # type: ignore[union-attr]
    assert found.figures["age"]["young"].share.percent == 50  # type: ignore[union-attr]


def test_fewer_than_k_answers_wait() -> None:
    rows = counts({"young": (4, 5)}, {"young": (1, 0)})
    assert release(rows, REACHED, "2026Q2", K) is None
    assert people(release(rows, REACHED, "2026Q3", K)) == {"young": 10}


def test_a_quarter_with_a_few_new_answers_waits_for_the_next() -> None:
    rows = counts({"young": (20, 0)}, {"young": (3, 0)}, {"young": (7, 0)})
    for before, expected in (("2026Q2", 20), ("2026Q3", 20), ("2026Q4", 30)):
        assert people(release(rows, REACHED, before, K)) == {"young": expected}


def test_who_does_not_say_is_a_group_that_can_be_taken_away_too() -> None:
    rows = counts({"young": (20, 0), "old": (15, 0)}, unsaid=(3,))
    assert people(release(rows, REACHED, "2026Q2", K)) == {"young": 20, "old": None, UNSAID: None}
    assert people(release(rows, REACHED, "2026Q2", K), EVERYBODY) == {EVERYBODY: 38}


def test_a_question_that_is_asked_later_leaves_those_before_it_unsaid() -> None:
    early = [Count("2026Q1", EVERYBODY, EVERYBODY, "good", 30)]
    rows = early + counts({}, {"young": (20, 0)})
    assert people(release(rows, REACHED, "2026Q3", K)) == {"young": 20, UNSAID: 30}


def test_the_few_of_a_known_whole_who_did_not_answer_are_not_told_by_subtraction() -> None:
    rows = counts({"young": (40, 0)})
    assert release(rows, REACHED, "2026Q2", K, [("2026Q1", 45)]) is None
    for whole in (40, 50):
        assert people(release(rows, REACHED, "2026Q2", K, [("2026Q1", whole)])) == {"young": 40}


def test_a_whole_that_was_published_earlier_is_remembered_by_those_who_read_it() -> None:
    rows = [*counts({"young": (20, 0)}), *counts({}, {"young": (20, 0)})]
    for wholes in ([("2026Q2", 45), ("2026Q3", 70)], [("2026Q3", 45), ("2026Q2", 45)]):
        assert people(release(rows, REACHED, "2026Q3", K, wholes)) == {"young": 20}
    grown = [("2026Q1", 45), ("2026Q2", 70)]  # in the first quarter nobody of the second had answered
    assert people(release(rows, REACHED, "2026Q3", K, grown)) == {"young": 40}


def test_those_who_do_not_say_are_compared_with_everybody_before_the_question_was_asked() -> None:
    rows = [Count("2026Q1", EVERYBODY, EVERYBODY, "good", 30), *counts({}, {"young": (17, 0)}, unsaid=(0, 3))]
    found = release(rows, REACHED, "2026Q3", K)
    assert people(found, EVERYBODY) == {EVERYBODY: 30}  # 33 who did not say less 30 were 3
    assert found
    assert set(found.figures) == {EVERYBODY}


def test_what_was_shown_before_the_whole_shrank_is_still_compared_with() -> None:
    rows = counts({"young": (40, 0)}, {"young": (3, 0)})
    assert people(release(rows, REACHED, "2026Q2", K, [("2026Q1", 60)])) == {"young": 40}
    assert release(rows, REACHED, "2026Q3", K, [("2026Q1", 43)]) is None


def test_a_group_near_none_or_all_is_not_told_by_taking_the_other_from_everybody() -> None:
    found = release(counts({"young": (20, 0), "old": (15, 15)}), REACHED, "2026Q2", K)
    assert people(found) == {"young": 20, "old": None}


def test_shares_near_the_ends_are_bands() -> None:
    found = release(counts({"young": (20, 0)}), REACHED, "2026Q2", K)
    assert found
    figure = found.figures["age"]["young"]
    assert figure
    assert (figure.share.kind, figure.share.percent) == ("above", 90)


def shown_sets(found: Release) -> list[frozenset[str]]:
    """Whom each shown figure is about. Groups only grow, so the first n of a group are those of the earlier figure."""
    age = found.figures["age"]
    return [frozenset(f"{group}{number}" for number in range(figure.people)) for group, figure in age.items() if figure]


@given(st.lists(st.fixed_dictionaries({name: st.integers(0, 25) for name in "ABC"}), min_size=1, max_size=4))
def test_no_sums_of_figures_differ_by_fewer_than_k(quarters: list[dict[str, int]]) -> None:
    rows = counts(*({group: (number, 0) for group, number in each.items()} for each in quarters))
    seen: dict[str, Release] = {}
    for before in (*QUARTERS[1:], "2027Q1"):
        found = release(rows, REACHED, before, K)
        if found:
            seen[found.quarter] = found
    known = []
    for quarter, found in seen.items():
        sums = {name: sum(each[name] for each in quarters[: QUARTERS.index(quarter) + 1]) for name in "ABC"}
        everybody = frozenset(f"{name}{number}" for name, size in sums.items() for number in range(size))
        assert found.figures[EVERYBODY][EVERYBODY]
        known.append([everybody, *shown_sets(found)])
    for one, other in combinations([unions(sets) for sets in known], 2):
        for left in one:
            for right in other:
                for gap in (left - right, right - left) if left <= right or right <= left else ():
                    assert not 0 < len(gap) < K
    for sets in known:
        for each in unions(sets[1:]):
            assert not 0 < len(sets[0] - each) < K


def unions(sets: list[frozenset[str]]) -> set[frozenset[str]]:
    return {frozenset().union(*chosen) for size in range(1, len(sets) + 1) for chosen in combinations(sets, size)}
