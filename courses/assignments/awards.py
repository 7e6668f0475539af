"""The certificate for a path that was fulfilled: gathered from the completions that fulfil it, as snapshots."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from certification.credentials.award import award_certificate
from certification.credentials.models import Certificate
from content.editions import ModuleText
from courses.assignments.derivation.credit import Fulfilled, Held
from courses.assignments.derivation.values import Leaf
from courses.assignments.models import Assignment, Justification
from courses.assignments.stored import Changed
from courses.completions.models import Completion
from courses.paths.models import PathVersion
from lms.people.models import Person
from lms.xapi import outbox
from lms.xapi.statements import PathDone


def award_satisfied(changed: Iterable[Changed], versions: dict[uuid.UUID, PathVersion], at: datetime) -> None:
    """A certificate and an xAPI statement for each row that was fulfilled. Runs in the caller's transaction.

    A row that was satisfied by what a certificate of the same path already shows (a re-hire, T-14) gets none.
    """
    found = [
        (one, one.row, done) for one in changed if one.difference.satisfied and (done := one.difference.after.fulfilled)
    ]
    if not found:
        return
    held = _certificates([row for _, row, _ in found])
    texts = _texts(done for _, _, done in found)
    titles = _titles(texts.values())
    people = Person.objects.in_bulk([row.person_id for _, row, _ in found])
    for one, row, done in found:
        if one.difference.opened and (row.valid_until, row.path_key) in held[row.person_id]:
            continue
        version = versions[row.version_id]
        items = [_item(leaf, having, texts[having.done.completion], titles) for leaf, having in done.leaves]
        award_certificate(
            people[row.person_id],
            key=f"assignment:{row.pk}",
            path=_path(row, version),
            items=items,
            basis=_basis(row, one.reasons),
            issued_on=row.state_on,
            valid_until=row.valid_until,
            at=at,
        )
        statement = _statement(row, version)
        outbox.queue_satisfied(people[row.person_id], key=f"satisfied:{row.pk}", path=statement, at=at)


def _certificates(rows: list[Assignment]) -> dict[uuid.UUID, set[tuple[Any, str]]]:
    found: dict[uuid.UUID, set[tuple[Any, str]]] = defaultdict(set)
    held = Certificate.objects.filter(person__in={row.person_id for row in rows})
    for person, until, path in held.values_list("person_id", "valid_until", "path_key"):
        found[person].add((until, path))
    return found


def _texts(found: Iterable[Fulfilled]) -> dict[uuid.UUID, ModuleText]:
    """{completion: the text it was on}: leaves are modules, and a module is completed on a text."""
    ids = {one.done.completion for done in found for _, one in done.leaves}
    rows = Completion.objects.select_related("text__edition").defer("text__body", "text__edition__structure")
    return {pk: row.text for pk, row in rows.in_bulk(list(ids)).items() if row.text}


def _titles(texts: Iterable[ModuleText]) -> dict[uuid.UUID, dict[str, str]]:
    """{edition: {language: title}}, of the newest revision in each language."""
    found: dict[uuid.UUID, dict[str, str]] = defaultdict(dict)
    editions = {text.edition_id for text in texts}
    rows = ModuleText.objects.filter(edition__in=editions, sign_off__isnull=False).order_by("revision")
    for edition, locale, title in rows.values_list("edition_id", "locale", "body__title"):
        found[edition][locale] = title
    return found


def _item(leaf: Leaf, one: Held, text: ModuleText, titles: dict[uuid.UUID, dict[str, str]]) -> dict[str, Any]:
    return {
        "code": leaf.code,
        "titles": titles.get(text.edition_id, {}),
        "edition": text.edition.number,
        "text_sha256": text.sha256,
        "locale": text.locale,
        "passed": text.edition.quiz_edition_id is not None,
        "effective_on": one.done.on.isoformat(),
        "valid_until": one.until.isoformat() if one.until else "",
    }


def _path(row: Assignment, version: PathVersion) -> dict[str, Any]:
    return {"key": row.path_key, "number": version.number, "sha256": version.sha256, "titles": version.titles}


def _statement(row: Assignment, version: PathVersion) -> PathDone:
    return {
        "key": row.path_key,
        "number": version.number,
        "sha256": version.sha256,
        "titles": version.titles,
        "cycle": row.cycle_key,
    }


def _basis(row: Assignment, reasons: list[Justification]) -> list[dict[str, Any]]:
    """Each rule that asked for it on the day, once."""
    day = row.state_on
    asking = [one for one in reasons if one.true_from <= day and (one.true_to is None or day < one.true_to)]
    # On the day a rule went nothing asks any more for what was handed in before it did.
    rules = {reason.rule_id: reason.rule for reason in asking or reasons}
    return [
        {"kind": rule.basis, "texts": rule.basis_texts, "rule": f"{rule.key} {rule.number}"}
        for rule in sorted(rules.values(), key=lambda each: (each.key, each.number))
    ]
