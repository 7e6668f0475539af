"""Our vocabulary: the few verbs that may leave the house, and the names of what our statements speak of.

docs/developer/xapi-profile.md is the text for readers. Names of our own begin with this site's address: activity
types and extensions live under `{BASE_URL}/xapi/profile/`, activities under `{BASE_URL}/xapi/activities/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class VerbTerm:
    """A published verb and its words in the languages of the interface."""

    name: str
    iri: str
    display: dict[str, str]


COMPLETED = VerbTerm(
    "completed", "http://adlnet.gov/expapi/verbs/completed", {"en": "completed", "fr": "a terminé", "ar": "أكمل"}
)
PASSED = VerbTerm("passed", "http://adlnet.gov/expapi/verbs/passed", {"en": "passed", "fr": "a réussi", "ar": "اجتاز"})
SATISFIED = VerbTerm(
    "satisfied", "https://w3id.org/xapi/adl/verbs/satisfied", {"en": "satisfied", "fr": "a satisfait à", "ar": "استوفى"}
)
VERBS = {verb.iri: verb for verb in (COMPLETED, PASSED, SATISFIED)}

MODULE = "module"
PATH = "path"
ACTIVITY_TYPES = (MODULE, PATH)

EXTENSIONS = ("edition", "content-digest", "locale", "path", "path-version", "cycle")


def term(name: str) -> str:
    """The IRI of one of our own activity types or extensions."""
    return f"{settings.BASE_URL}/xapi/profile/{name}"


def activity(kind: str, key: str) -> str:
    """The IRI of one thing that is learned: stable over its editions and languages."""
    return f"{settings.BASE_URL}/xapi/activities/{kind}/{key}"
