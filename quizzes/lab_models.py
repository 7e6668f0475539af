"""What is kept of a person's way through the lab. No times of answers: response time is not stored."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person

LEARNER = "The person only"
RETENTION = (
    "Until the person deletes it, at the latest 200 days after the second block; of a lab that was not finished, "
    "400 days after it was begun"
)


class LabMode(models.TextChoices):
    FIRST = "decide-first", _("After one has decided")
    CONCURRENT = "concurrent", _("Together with the case")
    ON_REQUEST = "on-request", _("When one asks for it")


class LabConfidence(models.TextChoices):
    NONE = "none", _("None")
    TRUE = "true", _("True to how often it is right")
    DECOUPLED = "decoupled", _("Unrelated to whether it is right")


class LabSittingQuerySet(models.QuerySet["LabSitting"]):
    def of(self, person: Person) -> LabSittingQuerySet:
        return self.filter(person=person)


class LabSitting(models.Model):
    """A person's way through one lab. `subject` says what it belongs to (an enrolment's id).

    `conditions` = {"mode": "decide-first" | "concurrent" | "on-request", "rationale": bool,
    "confidence": "none" | "true" | "decoupled"}, pinned at the start like the bank's digest.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="lab_sittings")
    subject = models.CharField(_("belongs to"), max_length=60)
    family = models.CharField(_("family of cases"), max_length=40)
    bank_sha256 = models.CharField(_("digest of the case bank"), max_length=64)
    conditions = models.JSONField(_("conditions"))
    seed = models.CharField(_("seed"), max_length=32)
    started_on = models.DateField(_("started"))
    prediction = models.PositiveSmallIntegerField(_("prediction"), null=True, blank=True)
    cleared_on = models.DateField(_("answers deleted"), null=True, blank=True)

    objects = LabSittingQuerySet.as_manager()

    personal_data = declare(
        "person subject family bank_sha256 conditions seed started_on prediction cleared_on",
        "To go on in the lab where one stopped",
        LEARNER,
        retention=RETENTION,
    )

    class Meta:
        verbose_name = _("way through the lab")
        verbose_name_plural = _("ways through the lab")
        constraints = [models.UniqueConstraint(fields=["person", "subject"], name="one_lab_per_subject")]

    def __str__(self) -> str:
        return f"{self.subject}"


class LabBlock(models.Model):
    """A run of cases. `finished_on` is all that ever leaves the lab: that it was finished, never how.

    `cases` = their ids in the order in which they are met, drawn when the block is begun. `verdict` = the rule by which
    its debrief was made when the person read it last (`quizzes.lab.criterion.VERDICT`); None before the first time.
    """

    class Part(models.TextChoices):
        PRACTICE = "practice", _("Practice")
        A = "block-a", _("Part one")
        B = "block-b", _("Part two")
        FOLLOW_30 = "follow-30", _("After 30 days")
        FOLLOW_180 = "follow-180", _("After 180 days")

    sitting = models.ForeignKey(LabSitting, models.CASCADE, related_name="blocks")
    part = models.CharField(_("part"), max_length=10, choices=Part.choices)
    cases = models.JSONField(_("cases"), default=list)
    finished_on = models.DateField(_("finished"), null=True, blank=True)
    verdict = models.PositiveSmallIntegerField(_("rule of the debrief that was read"), null=True, blank=True)

    personal_data = declare(
        "sitting part cases finished_on", "To know that a part of the lab was finished", LEARNER, retention=RETENTION
    )
    personal_data |= declare(
        "verdict",
        "To tell the person once when their debrief was made by a rule that was wrong",
        LEARNER,
        retention=RETENTION,
    )

    class Meta:
        verbose_name = _("part of the lab")
        verbose_name_plural = _("parts of the lab")
        constraints = [models.UniqueConstraint(fields=["sitting", "part"], name="lab_part_once")]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.part}"


class Trial(models.Model):
    """One case as it was decided. `initial` and `final`: does the case break a rule? Once set they stay.

    A silent case has no advice and only a `final`; with advice shown at once (concurrent) there is no `initial`.
    `truth` and `advice` are those of the case when it was decided, so that a bank that changes changes no result.
    """

    block = models.ForeignKey(LabBlock, models.CASCADE, related_name="trials")
    place = models.PositiveSmallIntegerField(_("place"))
    case = models.CharField(_("case"), max_length=20)
    initial = models.BooleanField(_("own decision"), null=True)
    confidence = models.PositiveSmallIntegerField(_("own certainty in percent"), null=True)
    advised = models.BooleanField(_("advice was shown"), default=False)
    truth = models.BooleanField(_("what is true"))
    advice = models.BooleanField(_("the advice"), null=True)
    final = models.BooleanField(_("decision"), null=True)
    checked = models.CharField(_("what was checked"), max_length=300, blank=True)

    personal_data = declare(
        "block place case initial confidence advised truth advice final checked",
        "To show the person, and nobody else, how they used the advice",
        LEARNER,
        retention=RETENTION,
    )

    class Meta:
        verbose_name = _("case decided")
        verbose_name_plural = _("cases decided")
        constraints = [
            models.UniqueConstraint(fields=["block", "place"], name="lab_case_once"),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gte=50, confidence__lte=100),
                name="lab_confidence_50_to_100",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.block_id} {self.place}"
