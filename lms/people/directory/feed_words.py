"""What a feed says of somebody beside their employment: kept as JSON, and compared with what other feeds say. Pure.

A column that is not in the file, or whose empty cell says nothing, is no word. Two feeds that say something else about
the same thing are a conflict of that thing (RULES S9, T-29): what is believed stays until HR has settled it, so that no
night takes back what the night before wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lms.people.directory.staff_rows import StaffRow
from lms.people.models import FactConflict, Person
from lms.people.spelling import number_key

What = FactConflict.What
MANAGERS = ("manager", "functional_manager")
COLUMNS: dict[str, tuple[str, ...]] = {
    What.DETAILS: ("given_name", "family_name", "language", "email"),
    What.POST: ("kind", "zone"),
    What.UNIT: ("unit",),
    What.MANAGER: MANAGERS,
    What.ROLES: ("roles",),
    What.LEAVE: ("leave",),
}
OR_NOTHING = ("language", "kind", "zone")
"""Of which an empty cell says nothing."""


@dataclass(frozen=True, slots=True)
class FeedWords:
    """`said`: {column: what the feed says}. `managers`: {column: the same manager's key in the feed that compares};
    one whom that feed does not know is missing."""

    feed: str
    said: Mapping[str, Any]
    managers: Mapping[str, str] = field(default_factory=dict)

    def of(self, what: str) -> dict[str, Any]:
        """As FactConflict.claims keeps them."""
        return {"feed": self.feed} | {name: self.said[name] for name in COLUMNS[what] if name in self.said}

    def contradicts(self, other: FeedWords, what: str, day: date) -> bool:
        """`other` was read for the feed of this one. Leaves that are over on `day` contradict nothing."""
        return any(
            self._read(name, self.said[name], day) != other._read(name, other.managers.get(name, other.said[name]), day)
            for name in COLUMNS[what]
            if name in self.said and name in other.said
        )

    def _read(self, name: str, value: Any, day: date) -> Any:
        return [span for span in value if span[1] >= day.isoformat()] if name == "leave" else value


def words_of(row: StaffRow, feed: str) -> FeedWords:
    said: dict[str, Any] = {}
    for name in (name for names in COLUMNS.values() for name in names):
        value = getattr(row, name)
        if value is None or (name in OR_NOTHING and not value):
            continue
        said[name] = number_key(value) if name in MANAGERS else value
    if row.roles is not None:
        said["roles"] = sorted(row.roles)
    if row.leave is not None:
        said["leave"] = sorted([first.isoformat(), last.isoformat()] for first, last in row.leave)
    return FeedWords(feed, said)


def disagreeing(mine: FeedWords, others: Iterable[FeedWords], day: date) -> dict[str, list[dict[str, Any]]]:
    """{what: the words of all feeds that speak of it, in the order of the feeds}, where not all can be right.

    Of all feeds, so that the next feed's file, which is compared with others, finds the same words.
    """
    others = list(others)
    feeds = sorted([mine, *others], key=lambda each: each.feed)
    return {
        str(what): [one.of(what) for one in feeds if len(one.of(what)) > 1]
        for what in COLUMNS
        if any(mine.contradicts(other, what, day) for other in others)
    }


def without_words(row: StaffRow, disputed: Iterable[str], person: Person) -> StaffRow:
    """The row as if its file had no such columns: what is believed stays."""
    names = [name for what in disputed for name in COLUMNS[what]]
    silent: dict[str, Any] = dict.fromkeys(names)
    if "given_name" in silent:
        silent["given_name"] = person.given_name
    return replace(row, **silent)
