"""Messages due and sent. The row is the outbox: sending is what `mail.send_due` does after commit."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person


class Message(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="messages")
    key = models.CharField(
        _("key"), max_length=120, unique=True, help_text=_("The same message is never queued twice.")
    )
    kind = models.CharField(_("kind"), max_length=30)
    to = models.EmailField(_("to"))
    locale = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("body"))
    queued_at = models.DateTimeField(_("queued"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    personal_data = {
        **declare(
            "person to locale subject body kind key",
            "To tell the person what is due, in their language; whether it was opened is never measured",
            "The person; the mail systems it passes",
        ),
        **declare(
            "queued_at sent_at attempts next_try_at last_error",
            "That no message is lost or sent twice",
            "Administrators",
        ),
    }

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [models.Index(fields=["next_try_at"], condition=Q(sent_at__isnull=True), name="message_due")]

    def __str__(self) -> str:
        return self.subject
