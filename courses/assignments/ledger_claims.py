"""What `ledger verify` compares outages and released changes with: they move deadlines for many."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext

from certification.ledger import pending
from certification.ledger.models import EntryPart, Opening
from certification.ledger.verification.business import EntryContradiction, LedgerClaim
from courses.assignments import held_back
from courses.assignments.held_back import RELEASE, release_payload
from courses.assignments.models import HeldBack, Outage
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


class ReleaseClaims:
    kinds = frozenset({RELEASE})
    payload = staticmethod(release_payload)

    def claims(self, using: str) -> Iterator[LedgerClaim | EntryContradiction]:
        logged = pending.ids_by_key(RELEASE, using)
        openings = Opening.objects.using(using).filter(entry__in=logged.values(), part=EntryPart.SUBJECT)
        confirmed = set(openings.values_list("entry", flat=True))
        released = ~Q(released_at=None, reason="", released_by=None, confirmed_by=None)
        for row in HeldBack.objects.using(using).filter(released).order_by("pk"):
            entry = logged.get(held_back.log_key(row))
            if entry and row.confirmed_by_id and entry not in confirmed:
                yield EntryContradiction(entry, gettext("it names no second administrator, and its row does"))
            yield LedgerClaim(
                gettext("The release of “%(cause)s”") % {"cause": row.cause},
                entry,
                RELEASE,
                payload=self.payload(row),
                subject={"person": str(row.confirmed_by_id)} if row.confirmed_by_id else {},
                actor={"person": str(row.released_by_id or "")},
                at=row.released_at,
            )


outages = OutageClaims()
releases = ReleaseClaims()
outage_withdrawals = OutageWithdrawalClaims()
