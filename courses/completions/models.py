"""Completions, which are facts: who did what was asked, when, and on which words."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.editions import Module, ModuleText
from courses.completions.items import MODULE, TEXT
from lms.people.declarations import declare
from lms.people.models import Person

OF_MODULE = Q(item__startswith=f"{MODULE}:")


class CompletionQuerySet(models.QuerySet["Completion"]):
    def of(self, person: Person) -> CompletionQuerySet:
        return self.filter(person=person)


class Completion(models.Model):
    """A fact: this person did what this item asked, with this before them. Never deleted by a rule change.

    `item` and `shown_kind`: courses.completions.items. A module has its row and that of the text besides; whatever else
    was completed is called by `titles` = {language: words} as of then and has a language. `required_by` = the
    rules that asked then: [{"rule", "number", "basis"}], empty when it was done freely.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="completions")
    item = models.CharField(_("item"), max_length=80)
    titles = models.JSONField(_("what it is called"), default=dict, blank=True)
    module = models.ForeignKey(Module, models.PROTECT, null=True, blank=True, related_name="completions")
    text = models.ForeignKey(ModuleText, models.PROTECT, null=True, blank=True, related_name="completions")
    shown_kind = models.CharField(_("what was shown"), max_length=20)
    shown_sha256 = models.CharField(_("digest of what was shown"), max_length=64)
    shown_locale = models.CharField(_("language"), max_length=12, blank=True)
    facts_sha256 = models.CharField(_("digest of the facts"), max_length=64, blank=True)
    delivery = models.CharField(_("how it was delivered"), max_length=20, default="online")
    evidence = models.CharField(_("evidence"), max_length=120, unique=True)
    evidence_sha256 = models.CharField(_("digest of the evidence"), max_length=64)
    required_by = models.JSONField(_("required by"), default=list)
    effective_on = models.DateField(_("effective on"))
    recorded_at = models.DateTimeField(_("recorded"))
    entry = models.UUIDField(_("ledger entry"), unique=True)

    objects = CompletionQuerySet.as_manager()

    personal_data = declare(
        "person item titles module text shown_kind shown_sha256 shown_locale facts_sha256 delivery evidence "
        "evidence_sha256 required_by effective_on recorded_at entry",
        "To prove that mandatory training was done, when, and on which text",
        "The person, the managers above them, auditors",
        erasure="Deleted with the person; the ledger entry stays and names nobody",
    )

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        indexes = [models.Index(fields=["person", "module", "effective_on"], name="completion_of_person")]
        constraints = [
            models.CheckConstraint(
                name="module_is_completed_on_a_text",
                condition=Q(OF_MODULE, module__isnull=False, text__isnull=False, shown_kind=TEXT)
                | Q(~OF_MODULE, ~Q(shown_kind=TEXT), module__isnull=True, text__isnull=True),
                violation_error_message=_("A module is completed on one of its texts; nothing else is."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.effective_on}"


class Doubt(models.Model):
    """A completion that stands although its test would fail by the corrected key: somebody responsible looks at it."""

    completion = models.OneToOneField(Completion, models.CASCADE, related_name="doubt")
    correction = models.UUIDField(_("correction"))
    raised_at = models.DateTimeField(_("raised"))
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
    seen_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")

    personal_data = declare(
        "completion correction raised_at seen_at seen_by",
        "That somebody responsible looks at a certificate whose test had a wrong key",
        "The person, governance",
    )

    class Meta:
        verbose_name = _("completion in doubt")
        verbose_name_plural = _("completions in doubt")

    def __str__(self) -> str:
        return f"{self.completion_id}"
