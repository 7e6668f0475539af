"""What a manager did about somebody's training."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.mail.models import Message
from lms.people.declarations import declare
from lms.people.models import Person


class Reminder(models.Model):
    """A manager reminded somebody of what is open. `trainings` = the keys of the paths that the message named."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="reminders", verbose_name=_("person"))
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("reminded by"))
    at = models.DateTimeField(_("reminded"))
    trainings = models.JSONField(_("trainings"))
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+", verbose_name=_("message"))

    personal_data = declare(
        "person by at trainings message",
        "That nobody is reminded more than once a week, and that managers know what has been done already",
        "The person, the managers above them",
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        indexes = [models.Index(fields=["person", "-at"], name="reminder_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d}"
