"""Are conflicts about people being settled? Counts only, no name."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from certification.ledger import clock
from lms.condition import Condition
from lms.people.conflicts import ANSWERED_IN, open_conflicts, overdue_before
from lms.people.models import ImportRun


def look_at_conflicts(found: Condition) -> None:
    at = clock.now()
    waiting = open_conflicts().count()
    late = open_conflicts().filter(since__lt=overdue_before(at)).count()
    stopped = stopped_feeds()
    found.findings["staff data"] = {"conflicts": waiting, "late": late, "feeds stopped": len(stopped)}
    if late:
        text = ngettext(
            "%(late)d conflict in staff data has waited for HR for more than %(days)d working days.",
            "%(late)d conflicts in staff data have waited for HR for more than %(days)d working days.",
            late,
        )
        found.alarms.append(text % {"late": late, "days": ANSWERED_IN})
    for feed in stopped:
        text = gettext("The last import of the feed %(feed)s stopped before its end. Import its file again.")
        found.alarms.append(text % {"feed": feed})


def stopped_feeds() -> list[str]:
    """Feeds whose last import came to no end. As many queries as there are feeds, which are few."""
    feeds = ImportRun.objects.order_by("feed").values_list("feed", flat=True).distinct()
    last = [ImportRun.objects.filter(feed=feed).order_by("-pk").first() for feed in feeds]
    return [run.feed for run in last if run and run.state == ImportRun.State.STOPPED]
