"""Organisation facts: what differs between entities (contacts, channels, places), per language."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.models import OrgUnit


class Fact(models.Model):
    """A correction closes the row (`known_to`) and opens another: what was shown stays known."""

    entity = models.ForeignKey(OrgUnit, models.PROTECT, related_name="facts", verbose_name=_("legal entity"))
    locale = models.CharField(_("language"), max_length=12)
    key = models.SlugField(_("key"), max_length=60)
    text = models.CharField(_("text"), max_length=300)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    class Meta:
        verbose_name = _("organisation fact")
        verbose_name_plural = _("organisation facts")
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "locale", "key"],
                condition=Q(known_to__isnull=True),
                name="one_current_fact",
                violation_error_message=_("This fact exists for this entity and language already. Change it there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.locale})"


class FactSet(models.Model):
    """The facts as resolved for a text: a completion pins this digest beside the text's."""

    sha256 = models.CharField(_("digest"), max_length=64, primary_key=True)
    facts = models.JSONField(_("facts"))

    class Meta:
        verbose_name = _("set of facts")
        verbose_name_plural = _("sets of facts")

    def __str__(self) -> str:
        return self.sha256
