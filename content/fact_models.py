"""Organisation facts: what differs between entities (contacts, channels, places), per language."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import OrgUnit, Person


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


class FactProposal(models.Model):
    """Words handed in for a fact. They are current only when another person has signed them; empty = withdrawn."""

    entity = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("legal entity"))
    locale = models.CharField(_("language"), max_length=12)
    key = models.SlugField(_("key"), max_length=60)
    text = models.CharField(_("text"), max_length=300, blank=True)
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("handed in by"))
    at = models.DateTimeField(_("handed in"))
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    signed = models.BooleanField(_("signed"), default=False, help_text=_("No: it was sent back."))
    comment = models.CharField(_("comment"), max_length=300, blank=True)

    personal_data = declare(
        "by at answered_by answered_at",
        "That a person other than the author stands for what learners are told",
        "Editors and reviewers",
        retention="As long as the fact is part of what was shown",
        erasure="The link to the person is removed",
    )

    class Meta:
        verbose_name = _("proposed fact")
        verbose_name_plural = _("proposed facts")
        constraints = [
            models.UniqueConstraint(
                fields=["entity", "locale", "key"], condition=Q(answered_at__isnull=True), name="one_waiting_fact"
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
