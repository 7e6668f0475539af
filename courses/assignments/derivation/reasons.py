"""Why something is required, on which days, and by when each reason would have it: rules seen on facts. Pure.

A reason is (rule key, fact): it lives through the rule's versions and through corrections of the fact (S9). A version
acts from the later of its active-from and the person's local day of publication, and replaces the one before it
without a hole (S11).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from courses.assignments import dates
from courses.assignments.derivation import employment, spans
from courses.assignments.derivation.values import (
    Catalogue,
    Contract,
    DaySpan,
    Occasion,
    PathBlock,
    PersonFacts,
    RuleVersion,
)

LEFT, NOT_REQUIRED, WITHDRAWN = "left", "no-longer-required", "rule-withdrawn"


@dataclass(frozen=True, slots=True)
class Acting:
    """A version of a rule on the days on which it acts for a person; `since` = from when its terms count."""

    rule: RuleVersion
    first: date
    end: date | None
    since: date


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule version on one fact, on [first, end). `counted_from`: the term of `due_days` runs from that day.

    `after` = the reason of the version before it, whose due date this one may not bring forward. `first` is the day
    on which the obligation could first be met: a path that could not be assigned is asked for when it can be.
    """

    rule: RuleVersion
    event: str
    event_on: date
    about: str
    first: date
    end: date | None
    counted_from: date
    ended_by: str
    after: Reason | None = None

    @property
    def span(self) -> DaySpan:
        return DaySpan(self.first, self.end)

    @property
    def origin(self) -> Reason:
        """What the first of its versions asked."""
        return self.after.origin if self.after else self

    @property
    def has_term(self) -> bool:
        """Whether it gives a date: its own, or that of a version before it."""
        return self.rule.due_days is not None or (self.after is not None and self.after.has_term)

    @property
    def simple_due(self) -> date:
        """Without pauses; what is asked before access, and by no day, comes last."""
        return date.max if self.rule.due_days is None else dates.due_date(self.counted_from, self.rule.due_days)


def reasons_of(facts: PersonFacts, catalogue: Catalogue, path: str) -> list[Reason]:
    """All that ever asked for `path`, in the order of their days; blocked starts already moved."""
    found: list[Reason] = []
    by_key: dict[str, list[RuleVersion]] = defaultdict(list)
    for rule in catalogue.rules:
        by_key[rule.key].append(rule)
    for key in sorted(by_key):
        if any(rule.path == path for rule in by_key[key]):
            acting = acting_versions(by_key[key], facts.contracts)
            found += _reasons(acting, facts, catalogue, path)
    return sorted(found, key=lambda each: (each.first, each.rule.key, each.event))


def acting_versions(versions: Iterable[RuleVersion], contracts: Sequence[Contract]) -> list[Acting]:
    """Which version acts on which days of this person's calendar, in order, without overlap.

    Who withdraws a rule whose next version was only planned withdraws the one that acts as well.
    """
    found: list[Acting] = []
    for rule in sorted(versions, key=lambda each: each.number):
        first = max(rule.active_from, employment.local_day(contracts, rule.known_from))
        found = [_cut(one, first) for one in found if one.first < first]
        before = found[-1] if found else None
        same = before and before.end == first and before.rule.substance == rule.substance
        end = _withdrawn_on(rule, contracts)
        if end is not None and end <= first:
            found = [_cut(one, end) for one in found if one.first < end]
        else:
            found.append(Acting(rule, first, end, before.since if before and same else first))
    return found


def _cut(one: Acting, day: date) -> Acting:
    return replace(one, end=spans.sooner(one.end, day))


def _withdrawn_on(rule: RuleVersion, contracts: Sequence[Contract]) -> date | None:
    """A version that another replaces acts until that one does."""
    if rule.withdrawn_at is None or rule.replaced:
        return None
    return employment.local_day(contracts, rule.withdrawn_at)


def _reasons(acting: Sequence[Acting], facts: PersonFacts, catalogue: Catalogue, path: str) -> list[Reason]:
    found: list[Reason] = []
    for one in acting:
        if one.rule.path != path:
            continue
        blocks = [block for block in catalogue.blocks if block.path == path]
        for trigger in one.rule.who.triggers(facts):
            shared = spans.both(DaySpan(one.first, one.end), DaySpan(trigger.first, trigger.end))
            if shared is None:
                continue
            asked = [each for each in found if each.about == trigger.about and each.end == shared.first]
            reason = _reason(one, trigger, shared, _goes_on(asked, trigger, one), facts.contracts, blocks)
            if reason:
                found.append(reason)
    return found


def _goes_on(asked: Sequence[Reason], trigger: Occasion, one: Acting) -> Reason | None:
    """What a version takes over from the one before it: the same fact's reason, else, where it means the person by
    another fact than that one did, the strictest of what was asked until its first day (S11)."""
    before = [each for each in asked if each.event == trigger.key]
    others = [each for each in asked if each.end == one.first]
    return min(before or others, key=lambda each: (each.simple_due, each.event), default=None)


def _reason(
    one: Acting,
    trigger: Occasion,
    shared: DaySpan,
    before: Reason | None,
    contracts: Sequence[Contract],
    blocks: Sequence[PathBlock],
) -> Reason | None:
    first: date | None = shared.first
    if before is None:
        learned = employment.local_day(contracts, max(trigger.learned_at, one.rule.known_from))
        first = assignable_from(shared, contracts, blocks, learned)
        if first is None:
            return None
    counted = max(trigger.first, one.since, first or shared.first) if before is None else _carried(one, trigger, before)
    return Reason(
        rule=one.rule,
        event=trigger.key,
        event_on=trigger.first,
        about=trigger.about,
        first=first or shared.first,
        end=shared.end,
        counted_from=counted,
        ended_by=_ended_by(trigger, shared.end),
        after=before,
    )


def _carried(one: Acting, trigger: Occasion, before: Reason) -> date:
    """What was counted from stays, other words or other people meant; another term counts from its own day."""
    if one.rule.due_days == before.rule.due_days:
        return before.counted_from
    return max(trigger.first, one.since)


def _ended_by(trigger: Occasion, end: date | None) -> str:
    if end is None:
        return ""
    if end == trigger.end:
        return LEFT if trigger.left else NOT_REQUIRED
    return WITHDRAWN


def assignable_from(
    span: DaySpan, contracts: Sequence[Contract], blocks: Sequence[PathBlock], learned: date
) -> date | None:
    """The first day of `span` on which the path could be assigned where the person worked; None while it cannot.

    A block counts from the day on which it was found, or on which the fact was learned, if that came later and it
    stood then: what was asked for before stays asked for.
    """
    day = span.first
    for _step in range(len(contracts) * (len(blocks) + 1) + 1):
        contract = employment.contract_on(contracts, day)
        block = _block_on(day, learned, contract, contracts, blocks)
        if contract is None or block is None:
            return day
        lifted = employment.local_day(contracts, block.lifted_at) if block.lifted_at else None
        moved = spans.sooner(lifted, contract.end)
        if moved is None or not span.covers(moved):
            return None
        day = moved
    return None


def _block_on(
    day: date, learned: date, contract: Contract | None, contracts: Sequence[Contract], blocks: Sequence[PathBlock]
) -> PathBlock | None:
    for block in blocks:
        if contract is None or block.entity != contract.entity:
            continue
        since = employment.local_day(contracts, block.known_from)
        lifted = employment.local_day(contracts, block.lifted_at) if block.lifted_at else None
        stood = since <= day or (since <= learned and (lifted is None or learned < lifted))
        if stood and (lifted is None or day < lifted):
            return block
    return None


def rules_asking(reasons: Iterable[Reason], day: date) -> list[Reason]:
    return [one for one in reasons if one.span.covers(day)]


def grace(reasons: Iterable[Reason]) -> int:
    """Days that somebody has from the first notice: 14, or the shortest term if that is less (S19)."""
    terms = [one.rule.due_days for one in reasons if one.rule.due_days is not None]
    return min([dates.RETURN_DAYS, *terms])
