"""Sealing: a certificate whose entry lies under a signed checkpoint is final."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Subquery

from certification.credentials.models import Certificate
from certification.ledger.models import Checkpoint, Entry


def seal_due(at: datetime) -> int:
    """Seals every pending certificate a checkpoint covers, in one statement; returns how many.

    `sealed_size` names the first checkpoint that covered the entry. What is sealed already is left as it is.
    """
    seq = Entry.objects.filter(uuid=OuterRef(OuterRef("entry"))).values("seq")
    size = Checkpoint.objects.filter(size__gt=Subquery(seq)).order_by("size").values("size")[:1]
    covered = Entry.objects.covered().values("uuid")
    return Certificate.objects.pending().filter(entry__in=covered).update(sealed_at=at, sealed_size=Subquery(size))
