"""What the seam asks upwards, each of ONE function that is registered at start-up (`CoursesConfig.ready`): what a
completion fulfils, and what it rests on.

The seam is the lowest floor of `courses` and knows no assignment. In its own transaction it calls

    demand = demand_for(person, item, at)   before it writes anything: who asks this of the person now?
    demand.required_by                      the rules that ask, the strictest first, for the ledger and the statement
    demand.settle(completion)               once the completion stands: satisfies what it fulfils, awards what it earns

What `settle` raises takes the completion with it. Without a registration nothing can be completed: a completion that
silently fulfils nothing would be worse than none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from courses.completions.items import Item
from courses.completions.models import Completion
from lms.hooks import Hook
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


demand_for: Hook[[Person, Item, datetime], Demand] = Hook("demand_for")
"""(person, item, at) -> who asks this of the person now, and what is to be settled once it is done."""

stored_evidence: Hook[[Collection[str], str], Mapping[str, str]] = Hook("stored_evidence")
"""(names of evidence, database) -> {name: its digest, computed again of what is stored; '' where that is nothing}, for
the names whose digest is of stored rows."""
