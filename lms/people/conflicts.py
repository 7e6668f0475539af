"""Conflicts about people: what feeds claim and cannot all be true ends nothing and moves nothing until HR settles it.

Feeds that disagree about the employment suspend every right but that to learn (RULES T-29). A first day that a feed
moves too far (S9) waits and suspends nothing, nor does what feeds say differently beside the employment
(`fact_conflicts`). Settled once, the same claims told again are no new conflict.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from lms.people import logins, staffing
from lms.people.changes import CAUSE, caused_by
from lms.people.claims import EmploymentClaim, unpacked
from lms.people.dated import EMPLOYMENT, post_of
from lms.people.facts_on_day import today
from lms.people.groups import HR_ADMIN, in_group
from lms.people.models import FactConflict, OrgUnit, Person
from lms.people.policies import is_administrator
from lms.people.staffing import StaffingError
from lms.people.timeline import Span

ANSWERED_IN = 10  # working days; after them an open conflict is an alarm
KEPT_FOR = timedelta(days=730)
SATURDAY = 5
What, How = FactConflict.What, FactConflict.How
OF_EMPLOYMENT = (What.FEEDS, What.START)


class ConflictRefused(PermissionDenied):
    """This person cannot settle it; the message says why."""


@transaction.atomic
def open_conflict(person: Person, what: str, said: list[dict[str, Any]], *, at: datetime) -> bool:
    """The claims, as FactConflict keeps them, stand side by side and nothing is done. True when this is new: another
    claim, or none was open."""
    found, created = FactConflict.objects.get_or_create(
        person=person,
        what=what,
        settled_at=None,
        defaults={"claims": said, "since": at, "cause": CAUSE.get()},
    )
    if not created and found.claims == said:
        return False
    if not created:
        found.claims, found.cause = said, CAUSE.get()
        found.save(update_fields=["claims", "cause"])
    if what == What.FEEDS:
        logins.suspend_rights(person)
    return True


@transaction.atomic
def close_agreed(person: Person, what: str, *, at: datetime) -> None:
    """The sources say the same again: nobody has to decide anything."""
    _close(FactConflict.objects.filter(person=person, what=what, settled_at=None), How.AGREED, at)
    _give_back(person)


def refusal_to_settle(conflict: FactConflict, by: Person) -> str:
    """Why this person may not settle it, in a sentence; empty if they may."""
    if not (is_administrator(by) or in_group(by, HR_ADMIN)):
        return _("Only HR administrators and administrators can settle this.")
    if conflict.settled_at is not None:
        return _("This conflict is settled already.")
    if conflict.person_id == by.pk:
        return _("It is about you: another person has to settle it.")
    return ""


@transaction.atomic
def settle(conflict: FactConflict, by: Person, outcome: EmploymentClaim, reason: str, *, at: datetime) -> None:
    """What holds, of the claims or something else, is written, and the claims rest until one of them changes.

    Raises ConflictRefused, and StaffingError where what is believed cannot become this.
    """
    conflict = locked_for_settling(conflict, by)
    with caused_by(f"conflict:{conflict.pk}"):
        make_true(conflict.person, outcome, at)
    claimed = any(claim.same_content(outcome) for claim in unpacked(conflict.claims))
    close_settled(conflict, by, How.CLAIM if claimed else How.OTHER, outcome.as_json(), reason, at)
    _give_back(conflict.person)


def locked_for_settling(conflict: FactConflict, by: Person) -> FactConflict:
    """As it stands now, in the caller's transaction. Raises ConflictRefused."""
    conflict = FactConflict.objects.select_for_update(of=("self",)).select_related("person").get(pk=conflict.pk)
    if refusal := refusal_to_settle(conflict, by):
        raise ConflictRefused(refusal)
    return conflict


def close_settled(
    conflict: FactConflict, by: Person, how: str, outcome: dict[str, Any], reason: str, at: datetime
) -> None:
    conflict.settled_how, conflict.settled_at, conflict.settled_by = how, at, by
    conflict.outcome, conflict.reason = outcome, reason
    conflict.save(update_fields=["settled_how", "settled_at", "settled_by", "outcome", "reason"])


def make_true(person: Person, outcome: EmploymentClaim, at: datetime) -> None:
    """The last employment becomes this one. Raises StaffingError."""
    entity = OrgUnit.objects.current().filter(code=outcome.entity, kind=OrgUnit.Kind.ENTITY).first()
    if entity is None:
        raise StaffingError(_("There is no legal entity “%(code)s”.") % {"code": outcome.entity})
    spans = sorted(EMPLOYMENT.spans(person), key=lambda span: span.start)
    if not spans or (spans[-1].end and outcome.hired_on >= spans[-1].end):
        staffing.hire(person, entity, on=outcome.hired_on, at=at)
    else:
        _correct_last(person, spans, entity, outcome, at)
    held = max(EMPLOYMENT.spans(person), key=lambda span: span.start)
    if not outcome.knows_end:
        return
    if outcome.left_on is None:
        staffing.withdraw_leaving(person, at=at)
    elif held.end is None or held.end - timedelta(days=1) != outcome.left_on:
        staffing.leave_company(person, on=outcome.left_on, at=at)


def _correct_last(person: Person, spans: list[Span], entity: OrgUnit, outcome: EmploymentClaim, at: datetime) -> None:
    run = run_of(spans)
    starts = [span.start for span in run]
    if post_of(run[-1])[0] != entity.pk:
        # Never before the day from which the other employer was believed: what was, stays what it was.
        on = max(outcome.hired_on, starts[-1] + timedelta(days=1))
        if run[-1].end and on >= run[-1].end:
            on = today(person, at)
        staffing.transfer(person, entity, on=on, at=at)
    elif outcome.hired_on not in starts:
        was = nearest_start(run, outcome.hired_on)
        staffing.correct_hire(person, was=was, on=outcome.hired_on, at=at)


def run_of(spans: list[Span]) -> list[Span]:
    """The last employment with those it follows without a gap: a transfer is no new hire to a directory.

    A move to another zone begins nothing: the same entity and kind are one span.
    """
    run = [spans[-1]]
    for span in reversed(spans[:-1]):
        if span.end != run[0].start:
            break
        same = post_of(span)[:2] == post_of(run[0])[:2]
        run[:1] = [replace(run[0], start=span.start)] if same else [span, run[0]]
    return run


def nearest_start(run: list[Span], day: date) -> date:
    return min((span.start for span in run), key=lambda start: abs((start - day).days))


def open_conflicts() -> QuerySet[FactConflict]:
    """The oldest first."""
    return FactConflict.objects.filter(settled_at=None).select_related("person").order_by("since", "pk")


def conflicts_of(people: Iterable[UUID]) -> dict[UUID, list[FactConflict]]:
    """Theirs, open or settled, the latest last. One query."""
    found: dict[UUID, list[FactConflict]] = {}
    for row in FactConflict.objects.filter(person__in=list(people)).order_by("since", "settled_at", "pk"):
        found.setdefault(row.person_id, []).append(row)
    return found


def overdue_before(at: datetime) -> datetime:
    """Conflicts open since before this instant are an alarm: ten working days, Monday to Friday, are over."""
    day, left = at.date(), ANSWERED_IN
    while left:
        day -= timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return at - timedelta(days=(at.date() - day).days)


def forget_settled(at: datetime) -> int:
    """Deletes what was settled long ago; claims that still stand against each other would be asked again."""
    return FactConflict.objects.filter(settled_at__lt=at - KEPT_FOR).delete()[0]


def _close(rows: QuerySet[FactConflict], how: str, at: datetime) -> None:
    rows.update(settled_at=at, settled_how=how)


def _give_back(person: Person) -> None:
    if not FactConflict.objects.filter(person=person, what=What.FEEDS, settled_at=None).exists():
        logins.restore_rights(person)
