"""Verification from the stored bytes: nothing is believed that can be recomputed."""

from certification.ledger.verification.business import Claim, Comparer
from certification.ledger.verification.notes import Held
from certification.ledger.verification.report import Finding, Report, Unusable
from certification.ledger.verification.run import verify

__all__ = ["Claim", "Comparer", "Finding", "Held", "Report", "Unusable", "verify"]
