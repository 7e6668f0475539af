"""Organisation facts, resolved when a text is shown: which entity's, in which language, as known when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS
from django.db.models import CharField

from certification.ledger import canonical
from content.editions import ModuleEdition, ModuleText
from content.fact_models import Fact, FactSet
from lms.people.models import Employment, OrgUnit, Person, known_at
from lms.people.prepared import Prepared, slot

KEPT = Prepared(lambda: FactSet.objects.filter(sha256=slot("digest", CharField())))


def resolve_facts(text: ModuleText, entity: OrgUnit | None, at: datetime) -> FactSet:
    """The stored set of what this text asks for: `facts` = {key: {"text", "locale"}}.

    A fact that is missing in the text's language comes in the source language, else in any; one that is missing
    altogether is missing in the set too (see `missing_facts`). Two queries, and a third the first time.
    """
    keys = text.edition.structure["facts"]
    found = _facts(keys, entity, at) if keys and entity else []
    preference = [text.locale, settings.LANGUAGE_CODE]
    chosen: dict[str, dict[str, str]] = {}
    for fact in sorted(found, key=lambda fact: _rank(fact, preference)):
        chosen.setdefault(fact.key, {"text": fact.text, "locale": fact.locale})
    return store_fact_set(chosen)


def fact_in_language(key: str, entity: OrgUnit | None, locale: str, at: datetime) -> Fact | None:
    """One fact of an entity for a page: in this language, else in the source language, else in any. One query."""
    if entity is None:
        return None
    preference = [locale, settings.LANGUAGE_CODE]
    return min(_facts([key], entity, at), key=lambda fact: _rank(fact, preference), default=None)


def employers_fact(key: str, person: Person, day: date, locale: str, at: datetime) -> Fact | None:
    """The same of whoever employs this person on that day; None where nobody does or nothing is said. One query."""
    employed = Employment.objects.on(day).filter(person=person).values("entity")
    found = Fact.objects.filter(known_at(at), key=key, entity__in=employed)
    preference = [locale, settings.LANGUAGE_CODE]
    return min(found, key=lambda fact: _rank(fact, preference), default=None)


def store_fact_set(facts: dict[str, dict[str, str]]) -> FactSet:
    """The row that holds exactly these facts."""
    facts = dict(sorted(facts.items()))
    digest = canonical.digest(facts)
    return KEPT.get(digest=digest) or FactSet.objects.get_or_create(sha256=digest, defaults={"facts": facts})[0]


def stored_digests(digests: Collection[str], using: str = DEFAULT_DB_ALIAS) -> dict[str, str]:
    """{digest: that of the facts stored under it, computed again}; a set that is gone is left out."""
    rows = FactSet.objects.using(using).filter(sha256__in=digests)
    return {row.sha256: digest_of_facts(row.facts) for row in rows}


def digest_of_facts(facts: Mapping[str, Mapping[str, str]]) -> str:
    """'' for what was made no set of facts at all."""
    try:
        return canonical.digest(facts)
    except canonical.NotCanonical:
        return ""


def missing_facts(edition: ModuleEdition, entity: OrgUnit) -> list[str]:
    """The keys this edition asks for and the entity has not given in any language: they block its assignment."""
    wanted = edition.structure["facts"]
    given = {fact.key for fact in _facts(wanted, entity, None)} if wanted else set()
    return [key for key in wanted if key not in given]


def _facts(keys: Iterable[str], entity: OrgUnit, at: datetime | None) -> list[Fact]:
    return list(Fact.objects.filter(known_at(at), entity=entity, key__in=list(keys)))


def _rank(fact: Fact, preference: list[str]) -> tuple[int, str]:
    place = preference.index(fact.locale) if fact.locale in preference else len(preference)
    return place, fact.locale
