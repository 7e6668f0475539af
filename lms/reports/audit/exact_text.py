"""The exact text that was taught: as frozen, its digest computed again, with the facts of the learner's entity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from certification.ledger.models import Entry, Pending
from content import rendering, texts
from content.editions import ModuleText
from content.fact_models import FactSet
from courses.paths.models import AssignmentRule
from lms.reports import titles


@dataclass(frozen=True, slots=True)
class Taught:
    """`sections`: (title, HTML). `entry` is the number of the ledger entry that published the text, if written yet."""

    text: ModuleText
    facts: FactSet | None
    digest: str
    sections: list[tuple[str, SafeString]]
    questions: list[Mapping[str, Any]]
    siblings: list[ModuleText]
    entry: int | None

    @property
    def intact(self) -> bool:
        return self.digest == self.text.sha256


def taught_text(text: ModuleText, facts_sha256: str) -> Taught:
    """`facts_sha256`: the facts a completion pinned; without them the places for facts stay marked.

    Rendered from what is stored now, never from the learners' cache: that is kept by the digest alone.
    """
    facts = FactSet.objects.filter(pk=facts_sha256).first()
    edition = text.edition
    key = f"module.publish:{edition.module_id}:{edition.number}:{text.locale}:{text.revision}"
    return Taught(
        text,
        facts,
        texts.digest(text),
        [
            (section["title"], rendering.render_blocks(section, facts.facts if facts else {}, text.locale))
            for section in text.body["sections"]
        ],
        list(text.quiz_text.body.values()) if text.quiz_text else [],
        list(edition.texts.exclude(pk=text.pk).order_by("locale", "-revision").defer("body")),
        entry_of(key),
    )


def address_of(payload: Mapping[str, Any]) -> str:
    """Where the text can be read that a completion's or a publication's entry names; '' when it names none."""
    digest, facts = payload.get("text_sha256") or payload.get("text"), payload.get("facts_sha256")
    text = ModuleText.objects.filter(sha256=digest).only("pk").first() if isinstance(digest, str) else None
    if text is None:
        return ""
    return reverse("audit:text", args=[text.pk], query={"facts": facts} if facts else None)


@dataclass(frozen=True, slots=True)
class RuleAsItWas:
    """A rule an entry names, and the number of the entry that put it into force."""

    rule: AssignmentRule
    entry: int | None

    @property
    def reason(self) -> str:
        return titles.in_language(self.rule.reasons, get_language() or "")

    @property
    def basis_text(self) -> str:
        return titles.in_language(self.rule.basis_texts, get_language() or "")


def rules_of(payload: Mapping[str, Any]) -> list[RuleAsItWas]:
    """The rules an entry gives as its reason, as they were published."""
    named = payload.get("required_by") or payload.get("because") or []
    found = []
    for reason in named if isinstance(named, list) else []:
        rule = AssignmentRule.objects.filter(key=reason.get("rule"), number=reason.get("number")).first()
        if rule:
            found.append(RuleAsItWas(rule, entry_of(f"rule.publish:{rule.key}:{rule.number}")))
    return found


def entry_of(key: str) -> int | None:
    """The number of the entry that was written for this key; None while it waits."""
    written: UUID | None = Pending.objects.filter(key=key).values_list("uuid", flat=True).first()
    return Entry.objects.filter(uuid=written).values_list("seq", flat=True).first() if written else None
