"""What a completion rests on: a name that can be used once, and a digest. Never an answer, never a score.

The digest is made of stored rows alone, so that `ledger verify` makes it again of them (`stored_evidence`). Of the lab
it holds that a section with cases was finished, and when: what was decided in it may be deleted at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certification.ledger import canonical
from certification.ledger.leaf import utc_stamp
from courses.learning.models import Enrolment, SectionDone
from quizzes.models import Attempt, Rescore

ATTEMPT, SECTIONS = "attempt", "sections"
Sections = Mapping[str, datetime]
"""{section: when it was done}."""


@dataclass(frozen=True, slots=True)
class Evidence:
    name: str
    sha256: str


def of_attempt(attempt: Attempt, done: Sections) -> Evidence:
    """The attempt that passed: whose, when, on which questions; and the sections that were done before. Its answers
    are left out, so none can be guessed from it."""
    return Evidence(f"{ATTEMPT}:{attempt.pk}", attempt_digest(attempt, passed=True, sections=done))


def of_sections(enrolment: Enrolment, done: Sections) -> Evidence:
    """The sections worked through, for a module that asks no questions."""
    return Evidence(f"{SECTIONS}:{enrolment.pk}", sections_digest(enrolment, done))


def attempt_digest(attempt: Attempt, *, passed: bool, sections: Sections) -> str:
    rests_on = {
        "attempt": str(attempt.pk),
        "person": str(attempt.person_id),
        "enrolment": attempt.subject,
        "quiz": attempt.edition.sha256,
        "submitted_at": utc_stamp(attempt.submitted_at) if attempt.submitted_at else "",
        "passed": int(passed),
        "sections": _listed(sections),
    }
    return canonical.digest(rests_on)


def sections_digest(enrolment: Enrolment, sections: Sections) -> str:
    rests_on = {
        "enrolment": str(enrolment.pk),
        "person": str(enrolment.person_id),
        "module": str(enrolment.module_id),
        "sections": _listed(sections),
    }
    return canonical.digest(rests_on)


def stored_evidence(names: Collection[str], using: str) -> dict[str, str]:
    """{name: its digest, computed again from what the database `using` holds now}. A constant number of queries for at
    most a thousand names.

    '' where nothing of that name is stored. Names of another form are left out: their digest is that of the name.
    """
    named = {name: _id(key) for name in names for kind, _, key in [name.partition(":")] if kind in (ATTEMPT, SECTIONS)}
    ids = {key for key in named.values() if key}
    attempts = Attempt.objects.using(using).select_related("edition").defer("edition__keys").in_bulk(list(ids))
    rescored = set(Rescore.objects.using(using).filter(attempt__in=attempts).values_list("attempt", flat=True))
    ways = ids - attempts.keys() | {way for each in attempts.values() if (way := _id(each.subject))}
    enrolments = Enrolment.objects.using(using).in_bulk(list(ways))
    sections: dict[UUID, dict[str, datetime]] = defaultdict(dict)
    done = SectionDone.objects.using(using).filter(enrolment__in=enrolments)
    for way, section, at in done.values_list("enrolment", "section", "at"):
        sections[way][section] = at
    found = dict.fromkeys(named, "")
    for name, key in named.items():
        if key and name.startswith(SECTIONS) and key in enrolments:
            found[name] = sections_digest(enrolments[key], sections[key])
        elif key and name.startswith(ATTEMPT) and key in attempts:
            attempt = attempts[key]
            # Each changed result is the other one: an attempt that has any was passed before it or by it.
            passed = bool(attempt.passed) or key in rescored
            found[name] = attempt_digest(attempt, passed=passed, sections=sections[_id(attempt.subject) or key])
    return found


def _id(text: str) -> UUID | None:
    """None for what is no id: stored by nobody but a stranger."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _listed(sections: Sections) -> list[list[str]]:
    return [[section, utc_stamp(sections[section])] for section in sorted(sections)]
