"""One Django app, two rooms: the ledger (under everything) and the credentials (above people)."""

from certification.credentials.models import Certificate
from certification.ledger.models import (
    Checkpoint,
    ClockAnchor,
    DemoClock,
    Entry,
    LedgerCheck,
    Member,
    Node,
    Opening,
    Pending,
    SigningJob,
)

__all__ = [
    "Certificate",
    "Checkpoint",
    "ClockAnchor",
    "DemoClock",
    "Entry",
    "LedgerCheck",
    "Member",
    "Node",
    "Opening",
    "Pending",
    "SigningJob",
]
