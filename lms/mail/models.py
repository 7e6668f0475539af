"""Messages due and sent. The row is the outbox: sending is what `mail.send_due` does after commit."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person


class Lane(models.IntegerChoices):
    """What somebody waits for at the screen does not stand behind a digest to everybody."""

    URGENT = 0, _("urgent")
    ORDINARY = 1, _("ordinary")


class Message(models.Model):
    """`to`, `locale`, `subject` and `body` are those of the last attempt; once sent, what was sent.

    `wordings` = {language: [subject, body]} until then: the letter in every language its person may have changed to.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("person"),
        help_text=_("Empty for a message to an address of the settings."),
    )
    key = models.CharField(
        _("key"), max_length=120, unique=True, help_text=_("The same message is never queued twice.")
    )
    kind = models.CharField(_("kind"), max_length=30)
    to = models.EmailField(_("to"))
    locale = models.CharField(_("language"), max_length=12)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("body"), blank=True)
    wordings = models.JSONField(_("wordings"), default=dict, blank=True)
    lane = models.PositiveSmallIntegerField(
        _("lane"),
        choices=Lane.choices,
        default=Lane.ORDINARY,
        null=True,
        help_text=_("Empty once there is nothing more to try: it was sent or given up."),
    )
    queued_at = models.DateTimeField(_("queued"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    personal_data = {
        **declare(
            "person to locale subject body wordings kind key",
            "To tell the person what is due, in their language; whether it was opened is never measured",
            "The person; the mail systems it passes",
        ),
        **declare(
            "lane queued_at sent_at attempts next_try_at last_error",
            "That no message is lost or sent twice",
            "Administrators",
        ),
    }

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            # The order of sending, and only of what waits: claiming reads its beginning, however much waits behind.
            models.Index(
                fields=["lane", "next_try_at", "queued_at", "id"], condition=Q(lane__isnull=False), name="message_waits"
            ),
            # For the health page: how long the oldest has not been sent.
            models.Index(fields=["queued_at"], condition=Q(sent_at__isnull=True), name="message_unsent"),
        ]
        constraints = [
            # A message that was sent and still waits would go out again.
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(lane__isnull=True), name="message_sent_waits_no_more"
            )
        ]

    def __str__(self) -> str:
        return self.subject


class ResetRequest(models.Model):
    """Somebody asked for a new password for an address, known here or not; `resets` answers and deletes the row.

    Looking the address up only then is what makes asking take the same time for any address.
    """

    id = models.BigAutoField(primary_key=True)
    email = models.EmailField(_("e-mail"))
    asked_at = models.DateTimeField(_("asked"))

    personal_data = declare(
        "email",
        "To send the link that sets a new password",
        "Nobody",
        retention="Seconds, until the letter is written",
        erasure="The row is deleted when the letter is written",
    )

    class Meta:
        verbose_name = _("request for a new password")
        verbose_name_plural = _("requests for a new password")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"
