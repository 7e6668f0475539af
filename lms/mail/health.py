"""Does mail go out?"""

from __future__ import annotations

from django.db.models import Min
from django.utils.translation import gettext

from certification.ledger import clock
from lms.condition import Condition, seconds_since
from lms.mail.models import Message

MESSAGE_SECONDS = 60 * 60


def look_at_messages(found: Condition) -> None:
    oldest = Message.objects.filter(sent_at__isnull=True).aggregate(first=Min("queued_at"))["first"]
    waited = seconds_since(oldest, clock.now())
    found.findings["messages"] = {"oldest_unsent_seconds": waited}
    if waited is not None and waited > MESSAGE_SECONDS:
        found.alarms.append(
            gettext("The oldest message has waited %(seconds)s seconds. Does the mail server answer?")
            % {"seconds": waited}
        )
