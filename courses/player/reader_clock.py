"""An instant in words, on the clock of the person who reads it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext

from lms.people.facts_on_day import zone_of
from lms.people.models import Person


def moment_in_words(instant: datetime, person: Person) -> str:
    """ "6 October 2026, 11:00 (CEST)". One query."""
    return moment_in_zone(instant, zone_of(person, instant.date()))


def moment_in_zone(instant: datetime, name_of_zone: str) -> str:
    local = instant.astimezone(ZoneInfo(name_of_zone))
    name = local.tzname() or ""
    zone = name if name.isalpha() else f"UTC{name}"
    return gettext("%(moment)s (%(zone)s)") % {"moment": date_format(local, "j F Y, H:i"), "zone": zone}
