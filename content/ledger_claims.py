"""What `ledger verify` compares frozen texts with: words, questions and right answers, hashed again, against what was
logged as published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext

from certification.ledger import canonical, pending
from certification.ledger.verification.business import LedgerClaim
from content.closure import manifest
from content.editions import EmergencyCorrection, ModuleText
from content.emergency import emergency_key, emergency_payload
from content.freezing import KIND, log_key, text_payload
from quizzes.models import QuizText


class TextClaims:
    kinds = frozenset({KIND})
    payload = staticmethod(text_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(KIND, using)
        rows = ModuleText.objects.using(using).select_related("edition__module", "edition__quiz_edition", "quiz_text")
        for row in rows.order_by("pk").iterator(chunk_size=50):
            edition = row.edition
            quiz = _digest_of_words(row.quiz_text)
            yield LedgerClaim(
                gettext("The text of %(module)s, edition %(number)s, %(language)s")
                % {"module": edition.module.code, "number": edition.number, "language": row.locale},
                logged.get(log_key(row)),
                KIND,
                payload=self.payload(row),
                recomputed={
                    "structure": canonical.digest(edition.structure),
                    "text": canonical.digest(manifest(edition.module_id, row.locale, edition.sha256, row.body, quiz)),
                    "quiz": canonical.digest(edition.quiz_edition.keys) if edition.quiz_edition else "",
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


def _digest_of_words(questions: QuizText | None) -> str:
    return canonical.digest(questions.body) if questions else ""


texts = TextClaims()
