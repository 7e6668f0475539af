"""What `ledger verify` compares completions with: who, what, on which text and when, against their entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from certification.ledger.verification.business import Claim
from courses.completions.models import Completion

KIND = "completion"


class Completions:
    kinds = frozenset({KIND})

    def claims(self, using: str) -> Iterator[Claim]:
        rows = Completion.objects.using(using).select_related("module", "text__edition").defer("text__body")
        for row in rows.order_by("pk").iterator(chunk_size=1000):
            yield Claim(
                gettext("The completion %(id)s") % {"id": row.pk},
                row.entry,
                KIND,
                payload={
                    "item": row.item,
                    "module": str(row.module_id),
                    "code": row.module.code,
                    "edition": row.text.edition.number,
                    "text_sha256": row.text.sha256,
                    "language": row.text.locale,
                    "facts_sha256": row.facts_sha256,
                    "effective_on": row.effective_on.isoformat(),
                },
                subject={"person": str(row.person_id)},
            )


completions = Completions()
