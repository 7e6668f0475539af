"""THE SEAM: where "someone did what was asked" becomes evidence, whatever it was that was asked.

One transaction writes the completion, the ledger's pending entry, what it fulfils (assignments and certificates) and
the xAPI statement's outbox row: together or not at all. Sequencing, sealing and delivery start after the commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import CharField

from certification.ledger import pending
from content.editions import Module, ModuleText
from courses.completions.demand import Asked, demand_for
from courses.completions.items import TEXT, Item, Shown, check_shown
from courses.completions.models import Completion
from lms.people import facts_on_day
from lms.people.models import Person
from lms.people.prepared import Prepared, slot
from lms.xapi import outbox
from lms.xapi.statements import ModuleDone

KIND = "completion"
ON_EVIDENCE = Prepared(lambda: Completion.objects.filter(evidence=slot("evidence", CharField())))


def complete(
    person: Person,
    item: Item,
    *,
    shown: Shown,
    evidence: str,
    evidence_sha256: str = "",
    effective_on: date,
    at: datetime,
    actor: Mapping[str, str] | None = None,
    correction: UUID | None = None,
) -> Completion:
    """Record that `person` did what `item` asks, with `shown` before them. Idempotent on `evidence`.

    `evidence` names what it rests on, once and for ever ("attempt:<uuid>"); `evidence_sha256` is its digest, by
    default the digest of the name. `effective_on` = the learner's own calendar day. `actor` ({"person", "role"}) did
    it where that is not the person. `correction` = the ledger entry of the corrected key that made a failed test a
    passed one. Raises ValueError when the evidence is somebody else's, NotAsShown, ImproperlyConfigured.
    """
    check_shown(item, shown)
    with transaction.atomic():
        demand = demand_for(person, item, at)
        made = row(person, item, shown, evidence, effective_on, at)
        made.evidence_sha256 = evidence_sha256 or digest(evidence)
        made.required_by = rules_of(demand.required_by)
        made.entry = pending.append_entry(
            KIND,
            key=f"completion:{evidence}",
            at=at,
            subject=facts_on_day.ledger_subject(person, effective_on),
            actor=actor or {"person": str(person.pk), "role": "learner"},
            payload=payload(made),
            ref=correction,
        )
        # Looked up only now: a second transaction with this evidence waited for the first in `append_entry`.
        found = ON_EVIDENCE.get(evidence=evidence)
        if found:
            return belonging(found, person)
        made.save(force_insert=True)
        demand.settle(made)
        if item.module and shown.text:  # our xAPI profile has an activity for modules alone, so far
            done = described(item.module, shown.text, demand.required_by)
            outbox.queue_completed(person, key=f"completion:{evidence}", module=done, at=at)
        return made


def row(person: Person, item: Item, shown: Shown, evidence: str, effective_on: date, at: datetime) -> Completion:
    """As it will be stored; its digests and its entry are still to come."""
    return Completion(
        person=person,
        item=item.key,
        titles=dict(item.titles),
        module=item.module,
        text=shown.text,
        shown_kind=shown.kind,
        shown_sha256=shown.sha256,
        shown_locale="" if shown.text else shown.locale,
        facts_sha256=shown.facts_sha256,
        delivery=shown.delivery,
        evidence=evidence,
        effective_on=effective_on,
        recorded_at=at,
    )


def belonging(completion: Completion, person: Person) -> Completion:
    if completion.person_id != person.pk:
        raise ValueError(f"The evidence {completion.evidence} was already used for another person.")
    return completion


def payload(completion: Completion) -> dict[str, Any]:
    """What the ledger commits to (LEDGER.md), made of the row alone: nothing personal, no score, no answer.

    `ledger verify` makes it anew from the stored row; nothing but the row and the frozen text may go into it.
    """
    value: dict[str, Any] = {
        "item": completion.item,
        "language": completion.shown_locale or (completion.text.locale if completion.text else ""),
        "facts_sha256": completion.facts_sha256,
        "required_by": completion.required_by,
        "delivery": completion.delivery,
        "effective_on": completion.effective_on.isoformat(),
        "evidence_sha256": completion.evidence_sha256,
    }
    if completion.titles:
        value["titles"] = completion.titles
    if completion.shown_kind != TEXT:
        value |= {"shown": completion.shown_kind, "shown_sha256": completion.shown_sha256}
    if completion.module and completion.text:
        value |= of_module(completion, completion.module, completion.text)
    return value


def of_module(completion: Completion, module: Module, text: ModuleText) -> dict[str, Any]:
    """What the entry of a module says besides. Text and shown digest are two members, so that neither can be changed
    without the other."""
    edition = text.edition
    value: dict[str, Any] = {
        "module": str(module.pk),
        "code": module.code,
        "edition": edition.number,
        "text_sha256": text.sha256,
        "translates_sha256": text.source_sha256,
        "resolved_sha256": resolved(completion.shown_sha256, completion.facts_sha256),
    }
    if edition.quiz_edition:
        quiz = edition.quiz_edition
        value |= {"quiz_sha256": quiz.sha256, "passed": 1, "pass_percent": quiz.keys["pass_percent"]}
    return value


def rules_of(asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """The rules that asked, each once; empty when the module was done voluntarily."""
    rules = sorted({(each.rule, each.number, each.basis) for each in asked})
    return [{"rule": key, "number": number, "basis": basis} for key, number, basis in rules]


def resolved(text_sha256: str, facts_sha256: str) -> str:
    """The digest of the text as this learner read it: the frozen text with the facts of their entity."""
    return digest(f"{text_sha256}\n{facts_sha256}")


def described(module: Module, text: ModuleText, asked: Sequence[Asked]) -> ModuleDone:
    """The module as an xAPI statement names it, with the assignment that asked for it first, if one did."""
    done: ModuleDone = {
        "id": str(module.pk),
        "code": module.code,
        "titles": {text.locale: text.body["title"]},
        "edition": text.edition.number,
        "text_sha256": text.sha256,
        "locale": text.locale,
        "passed": text.edition.quiz_edition_id is not None,
    }
    if asked:
        done |= {"path": asked[0].path, "cycle": asked[0].cycle}
    return done


def digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
