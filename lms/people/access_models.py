"""Who looked at whose record, and which of these looks the person is shown later."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lms.people import declarations, looks


class AccessLog(models.Model):
    """Who looked at whose record, and for what: shown to the person it is about."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="looked_at_by")
    viewer = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="looked_at")
    at = models.DateTimeField(_("at"))
    capacity = models.CharField(_("in which capacity"), max_length=20)
    what = models.CharField(_("what was seen"), max_length=60)
    reason = models.CharField(_("reason given"), max_length=200, blank=True)

    personal_data = declarations.ACCESS_LOG

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        indexes = [models.Index(fields=["person", "-at"], name="access_of_person")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"

    @property
    def capacity_label(self) -> str:
        return looks.capacity_words(self.capacity)

    @property
    def what_label(self) -> str:
        return looks.look_words(self.what)


class AccessDelay(models.Model):
    """Two people suspect fraud: what they see of this person's record appears in the person's log only later.

    `until` is an instant at most `access.LONGEST_DELAY` after `confirmed_at`; nothing is hidden before the second of
    the two confirmed, and nothing after `until`.
    """

    person = models.ForeignKey("people.Person", models.CASCADE, related_name="access_delays")
    reason = models.CharField(_("reason given"), max_length=200)
    asked_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"))
    confirmed_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    until = models.DateTimeField(_("shown from"), null=True, blank=True)

    personal_data = declarations.ACCESS_DELAY

    class Meta:
        verbose_name = _("delayed access entry")
        verbose_name_plural = _("delayed access entries")
        constraints = [
            models.CheckConstraint(
                name="access_is_delayed_by_two_people",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")),
            )
        ]
        indexes = [models.Index(fields=["person", "until"], name="delay_of_person")]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
