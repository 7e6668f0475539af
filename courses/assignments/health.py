"""Are there paths that nobody can be given, or modules that nobody new can be taught?"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Value
from django.utils.translation import gettext, ngettext

from certification.ledger import clock
from courses.assignments import held_back
from courses.assignments.basis_doubts import count_waiting_too_long
from courses.assignments.engine_models import EngineDifference
from courses.assignments.models import Blocked, Derivation
from courses.paths.module_uses import modules_without_source
from lms.condition import Condition


def look_at_assignments(found: Condition) -> None:
    blocked = Blocked.objects.filter(until__isnull=True).count()
    found.findings["blocked_assignments"] = blocked
    if blocked:
        found.alarms.append(
            ngettext(
                "%(count)s path cannot be assigned in an entity: a fact or a signed-off text is missing.",
                "%(count)s paths cannot be assigned in an entity: a fact or a signed-off text is missing.",
                blocked,
            )
            % {"count": blocked}
        )


def look_at_derivations(found: Condition) -> None:
    """Whose training could not be determined (S18), which changes wait for a second person (T-19), and how many
    differences of the past for an administrator (S10)."""
    faulty = _counted(Derivation.objects.exclude(fault=""), "faulty")
    counts = dict(faulty.union(_counted(EngineDifference.objects.all(), "listed")).values_list("what", "count"))
    unknown = counts.get("faulty", 0)
    found.findings["not_determined"] = unknown
    if unknown:
        found.alarms.append(
            ngettext(
                "The training of %(count)s person is not determined: their facts contradict each other. Human "
                "resources has to correct them.",
                "The training of %(count)s people is not determined: their facts contradict each other. Human "
                "resources has to correct them.",
                unknown,
            )
            % {"count": unknown}
        )
    _say_of_versions(found, counts.get("listed", 0))
    held = held_back.waiting_changes()
    found.findings["changes_held_back"] = len(held)
    for each in held:
        found.alarms.append(
            gettext(
                "The change %(cause)s would end %(ends)d and move %(moves)d of %(people)d assignments: it waits until "
                "a second person releases it (manage.py release_change)."
            )
            % {"cause": each.cause, "ends": each.ends, "moves": each.moves, "people": each.applies_to}
        )


def _say_of_versions(found: Condition, waiting: int) -> None:
    """What an update would change of the past waits for an administrator (S10)."""
    found.findings["version_differences_waiting"] = waiting
    if waiting:
        found.alarms.append(
            ngettext(
                "An update would change what is recorded of %(count)s assignment in the past: an administrator decides "
                "about it (manage.py engine_differences).",
                "An update would change what is recorded of %(count)s assignments in the past: an administrator "
                "decides about it (manage.py engine_differences).",
                waiting,
            )
            % {"count": waiting}
        )


def _counted(rows: QuerySet[Any], what: str) -> QuerySet[Any]:
    return rows.order_by().values(what=Value(what)).annotate(count=Count("pk"))


def look_at_doubts(found: Condition) -> None:
    """People who say that a date is wrong are answered."""
    waiting = count_waiting_too_long(clock.now())
    found.findings["date_doubts_waiting"] = waiting
    if waiting:
        found.alarms.append(
            ngettext(
                "%(count)s person said more than ten working days ago that a date is wrong, and has no answer.",
                "%(count)s people said more than ten working days ago that a date is wrong, and have no answer.",
                waiting,
            )
            % {"count": waiting}
        )


def look_at_sources(found: Condition) -> None:
    """A compulsory module whose page in the source language is offline or gone is taught to nobody new, and nobody can
    correct it."""
    gone = modules_without_source()
    found.findings["modules_without_source"] = len(gone)
    if gone:
        found.alarms.append(
            ngettext(
                "The compulsory module %(codes)s has no live page in the source language. Publish it again, or take it "
                "out of its path.",
                "The compulsory modules %(codes)s have no live page in the source language. Publish them again, or "
                "take them out of their paths.",
                len(gone),
            )
            % {"codes": ", ".join(gone)}
        )
