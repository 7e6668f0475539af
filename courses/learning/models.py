"""How far people are: enrolment in an edition, and the sections done."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.editions import Module, ModuleEdition
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
