"""What a completion fulfils, asked of the one who knows: ONE function, registered at start-up (`CoursesConfig.ready`).

The seam is the lowest floor of `courses` and knows no assignment. In its own transaction it calls

    demand = demand_for(person, item, at)   before it writes anything: who asks this of the person now?
    demand.required_by                      the rules that ask, the strictest first, for the ledger and the statement
    demand.settle(completion)               once the completion stands: satisfies what it fulfils, awards what it earns

What `settle` raises takes the completion with it. Without a registration nothing can be completed: a completion that
silently fulfils nothing would be worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from courses.completions.items import Item
from courses.completions.models import Completion
from lms.people.models import Person


class Asked(NamedTuple):
    """A rule that asked, and for which assignment. `basis` = law | policy."""

    rule: str
    number: int
    basis: str
    path: str
    cycle: str


class Demand(Protocol):
    """What is asked of one person and met by one item."""

    @property
    def required_by(self) -> Sequence[Asked]: ...

    def settle(self, completion: Completion) -> None: ...


DemandFor = Callable[[Person, Item, datetime], Demand]


class NothingRegistered(RuntimeError):
    """Nobody said what a completion fulfils, so none is recorded."""


class AlreadyRegistered(RuntimeError):
    """Two functions cannot both decide what a completion fulfils."""


_registered: DemandFor | None = None


def register_demand(found: DemandFor) -> None:
    """Says what completions fulfil. The same function again changes nothing; another one raises AlreadyRegistered."""
    global _registered
    if _registered not in (None, found):
        raise AlreadyRegistered(f"{_registered!r} decides already what a completion fulfils.")
    _registered = found


def demand_for(person: Person, item: Item, at: datetime) -> Demand:
    """Raises NothingRegistered."""
    if _registered is None:
        raise NothingRegistered(
            "No function is registered that knows what a completion fulfils (courses.completions.demand), "
            "so nothing is recorded. Is the app `courses` installed and its ready() run?"
        )
    return _registered(person, item, at)
