"""Verification from the stored bytes: nothing is believed that can be recomputed."""

from certification.ledger.verification.business import ClaimComparer, LedgerClaim
from certification.ledger.verification.notes import HeldCheckpoint
from certification.ledger.verification.report import Finding, Unusable, VerificationReport
from certification.ledger.verification.run import verify_ledger

__all__ = [
    "ClaimComparer",
    "Finding",
    "HeldCheckpoint",
    "LedgerClaim",
    "Unusable",
    "VerificationReport",
    "verify_ledger",
]
