"""An entry says in sentences what it records, before any digest; what cannot be read is left out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from lms.people.models import Person
from lms.reports.audit import plain_words
from tests.reports.audit.auditing import Write, append, page
from tests.reports.factories import complete, make_path

pytestmark = pytest.mark.django_db

PATH = {"path": {"key": "p1", "number": 1}}


@pytest.mark.parametrize(
    ("kind", "payload", "said"),
    [
        ("assignment.open", PATH | {"due": "2026-11-18"}, ["“All staff” is to be done by 18 November 2026."]),
        (
            "assignment.open",
            PATH | {"due": "2026-11-18", "before_access": 1, "moved_days": 3, "counted_from": "2026-10-01"},
            [
                "“All staff” is asked for before access, and by 18 November 2026 at the latest.",
                "The term is counted from 1 October 2026.",
                "The date was moved by 3 days.",
            ],
        ),
        ("assignment.open", PATH | {"due": ""}, ["“All staff” is asked for before access."]),
        (
            "assignment.open",
            PATH | {"due": "2026-12-05", "renews": "2026-12-05"},
            ["“All staff” is to be done by 5 December 2026.", "It renews what was valid until 5 December 2026."],
        ),
        (
            "assignment.close",
            PATH | {"how": "satisfied", "on": "2026-10-20", "valid_until": "2028-10-20", "late": 1},
            [
                "“All staff” was fulfilled on 20 October 2026.",
                "What was done is valid until 20 October 2028.",
                "It was done after its due date.",
            ],
        ),
        (
            "assignment.close",
            PATH | {"how": "ended", "on": "2026-10-20", "reason": "left", "why": "Rules were mended."},
            [
                "“All staff” ended on 20 October 2026: Left the company.",
                "An administrator had the past reckoned anew after an update: Rules were mended.",
            ],
        ),
        (
            "certificate.issue",
            PATH | {"issued_on": "2026-10-20", "valid_until": ""},
            ["A certificate of “All staff” was issued on 20 October 2026. It has no end."],
        ),
        (
            "rule.publish",
            {"rule": "r-p1", "number": 2, "path": "p1", "active_from": "2026-11-10"},
            ["Rule r-p1, version 2, asks for “All staff” from 10 November 2026 on."],
        ),
    ],
)
def test_an_entry_says_in_sentences_what_it_records(
    as_auditor: Client, write: Write, ada: Person, kind: str, payload: dict[str, Any], said: list[str]
) -> None:
    make_path()
    entry = append(ada, kind, **payload)
    write()
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    paragraphs = re.findall(r"<p>([^<]*)</p>", html[html.index("What it records") :])
    assert paragraphs[: len(said)] == said


def test_a_completion_goes_by_the_title_that_was_taught(as_auditor: Client, write: Write, ada: Person) -> None:
    done = complete(ada, locale="fr")
    values = {"text_sha256": done.text.sha256, "edition": 1, "language": "fr", "effective_on": "2026-10-20"}
    entry = append(ada, **values)
    write()
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    assert "“Module m-p1 (fr)” was completed on 20 October 2026." in html
    assert "It was taught by edition 1, in French." in html


@pytest.mark.parametrize("kind", list(plain_words.TELLERS))
@pytest.mark.parametrize(
    "story",
    [{}, {"path": 3, "due": "soon", "on": None}, {"path": {"key": ["p1"]}, "edition": "x", "language": 7, "text": 5}],
)
def test_what_cannot_be_read_is_left_out(kind: str, story: dict[str, Any]) -> None:
    assert list(plain_words.TELLERS[kind](story)) == []


def test_what_is_for_machines_is_folded_away(as_auditor: Client, write: Write, ada: Person) -> None:
    """Every digest stands in a closed disclosure; none comes before the sentences."""
    path = {"key": "p1", "number": 1, "sha256": "ab" * 32}
    entry = append(ada, "assignment.open", path=path, due="2026-11-18", renews="")
    write()
    html = page(as_auditor, f"/audit/entry/{entry.seq}/")
    open_part = re.sub(r"<details.*?</details>", "", html[html.index("What it records") :], flags=re.S)
    assert re.findall(r"[0-9a-f]{64}", open_part) == []
    assert '<dt class="mono">renews</dt><dd>–</dd>' in html
    assert "<details" in html
    assert "<details open" not in html
