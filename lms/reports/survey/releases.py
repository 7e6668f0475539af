"""Which counts of the survey may be read: closed quarters together, and never so few new answers that they tell of
somebody. Pure, no Django.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lms.reports.suppression import Published, Share, leaks, share, suppress, veil

EVERYBODY = ""
"""The attribute and the group of all who answered."""
UNSAID = "unsaid"
"""The group of those who answered and did not say which group they are in."""

Sets = dict[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Count:
    """So many people of a group were in a band, in a quarter ("2026Q3")."""

    quarter: str
    attribute: str
    group: str
    band: str
    people: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A group of `people`, and the share of them in the bands that count as reached: `reached` of them."""

    people: int
    share: Share
    reached: int


@dataclass(frozen=True, slots=True)
class Release:
    """All answers up to the end of `quarter`: {attribute: {group: figure}}, with EVERYBODY for both.

    None in place of a figure: fewer than k people, or hidden for them or for a share near none or all.
    """

    quarter: str
    figures: Mapping[str, Mapping[str, Figure | None]]


@dataclass(slots=True)
class Sums:
    """{group: people}, and those of them in a band that counts as reached."""

    people: Counter[str]
    good: Counter[str]


def release(
    counts: Iterable[Count], reached: frozenset[str], before: str, k: int, wholes: Sequence[tuple[str, int]] = ()
) -> Release | None:
    """The newest that may be read of the quarters before `before`, or None.

    A quarter whose answers would change a shown figure by fewer than `k` people waits for the next. The same counts
    always give the same releases, so nothing needs to be remembered. `wholes` = (quarter, of how many people the same
    figure was published elsewhere in it): those of them who did not answer must not be told by subtraction.
    """
    rows = [row for row in counts if row.quarter < before]
    attributes = {row.attribute for row in rows}
    saved: dict[str, dict[str, Sets]] = defaultdict(dict)
    found: Release | None = None
    for quarter in sorted({row.quarter for row in rows}):
        sums = summed([row for row in rows if row.quarter <= quarter], attributes, reached)
        shown = {attribute: suppress(each.people, k) for attribute, each in sums.items()}
        members = {attribute: shown_members(each, shown[attribute]) for attribute, each in sums.items()}
        if members.get(EVERYBODY) and not any(leaks(saved[name], sets, k) for name, sets in members.items()):
            for attribute, sets in members.items():
                saved[attribute][quarter] = sets
                saved[attribute][f"{quarter} all"] = everybody(sums[attribute])
            # It counts as shown even where the few who did not answer hold it back: it may have been shown before.
            answered = sums[EVERYBODY].people.total()
            if not any(at >= quarter and 0 < whole - answered < k for at, whole in wholes):
                asked = {name: each for name, each in sums.items() if set(each.people) != {UNSAID}}
                found = Release(quarter, {name: figures(each, shown[name], k) for name, each in asked.items()})
    return found


def summed(rows: Sequence[Count], attributes: Iterable[str], reached: frozenset[str]) -> dict[str, Sums]:
    """{attribute: sums}. Whoever is in no group of an attribute is in UNSAID, whether asked, or not yet asked."""
    sums = {attribute: Sums(Counter(), Counter()) for attribute in (EVERYBODY, *attributes)}
    for row in rows:
        sums[row.attribute].people[row.group] += row.people
        sums[row.attribute].good[row.group] += row.people * (row.band in reached)
    every = sums[EVERYBODY]
    for attribute, each in sums.items():
        if attribute != EVERYBODY and each.people.total() < every.people.total():
            each.people[UNSAID] = every.people.total() - each.people.total()
            each.good[UNSAID] = every.good.total() - each.good.total()
    return sums


def shown_members(sums: Sums, published: Published) -> Sets:
    """The shown groups with a stand-in for each of their people: a group only grows, so numbers stand for people."""
    return {name: stand_ins(name, people) for name, people in sums.people.items() if published.cells[name] is not None}


def everybody(sums: Sums) -> Sets:
    return {EVERYBODY: frozenset().union(*(stand_ins(name, people) for name, people in sums.people.items()))}


def stand_ins(name: str, people: int) -> frozenset[str]:
    return frozenset(f"{name}/{number}" for number in range(people))


def figures(sums: Sums, published: Published, k: int) -> dict[str, Figure | None]:
    hidden = [name for name, people in published.cells.items() if people is None]
    veiled = veil({name: (sums.good[name], people) for name, people in sums.people.items()}, hidden, k)
    found: dict[str, Figure | None] = {}
    for name, people in sums.people.items():
        of = share(sums.good[name], people, k) if name not in veiled else None
        found[name] = Figure(people, of, sums.good[name]) if of else None
    return found
