"""What `ledger verify` compares completions with: who, what, on which text, why and when, against their entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Prefetch
from django.utils.translation import gettext

from certification.ledger.verification.business import LedgerClaim
from content.editions import ModuleText
from courses.completions.models import Completion
from courses.completions.seam import KIND, payload


class CompletionClaims:
    kinds = frozenset({KIND})
    payload = staticmethod(payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        # Many completions stand on few texts: these are read once a thousand rows, not joined to each of them.
        texts = ModuleText.objects.using(using).select_related("edition__quiz_edition").defer("body")
        rows = Completion.objects.using(using).prefetch_related("module", Prefetch("text", texts))
        for row in rows.order_by("pk").iterator(chunk_size=1000):
            yield LedgerClaim(
                gettext("The completion %(id)s") % {"id": row.pk},
                row.entry,
                KIND,
                payload=self.payload(row),
                subject={"person": str(row.person_id)},
                key=f"{KIND}:{row.evidence}",
                at=row.recorded_at,
            )


completions = CompletionClaims()
