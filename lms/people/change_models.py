"""That something about somebody changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people import declarations


class PeopleChange(models.Model):
    """ "Something about this person changed": how people, who cannot call up, wake the assignments."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=20)
    effective_on = models.DateField(_("effective on"))
    recorded_at = models.DateTimeField(_("recorded"))
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=80, blank=True, default="")

    personal_data = declarations.PEOPLE_CHANGE

    class Meta:
        verbose_name = _("change of a person")
        verbose_name_plural = _("changes of people")
        indexes = [
            models.Index(fields=["effective_on"], condition=Q(handled_at__isnull=True), name="change_to_handle"),
            models.Index(fields=["cause"], condition=~Q(cause=""), name="change_by_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.effective_on}"
