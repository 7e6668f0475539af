"""What `ledger verify` compares corrected keys with, and the results they changed: slipped in, one would change who
passes."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext

from certification.ledger.verification.business import LedgerClaim
from quizzes.appeal_models import KeyCorrection, Rescore
from quizzes.appeals.correcting import (
    CORRECT,
    RESCORE,
    correction_key,
    correction_payload,
    rescore_key,
    rescore_payload,
)


class CorrectionClaims:
    kinds = frozenset({CORRECT})
    payload = staticmethod(correction_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        rows = KeyCorrection.objects.using(using).select_related("edition__quiz").order_by("pk")
        for row in rows.iterator(chunk_size=500):
            yield LedgerClaim(
                gettext("The corrected key of %(question)s") % {"question": row.question},
                row.entry,
                CORRECT,
                payload=self.payload(row),
                actor={"person": str(row.by_id)},
                key=correction_key(row),
                at=row.at,
            )


class RescoreClaims:
    kinds = frozenset({RESCORE})
    payload = staticmethod(rescore_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        rows = Rescore.objects.using(using).select_related("attempt").prefetch_related("correction__edition__quiz")
        later = Rescore.objects.using(using).filter(attempt=OuterRef("attempt"), at__gt=OuterRef("at"))
        for row in rows.annotate(superseded=Exists(later)).order_by("pk").iterator(chunk_size=500):
            # The last change is what the attempt shows today.
            today = {} if row.superseded else {"passed": int(bool(row.attempt.passed))}
            yield LedgerClaim(
                gettext("The changed result of the attempt %(id)s") % {"id": row.attempt_id},
                row.entry,
                RESCORE,
                payload=self.payload(row),
                recomputed=today,
                subject={"person": str(row.attempt.person_id)},
                key=rescore_key(row),
                at=row.at,
            )


corrections = CorrectionClaims()
rescores = RescoreClaims()
