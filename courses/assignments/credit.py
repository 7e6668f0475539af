"""What completions are worth for what a path asks. Pure: it reads no clock and no row."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from courses.assignments import dates


@dataclass(frozen=True, slots=True)
class Done:
    """A completion, as a fact: `on` is the day it is effective."""

    completion: uuid.UUID
    module: uuid.UUID
    on: date


@dataclass(frozen=True, slots=True)
class Leaf:
    """A module a path version asks for; `months` None = a completion never expires."""

    module: uuid.UUID
    code: str
    compulsory: bool
    months: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """A leaf that was done: the completion that governs, and until when it counts (None = without end)."""

    done: Done
    anchor: date
    until: date | None
    gap_days: int = 0


def held(done: Iterable[Done], months: int | None) -> Held | None:
    """What completions of one module give under one validity; None without any (S3, S4, T-13).

    A renewal that would end before what was held leaves it standing: the later end governs.
    """
    found: Held | None = None
    for one in sorted(done, key=lambda each: each.on):
        if found is None or found.until is None or months is None:
            until = dates.valid_until(one.on, months) if months else None
            found = Held(one, one.on, until)
            continue
        renewed = dates.renewal(found.until, one.on, months, anchor=found.anchor)
        if renewed.valid_until >= found.until:
            found = Held(one, renewed.anchor, renewed.valid_until, renewed.gap_days)
    return found


def fulfils(having: Held | None, day: date, expiring_on: date | None = None) -> bool:
    """Whether a leaf is done as far as an assignment asks on `day`.

    A renewal of what ends with `expiring_on` asks anew for every leaf that ends by 60 days after that day, unless
    it was done again within the renewal window.
    """
    if having is None or having.done.on > day or (having.until is not None and having.until < day):
        return False
    if expiring_on is None or having.until is None:
        return True
    if having.until > expiring_on + timedelta(days=dates.RENEWAL_WINDOW_DAYS):
        return True
    return having.until > expiring_on and having.done.on >= dates.renewal_window_opens(expiring_on)


@dataclass(frozen=True, slots=True)
class Fulfilment:
    """A path version fulfilled: since when, until when (None = without end), by what."""

    since: date
    until: date | None
    leaves: tuple[tuple[Leaf, Held], ...]


def fulfilment(
    leaves: Sequence[Leaf], having: dict[uuid.UUID, list[Done]], day: date, expiring_on: date | None = None
) -> Fulfilment | None:
    """How all compulsory leaves are done on `day`, or None while one of them is not."""
    found: list[tuple[Leaf, Held]] = []
    for leaf in leaves:
        one = held(having.get(leaf.module, []), leaf.months)
        if leaf.compulsory and not fulfils(one, day, expiring_on):
            return None
        if one is not None and fulfils(one, day):
            found.append((leaf, one))
    compulsory = [one for leaf, one in found if leaf.compulsory]
    if not compulsory:
        return None
    ends = [one.until for one in compulsory if one.until]
    return Fulfilment(max(one.done.on for one in compulsory), min(ends, default=None), tuple(found))
