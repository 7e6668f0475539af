"""Who looked at whose record. Written where a named view or an export happens; read by the person it is about.

Where fraud is suspected two people may delay what the person sees of it, never longer than LONGEST_DELAY and never for
good: the entries are written at once and appear afterwards, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from lms.people.batches import in_batches
from lms.people.models import AccessDelay, AccessLog, Person

MANAGER, AUDITOR, GOVERNANCE, HR_ADMIN = "manager", "auditor", "governance", "hr-admin"
ADMINISTRATOR = "administrator"
LONGEST_DELAY = timedelta(days=90)
AT_ONCE = 2_000


class NoDelay(ValueError):
    """This delay cannot be; the text is a sentence for whoever asked."""


def record_access(
    viewer: Person, people: Iterable[Person], *, capacity: str, what: str, at: datetime, reason: str = ""
) -> int:
    """One row for each person seen; looking at oneself is no access. `what` and `reason` are cut to the columns.

    A file may be about the whole organisation: people and rows are held in portions.
    """
    seen = people.iterator(chunk_size=AT_ONCE) if isinstance(people, QuerySet) else people
    rows = (
        AccessLog(person=person, viewer=viewer, at=at, capacity=capacity, what=what[:60], reason=reason[:200])
        for person in seen
        if person.pk != viewer.pk
    )
    return sum(len(AccessLog.objects.bulk_create(batch)) for batch in in_batches(rows, AT_ONCE))


def log_of(person: Person, at: datetime) -> QuerySet[AccessLog]:
    """What the person may read at that instant; rows carry `delayed_until` and `delayed_because`, or None."""
    looking = Q(asked_by=OuterRef("viewer")) | Q(confirmed_by=OuterRef("viewer"))
    running = Q(confirmed_at__lte=OuterRef("at"), until__gt=OuterRef("at"))
    about = AccessDelay.objects.filter(looking, running, person=OuterRef("person")).order_by("-until")
    rows = AccessLog.objects.filter(person=person).annotate(
        delayed_until=Subquery(about.values("until")[:1]), delayed_because=Subquery(about.values("reason")[:1])
    )
    shown = rows.filter(Q(delayed_until=None) | Q(delayed_until__lte=at))
    return shown.select_related("viewer").order_by("-at", "-pk")


def ask_delay(person: Person, by: Person, reason: str, at: datetime) -> AccessDelay:
    """The first of the two asks. Nothing is hidden yet. Raises NoDelay."""
    if person.pk == by.pk:
        raise NoDelay(gettext("Nobody delays entries about themselves."))
    return AccessDelay.objects.create(person=person, reason=reason, asked_by=by, asked_at=at)


@transaction.atomic
def confirm_delay(delay: AccessDelay, by: Person, at: datetime) -> None:
    """The second of the two: from now on, for LONGEST_DELAY. Confirmed twice it stays as it was. Raises NoDelay."""
    held = AccessDelay.objects.select_for_update(of=("self",)).select_related("person", "asked_by").get(pk=delay.pk)
    if by.pk in (held.asked_by_id, held.person_id):
        raise NoDelay(gettext("A second person confirms: neither who asked nor whom it is about."))
    if held.confirmed_at is not None:
        return
    held.confirmed_by, held.confirmed_at, held.until = by, at, at + LONGEST_DELAY
    held.save(update_fields=["confirmed_by", "confirmed_at", "until"])
    for viewer in filter(None, (held.asked_by, by)):
        record_access(viewer, [held.person], capacity=AUDITOR, what="audit.delay", at=at, reason=held.reason)


def open_delays(at: datetime) -> QuerySet[AccessDelay]:
    """Those that wait for the second person, and those that run; the newest first."""
    rows = AccessDelay.objects.filter(Q(confirmed_at=None) | Q(until__gt=at))
    return rows.select_related("person", "asked_by", "confirmed_by").order_by(
        F("confirmed_at").desc(nulls_first=True), "-asked_at"
    )
