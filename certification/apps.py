from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from certification.ledger.note import BadNote, public_keys
from lms import rooms


class CertificationConfig(rooms.Room):
    name = "certification"
    addresses = (("", "certification.credentials.urls"),)
    places = ((20, "certificates:list", _("Certificates"), ""),)
    key_drains = (
        (100, "sequence", 2, "certification.ledger.sequencer.sequence_due"),
        (110, "checkpoint", 5, "certification.ledger.checkpoints.checkpoint_due"),
    )
    drains = ((120, "seal", 5, "certification.credentials.sealing.seal_due"),)
    ledger_claims = ("certification.credentials.ledger_claims.certificates",)
    health_looks = (
        "certification.ledger.health.look_at_pending",
        "certification.ledger.health.look_at_triggers",
        "certification.ledger.health.look_at_checkpoint",
    )

    def ready(self) -> None:
        """A mistyped key stops the process, rather than leave every certificate unanchored."""
        super().ready()
        try:
            public_keys(settings.LEDGER_PUBLIC_KEY)
        except BadNote as error:
            raise ImproperlyConfigured(
                f"LEDGER_PUBLIC_KEY must hold the ledger's public keys, one on a line, as `manage.py ledger init` "
                f"prints them: {error}"
            ) from error
