"""What is kept of the survey. No row of an answer holds a person, a time, or two things that one person said."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person


class Answered(models.Model):
    """That a person answered the survey of a module, so that nobody counts twice. Not what, and not when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="surveys_answered")
    module = models.SlugField(_("module"), max_length=20)

    personal_data = declare(
        "person module",
        "That nobody's answer to a survey counts twice; the answer itself is not kept with it",
        "Nobody",
    )

    class Meta:
        verbose_name = _("survey answered")
        verbose_name_plural = _("surveys answered")
        constraints = [models.UniqueConstraint(fields=["person", "module"], name="survey_once_per_module")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.module}"


class Tally(models.Model):
    """How many people of a group said one thing, or had a result in one band, in a quarter.

    `measure` = a statement's key or an indicator's; `attribute` and `group` are empty for all who answered. One answer
    adds to many rows and no row says which, so two groups of one person never meet. `id` = all of it, in one.
    """

    id = models.CharField(primary_key=True, max_length=140, editable=False)
    module = models.SlugField(_("module"), max_length=20)
    quarter = models.CharField(_("quarter"), max_length=6)
    measure = models.CharField(_("measure"), max_length=20)
    band = models.CharField(_("band"), max_length=20)
    attribute = models.CharField(_("attribute"), max_length=20, blank=True)
    group = models.CharField(_("group"), max_length=20, blank=True)
    people = models.PositiveIntegerField(_("people"), default=0)

    class Meta:
        verbose_name = _("count of the survey")
        verbose_name_plural = _("counts of the survey")

    def __str__(self) -> str:
        return self.id

    @classmethod
    def of(cls, module: str, quarter: str, measure: str, band: str, attribute: str, group: str) -> Tally:
        """The unsaved row, of nobody yet."""
        key = "/".join((module, quarter, measure, band, attribute, group))
        return cls(id=key, module=module, quarter=quarter, measure=measure, band=band, attribute=attribute, group=group)


class Theme(models.Model):
    """What several people say in their own words, as governance calls it."""

    name = models.CharField(_("theme"), max_length=80, unique=True)

    class Meta:
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    def __str__(self) -> str:
        return self.name


class Remark(models.Model):
    """What somebody wrote, without who and when; `themes` are given by those who read it.

    A text that was deleted is empty, and its row counts on: else the batches in which texts are read would move.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.SlugField(_("module"), max_length=20)
    quarter = models.CharField(_("quarter"), max_length=6)
    text = models.CharField(_("text"), max_length=1000)
    themes = models.ManyToManyField(Theme, related_name="remarks", blank=True)

    personal_data = declare(
        "text",
        "To learn what should change in a module; it stands with nobody's name, but may tell who wrote it",
        "The AI office, once five people wrote about the module",
        retention="Two years",
        erasure="Nobody can tell whose it is; the AI office deletes a text that names somebody",
    )

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")

    def __str__(self) -> str:
        return f"{self.module} {self.quarter}"
