"""Do statements reach the learning record store?"""

from __future__ import annotations

from django.conf import settings
from django.db.models import Min
from django.utils.translation import gettext

from certification.ledger import clock
from lms.condition import Condition, seconds_since
from lms.xapi import store_condition
from lms.xapi.models import Statement

STATEMENT_SECONDS = 60 * 60


def look_at_statements(found: Condition) -> None:
    oldest = Statement.objects.filter(delivered_at__isnull=True).aggregate(first=Min("stored_at"))["first"]
    waited = seconds_since(oldest, clock.now())
    configured = bool(settings.LRS_ENDPOINT)
    found.findings["statements"] = {"record_store_configured": configured, "oldest_undelivered_seconds": waited}
    condition = store_condition.current_condition() if configured else None
    if condition and condition.failing_since and condition.needs_mending:
        found.findings["statements"]["record_store_turns_away_since"] = condition.failing_since.isoformat()
        found.alarms.append(
            gettext(
                "The learning record store turns this site away: %(words)s Check LRS_ENDPOINT, LRS_KEY and LRS_SECRET. "
                "Statements wait, and go out within minutes once it takes them."
            )
            % {"words": condition.words}
        )
    if configured and waited is not None and waited > STATEMENT_SECONDS:
        found.alarms.append(
            gettext("The oldest xAPI statement has waited %(seconds)s seconds. Does the learning record store answer?")
            % {"seconds": waited}
        )
