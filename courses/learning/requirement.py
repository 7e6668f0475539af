"""Why a module is asked of someone, in their words: the rule, its basis, the date, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from content.editions import Module
from courses.assignments import dates
from courses.assignments.labels import said
from courses.assignments.models import Assignment, Justification
from courses.assignments.reading import BEFORE_ACCESS, EXPIRED_ON_LEAVE, OPEN, OVERDUE, SOON, SOON_DAYS, Task, Why
from lms.people.models import Person

DAY = "j F Y"


@dataclass(frozen=True, slots=True)
class Badge:
    """`status` is the component's: overdue | soon | due | done | blocked | info."""

    status: str
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    path: str
    reason: str
    basis: str
    due: date | None
    owner: str
    badge: Badge


def asking(person: Person, module: Module) -> QuerySet[Justification]:
    """What justifies the person's open assignments that ask for this module; the strictest date first.

    No date means "before access", which is stricter than any.
    """
    rows = Justification.objects.filter(
        known_to=None,
        true_to=None,
        assignment__person=person,
        assignment__state=Assignment.State.OPEN,
        assignment__version__leaves__module=module,
    )
    return rows.select_related("rule", "assignment__version").order_by(
        F("assignment__due").asc(nulls_first=True), "rule__key", "pk"
    )


def reasons(person: Person, module: Module, language: str, today: date) -> list[Reason]:
    """Why this module, in the reader's language. One query."""
    return [reason(row, language, today) for row in asking(person, module)]


def reason(row: Justification, language: str, today: date) -> Reason:
    rule = row.rule
    return Reason(
        path=said(row.assignment.version.titles, language),
        reason=said(rule.reasons, language),
        basis=basis(rule.get_basis_display(), said(rule.basis_texts, language)),
        due=row.assignment.due,
        owner=rule.owner,
        badge=badge_on(row.assignment.due, today),
    )


def basis(kind: str, text: str) -> str:
    """Law in force or company policy: always said which."""
    named = {"kind": kind[:1].upper() + kind[1:], "text": text}
    return gettext("%(kind)s: %(text)s") % named if text else named["kind"]


def in_short(why: Why) -> str:
    """The reason and its basis, in one line of a list."""
    return gettext("%(reason)s · %(basis)s") % {"reason": why.reason, "basis": why.basis_label}


def badge_on(due: date | None, today: date) -> Badge:
    """The badge of what is due on a day."""
    if due is None:
        return badge(BEFORE_ACCESS, None, 0, 0)
    late, left = dates.late_by(due, today), dates.days_left(due, today)
    return badge(OVERDUE if late else SOON if left <= SOON_DAYS else OPEN, due, left, late)


def badge_of(task: Task) -> Badge:
    return badge(task.status, task.due, task.days_left, task.late_by)


def badge(status: str, due: date | None, left: int, late: int) -> Badge:
    if status == BEFORE_ACCESS or due is None:
        return Badge("soon", gettext("Required before access"))
    if status == OVERDUE:
        return Badge("overdue", ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", late) % {"days": late})
    if status == EXPIRED_ON_LEAVE:
        return Badge("info", gettext("Expired during your leave; due %(day)s") % {"day": date_format(due, DAY)})
    if status == OPEN:
        return Badge("due", gettext("Due %(day)s") % {"day": date_format(due, DAY)})
    if left == 0:
        return Badge("soon", gettext("Due today"))
    return Badge("soon", ngettext("Due in %(days)s day", "Due in %(days)s days", left) % {"days": left})
