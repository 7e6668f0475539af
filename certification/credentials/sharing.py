"""Whether the public page names the holder: their choice, taken back as easily as it was made."""

from __future__ import annotations

from datetime import datetime

from certification.credentials.models import Certificate


def show_name(certificate: Certificate, at: datetime) -> None:
    if certificate.name_shared_at is None:
        certificate.name_shared_at = at
        certificate.save(update_fields=["name_shared_at"])


def hide_name(certificate: Certificate) -> None:
    certificate.name_shared_at = None
    certificate.save(update_fields=["name_shared_at"])
