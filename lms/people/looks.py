"""What was seen of somebody's record, and in which capacity, in words: the log stores keys, so that it speaks every
reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CAPACITIES: dict[str, Promise] = {
    "manager": _("manager"),
    "auditor": _("auditor"),
    "governance": _("governance"),
    "hr-admin": _("HR administrator"),
}
SEEN: dict[str, Promise] = {
    "team.list": _("your status in the list of the team"),
    "team.export": _("your status in a downloaded list of the team"),
    "team.person": _("your training record"),
    "audit.list": _("your name in a list of evidence"),
    "audit.entry": _("a ledger entry about you"),
    "audit.person": _("the evidence of your training"),
    "audit.reveal": _("your name, which was masked before"),
    "audit.coverage": _("your name in a list of who was covered"),
    "audit.export": _("ledger entries about you, downloaded"),
    "audit.coverage.export": _("whether you were covered, downloaded"),
}


def capacity(key: str) -> str:
    return str(CAPACITIES.get(key, key))


def seen(key: str) -> str:
    """The words for a key; what a later version or another room logs is shown as it was logged."""
    return str(SEEN.get(key, key))
