"""What the audit page says of the operator's own check: that there was one, and never that it proves anything."""

from __future__ import annotations

from dataclasses import dataclass

from certification.ledger.models import LedgerCheck, SigningJob
from certification.ledger.signing_jobs import SIGN


@dataclass(frozen=True, slots=True)
class OperatorsCheck:
    """`last`: the newest verification the operator ran; `refusal`: what keeps the signer from signing, or ''."""

    last: LedgerCheck | None
    refusal: str

    @property
    def kind(self) -> str:
        """Of the notice it stands in. None of them is green."""
        return "warning" if self.refusal or (self.last is not None and self.last.code) else "info"


def operators_check() -> OperatorsCheck:
    """Two queries."""
    job = SigningJob.objects.filter(job=SIGN).first()
    return OperatorsCheck(LedgerCheck.objects.order_by("id").last(), job.sentence if job else "")
