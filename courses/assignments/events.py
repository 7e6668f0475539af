"""What triggers rules: a stored fact (an employment, a role held) seen through one rule. Nothing here is stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from courses.assignments import dates
from courses.assignments.models import Assignment
from courses.assignments.staff import Spell, Staff
from courses.paths.models import AssignmentRule
from lms.people.models import Employment

EndReason = Assignment.EndReason


@dataclass(frozen=True, slots=True)
class Event:
    """`key` names the fact and its day (`hire:2026-10-01`). It justifies on [true_from, true_to)."""

    rule: AssignmentRule
    key: str
    on: date
    true_from: date
    true_to: date | None
    ended_by: str

    def live(self, day: date) -> bool:
        return self.true_from <= day and (self.true_to is None or day < self.true_to)


def events_of(rule: AssignmentRule, staff: Staff) -> list[Event]:
    """Every time this rule applied or applies to the person, oldest first. Terms count from the later of the event
    and the rule's active-from; a withdrawn rule justifies nothing from the day of its withdrawal."""
    role = rule.population.get("role")
    spells = staff.held_roles(role) if role else staff.employed(Employment.Kind.EMPLOYEE)
    return [_event(rule, f"role:{role}" if role else "hire", spell, staff) for spell in spells]


def _event(rule: AssignmentRule, name: str, spell: Spell, staff: Staff) -> Event:
    true_from = max(spell.first, rule.active_from)
    true_to, ended_by = spell.end, _why_ended(spell, staff)
    if rule.withdrawn_at:
        withdrawn = dates.local_date(rule.withdrawn_at, staff.zone)
        if true_to is None or withdrawn < true_to:
            true_to, ended_by = withdrawn, EndReason.RULE_WITHDRAWN
    return Event(rule, f"{name}:{spell.first}", spell.first, true_from, true_to, str(ended_by) if true_to else "")


def _why_ended(spell: Spell, staff: Staff) -> str:
    stays = spell.end and any(period.covers(spell.end) for period in staff.employed())
    return EndReason.NOT_REQUIRED if stays else EndReason.LEFT
