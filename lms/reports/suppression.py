"""Which figures about groups may be shown, so that no figure tells of fewer than k people. Pure, no Django.

Four rules: a group under k is hidden; where a total is shown, the next smallest group hides with it, until those hidden
are two or more and together k or more; shares near 0 and 100 % are shown as bands, which no subtraction undoes; and no
two reports may differ by a few people, who would be the difference. Known limits: who knows these rules can narrow a
hidden number (not tell it), and `leaks` compares reports two at a time, not three together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

K_PERFORMANCE = 10
K_THEMES = 5
LOWEST = 5  # per cent
FEWEST = 2  # people: a band that held one number alone would be that number

Groups = Mapping[str, frozenset[str]]
"""The groups one report shows: {name of the group: keys of its people}. Nobody is in two of them."""
Side = Literal["saved", "new", "outside"]
Node = tuple[Side, str]
Graph = dict[Node, Counter[Node]]

OUTSIDE: Node = ("outside", "")


@dataclass(frozen=True, slots=True)
class Published:
    """Numbers of people fit to be shown; None is hidden, and nothing tells which rule hid it: that would narrow it.

    `rest` is the sum of all hidden groups, which may be shown as one group; None where it may not or none is hidden.
    """

    cells: Mapping[str, int | None]
    total: int | None
    rest: int | None


def suppress(cells: Mapping[str, int], k: int, *, with_total: bool = True) -> Published:
    """What may be shown of the numbers of people in `cells`, which share nobody; {name: people}.

    A group of nobody counts as a small one: leave groups out that nobody can be in. Groups of one size hide in the
    order of their names, so the same numbers always give the same table. ValueError for a negative number or k < 2.
    """
    _check_k(k)
    if cells and min(cells.values()) < 0:
        raise ValueError("A group cannot have fewer than 0 people: check the numbers.")
    hidden = _hidden(cells, k, with_total)
    rest = sum(cells[name] for name in hidden)
    total = sum(cells.values())
    return Published(
        cells={name: None if name in hidden else people for name, people in cells.items()},
        total=total if with_total and total >= k else None,
        rest=rest if len(hidden) > 1 and rest >= k else None,
    )


def _hidden(cells: Mapping[str, int], k: int, with_total: bool) -> set[str]:
    smallest_first = sorted(cells, key=lambda name: (cells[name], name))
    count = sum(people < k for people in cells.values())
    if count and with_total:
        # One small group alone is under k, so this hides at least two.
        while count < len(cells) and sum(cells[name] for name in smallest_first[:count]) < k:
            count += 1
    return set(smallest_first[:count])


@dataclass(frozen=True, slots=True)
class Share:
    """A share fit to be shown, in whole per cent: `below` or `above` a limit, or `about` what it is."""

    kind: Literal["below", "about", "above"]
    percent: int


def share(people: int, of: int, k: int) -> Share | None:
    """The share that `people` are of a group `of` people; None under k. More people than the group raise ValueError.

    Everything beyond 5 and 95 % is in the band, not 0 and 100 % alone: else the band would mean just these. For the
    same reason the bands of fewer than 40 people are wider.
    """
    _check_k(k)
    if not 0 <= people <= of:
        raise ValueError(f"{people} of {of} people is no share: give a number from 0 to the size of the group.")
    if of < k:
        return None
    limit = lowest(of)
    if people * 100 < limit * of:
        return Share("below", limit)
    if people * 100 > (100 - limit) * of:
        return Share("above", 100 - limit)
    return Share("about", (people * 200 + of) // (2 * of))  # halves go up


def lowest(of: int) -> int:
    """The per cent under which shares of a group `of` people are a band; over 100 less it likewise."""
    return max(LOWEST, -(-100 * FEWEST // of))


def veil(shares: Mapping[str, tuple[int, int]], hidden: Collection[str], k: int, *, exact: bool = False) -> set[str]:
    """The groups whose share hides so that no band is told by subtraction; {group: (people who reached it, people)}.

    `hidden` groups are hidden already. The groups make up a whole whose own share is shown beside them; `exact` = its
    number of people who reached it as well. The smallest group that is told exactly hides first.
    """
    good, people = (sum(pair[place] for pair in shares.values()) for place in (0, 1))
    whole = (good, good) if exact else _span(good, people, k)
    spans = {name: (0, pair[1]) if name in hidden else _span(*pair, k) for name, pair in shares.items()}
    veiled = set(hidden)
    left = sorted(shares.keys() - veiled, key=lambda name: (spans[name][0] < spans[name][1], shares[name][1], name))
    while left and _told([*spans.values()], whole):
        veiled.add(left[0])
        spans[left[0]] = (0, shares[left[0]][1])
        left = left[1:]
    return veiled


def _span(people: int, of: int, k: int) -> tuple[int, int]:
    """The fewest and the most people that the share as it is shown may mean."""
    found = share(people, of, k)
    if found is None:
        return 0, of
    if found.kind == "below":
        return 0, (found.percent * of - 1) // 100
    return (found.percent * of // 100 + 1, of) if found.kind == "above" else (people, people)


def _told(spans: list[tuple[int, int]], whole: tuple[int, int]) -> bool:
    """Whether one of the spans, or that of the whole they add up to, can only be one number."""
    low, high = (sum(span[place] for span in spans) for place in (0, 1))
    left = [(max(one, whole[0] - high + most), min(most, whole[1] - low + one)) for one, most in spans if one < most]
    left += [(max(low, whole[0]), min(high, whole[1]))] if whole[0] < whole[1] else []
    return any(fewest == most for fewest, most in left)


@dataclass(frozen=True, slots=True)
class Leak:
    """Groups of a saved report and of a new one that differ by `people`, more than none and fewer than k.

    Whoever takes the figures of the ones from those of the others learns about just these people.
    """

    report: str
    saved: tuple[str, ...]
    new: tuple[str, ...]
    people: int


def leaks(reports: Mapping[str, Groups], new: Groups, k: int) -> list[Leak]:
    """Against which saved `reports` ({name: its shown groups}) the `new` one leaks: the smallest leak with each.

    Compares all sums of groups: parent with child, parent with several children, last week with this week. A total is a
    report of one group; hidden groups are left out. ValueError for a person in two groups of one report.
    """
    _check_k(k)
    found = []
    for report, saved in reports.items():
        cuts = [_smallest_cut(graph) for graph in _parts(_graph(saved, new))]
        people, nodes = min(cuts, key=lambda cut: cut[0], default=(k, frozenset[Node]()))
        if people < k:
            found.append(Leak(report, _names(nodes, "saved"), _names(nodes, "new"), people))
    return found


def _graph(saved: Groups, new: Groups) -> Graph:
    """Groups as nodes, each person a unit of weight between their group here and there, or none ("outside").

    Choosing groups on both sides and subtracting leaves the people whose edge is cut; so the smallest difference anyone
    can form is the smallest cut.
    """
    before, after = _places("saved", saved), _places("new", new)
    graph: Graph = defaultdict(Counter)
    for person in before.keys() | after.keys():
        one, other = before.get(person, OUTSIDE), after.get(person, OUTSIDE)
        graph[one][other] += 1
        graph[other][one] += 1
    return graph


def _places(side: Side, groups: Groups) -> dict[str, Node]:
    places: dict[str, Node] = {}
    for name, people in groups.items():
        for person in people:
            if person in places:
                raise ValueError(f"Groups {places[person][1]!r} and {name!r} share people: give groups that do not.")
            places[person] = (side, name)
    return places


def _parts(graph: Graph) -> Iterable[Graph]:
    """The connected parts, by name. A sum of whole parts is the same people on both sides and tells of nobody."""
    left = set(graph)
    for start in sorted(graph):
        part, edge = set[Node](), [start] if start in left else []
        while edge:
            node = edge.pop()
            part.add(node)
            edge += [other for other in graph[node] if other not in part]
        left -= part
        if part:
            yield {node: Counter(graph[node]) for node in sorted(part)}


def _smallest_cut(graph: Graph) -> tuple[int, frozenset[Node]]:
    """The smallest cut of a connected graph of two or more nodes and its side without OUTSIDE (Stoer and Wagner 1997).

    Uses `graph` up.
    """
    everyone = frozenset(graph)
    merged = {node: frozenset([node]) for node in graph}
    first = next(iter(graph))
    best = graph[first].total(), merged[first]
    while len(graph) > 1:
        *_, previous, last = _by_adjacency(graph)
        weight = graph[last].total()
        if weight < best[0]:
            best = weight, merged[last]
        merged[previous] |= merged[last]
        _merge(graph, previous, last)
    weight, nodes = best
    return weight, everyone - nodes if OUTSIDE in nodes else nodes


def _by_adjacency(graph: Graph) -> list[Node]:
    """All nodes, each the one most tightly bound to those before it."""
    bound = dict.fromkeys(graph, 0)
    order = []
    while bound:
        node = max(bound, key=bound.__getitem__)
        del bound[node]
        order.append(node)
        for other, weight in graph[node].items():
            if other in bound:
                bound[other] += weight
    return order


def _merge(graph: Graph, into: Node, node: Node) -> None:
    for other, weight in graph.pop(node).items():
        del graph[other][node]
        if other != into:
            graph[into][other] += weight
            graph[other][into] += weight


def _names(nodes: Iterable[Node], side: Side) -> tuple[str, ...]:
    return tuple(sorted(name for where, name in nodes if where == side))


def _check_k(k: int) -> None:
    if k < 2:
        raise ValueError(f"k = {k} would show figures about single people: give 2 or more.")
