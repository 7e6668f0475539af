"""Certificates: what was done, on which version, when, on which basis. Snapshots, so that nothing rewrites them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person

PENDING = Q(sealed_at__isnull=True)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def held_by(self, person: Person) -> CertificateQuerySet:
        return self.filter(person=person)

    def pending(self) -> CertificateQuerySet:
        """Certificates whose entry no checkpoint was known to cover yet."""
        return self.filter(PENDING)


class Certificate(models.Model):
    """Pending until a checkpoint covers its entry, then sealed. The id is random: it is the public address.

    `content` = {"path": {"key", "number", "sha256", "titles": {lang: text}}, "items": [{"code", "titles",
    "edition", "text_sha256", "locale", "passed" (has a test, and it was passed), "effective_on", "valid_until"}],
    "basis": [{"kind", "texts", "rule"}]}
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="certificates")
    key = models.CharField(_("key"), max_length=160, unique=True, help_text=_("Awarded once per assignment."))
    path_key = models.SlugField(_("path"), max_length=40)
    content = models.JSONField(_("content"))
    sha256 = models.CharField(_("digest of the content"), max_length=64)
    issued_on = models.DateField(_("issued on"))
    valid_until = models.DateField(_("valid until (inclusive)"), null=True, blank=True)
    awarded_at = models.DateTimeField(_("awarded"))
    entry = models.UUIDField(_("ledger entry"), unique=True)
    sealed_at = models.DateTimeField(_("sealed"), null=True, blank=True)
    sealed_size = models.PositiveBigIntegerField(_("size of the sealing checkpoint"), null=True, blank=True)
    name_shared_at = models.DateTimeField(
        _("name shared"), null=True, blank=True, help_text=_("Since when the holder shows their name to the public.")
    )

    objects = CertificateQuerySet.as_manager()

    personal_data = {
        **declare(
            "person key path_key content sha256 issued_on valid_until awarded_at entry sealed_at sealed_size",
            "That the holder can show what they completed, and anybody can check it",
            "The holder, auditors; the public page names nobody unless the holder shares their name",
            retention="As long as the evidence it sums up",
            erasure="The certificate is deleted; its ledger entry stays and names nobody",
        ),
        **declare(
            "name_shared_at",
            "Whether and since when the holder lets the public page show their name",
            "The holder; whoever has the address of the public page sees the name",
            retention="Until the holder takes it back",
            erasure="Deleted with the certificate",
        ),
    }

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        indexes = [
            models.Index(fields=["person", "-issued_on"], name="certificate_of_person"),
            models.Index(fields=["entry"], condition=PENDING, name="certificate_to_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.path_key} {self.issued_on}"

    @property
    def sealed(self) -> bool:
        return self.sealed_at is not None
