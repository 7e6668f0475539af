"""Who looked at whose record. Written where a named view or an export happens; read by the person it is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from lms.people.models import AccessLog, Person

MANAGER, AUDITOR, GOVERNANCE, HR_ADMIN = "manager", "auditor", "governance", "hr-admin"
ADMINISTRATOR = "administrator"


def record_access(
    viewer: Person, people: Iterable[Person], *, capacity: str, what: str, at: datetime, reason: str = ""
) -> int:
    """One row for each person seen; looking at oneself is no access. `what` and `reason` are cut to the columns."""
    rows = [
        AccessLog(person=person, viewer=viewer, at=at, capacity=capacity, what=what[:60], reason=reason[:200])
        for person in people
        if person.pk != viewer.pk
    ]
    return len(AccessLog.objects.bulk_create(rows))


def log_of(person: Person) -> QuerySet[AccessLog]:
    return AccessLog.objects.filter(person=person).select_related("viewer").order_by("-at", "-pk")
