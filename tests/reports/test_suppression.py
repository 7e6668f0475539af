"""Figures about groups: none may tell of fewer than k people, alone or by subtraction."""

from __future__ import annotations

from itertools import chain, combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.reports.suppression import (
    K_PERFORMANCE,
    K_THEMES,
    Groups,
    Leak,
    Published,
    Share,
    leaks,
    share,
    suppress,
    veil,
)

VECTOR = {"A": 12, "B": 7, "C": 4}
tables = st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 40), max_size=8)
ks = st.integers(2, 15)


def people(*numbers: int) -> frozenset[str]:
    return frozenset(f"p{number}" for number in numbers)


def groups(cells: dict[str, int]) -> dict[str, frozenset[str]]:
    """Groups of these sizes, nobody in two of them."""
    ends = {name: sum(list(cells.values())[: place + 1]) for place, name in enumerate(cells)}
    return {name: people(*range(ends[name] - size, ends[name])) for name, size in cells.items()}


def test_the_vector_for_themes() -> None:
    shown = suppress(VECTOR, K_THEMES)
    assert shown == Published(cells={"A": 12, "B": None, "C": None}, total=23, rest=11)


def test_the_vector_for_performance() -> None:
    shown = suppress(VECTOR, K_PERFORMANCE)
    assert shown == Published(cells={"A": 12, "B": None, "C": None}, total=23, rest=11)


def test_without_a_total_only_small_groups_hide() -> None:
    assert suppress(VECTOR, 5, with_total=False) == Published({"A": 12, "B": 7, "C": None}, total=None, rest=None)
    assert suppress(VECTOR, 10, with_total=False) == Published({"A": 12, "B": None, "C": None}, total=None, rest=11)


def test_two_small_groups_that_are_small_together_take_a_third_with_them() -> None:
    assert suppress({"A": 30, "B": 20, "C": 3, "D": 2}, 10) == Published(
        {"A": 30, "B": None, "C": None, "D": None}, total=55, rest=25
    )


def test_a_group_of_k_is_shown_and_a_small_company_shows_nothing() -> None:
    assert suppress({"A": 10, "B": 11}, 10) == Published({"A": 10, "B": 11}, total=21, rest=None)
    assert suppress({"A": 5, "B": 4}, 10) == Published({"A": None, "B": None}, total=None, rest=None)
    assert suppress({}, 10) == Published({}, total=None, rest=None)


def test_a_group_of_nobody_hides_with_another() -> None:
    assert suppress({"A": 12, "B": 0, "C": 15}, 10) == Published({"A": None, "B": None, "C": 15}, total=27, rest=12)


@given(tables, ks)
def test_nothing_shown_or_subtracted_is_below_k(cells: dict[str, int], k: int) -> None:
    published = suppress(cells, k)
    shown = [number for number in published.cells.values() if number is not None]
    assert all(number >= k for number in shown)
    hidden = [name for name, number in published.cells.items() if number is None]
    if published.total is not None and hidden:
        assert len(hidden) >= 2
        assert published.total - sum(shown) == published.rest
        assert published.rest is not None
        assert published.rest >= k
    if published.total is None:
        assert not shown


@given(tables, ks)
def test_no_more_hides_than_must(cells: dict[str, int], k: int) -> None:
    hidden = {name for name, number in suppress(cells, k).cells.items() if number is None}
    small = {name for name, number in cells.items() if number < k}
    assert small <= hidden
    companions = sorted(hidden - small, key=lambda name: (cells[name], name))
    if companions:
        without_last = hidden - {companions[-1]}
        assert len(without_last) < 2 or sum(cells[name] for name in without_last) < k
        assert all(cells[name] >= cells[companions[-1]] for name in set(cells) - hidden)
    elif not small:
        assert not hidden


@given(tables, ks)
def test_a_suppressed_table_does_not_leak_against_its_total(cells: dict[str, int], k: int) -> None:
    published, members = suppress(cells, k), groups(cells)
    if published.total is not None:
        everyone = {"all": frozenset().union(*members.values())}
        shown = {name: members[name] for name, number in published.cells.items() if number is not None}
        assert leaks({"total": everyone}, shown, k) == []


@pytest.mark.parametrize(
    ("count", "of", "shown"),
    [
        (0, 40, Share("below", 5)),
        (1, 40, Share("below", 5)),
        (2, 40, Share("about", 5)),
        (38, 40, Share("about", 95)),
        (39, 40, Share("above", 95)),
        (40, 40, Share("above", 95)),
        (0, 10, Share("below", 20)),
        (1, 10, Share("below", 20)),
        (2, 10, Share("about", 20)),
        (20, 20, Share("above", 90)),
        (18, 20, Share("about", 90)),
        (1, 8, None),
        (1, 11, Share("below", 19)),
        (7, 8 * 5, Share("about", 18)),  # 17.5
        (0, 0, None),
    ],
)
def test_shares_near_none_and_all_are_bands(count: int, of: int, shown: Share | None) -> None:
    assert share(count, of, K_PERFORMANCE) == shown


@given(st.integers(10, 400).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_no_share_is_shown_as_none_or_all_and_each_is_near_the_truth(pair: tuple[int, int]) -> None:
    count, of = pair
    shown = share(count, of, 10)
    assert shown is not None
    assert 5 <= shown.percent <= 95
    exact = 100 * count / of
    near = {"below": exact < shown.percent, "above": exact > shown.percent, "about": abs(exact - shown.percent) <= 0.5}
    assert near[shown.kind]


@given(st.integers(10, 400))
def test_no_band_means_one_number_alone(of: int) -> None:
    shown = [share(count, of, 10) for count in range(of + 1)]
    assert all(shown.count(each) >= 2 for each in shown if each and each.kind != "about")


def test_a_band_is_not_undone_by_taking_the_other_groups_from_the_whole() -> None:
    assert veil({"A": (20, 20), "B": (15, 30)}, (), 10) == {"B"}  # 35 of 50 less 15 of 30 were 20 of 20
    assert veil({"A": (20, 20), "B": (15, 30), "C": (12, 25)}, (), 10) == {"C"}
    assert veil({"A": (20, 20), "B": (15, 30), "C": (3, 12)}, {"C"}, 10) == {"C"}
    assert veil({"A": (15, 20), "B": (15, 30)}, (), 10) == set()  # nothing is near none or all
    assert veil({"A": (9, 10), "B": (9, 10)}, (), 10) == {"A"}  # of two over 80 % 18 of 20 would tell 9 and 9
    assert veil({"A": (8, 10), "B": (90, 90)}, (), 10) == set()  # the whole is a band itself
    assert veil({"A": (8, 10), "B": (90, 90)}, (), 10, exact=True) == {"A"}


halves = st.integers(10, 14).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(st.dictionaries(st.sampled_from("ABC"), halves, min_size=1))
def test_whatever_is_shown_each_band_means_two_numbers_or_more(shares: dict[str, tuple[int, int]]) -> None:
    veiled = veil(shares, (), 10)
    names = sorted(shares)

    def seen(counts: tuple[int, ...]) -> list[Share | None]:
        parts = [
            None if name in veiled else share(count, shares[name][1], 10)
            for name, count in zip(names, counts, strict=True)
        ]
        return [*parts, share(sum(counts), sum(of for _count, of in shares.values()), 10)]

    truth = seen(tuple(shares[name][0] for name in names))
    ranges = [range(shares[name][1] + 1) for name in names]
    possible = [counts for counts in product(*ranges) if seen(counts) == truth]
    for place, shown in enumerate(truth[:-1]):
        if shown is None or shown.kind != "about":
            assert len({counts[place] for counts in possible}) > 1
    if truth[-1] and truth[-1].kind != "about":
        assert len({sum(counts) for counts in possible}) > 1


@pytest.mark.parametrize(("count", "of"), [(-1, 20), (21, 20)])
def test_an_impossible_share_is_refused(count: int, of: int) -> None:
    with pytest.raises(ValueError, match=f"{count} of {of} people is no share"):
        share(count, of, 10)


def test_a_parent_less_its_children_is_found() -> None:
    """The vector once more: 23 less 12 less 7 are the 4 of C."""
    members = groups(VECTOR)
    company = {"company": frozenset().union(*members.values())}
    assert leaks({"March": company}, {"A": members["A"], "B": members["B"]}, 5) == [
        Leak("March", ("company",), ("A", "B"), 4)
    ]
    assert leaks({"March": company}, {"A": members["A"]}, 5) == []


def test_the_one_who_joined_since_last_week_is_not_told() -> None:
    last, this = {"sales": people(*range(12))}, {"sales": people(*range(13))}
    assert leaks({"week 31": last}, this, 10) == [Leak("week 31", ("sales",), ("sales",), 1)]
    assert leaks({"week 31": last}, last, 10) == []
    assert leaks({"week 31": last}, {"sales": people(*range(22))}, 10) == []


def test_two_who_changed_places_are_not_told() -> None:
    last = {"sales": people(*range(20)), "legal": people(*range(20, 40))}
    this = {"sales": people(0, *range(2, 20), 20), "legal": people(1, *range(21, 40))}
    assert [leak.people for leak in leaks({"week 31": last}, this, 10)] == [2]


def test_every_saved_report_is_compared_and_named() -> None:
    new = {"A": people(*range(20))}
    saved = {"near": {"A": people(*range(19))}, "same": new, "far": {"A": people(*range(50, 70))}}
    assert [leak.report for leak in leaks(saved, new, 10)] == ["near"]
    assert leaks({}, new, 10) == []
    assert leaks({"empty": {}}, {}, 10) == []


def test_a_small_group_by_itself_is_found() -> None:
    assert leaks({"empty": {}}, {"A": people(1, 2, 3), "B": people(*range(10, 30))}, 10) == [
        Leak("empty", (), ("A",), 3)
    ]


@st.composite
def partitions(draw: st.DrawFn) -> Groups:
    """Up to four groups of some of 14 people."""
    places = draw(st.lists(st.sampled_from(["", "A", "B", "C", "D"]), min_size=14, max_size=14))
    names = sorted(set(places) - {""})
    return {name: people(*(number for number, place in enumerate(places) if place == name)) for name in names}


@given(partitions(), partitions(), st.integers(2, 8))
def test_leaks_are_what_trying_every_subtraction_finds(saved: Groups, new: Groups, k: int) -> None:
    smallest = min(
        (len(one ^ other) for one in sums(saved) for other in sums(new) if one != other),
        default=k,
    )
    found = leaks({"saved": saved}, new, k)
    assert [leak.people for leak in found] == ([smallest] if smallest < k else [])
    for leak in found:
        one = frozenset().union(*(saved[name] for name in leak.saved))
        other = frozenset().union(*(new[name] for name in leak.new))
        assert len(one ^ other) == leak.people


def sums(shown: Groups) -> list[frozenset[str]]:
    choices = chain.from_iterable(combinations(shown.values(), size) for size in range(len(shown) + 1))
    return [frozenset().union(*choice) for choice in choices]


def test_groups_that_share_people_are_refused() -> None:
    with pytest.raises(ValueError, match="Groups 'A' and 'B' share people"):
        leaks({"saved": {}}, {"A": people(1, 2), "B": people(2, 3)}, 10)


@pytest.mark.parametrize("k", [1, 0, -3])
def test_a_k_that_protects_nobody_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="figures about single people"):
        suppress(VECTOR, k)
    with pytest.raises(ValueError, match="figures about single people"):
        share(1, 20, k)
    with pytest.raises(ValueError, match="figures about single people"):
        leaks({}, {}, k)


def test_a_negative_number_of_people_is_refused() -> None:
    with pytest.raises(ValueError, match="fewer than 0 people"):
        suppress({"A": -1}, 10)
