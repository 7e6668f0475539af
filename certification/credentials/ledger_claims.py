"""What `ledger verify` compares certificates with: their content, hashed again, against their entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from certification.credentials.award import KIND, certificate_key, certificate_payload
from certification.credentials.models import Certificate
from certification.ledger import canonical
from certification.ledger.verification.business import LedgerClaim


class CertificateClaims:
    kinds = frozenset({KIND})
    payload = staticmethod(certificate_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        for row in Certificate.objects.using(using).order_by("pk").iterator(chunk_size=1000):
            payload = self.payload(row)
            yield LedgerClaim(
                gettext("The certificate %(id)s") % {"id": row.pk},
                row.entry,
                KIND,
                payload=payload,
                recomputed={
                    "content": canonical.digest(row.content),
                    "path": payload["path"] | {"key": row.path_key},
                },
                subject={"person": str(row.person_id)},
                key=certificate_key(row),
                at=row.awarded_at,
            )


certificates = CertificateClaims()
