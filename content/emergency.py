"""An emergency correction: words that one person shows learners at once, for 72 hours, said to them and in the ledger.

Words only: an edition that somebody signed already, in its language, so that there is a text to fall back to. Then a
second person signs it, or `fall_back_due` puts the last signed text back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from certification.ledger import pending
from content import policies
from content.editions import EmergencyCorrection, ModuleText, SignOff
from content.freezing import KIND, log_key, text_payload
from lms.people.models import Person
from lms.refusals import Refused

HOURS = 72


def emergency_refusal(text: ModuleText, person: Person, at: datetime) -> str:
    """Why this text cannot be shown by this person alone, in a sentence; empty if it can."""
    if not policies.REVIEWING.allows(person):
        return _("Only reviewers can make an emergency correction. Ask somebody in the group “reviewer”.")
    if hasattr(text, "sign_off") or EmergencyCorrection.objects.filter(text=text).exists():
        return _("This text has been signed off or shown already.")
    before = text.edition.texts.filter(locale=text.locale, revision__lt=text.revision, sign_off__isnull=False)
    if not before.exists():
        return _(
            "An emergency correction changes words only, and this text has other sections, questions, keys or terms "
            "than the one that was signed. A second person has to sign it."
        )
    earlier = last_correction(text)
    unsigned = earlier and not _signed_since(text, earlier.at)
    if earlier and unsigned and (earlier.ended_at or earlier.until <= at):
        return _(
            "The last emergency correction of this module was never signed. A second person has to sign one first."
        )
    return ""


def last_correction(text: ModuleText) -> EmergencyCorrection | None:
    """The newest emergency correction of this module in this language."""
    found = EmergencyCorrection.objects.filter(text__edition__module=text.edition.module_id, text__locale=text.locale)
    return found.order_by("-at", "-pk").first()


def _signed_since(text: ModuleText, at: datetime) -> bool:
    signed = SignOff.objects.filter(text__edition__module=text.edition.module_id, text__locale=text.locale, at__gte=at)
    return signed.exists()


@transaction.atomic
def correct_at_once(text: ModuleText, person: Person, reason: str, at: datetime) -> EmergencyCorrection:
    """Learners are shown this text from now on; who corrects a correction gets no longer for it. Raises Refused."""
    refusal = emergency_refusal(text, person, at) if reason else _("Write why this cannot wait for a second person.")
    if refusal:
        raise Refused(refusal)
    earlier = last_correction(text)
    until = at + timedelta(hours=HOURS)
    if earlier and earlier.ended_at is None:
        until = earlier.until
        EmergencyCorrection.objects.filter(pk=earlier.pk).update(ended_at=at)
    made = EmergencyCorrection.objects.create(text=text, by=person, reason=reason, at=at, until=until)
    actor = {"person": str(person.pk), "name": person.name, "role": "reviewer"}
    key, payload = emergency_key(made), emergency_payload(made)
    pending.append_entry(KIND, key=key, at=at, subject=None, actor=actor, payload=payload)
    return made


def emergency_key(correction: EmergencyCorrection) -> str:
    return f"{log_key(correction.text)}:emergency"


def emergency_payload(correction: EmergencyCorrection) -> dict[str, Any]:
    """What the ledger commits to, made of the stored rows alone; the words of the reason stay out of it."""
    return text_payload(correction.text) | {"emergency_until": correction.until.isoformat()}


def fall_back_due(at: datetime) -> int:
    """Ends the corrections whose time is over; learners are shown the last signed text again. Returns how many."""
    return EmergencyCorrection.objects.filter(ended_at__isnull=True, until__lte=at).update(ended_at=at)
