"""What `ledger verify` compares certificates with: their content, hashed again, against their entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from certification.credentials.award import KIND, certificate_key, certificate_payload
from certification.credentials.models import PENDING, Certificate
from certification.ledger import canonical
from certification.ledger.models import Entry
from certification.ledger.verification.business import LedgerClaim
from certification.ledger.verification.witnesses import Seal


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

    def seals(self, using: str) -> Iterator[Seal]:
        """The checkpoints under which certificates were sealed: whoever deletes those must explain these."""
        seq = Subquery(Entry.objects.using(using).filter(uuid=OuterRef("entry")).values("seq")[:1])
        rows = Certificate.objects.using(using).exclude(PENDING, sealed_size=None).annotate(seq=seq).order_by("pk")
        for pk, number, size in rows.values_list("pk", "seq", "sealed_size").iterator(chunk_size=1000):
            yield Seal(gettext("The certificate %(id)s") % {"id": pk}, number, size)


certificates = CertificateClaims()
