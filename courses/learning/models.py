"""How far people are: enrolment in an edition, sections done, and completions, which are facts."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.editions import Module, ModuleEdition, ModuleText
from lms.people.declarations import declare
from lms.people.models import Person


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    def of(self, person: Person) -> EnrolmentQuerySet:
        return self.filter(person=person)


class Enrolment(models.Model):
    """A person working through a module. Pins the edition; the pin lapses after 14 idle days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="enrolments")
    module = models.ForeignKey(Module, models.PROTECT, related_name="enrolments")
    edition = models.ForeignKey(ModuleEdition, models.PROTECT, related_name="enrolments")
    started_at = models.DateTimeField(_("started"))
    active_at = models.DateTimeField(_("last active"))
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    objects = EnrolmentQuerySet.as_manager()

    personal_data = declare(
        "person module edition started_at active_at completed_at",
        "To go on where one stopped, on the edition one began with",
        "The person",
    )

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "module"], condition=Q(completed_at__isnull=True), name="one_open_enrolment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.module_id}"


class SectionDone(models.Model):
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="sections_done")
    section = models.CharField(_("section"), max_length=60)
    at = models.DateTimeField(_("at"))

    personal_data = declare("enrolment section at", "To show what is done and what is left", "The person")

    class Meta:
        verbose_name = _("section done")
        verbose_name_plural = _("sections done")
        constraints = [models.UniqueConstraint(fields=["enrolment", "section"], name="section_done_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} {self.section}"


class CompletionQuerySet(models.QuerySet["Completion"]):
    def of(self, person: Person) -> CompletionQuerySet:
        return self.filter(person=person)


class Completion(models.Model):
    """A fact: this person did what this module asked, on this text. Never deleted by a rule change.

    `required_by` = the rules that asked then: [{"rule", "number", "basis"}], empty when it was done freely.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="completions")
    item = models.CharField(_("item"), max_length=80)
    module = models.ForeignKey(Module, models.PROTECT, related_name="completions")
    text = models.ForeignKey(ModuleText, models.PROTECT, related_name="completions")
    facts_sha256 = models.CharField(_("digest of the facts"), max_length=64)
    evidence = models.CharField(_("evidence"), max_length=120, unique=True)
    evidence_sha256 = models.CharField(_("digest of the evidence"), max_length=64)
    required_by = models.JSONField(_("required by"), default=list)
    effective_on = models.DateField(_("effective on"))
    recorded_at = models.DateTimeField(_("recorded"))
    entry = models.UUIDField(_("ledger entry"), unique=True)

    objects = CompletionQuerySet.as_manager()

    personal_data = declare(
        "person item module text facts_sha256 evidence evidence_sha256 required_by effective_on recorded_at entry",
        "To prove that mandatory training was done, when, and on which text",
        "The person, the managers above them, auditors",
        erasure="Deleted with the person; the ledger entry stays and names nobody",
    )

    class Meta:
        verbose_name = _("completion")
        verbose_name_plural = _("completions")
        indexes = [models.Index(fields=["person", "module", "effective_on"], name="completion_of_person")]

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
