"""How the managers of an entity's people hear of what is overdue: a dated setting that two people make together.

Without one, mails to managers count and name nobody.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from courses.assignments.reminders import MANAGER_FROM_DAYS
from courses.assignments.told import CopyRule
from lms.people import facts_on_day
from lms.people.models import OrgUnit, Person

MOST_DAYS = 365


class CopyRefused(ValueError):
    """This person cannot do this with the setting; the text says why and what to do."""


def naming_rules(at: datetime) -> Callable[[str, date], int | None]:
    """A function of an entity's code and a day: days overdue after which a mail names; None = it counts. One query."""
    rows: dict[str, list[CopyRule]] = defaultdict(list)
    known = CopyRule.objects.filter(confirmed=True, answered_at__lte=at).select_related("entity")
    for row in known.order_by("true_from", "answered_at"):
        rows[row.entity.code].append(row)

    def names_after(entity: str, day: date) -> int | None:
        acting = [row for row in rows.get(entity, []) if row.true_from <= day]
        return acting[-1].names_after if acting else None

    return names_after


def waiting_rules() -> QuerySet[CopyRule]:
    return CopyRule.objects.filter(answered_at=None).select_related("entity", "by").order_by("at")


def confirmed_rules() -> QuerySet[CopyRule]:
    """All that act or acted or will, the latest first."""
    found = CopyRule.objects.filter(confirmed=True).select_related("entity", "by", "answered_by")
    return found.order_by("entity__name", "-true_from", "-answered_at")


@transaction.atomic
def ask_copy_rule(entity: OrgUnit, names_after: int | None, true_from: date, by: Person, at: datetime) -> CopyRule:
    """The first of the two: nothing changes yet. What waited for this entity is replaced. Raises CopyRefused."""
    OrgUnit.objects.select_for_update(of=("self",)).get(pk=entity.pk)
    if names_after is not None and not MANAGER_FROM_DAYS <= names_after <= MOST_DAYS:
        limits = {"least": MANAGER_FROM_DAYS, "most": MOST_DAYS}
        raise CopyRefused(_("Give a number of days from %(least)s to %(most)s.") % limits)
    if true_from < facts_on_day.today(by, at):
        raise CopyRefused(_("The first day has passed. Give today or a later day."))
    CopyRule.objects.filter(entity=entity, answered_at=None).delete()
    return CopyRule.objects.create(entity=entity, names_after=names_after, true_from=true_from, by=by, at=at)


def confirmation_refusal(asked: CopyRule, person: Person) -> str:
    """Why this person may not confirm it, in a sentence; empty if they may."""
    return _("You asked for this. A second person has to confirm it.") if asked.by_id == person.pk else ""


@transaction.atomic
def answer_copy_rule(asked: CopyRule, person: Person, at: datetime, *, confirmed: bool) -> None:
    """The second of the two; whoever asked may take it back but not confirm it. Raises CopyRefused."""
    held = CopyRule.objects.select_for_update(of=("self",)).get(pk=asked.pk)
    if held.answered_at is not None:
        raise CopyRefused(_("This has been answered already."))
    refusal = confirmation_refusal(held, person) if confirmed else ""
    if refusal:
        raise CopyRefused(refusal)
    held.confirmed, held.answered_by, held.answered_at = confirmed, person, at
    held.true_from = max(held.true_from, facts_on_day.today(person, at)) if confirmed else held.true_from
    held.save(update_fields=["confirmed", "answered_by", "answered_at", "true_from"])
