"""Verification from the stored bytes: nothing is believed that can be recomputed."""

from certification.ledger.trust import Anchors, HeldCheckpoint, Standing
from certification.ledger.verification.business import ClaimComparer, LedgerClaim
from certification.ledger.verification.report import Finding, Unusable, VerificationReport
from certification.ledger.verification.run import verify_ledger

__all__ = [
    "Anchors",
    "ClaimComparer",
    "Finding",
    "HeldCheckpoint",
    "LedgerClaim",
    "Standing",
    "Unusable",
    "VerificationReport",
    "verify_ledger",
]
