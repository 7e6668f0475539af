"""Why a module is asked of someone, in their words: the rule, its basis, the date, and whom to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from content.editions import Module
from courses.assignments import dates
from courses.assignments.models import Assignment, Justification
from courses.paths.models import AssignmentRule
from lms.people.models import Person

FALLBACK = "en"
SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Badge:
    """`status` is the component's: overdue | soon | due | info."""

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


def asking(person: Person, module: Module, day: date) -> QuerySet[Justification]:
    """What justifies the person's open assignments that ask for this module; the strictest date first.

    No date means "before access", which is stricter than any.
    """
    rows = Justification.objects.filter(
        Q(true_to__isnull=True) | Q(true_to__gt=day),
        known_to__isnull=True,
        assignment__person=person,
        assignment__state=Assignment.State.OPEN,
        assignment__version__leaves__module=module,
    )
    return rows.select_related("rule", "assignment__version").order_by(
        F("assignment__due").asc(nulls_first=True), "rule__key", "pk"
    )


def reasons(person: Person, module: Module, language: str, today: date) -> list[Reason]:
    """Why this module, in the reader's language. One query."""
    return [reason(row, language, today) for row in asking(person, module, today)]


def reason(row: Justification, language: str, today: date) -> Reason:
    return Reason(
        path=said(row.assignment.version.titles, language),
        reason=said(row.rule.reasons, language),
        basis=basis(row.rule, language),
        due=row.assignment.due,
        owner=row.rule.owner,
        badge=badge(row.assignment.due, today),
    )


def said(words: Mapping[str, str], language: str) -> str:
    """From {language: text}: the reader's language, else English."""
    return words.get(language) or words.get(FALLBACK, "")


def basis(rule: AssignmentRule, language: str) -> str:
    """Law in force or company policy: always said which."""
    return gettext("%(kind)s: %(text)s") % {
        "kind": rule.get_basis_display().capitalize(),
        "text": said(rule.basis_texts, language),
    }


def badge(due: date | None, today: date) -> Badge:
    if due is None:
        return Badge("soon", gettext("Required before access"))
    late = dates.late_by(due, today)
    if late:
        return Badge("overdue", ngettext("Overdue by %(days)s day", "Overdue by %(days)s days", late) % {"days": late})
    left = dates.days_left(due, today)
    if left == 0:
        return Badge("soon", gettext("Due today"))
    if left <= SOON_DAYS:
        return Badge("soon", ngettext("Due in %(days)s day", "Due in %(days)s days", left) % {"days": left})
    return Badge("due", gettext("Due %(date)s") % {"date": date_format(due, "j F Y")})
