"""What the door of the site keeps: how often somebody tried, and whose second factors two people took off."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare


class TryCount(models.Model):
    """How often something was tried in one stretch of time. Names nobody: the key is a keyed hash."""

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    number = models.PositiveIntegerField(_("tries"))
    ends_at = models.BigIntegerField(_("ends, in seconds since 1970"), db_index=True)

    class Meta:
        verbose_name = _("count of tries")
        verbose_name_plural = _("counts of tries")

    def __str__(self) -> str:
        return f"{self.number}"


class FactorRecovery(models.Model):
    """An administrator asks that somebody's factors be taken off; another person confirms. Both stay on record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="factor_recoveries")
    asked_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    reason = models.CharField(_("reason"), max_length=200)
    confirmed_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)

    personal_data = declare(
        "person asked_by asked_at reason confirmed_by confirmed_at",
        "That nobody alone can take off somebody's second factors, and that it can be looked up who did",
        "Administrators, HR administrators; the person sees it in their access log",
    )

    class Meta:
        verbose_name = _("recovery of second factors")
        verbose_name_plural = _("recoveries of second factors")
        constraints = [
            models.CheckConstraint(
                name="recovery_takes_two_others",
                condition=~Q(asked_by=F("person")) & ~Q(confirmed_by=F("person")) & ~Q(confirmed_by=F("asked_by")),
                violation_error_message=_("Two people have to do this, and neither may be the holder."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"
