"""A text is shown to learners only after a reviewer, another person than its author, has signed it off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from certification.ledger import pending
from content import policies
from content.editions import EmergencyCorrection, ModuleText, SignOff
from content.models import ModulePage
from lms.people.models import Person
from lms.signatures import trail

SIGN_OFF = "module.sign-off"


class SignOffRefused(PermissionDenied):
    """This person cannot sign this text; the message says why."""


@transaction.atomic
def sign_off(
    text: ModuleText, reviewer: Person, at: datetime, note: str = "", *, first_language: bool = False
) -> SignOff:
    """From now on learners are shown this text. A text signed already stays as it is. Raises SignOffRefused.

    `first_language`: the reviewer says that the text is in theirs.
    """
    refusal = sign_off_refusal(text, reviewer)
    if refusal:
        raise SignOffRefused(refusal)
    said = {"reviewer": reviewer, "at": at, "note": note, "first_language": first_language}
    made, created = SignOff.objects.get_or_create(text=text, defaults=said)
    if created:
        pending.append_entry(
            SIGN_OFF,
            key=sign_off_key(text),
            at=at,
            subject=None,
            actor={"person": str(reviewer.pk), "name": reviewer.name, "role": "reviewer"},
            payload=sign_off_payload(text),
        )
    trail.sign_words(text.parts, reviewer, at)
    EmergencyCorrection.objects.filter(text=text, ended_at__isnull=True).update(ended_at=at)
    return made


def sign_off_key(text: ModuleText) -> str:
    """Under which the sign-off of this text is logged, once."""
    return f"{SIGN_OFF}:{text.edition.module_id}:{text.edition.number}:{text.locale}:{text.revision}"


def sign_off_payload(text: ModuleText) -> dict[str, Any]:
    """What the ledger commits to when a text is signed off: which words. Who did it is the entry's actor."""
    edition = text.edition
    return {
        "module": str(edition.module_id),
        "code": edition.module.code,
        "edition": edition.number,
        "locale": text.locale,
        "revision": text.revision,
        "text": text.sha256,
    }


def sign_off_refusal(text: ModuleText, reviewer: Person) -> str:
    """Why this person may not sign this text, in a sentence; empty if they may."""
    if not policies.REVIEWING.allows(reviewer):
        return _("Only reviewers can sign a text off. Ask somebody in the group “reviewer”.")
    if not reviewer.user.acts_in(text.locale):
        return _("You review in other languages. Somebody who was given this one has to sign it off.")
    if text.authors.filter(pk=reviewer.pk).exists():
        return _("You wrote or translated part of this text. Another reviewer has to sign it off.")
    return ""


def texts_awaiting() -> QuerySet[ModuleText]:
    """The texts that need a sign-off: of each language of each module's editions only the newest revision."""
    newer = ModuleText.objects.filter(
        edition=OuterRef("edition"), locale=OuterRef("locale"), revision__gt=OuterRef("revision")
    )
    newest_edition = (
        ModuleText.objects.filter(edition__module=OuterRef("edition__module"), locale=OuterRef("locale"))
        .values("edition__module")
        .annotate(newest=Max("edition__number"))
        .values("newest")
    )
    open_texts = ModuleText.objects.filter(
        ~Exists(newer), sign_off__isnull=True, edition__number=Subquery(newest_edition)
    )
    return open_texts.select_related("edition__module").order_by("edition__module__code", "locale")


def sign_off_approved(text: ModuleText, page: ModulePage, at: datetime) -> SignOff | None:
    """Whoever approved the page's words has read them: the approval is the sign-off, where nothing else that the text
    stands for is unsigned. Else the text waits for somebody who is shown all of it."""
    reviewer = trail.signer_of(page.subject(), text.parts[page.subject()])
    if reviewer is None or trail.unsigned_subjects(text.parts) or sign_off_refusal(text, reviewer):
        return None
    return sign_off(text, reviewer, at)
