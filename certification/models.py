"""One Django app, two rooms: the ledger (under everything) and the credentials (above people)."""

from certification.credentials.models import Certificate

__all__ = ["Certificate"]
