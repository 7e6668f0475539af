"""What completions are worth: how long each module counts, and when a path is fulfilled (S3, S4, S12, S14). Pure."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from courses.assignments import dates
from courses.assignments.derivation.values import Done, Leaf, PublishedPath


@dataclass(frozen=True, slots=True)
class Held:
    """A module that was done: the completion that governs, and until when it counts (None = without end).

    `others` = the other readings of the same completions that still count: a later one may serve the person better.
    """

    done: Done
    anchor: date
    until: date | None
    gap_days: int = 0
    others: tuple[Held, ...] = ()


@dataclass(frozen=True, slots=True)
class Fulfilled:
    """A path version fulfilled on a day: what each leaf rests on, and until when the whole counts.

    `lasts` = until when it counts by what was done again since, before its renewal opened: a repeat of one module
    renews no path, but what it adds is not lost (S12). Never earlier than `until`, which is what was certified.
    """

    on: date
    version: PublishedPath
    leaves: tuple[tuple[Leaf, Held], ...]
    until: date | None
    lasts: date | None = None

    @property
    def counts_until(self) -> date | None:
        return self.lasts if self.until and self.lasts else self.until

    @property
    def deciding(self) -> list[Done]:
        """The completions of the compulsory leaves."""
        return [held.done for leaf, held in self.leaves if leaf.compulsory]

    def of(self, module: uuid.UUID) -> Held | None:
        return next((held for leaf, held in self.leaves if leaf.module == module), None)


def held(done: Iterable[Done], months: int | None, certified: Held | None = None) -> Held | None:
    """What completions of one module give under one validity; None without any.

    `certified` = what they gave when a certificate was made of them: it stands, with the validity of then, and
    only what came after it is counted under `months`. Within S4 the reading that serves the person holds: any
    completion may be left out if that makes the rest count longer (S12).
    """
    after = sorted((one for one in done if certified is None or one.on > certified.done.on), key=_order)
    readings: dict[tuple[date, date | None], Held] = {}
    for each in (replace(certified, others=()), *certified.others) if certified else ():
        readings[each.anchor, each.until] = each
    for one in after:
        fresh = [Held(one, one.on, dates.valid_until(one.on, months) if months else None, _gap(readings, one.on))]
        fresh += [_kept(each, one, months) for each in readings.values() if _in_window(each, one.on) and months]
        for each in fresh:
            readings.setdefault((each.anchor, each.until), each)
    best = max(readings.values(), key=_length, default=None)
    last = after[-1].on if after else date.min
    others = [each for each in readings.values() if each is not best and (each.until is None or each.until >= last)]
    return replace(best, others=tuple(others)) if best else None


def fulfilled_on(
    day: date,
    version: PublishedPath,
    done: Mapping[uuid.UUID, Sequence[Done]],
    certified: Fulfilled | None = None,
    *,
    again: bool = False,
) -> Fulfilled | None:
    """How all compulsory leaves are held on `day` by what was done until then, or None while one is not.

    `again`: asked as the renewal of `certified`. What ends by 60 days after it must then have been done once more
    since, so that a single repeat starts no renewal; all else need only count.
    """
    found: list[tuple[Leaf, Held]] = []
    for leaf in version.leaves:
        until_then = [one for one in done.get(leaf.module, ()) if one.on <= day]
        before = certified.of(leaf.module) if certified else None
        one = held(until_then, leaf.months, before)
        valid = one is not None and (one.until is None or one.until >= day)
        if leaf.compulsory and not (valid and one and (not again or certified is None or renews(one, certified))):
            return None
        if valid and one:
            found.append((leaf, one))
    if not any(leaf.compulsory for leaf, _ in found):
        return None
    ends = [one.until for leaf, one in found if leaf.compulsory and one.until]
    return Fulfilled(day, version, tuple(found), min(ends, default=None))


def is_stuck(version: PublishedPath) -> bool:
    """Whether a module it needs was withdrawn: then it certifies nobody new (S14)."""
    return any(leaf.compulsory and leaf.withdrawn_at for leaf in version.leaves)


def handed_in(fulfilled: Fulfilled) -> datetime | None:
    """The latest receipt among the completions learners handed in themselves; None where all are attested."""
    return max((one.received for one in fulfilled.deciding if one.received), default=None)


def renews(one: Held, certified: Fulfilled) -> bool:
    return counts_again(one, certified.counts_until, certified.on)


def counts_again(one: Held, ended: date | None, certified_on: date) -> bool:
    """Whether a module is done as far as the renewal of what was certified on that day, until `ended`, asks."""
    if ended is None or one.until is None or one.until > ended + timedelta(days=dates.RENEWAL_WINDOW_DAYS):
        return True
    return one.until > ended and one.done.on > certified_on


def _in_window(having: Held, day: date) -> bool:
    return having.until is not None and dates.renewal_window_opens(having.until) <= day <= having.until


def _kept(having: Held, one: Done, months: int | None) -> Held:
    """Renewed in its window: the anchor stays, and the months are added to those counted from it."""
    assert having.until is not None  # noqa: S101 -- what never ends has no window
    assert months is not None  # noqa: S101 -- asked only where completions end
    renewed = dates.renewal(having.until, one.on, months, anchor=having.anchor)
    return Held(one, renewed.anchor, renewed.valid_until)


def _gap(readings: Mapping[tuple[date, date | None], Held], day: date) -> int:
    """Days without validity before `day`; 0 where nothing was held before."""
    best = max(readings.values(), key=_length, default=None)
    return max(0, (day - best.until).days - 1) if best and best.until else 0


def _length(one: Held) -> tuple[date, date]:
    """The longest; of two that end together, the one that was done first."""
    return one.until or date.max, date.fromordinal(date.max.toordinal() - one.done.on.toordinal())


def _order(one: Done) -> tuple[date, datetime, str]:
    return one.on, one.known_from, str(one.completion)


@dataclass(frozen=True, slots=True)
class Credit:
    """What may be counted: {module: completions}, oldest first."""

    done: Mapping[uuid.UUID, Sequence[Done]] = field(default_factory=dict)

    @classmethod
    def since(cls, done: Iterable[Done], floor: date) -> Credit:
        found: dict[uuid.UUID, list[Done]] = {}
        for one in sorted(done, key=_order):
            if one.on >= floor:
                found.setdefault(one.module, []).append(one)
        return cls(found)

    def known_before(self, at: datetime) -> Credit:
        return Credit({module: [one for one in each if one.known_from < at] for module, each in self.done.items()})

    def days(self, version: PublishedPath) -> list[date]:
        """On which something that the version asks for was done."""
        return sorted({one.on for leaf in version.leaves for one in self.done.get(leaf.module, ())})
