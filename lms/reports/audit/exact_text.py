"""The exact text that was taught, with the facts of the learner's entity: all that is shown is hashed again.

Words, structure, questions, pictures and files, facts, and the digest in the entry that published it: what does not fit
is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from certification.ledger import canonical, commitments
from certification.ledger.models import Entry, EntryPart, Opening, Pending
from content import media, rendering, texts
from content.editions import FrozenMedia, ModuleText
from content.fact_models import FactSet
from content.facts import resolving
from content.freezing import log_key
from courses.paths.models import AssignmentRule
from lms.reports import titles
from lms.reports.audit.examined_entry import value_of


@dataclass(frozen=True, slots=True)
class Taught:
    """`sections`: (title, HTML). `entry` is the number of the ledger entry that published the text, if written yet.
    `changed` names every part that is not what was published, in words; `facts_digest` is that of the facts shown."""

    text: ModuleText
    facts: FactSet | None
    facts_digest: str
    digest: str
    changed: list[str]
    sections: list[tuple[str, SafeString]]
    questions: list[Mapping[str, Any]]
    siblings: list[ModuleText]
    entry: int | None

    @property
    def intact(self) -> bool:
        return not self.changed


def taught_text(text: ModuleText, facts_sha256: str) -> Taught:
    """`facts_sha256`: the facts a completion pinned; without them the places for facts stay marked.

    Rendered from what is stored now, never from the learners' cache: that is kept by the digest alone.
    """
    facts = FactSet.objects.filter(pk=facts_sha256).first()
    edition = text.edition
    key = log_key(text)
    digest = texts.digest(text)
    facts_digest = resolving.digest_of_facts(facts.facts) if facts else ""
    changed = [*_changed_words(text, digest), *_changed_media(text), *_changed_publication(digest, key)]
    if facts_digest != facts_sha256:
        changed.append(
            gettext("the organisation facts") if facts else gettext("the organisation facts, which are gone")
        )
    return Taught(
        text,
        facts,
        facts_digest,
        digest,
        changed,
        [
            (
                section["title"],
                rendering.render_blocks(
                    section, facts.facts if facts else {}, text.locale, sources=text.body["sources"]
                ),
            )
            for section in text.body["sections"]
        ],
        list(text.quiz_text.body.values()) if text.quiz_text else [],
        list(edition.texts.exclude(pk=text.pk).order_by("locale", "-revision").defer("body")),
        entry_of(key),
    )


def _changed_words(text: ModuleText, digest: str) -> Iterator[str]:
    """What the text's own digest is taken of; the words where nothing of the rest explains it."""
    if digest == text.sha256:
        return
    edition, questions = text.edition, text.quiz_text
    structure = canonical.digest(edition.structure) != edition.sha256
    asked = questions is not None and canonical.digest(questions.body) != questions.sha256
    if structure:
        yield gettext("its sections and what they hold")
    if asked:
        yield gettext("the words of the questions")
    if not (structure or asked):
        yield gettext("the words of the text, or the digest beside them")


def _changed_media(text: ModuleText) -> Iterator[str]:
    wanted = text.body.get("media", {})
    kept = FrozenMedia.objects.in_bulk(list(wanted))
    if any(digest not in kept or not media.holds(kept[digest]) for digest in wanted):
        yield gettext("a picture or a file")


def _changed_publication(digest: str, key: str) -> Iterator[str]:
    """The digest the ledger committed to when the text was published, against the one computed now."""
    logged = Pending.objects.filter(key=key).first()
    opening = Opening.objects.filter(entry=logged.uuid, part=EntryPart.PAYLOAD).first() if logged else None
    if logged is None or opening is None:
        yield gettext("its publication, of which the ledger holds nothing")
    elif (
        not commitments.opens_commitment(logged.payload, bytes(opening.salt), opening.value.encode())
        or value_of(opening.value).get("text") != digest
    ):
        yield gettext("its publication, for which the ledger holds another digest")


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
