"""One person's record as a manager or an auditor may see it: what is required and why, what was done on which version.

Never in here: scores, answers, attempts, reasons of leave, the lab.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from certification.credentials.models import Certificate
from courses.assignments.models import Assignment, Justification
from courses.assignments.status import VALID_THEN, Status, is_now
from courses.completions.models import Completion
from lms.people.facts_on_day import today
from lms.people.models import Person
from lms.reports import standing, titles
from lms.reports.standing import DAY, View


class AssignmentReason(NamedTuple):
    """Why an assignment exists: the rule's words, whether law or policy asks for it, and which one."""

    text: str
    basis: str
    basis_text: str
    rule: str
    number: int


class Then(NamedTuple):
    """Three questions about an assignment, each answered in words: was it required, fulfilled, something valid?"""

    required: str
    fulfilled: str
    valid: str


class Duty(NamedTuple):
    """`words`: where it stands on the day looked at. `badge` is empty for what does not count on that day: a cycle that
    another has taken the place of, or that has ended or not begun.
    """

    title: str
    assignment: Assignment
    reasons: list[AssignmentReason]
    then: Then
    badge: str
    words: str


class Award(NamedTuple):
    """`over`: its last valid day has passed, on the calendar of whoever holds it."""

    title: str
    certificate: Certificate
    over: bool


@dataclass(frozen=True, slots=True)
class Record:
    """Everything a record shows, newest first."""

    duties: list[Duty]
    completions: QuerySet[Completion]
    awards: list[Award]


def duties_of(person: Person, view: View) -> list[Duty]:
    """All assignments, newest first; what law or policy asks for it stands once, where it is first. Three queries."""
    language = get_language() or ""
    live = Justification.objects.select_related("rule").order_by("event_on", "pk")
    rows = (
        Assignment.objects.of(person)
        .select_related("version")
        .prefetch_related(Prefetch("justifications", live, to_attr="reasons"))
        .order_by("-anchor", "path_key")
    )
    standings = standing.standings(view, assignment__person=person).select_related("assignment")
    now = {row.assignment_id: standing.standing_words(row, view) for row in standings}
    unknown = {row.assignment_id for row in standings if row.status == Status.NOT_DETERMINED}
    said: set[str] = set()
    return [
        Duty(
            titles.in_language(row.version.titles, language) or row.path_key,
            row,
            said_once(assignment_reasons(row.reasons, view, language), said),  # type: ignore[attr-defined]
            then_of(row, view) if row.pk not in unknown else Then(*[str(Status.NOT_DETERMINED.label)] * 3),
            *(now.get(row.pk) or ("", past_words(row, rows, view.at))),
        )
        for row in rows
    ]


def said_once(reasons: list[AssignmentReason], said: set[str]) -> list[AssignmentReason]:
    """Without the basis where it was said already; `said` grows."""
    shown = []
    for reason in reasons:
        shown.append(reason._replace(basis_text="") if reason.basis_text in said else reason)
        said.add(reason.basis_text)
    return shown


def then_of(row: Assignment, view: View) -> Then:
    return Then(required_words(row, view.day_in(row.zone)), fulfilled_words(row), valid_words(row, view.at))


def required_words(row: Assignment, day: date) -> str:
    """While an answer is awaited nothing is due, whatever the date was before."""
    ended = row.state_on if row.state == Assignment.State.ENDED else row.required_until
    if ended and ended <= day:
        return gettext("Until %(date)s") % {"date": date_format(ended, DAY)}
    if row.waiting_since:
        return gettext("Waiting for an answer")
    if row.due is None:
        return gettext("Before access")
    by = {"date": date_format(row.due, DAY)}
    return gettext("Before access, and by %(date)s") % by if row.before_access else gettext("By %(date)s") % by


def fulfilled_words(row: Assignment) -> str:
    if row.state != Assignment.State.SATISFIED:
        return gettext("Not fulfilled")
    on = date_format(row.state_on, DAY)
    return gettext("%(date)s, too late") % {"date": on} if row.late else on


def valid_words(row: Assignment, at: datetime) -> str:
    """While a renewal is open, what it renews is what may still be valid."""
    satisfied = row.state == Assignment.State.SATISFIED
    until = row.valid_until if satisfied else row.expiring_on if row.state == Assignment.State.OPEN else None
    if until is None:
        return gettext("Without end") if satisfied else gettext("Nothing valid")
    words = gettext("Until %(date)s") if VALID_THEN.holds(row, at) else gettext("Until %(date)s (over)")
    return words % {"date": date_format(until, DAY)}


def past_words(row: Assignment, rows: Iterable[Assignment], at: datetime) -> str:
    """What became of a cycle that does not count at `at`. `rows` = all assignments of the person.

    It is called renewed only where a renewal was fulfilled: one that is open is another row, with its own due day.
    """
    if row.state == Assignment.State.ENDED:
        named = {"date": date_format(row.state_on, DAY), "reason": row.get_end_reason_display()}
        return gettext("Ended %(date)s: %(reason)s") % named
    if row.state == Assignment.State.OPEN:
        return gettext("Due %(date)s") % {"date": date_format(row.due, DAY)} if row.due else gettext("Before access")
    done, until = {"date": date_format(row.state_on, DAY)}, row.valid_until
    if until is None:
        return gettext("Done %(date)s") % done
    renewals = [each for each in rows if renews(each, row)]
    if any(each.state == Assignment.State.SATISFIED for each in renewals):
        return gettext("Done %(date)s, since renewed") % done
    named = done | {"until": date_format(until, DAY)}
    if is_now(row, Status.EXPIRED, at):
        return gettext("Done %(date)s, was valid until %(until)s") % named
    asked = [each for each in renewals if is_now(each, Status.OPEN, at) and not is_now(each, Status.OVERDUE, at)]
    due = next((each.due for each in asked if each.due), None)
    if due is None:
        return gettext("Done %(date)s, valid until %(until)s") % named
    return gettext("Done %(date)s, valid until %(until)s, to be renewed by %(due)s") % (
        named | {"due": date_format(due, DAY)}
    )


def renews(each: Assignment, row: Assignment) -> bool:
    """Whether it is a renewal of what `row` gave."""
    same = (each.path_key, each.about) == (row.path_key, row.about) and each.pk != row.pk
    return same and bool(each.expiring_on and row.valid_until and each.expiring_on >= row.valid_until)


def assignment_reasons(justifications: Sequence[Justification], view: View, language: str) -> list[AssignmentReason]:
    """Those that held on that day as known then, each rule in its newest version.

    Where none did (it is done, and nothing asks for it any more), those the assignment rested on last.
    """
    known = [row for row in justifications if _known(row, view)] or justifications
    held = [row for row in known if row.true_from <= view.true_on and (not row.true_to or view.true_on < row.true_to)]
    newest = {row.rule.key: row for row in sorted(held or known, key=lambda row: row.rule.number)}
    return [assignment_reason(row, language) for row in newest.values()]


def _known(row: Justification, view: View) -> bool:
    if view.known_at is None:
        return row.known_to is None
    return row.known_from <= view.known_at and (not row.known_to or view.known_at < row.known_to)


def assignment_reason(justification: Justification, language: str) -> AssignmentReason:
    rule = justification.rule
    return AssignmentReason(
        titles.in_language(rule.reasons, language),
        rule.get_basis_display(),
        titles.in_language(rule.basis_texts, language),
        rule.key,
        rule.number,
    )


def completions_of(person: Person) -> QuerySet[Completion]:
    rows = Completion.objects.of(person).select_related("module").order_by("-effective_on", "-recorded_at")
    return titles.with_titles(rows, get_language() or "")


def awards_of(person: Person, view: View) -> list[Award]:
    language, day = get_language() or "", today(person, view.at)
    rows = Certificate.objects.held_by(person).order_by("-issued_on", "-awarded_at")
    return [
        Award(
            titles.in_language(row.content["path"]["titles"], language) or row.path_key,
            row,
            bool(row.valid_until and row.valid_until < day),
        )
        for row in rows
    ]


def record_of(person: Person, view: View) -> Record:
    return Record(duties_of(person, view), completions_of(person), awards_of(person, view))
