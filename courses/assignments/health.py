"""Are there paths that nobody can be given, or modules that nobody new can be taught?"""

from __future__ import annotations

from django.utils.translation import ngettext

from courses.assignments.models import Blocked
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
