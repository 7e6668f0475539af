"""Which families of cases there are. A new one is a module like its neighbours, a folder of files and a line here."""

from __future__ import annotations

from typing import Any

from quizzes.lab.cases import benefit_eligibility, expense_claims
from quizzes.lab.cases.rulebook import CaseFamily

FAMILIES: dict[str, CaseFamily[Any]] = {
    family.name: family for family in (expense_claims.FAMILY, benefit_eligibility.FAMILY)
}


class NoSuchFamily(LookupError):
    """There is no family of this name; the message lists those there are."""


def case_family(name: str) -> CaseFamily[Any]:
    """Raises NoSuchFamily."""
    if name not in FAMILIES:
        raise NoSuchFamily(f"There is no family of cases called “{name}”. There are {', '.join(sorted(FAMILIES))}.")
    return FAMILIES[name]
