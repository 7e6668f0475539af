"""Whether the public page names the holder: their choice, taken back as easily as it was made. It shows the name of
today, and only if the ledger leads to it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext

from certification.credentials.models import Certificate
from lms.people.names import committed_name


def show_name(certificate: Certificate, at: datetime) -> None:
    if certificate.name_shared_at is None:
        certificate.name_shared_at = at
        certificate.save(update_fields=["name_shared_at"])


def hide_name(certificate: Certificate) -> None:
    certificate.name_shared_at = None
    certificate.save(update_fields=["name_shared_at"])


def name_problem(certificate: Certificate) -> str:
    """Why today's name is not that of the person it was issued to; '' where it is, or entries of changes lead to it."""
    named = committed_name(certificate.entry, certificate.person)
    if named is None or named.leads:
        return ""
    return gettext(
        "The name of its holder was exchanged: no entry of the ledger leads to it from the one it was issued to."
    )
