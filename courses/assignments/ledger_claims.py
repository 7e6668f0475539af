"""What `ledger verify` compares outages with: they move deadlines for everybody."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext

from certification.ledger import pending
from certification.ledger.verification.business import LedgerClaim
from courses.assignments.models import Outage
from courses.assignments.outages import RECORD, WITHDRAW, log_key, record_payload, withdrawal_payload


class OutageClaims:
    kinds = frozenset({RECORD})
    payload = staticmethod(record_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(RECORD, using)
        for row in Outage.objects.using(using).order_by("pk"):
            yield LedgerClaim(
                gettext("The outage %(id)s") % {"id": row.pk},
                logged.get(log_key(RECORD, row)),
                RECORD,
                payload=self.payload(row),
                actor={"person": str(row.recorded_by_id or "")},
                at=row.recorded_at,
            )


class OutageWithdrawalClaims:
    kinds = frozenset({WITHDRAW})
    payload = staticmethod(withdrawal_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim]:
        logged = pending.ids_by_key(WITHDRAW, using)
        withdrawn = ~Q(withdrawn_at=None, withdrawal_reason="", withdrawn_by=None)
        for row in Outage.objects.using(using).filter(withdrawn).order_by("pk"):
            yield LedgerClaim(
                gettext("The withdrawal of the outage %(id)s") % {"id": row.pk},
                logged.get(log_key(WITHDRAW, row)),
                WITHDRAW,
                payload=self.payload(row),
                actor={"person": str(row.withdrawn_by_id or "")},
                at=row.withdrawn_at,
            )


outages = OutageClaims()
outage_withdrawals = OutageWithdrawalClaims()
