from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

from lms import rooms
from lms.people import looks
from lms.people.models import AccessLog


def test_the_log_is_read_in_words() -> None:
    row = AccessLog(capacity="hr-admin", what="team.person")
    assert (row.capacity_label, row.what_label) == ("HR administrator", "your training record")


def test_an_unknown_key_is_shown_as_it_was_logged() -> None:
    assert (looks.capacity_words("court"), looks.look_words("Register of 2031")) == ("court", "Register of 2031")


def test_whatever_the_reports_log_has_words() -> None:
    sources = [path for room in ("lms", "courses") for path in (settings.BASE_DIR / Path(room)).rglob("*.py")]
    logged = {
        key
        for source in sources
        if source.name != "apps.py"
        for key in re.findall(
            r'what="((?:team|audit|appeals|factors|mail|basis)\.[a-z.]+)"|"((?:audit|conflicts|basis|mail)\.[a-z]+)"',
            source.read_text(),
        )
        for key in key
        if key
    }
    assert logged == set(rooms.access_words())
