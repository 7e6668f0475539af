"""What a feed claims of somebody's employment, and whether claims can all be true. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class EmploymentClaim:
    """`feed` is empty where the platform itself believes it. `left_on` is the last day; `knows_end`: the feed has a
    word on it at all (None: there is no last day)."""

    feed: str
    entity: str
    hired_on: date
    left_on: date | None = None
    knows_end: bool = True

    def as_json(self) -> dict[str, Any]:
        days = {"hired_on": self.hired_on.isoformat(), "left_on": self.left_on and self.left_on.isoformat()}
        return asdict(self) | days

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> EmploymentClaim:
        left = said.get("left_on")
        return cls(
            str(said["feed"]),
            str(said["entity"]),
            date.fromisoformat(said["hired_on"]),
            date.fromisoformat(left) if left else None,
            bool(said.get("knows_end", True)),
        )

    def contradicts(self, other: EmploymentClaim, day: date) -> bool:
        """Not both can be true. An employment that was over before the other began is history, not a contradiction.

        A feed that has no word on ends names who is there on `day`: nobody who left before.
        """
        if self.is_before(other) or other.is_before(self):
            return False
        known = (self.knows_end and other.knows_end) or self._is_over(day, other) or other._is_over(day, self)
        ends = known and self.left_on != other.left_on
        return self.entity != other.entity or self.hired_on != other.hired_on or ends

    def _is_over(self, day: date, other: EmploymentClaim) -> bool:
        return self.left_on is not None and self.left_on < day and not other.knows_end

    def is_before(self, other: EmploymentClaim) -> bool:
        return self.left_on is not None and self.left_on < other.hired_on and self.entity != other.entity

    def same_content(self, other: EmploymentClaim) -> bool:
        return replace(self, feed="") == replace(other, feed="")


def contradicting(mine: EmploymentClaim, others: Iterable[EmploymentClaim], day: date) -> list[EmploymentClaim]:
    """Those of `others` that cannot be true together with mine, on that day."""
    return [other for other in others if mine.contradicts(other, day)]


def packed(claims: Iterable[EmploymentClaim]) -> list[dict[str, Any]]:
    """As FactConflict.claims keeps them: in one order, so that the same claims are the same."""
    return [claim.as_json() for claim in sorted(claims, key=lambda claim: (claim.feed, claim.entity, claim.hired_on))]


def unpacked(said: Sequence[dict[str, Any]]) -> list[EmploymentClaim]:
    return [EmploymentClaim.from_json(each) for each in said]
