"""What was seen of somebody's record, and in which capacity, in words: the log stores keys, so that it speaks every
reader's language. The rooms that show records bring the words for what they log (`access_words` in their `apps.py`)."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lms import rooms

CAPACITIES: dict[str, Promise] = {
    "manager": _("manager"),
    "auditor": _("auditor"),
    "governance": _("governance"),
    "hr-admin": _("HR administrator"),
    "administrator": _("administrator"),
}


def capacity_words(key: str) -> str:
    return str(CAPACITIES.get(key, key))


def look_words(key: str) -> str:
    """The words for a key; what a later version or another room logs is shown as it was logged."""
    return str(rooms.access_words().get(key, key))
