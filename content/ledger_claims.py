"""What `ledger verify` compares frozen texts with: words, questions and right answers, hashed again, against what was
logged as published; and sign-offs, which let learners read them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from certification.ledger import canonical, pending
from certification.ledger.verification.business import LedgerClaim
from content import texts as frozen_texts
from content.editions import EmergencyCorrection, ModuleText, SignOff
from content.emergency import emergency_key, emergency_payload
from content.freezing import KIND, log_key, text_payload
from content.review import SIGN_OFF, sign_off_key, sign_off_payload


class TextClaims:
    kinds = frozenset({KIND})
    payload = staticmethod(text_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(KIND, using)
        rows = ModuleText.objects.using(using).select_related("edition__module", "edition__quiz_edition", "quiz_text")
        for row in rows.order_by("pk").iterator(chunk_size=50):
            edition = row.edition
            yield LedgerClaim(
                gettext("The text of %(module)s, edition %(number)s, %(language)s")
                % {"module": edition.module.code, "number": edition.number, "language": row.locale},
                logged.get(log_key(row)),
                KIND,
                payload=self.payload(row),
                recomputed={
                    "structure": canonical.digest(edition.structure),
                    "text": frozen_texts.digest(row),
                    "quiz": canonical.digest(edition.quiz_edition.keys) if edition.quiz_edition else "",
                    "translates": _digest_of_source(row, using),
                },
                at=row.published_at,
            )
        yield from self._emergencies(using, logged)

    def _emergencies(self, using: str, logged: Any) -> Iterator[LedgerClaim]:
        """The same text once more: shown before anybody had signed it, and until when."""
        rows = EmergencyCorrection.objects.using(using)
        for row in rows.select_related("text__edition__module", "text__edition__quiz_edition").order_by("pk"):
            edition = row.text.edition
            yield LedgerClaim(
                gettext("The emergency correction of %(module)s, edition %(number)s, %(language)s")
                % {"module": edition.module.code, "number": edition.number, "language": row.text.locale},
                logged.get(emergency_key(row)),
                KIND,
                payload=emergency_payload(row),
                at=row.at,
            )


def _digest_of_source(row: ModuleText, using: str) -> str:
    """Of the text it translates, computed again; '' where that is gone or was never another one."""
    if not row.source_sha256:
        return ""
    sources = ModuleText.objects.using(using).select_related("edition", "quiz_text")
    source = sources.filter(sha256=row.source_sha256, edition__module=row.edition.module_id).first()
    return frozen_texts.digest(source) if source else ""


class SignOffClaims:
    kinds = frozenset({SIGN_OFF})
    payload = staticmethod(sign_off_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(SIGN_OFF, using)
        rows = SignOff.objects.using(using).select_related("text__edition__module").defer("text__body")
        for row in rows.order_by("pk").iterator(chunk_size=500):
            text = row.text
            yield LedgerClaim(
                gettext("The sign-off of %(module)s, edition %(number)s, %(language)s")
                % {"module": text.edition.module.code, "number": text.edition.number, "language": text.locale},
                logged.get(sign_off_key(text)),
                SIGN_OFF,
                payload=self.payload(text),
                actor={"person": str(row.reviewer_id)},
                at=row.at,
            )


texts = TextClaims()
sign_offs = SignOffClaims()
