"""Names are masked until a reason is given. The reason is logged for the person; the reveal holds for the session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.utils.translation import gettext

from lms.people import access
from lms.people.models import Person

KEY = "revealed"


class Name(NamedTuple):
    """`text`: the name or its initials; `person` is empty where there is nobody to reveal."""

    text: str
    person: UUID | None
    masked: bool


@dataclass(frozen=True, slots=True)
class Names:
    """What this session may show."""

    revealed: frozenset[str]

    @classmethod
    def shown_in(cls, session: SessionBase) -> Names:
        return cls(frozenset(session.get(KEY, ())))

    def shows(self, person: UUID) -> bool:
        return str(person) in self.revealed

    def of_person(self, person: Person) -> Name:
        masked = not self.shows(person.pk)
        return Name(person.initials if masked else person.name, person.pk, masked)

    def of_value(self, value: Mapping[str, Any] | None) -> Name | None:
        """The name in the opened subject or actor of an entry; None where it names nobody."""
        if not value or not value.get("person"):
            return None
        person = as_uuid(str(value["person"]))
        name = str(value.get("name") or "")
        masked = person is None or not self.shows(person)
        text = initials(name) if masked else name
        return Name(text or gettext("a person"), person, masked)

    def named(self, people: Iterable[UUID]) -> list[UUID]:
        """Those of these people whose names are shown: for them a list is a named view."""
        return [person for person in people if self.shows(person)]


def reveal_name(
    session: SessionBase, viewer: Person, person: Person, *, capacity: str, what: str, reason: str, at: datetime
) -> None:
    """`capacity` and `what` as in access.record_access."""
    access.record_access(viewer, [person], capacity=capacity, what=what, at=at, reason=reason)
    session[KEY] = sorted({*session.get(KEY, ()), str(person.pk)})


def as_uuid(text: str) -> UUID | None:
    """None for what is no id: typed by somebody, or read from a value that was tampered with."""
    try:
        return UUID(text)
    except ValueError:
        return None


def initials(name: str) -> str:
    """First and last word: "Ana María Ruiz" is "A. R."."""
    words = name.split()
    return " ".join(f"{word[0]}." for word in (words[:1] + words[1:][-1:]))
