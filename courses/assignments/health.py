"""Are there paths that nobody can be given?"""

from __future__ import annotations

from django.utils.translation import ngettext

from courses.assignments.models import Blocked
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
