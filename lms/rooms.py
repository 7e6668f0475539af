"""What a room brings to the site. It says so in its own `apps.py`, in plain tuples, and the site collects them here.

A room is a Django app of ours. Its `apps.py` imports nothing but `lms.rooms` and Django's lazy translations, because
Django reads it before any model exists; whatever runs is therefore named by a dotted name, and such a name may point
only into the room's own package. What a room may bring, each empty unless it says otherwise:

`addresses`     (("learn/", "courses.urls"), …)                           prefix, URL module
`places`        ((10, "learn:dashboard", _("My training"), ""), …)        order in the menu, address, words, the policy
                that opens it ("" = everybody who is signed in): the very object that guards the view
`drains`        ((40, "assignments", 5, "courses.….sync_due"), …)         order, name, seconds between two runs, a
                function that takes the time it is and does what is due; runs again and again, so it is idempotent
`key_drains`    the same, for those that run only where the signing key lies
`ledger_claims` ("content.….texts", …)                                    see ledger.verification.ClaimComparer
`rights`        {"editor": ("add_fact", …)}                               permissions on the room's own models, by group
`access_words`  {"team.list": _("your status …"), …}                      what the access log stores: its words
`health_looks`  ("lms.mail.….look_at_messages", …)                        functions that add to a condition.Condition
`letters`       {"digest": "courses.….compose_digests"}                   mail worded when it is sent: lms.mail.wording
`fulfilments`   ("courses.….first_fulfilled_on",)                         on which day an obligation of a fact (its id)
                was first fulfilled, or None: a feed moves no first day past it
`chapters`      {"opening": ("lms.reports.demo.set_targets",)}            what the demonstration lives through here:
                "opening" (at) on its first day, "morning" (at) and "evening" (at) on every day, "completed"
                (completion, at) when somebody has completed a module

Orders are numbers with room between them; no two rooms may use the same one. This module knows Django's list of apps
and no room: every floor may ask it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise
from django.utils.module_loading import import_string

OPENING, MORNING, EVENING, COMPLETED = "opening", "morning", "evening", "completed"


class Room(AppConfig):
    """The base of every `apps.py` of ours. Write `rooms.Room`: a second config in the module would confuse Django."""

    addresses: tuple[tuple[str, str], ...] = ()
    places: tuple[tuple[int, str, Promise, str], ...] = ()
    drains: tuple[tuple[int, str, int, str], ...] = ()
    key_drains: tuple[tuple[int, str, int, str], ...] = ()
    ledger_claims: tuple[str, ...] = ()
    rights: Mapping[str, tuple[str, ...]] = {}
    access_words: Mapping[str, Promise] = {}
    health_looks: tuple[str, ...] = ()
    letters: Mapping[str, str] = {}
    fulfilments: tuple[str, ...] = ()
    chapters: Mapping[str, tuple[str, ...]] = {}

    def resolve(self, dotted: str) -> Any:
        """The object of that name. Raises ImproperlyConfigured where it is not this room's own."""
        owner = apps.get_containing_app_config(dotted)
        if owner is not self:
            raise ImproperlyConfigured(f"{self.name} names {dotted}, which is not its own. Each room names its own.")
        return import_string(dotted)


@dataclass(frozen=True, slots=True)
class Drain:
    """`key`: runs only where the signing key lies, in one process, one at a time."""

    order: int
    name: str
    seconds: int
    run: Callable[[datetime], object]
    key: bool = False


@dataclass(frozen=True, slots=True)
class MenuPlace:
    """`policy` is None where everybody who is signed in may go."""

    order: int
    address: str
    words: Promise
    policy: Any


def all_rooms() -> list[Room]:
    """In the order of INSTALLED_APPS."""
    return [config for config in apps.get_app_configs() if isinstance(config, Room)]


def is_ours(module: str) -> bool:
    """Whether a module, by its full name, lies in a room of ours."""
    return any(module == room.name or module.startswith(f"{room.name}.") for room in all_rooms())


def packages() -> list[str]:
    """The top-level packages in which the rooms lie."""
    return sorted({room.name.split(".")[0] for room in all_rooms()})


def addresses() -> Iterator[tuple[str, str]]:
    for room in all_rooms():
        yield from room.addresses


@cache
def places() -> tuple[MenuPlace, ...]:
    found = [
        MenuPlace(order, address, words, room.resolve(policy) if policy else None)
        for room in all_rooms()
        for order, address, words, policy in room.places
    ]
    return tuple(sorted(found, key=lambda place: place.order))


@cache
def drains() -> tuple[Drain, ...]:
    """In the order in which one feeds the next: texts, people, training, figures, evidence, delivery."""
    found = [
        Drain(order, name, seconds, room.resolve(run), key)
        for room in all_rooms()
        for key, rows in ((False, room.drains), (True, room.key_drains))
        for order, name, seconds, run in rows
    ]
    return tuple(sorted(found, key=lambda drain: drain.order))


def ledger_claims() -> list[Any]:
    """The comparers of every business table that stands behind entries of the ledger."""
    return [room.resolve(name) for room in all_rooms() for name in room.ledger_claims]


@cache
def access_words() -> Mapping[str, Promise]:
    return {key: words for room in all_rooms() for key, words in room.access_words.items()}


@cache
def health_looks() -> tuple[Callable[[Any], None], ...]:
    return tuple(room.resolve(name) for room in all_rooms() for name in room.health_looks)


@cache
def letters() -> Mapping[str, Callable[..., Any]]:
    return {kind: room.resolve(name) for room in all_rooms() for kind, name in room.letters.items()}


def first_fulfilled_on(fact: UUID) -> date | None:
    """The first day on which an obligation that hangs on this fact was fulfilled, as far as any room knows."""
    days = [room.resolve(name)(fact) for room in all_rooms() for name in room.fulfilments]
    return min((day for day in days if day is not None), default=None)


def chapters(moment: str) -> list[Callable[..., object]]:
    return [room.resolve(name) for room in all_rooms() for name in room.chapters.get(moment, ())]
