"""Is the site well? What a load balancer and whoever is on call need to know; no name, no id, no address.

Two grades. *Failing* (503): the site cannot serve, or evidence is at risk. *Alarm* (200): somebody must look, but
taking pages away from learners would not help, as when a learning record store or a mail server is down.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.db.models import Max, Min
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certification.ledger import clock, pending, triggers
from certification.ledger.models import Checkpoint, Entry, Pending
from courses.assignments.models import Blocked
from lms.mail.models import Message
from lms.xapi.models import Statement

logger = logging.getLogger("litmus.health")

PENDING_SECONDS = 60
CHECKPOINT_SECONDS = 60 * 60
STATEMENT_SECONDS = 60 * 60
MESSAGE_SECONDS = 60 * 60

Finding = dict[str, Any]


@dataclass
class Report:
    """`findings` are figures by subject; `failures` and `alarms` are sentences."""

    findings: Finding = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return "failing" if self.failures else "alarm" if self.alarms else "well"

    def as_json(self) -> Finding:
        return {"status": self.status, "failures": self.failures, "alarms": self.alarms, **self.findings}


@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    report = examine()
    return JsonResponse(report.as_json(), status=503 if report.failures else 200)


def examine() -> Report:
    """A handful of indexed queries. A database that cannot be asked is a finding, never a traceback."""
    report = Report(findings={"database": "reachable"})
    try:
        connection.ensure_connection()
        for look in LOOKS:
            look(report)
    except Error:
        logger.exception("The health check could not ask the database")
        return Report(
            findings={"database": "unreachable"},
            failures=[gettext("The database cannot be reached or does not answer. Is it running, and is it migrated?")],
        )
    return report


def look_at_pending(report: Report) -> None:
    waited = _seconds(pending.oldest_waiting(), clock.machine_now())
    waiting = Pending.objects.filter(sequenced=False).count()
    report.findings["pending"] = {"entries": waiting, "oldest_seconds": waited}
    if waited is not None and waited > PENDING_SECONDS:
        report.failures.append(
            gettext(
                "The oldest pending ledger entry has waited %(seconds)s seconds; more than %(limit)s is too long. "
                "Is the sequencer running?"
            )
            % {"seconds": waited, "limit": PENDING_SECONDS}
        )


def look_at_triggers(report: Report) -> None:
    missing = triggers.missing()
    report.findings["missing_triggers"] = missing
    if missing:
        report.failures.append(
            gettext("Triggers that keep the ledger append-only are missing: %(names)s. Run `manage.py migrate`.")
            % {"names": ", ".join(missing)}
        )


def look_at_checkpoint(report: Report) -> None:
    last = Checkpoint.objects.order_by("-size").first()
    newest = Entry.objects.aggregate(last=Max("seq"))["last"]
    size = 0 if newest is None else newest + 1
    report.findings["ledger"] = {
        "entries": size,
        "checkpoint_size": last.size if last else None,
        "checkpoint_age_seconds": _seconds(last.made_at, clock.now()) if last else None,
    }
    first_bare = Entry.objects.filter(seq=last.size if last else 0).values_list("sequenced_at", flat=True).first()
    bare = _seconds(first_bare, clock.now())
    if bare is not None and bare > CHECKPOINT_SECONDS:
        report.alarms.append(
            gettext("Ledger entries have been without a checkpoint for %(seconds)s seconds.") % {"seconds": bare}
        )


def look_at_statements(report: Report) -> None:
    oldest = Statement.objects.filter(delivered_at__isnull=True).aggregate(first=Min("stored_at"))["first"]
    waited = _seconds(oldest, clock.now())
    configured = bool(settings.LRS_ENDPOINT)
    report.findings["statements"] = {"record_store_configured": configured, "oldest_undelivered_seconds": waited}
    if configured and waited is not None and waited > STATEMENT_SECONDS:
        report.alarms.append(
            gettext("The oldest xAPI statement has waited %(seconds)s seconds. Does the learning record store answer?")
            % {"seconds": waited}
        )


def look_at_messages(report: Report) -> None:
    oldest = Message.objects.filter(sent_at__isnull=True).aggregate(first=Min("queued_at"))["first"]
    waited = _seconds(oldest, clock.now())
    report.findings["messages"] = {"oldest_unsent_seconds": waited}
    if waited is not None and waited > MESSAGE_SECONDS:
        report.alarms.append(
            gettext("The oldest message has waited %(seconds)s seconds. Does the mail server answer?")
            % {"seconds": waited}
        )


def look_at_assignments(report: Report) -> None:
    blocked = Blocked.objects.filter(until__isnull=True).count()
    report.findings["blocked_assignments"] = blocked
    if blocked:
        report.alarms.append(
            ngettext(
                "%(count)s path cannot be assigned in an entity: a fact or a signed-off text is missing.",
                "%(count)s paths cannot be assigned in an entity: a fact or a signed-off text is missing.",
                blocked,
            )
            % {"count": blocked}
        )


LOOKS: tuple[Callable[[Report], None], ...] = (
    look_at_pending,
    look_at_triggers,
    look_at_checkpoint,
    look_at_statements,
    look_at_messages,
    look_at_assignments,
)


def _seconds(since: datetime | None, until: datetime) -> int | None:
    """Whole seconds, never below 0; rows are aged by the clock that stamped them."""
    return None if since is None else max(0, int((until - since).total_seconds()))
