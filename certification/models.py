"""One Django app, two rooms: the ledger (under everything) and the credentials (above people)."""

from certification.credentials.models import Certificate
from certification.ledger.models import Checkpoint, DemoClock, Entry, Member, Node, Opening, Pending

__all__ = ["Certificate", "Checkpoint", "DemoClock", "Entry", "Member", "Node", "Opening", "Pending"]
