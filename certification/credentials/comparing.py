"""What `ledger verify` compares certificates with: their content, hashed again, against their entries."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from certification.credentials.award import KIND, payload
from certification.credentials.models import Certificate
from certification.ledger import canonical
from certification.ledger.verification.business import Claim


class Certificates:
    kinds = frozenset({KIND})

    def claims(self, using: str) -> Iterator[Claim]:
        for row in Certificate.objects.using(using).order_by("pk").iterator(chunk_size=1000):
            yield Claim(
                gettext("The certificate %(id)s") % {"id": row.pk},
                row.entry,
                KIND,
                payload=payload(row) | {"content": canonical.digest(row.content)},
                subject={"person": str(row.person_id)},
            )


certificates = Certificates()
