"""What moved a date on from where its term, or the end of what is renewed, would have put it: in sentences.

For the person it is about and nobody else: their own page may name leave and appeals.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from courses.assignments import dates, facts
from courses.assignments.derivation.pauses import pauses_of
from courses.assignments.derivation.values import AppealFact, Leaf, LeaveFact, PersonFacts
from courses.assignments.models import Assignment, Waiting
from courses.paths.models import PathLeaf
from lms.people.models import Leave, Person

DAY = "j F Y"


def moves_in_words(
    person: Person,
    assignment: UUID,
    days: int | None,
    since: date | None,
    due: date | None,
    expiring_on: date | None,
    *,
    paused: bool = True,
) -> list[str]:
    """From the end of a rule's term to its `due`, step by step; none where it stands as it was counted.

    `days` from `since`, or `expiring_on` where it renews something. Three queries, only where a date was moved and
    something may have `paused` it.
    """
    plain = expiring_on or (dates.due_date(since, days) if since and days is not None else None)
    if plain is None or since is None or due is None or due <= plain:
        return []
    if not paused and not expiring_on:
        return [given_before(due)]
    leaves = _leaves(person)
    asked, waits = _waits(person, assignment)

    def until(known: PersonFacts) -> date:
        pauses = pauses_of(known, asked, (), due)
        later = pauses.renewal(since, expiring_on) if expiring_on else pauses.first_term(since, days or 0)
        return min(later, due)

    moved = until(PersonFacts(leaves=leaves, appeals=waits))
    found = []
    if moved > plain:
        if moved == until(PersonFacts(leaves=leaves)):
            words = gettext("Your leave moved the date on, to %(day)s.")
        elif moved == until(PersonFacts(appeals=waits)):
            words = gettext("Your appeal moved the date on, to %(day)s.")
        else:
            words = gettext("Your leave and your appeal moved the date on, to %(day)s.")
        found.append(words % {"day": date_format(moved, DAY)})
    if due > moved:
        found.append(_otherwise(assignment, days if expiring_on else None, since, due))
    return found


def given_before(due: date) -> str:
    """No version of a rule brings a date forward."""
    return gettext("You were given a later date before, and it stays: %(day)s.") % {"day": date_format(due, DAY)}


def _otherwise(assignment: UUID, term: int | None, since: date, due: date) -> str:
    """What neither leave nor an appeal explains: a return with the whole term, a module that was withdrawn, or a
    version that gave more time."""
    if term and dates.due_date(since, term) == due:
        words = ngettext(
            "The rule gives %(days)s day: until %(day)s.", "The rule gives %(days)s days: until %(day)s.", term
        )
        return words % {"days": term, "day": date_format(due, DAY)}
    path = Assignment.objects.filter(pk=assignment).values("path_key")
    asked = PathLeaf.objects.filter(version__path__key__in=path, compulsory=True)
    if asked.filter(module__withdrawn_at__isnull=False).exists():
        words = gettext("A module could not be done for some time. That moved the date on, to %(day)s.")
        return words % {"day": date_format(due, DAY)}
    return given_before(due)


def _leaves(person: Person) -> tuple[LeaveFact, ...]:
    rows = Leave.objects.filter(person=person, known_to=None)
    return tuple(LeaveFact(str(one.fact), one.first_day, one.last_day, one.known_from) for one in rows)


def _waits(person: Person, assignment: UUID) -> tuple[list[Leaf], tuple[AppealFact, ...]]:
    """What it asks for, and the answered appeals about that: while one is open it moves nothing yet."""
    asked = facts.leaves_of(Assignment.objects.filter(pk=assignment).values("version"))
    leaves = [leaf for each in asked.values() for leaf in each]
    rows = Waiting.objects.filter(person=person, module__in=[leaf.module for leaf in leaves], last_day__isnull=False)
    columns = ("appeal", "module_id", "first_day", "last_day", "answered_at")
    return leaves, tuple(AppealFact(str(appeal), *row) for appeal, *row in rows.values_list(*columns))
