"""Facts by two: one person hands words in, another signs them, and only then are they what learners are told."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from content import policies
from content.fact_models import Fact, FactProposal
from content.facts.recording import current_fact, fact_subject, set_fact, withdraw_fact
from content.texts import signed_texts
from lms.people.models import OrgUnit, Person
from lms.signatures import trail


class FactRefused(ValueError):
    """This person cannot do this with a fact; the message says why."""


def waiting_facts() -> QuerySet[FactProposal]:
    return FactProposal.objects.filter(answered_at__isnull=True).select_related("entity", "by").order_by("at")


def waiting_for(entity: OrgUnit, locale: str, key: str) -> FactProposal | None:
    return FactProposal.objects.filter(entity=entity, locale=locale, key=key, answered_at__isnull=True).first()


@transaction.atomic
def propose_fact(entity: OrgUnit, locale: str, key: str, text: str, by: Person, at: datetime) -> FactProposal | None:
    """What now waits for a signature; None where the fact says this already, and then nothing waits.

    Whoever hands in other words while some wait writes with those before: both are their authors. Raises FactRefused.
    """
    OrgUnit.objects.select_for_update().get(pk=entity.pk)
    current, waiting = current_fact(entity, locale, key), waiting_for(entity, locale, key)
    if text == (current.text if current else ""):
        if waiting:
            waiting.delete()
        return None
    if not text:
        _refuse_needed(entity, locale, key)
    if waiting and waiting.text == text:
        return waiting
    trail.note_change(fact_subject(entity, locale, key), trail.words_digest(text), by, at)
    if waiting:
        waiting.text, waiting.by, waiting.at = text, by, at
        waiting.save(update_fields=["text", "by", "at"])
        return waiting
    return FactProposal.objects.create(entity=entity, locale=locale, key=key, text=text, by=by, at=at)


def fact_refusal(waiting: FactProposal, person: Person) -> str:
    """Why this person may not sign these words, in a sentence; empty if they may."""
    if not policies.REVIEWING.allows(person):
        return _("Only reviewers can sign a fact. Ask somebody in the group “reviewer”.")
    subject = fact_subject(waiting.entity, waiting.locale, waiting.key)
    if person in trail.authors_of_words({subject: trail.words_digest(waiting.text)}):
        return _("You wrote part of these words. Another reviewer has to sign them.")
    return ""


@transaction.atomic
def sign_fact(waiting: FactProposal, text: str, person: Person, at: datetime) -> None:
    """`text` = the words this person has read. From now on they are what learners are told. Raises FactRefused."""
    held = _held(waiting)
    refusal = fact_refusal(held, person)
    if held.text != text:
        refusal = _("The words have changed since you opened this page. Read them again.")
    if refusal:
        raise FactRefused(refusal)
    if not held.text:
        _refuse_needed(held.entity, held.locale, held.key)
        withdraw_fact(held.entity, held.locale, held.key, at)
    else:
        set_fact(held.entity, held.locale, held.key, held.text, at)
    subject = fact_subject(held.entity, held.locale, held.key)
    trail.sign_words({subject: trail.words_digest(held.text)}, person, at)
    _answer(held, person, at, signed=True)


@transaction.atomic
def send_fact_back(waiting: FactProposal, person: Person, comment: str, at: datetime) -> None:
    """The words stay out of what learners are told; whoever wrote them reads why. Raises FactRefused."""
    held = _held(waiting)
    if not policies.REVIEWING.allows(person):
        raise FactRefused(_("Only reviewers can sign a fact. Ask somebody in the group “reviewer”."))
    held.comment = comment
    _answer(held, person, at, signed=False)


def last_answer(entity: OrgUnit, locale: str, key: str) -> FactProposal | None:
    """What was sent back, if that is the last that happened to this fact."""
    found = FactProposal.objects.filter(entity=entity, locale=locale, key=key, answered_at__isnull=False)
    newest = found.select_related("answered_by").order_by("-answered_at", "-pk").first()
    return newest if newest and not newest.signed else None


def _held(waiting: FactProposal) -> FactProposal:
    held = FactProposal.objects.select_for_update().get(pk=waiting.pk)
    if held.answered_at:
        raise FactRefused(_("This has been answered already."))
    return held


def _answer(held: FactProposal, person: Person, at: datetime, *, signed: bool) -> None:
    held.signed, held.answered_by, held.answered_at = signed, person, at
    held.save(update_fields=["signed", "answered_by", "answered_at", "comment"])


def withdrawal_refusal(entity: OrgUnit, locale: str, key: str) -> str:
    """Why the fact has to be said: a live text that asks for what nobody says could be assigned to nobody there."""
    others = Fact.objects.filter(entity=entity, key=key, known_to__isnull=True).exclude(locale=locale)
    codes = [] if others.exists() else modules_asking(key)
    if not codes:
        return ""
    return _(
        "“%(key)s” cannot be withdrawn: the module %(modules)s asks for it, and %(entity)s has no words in another "
        "language."
    ) % {"key": key, "modules": ", ".join(codes), "entity": entity.name}


def _refuse_needed(entity: OrgUnit, locale: str, key: str) -> None:
    refusal = withdrawal_refusal(entity, locale, key)
    if refusal:
        raise FactRefused(refusal)


def modules_asking(key: str) -> list[str]:
    """The codes of the modules whose current text asks for this fact."""
    rows = signed_texts().filter(locale=settings.LANGUAGE_CODE, edition__module__withdrawn_at=None)
    newest: dict[str, list[str]] = {}
    for code, facts in rows.order_by("edition__number").values_list(
        "edition__module__code", "edition__structure__facts"
    ):
        newest[code] = facts or []
    return sorted(code for code, facts in newest.items() if key in facts)


def unknown_facts(keys: list[str]) -> list[str]:
    """Those that no entity says or has handed in: a typing error, or words somebody still has to give."""
    said = set(Fact.objects.filter(key__in=keys, known_to__isnull=True).values_list("key", flat=True))
    said |= set(FactProposal.objects.filter(key__in=keys, answered_at__isnull=True).values_list("key", flat=True))
    return [key for key in keys if key not in said]
