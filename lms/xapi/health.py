"""Do statements reach the learning record store?"""

from __future__ import annotations

from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext

from certification.ledger import clock
from lms.condition import Condition, seconds_since
from lms.xapi.models import Statement

STATEMENT_SECONDS = 60 * 60


def look_at_statements(found: Condition) -> None:
    oldest = Statement.objects.filter(delivered_at__isnull=True).aggregate(first=Min("stored_at"))["first"]
    waited = seconds_since(oldest, clock.now())
    configured = bool(settings.LRS_ENDPOINT)
    found.findings["statements"] = {"record_store_configured": configured, "oldest_undelivered_seconds": waited}
    if configured and waited is not None and waited > STATEMENT_SECONDS:
        found.alarms.append(
            gettext("The oldest xAPI statement has waited %(seconds)s seconds. Does the learning record store answer?")
            % {"seconds": waited}
        )
