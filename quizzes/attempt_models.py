"""Sittings: attempts at a quiz, what was answered, and the terms a person chose for themselves."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person

LEARNER = "The person only"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of(self, person: Person) -> AttemptQuerySet:
        return self.filter(person=person)

    def open(self) -> AttemptQuerySet:
        return self.filter(submitted_at__isnull=True)


class Attempt(models.Model):
    """One sitting. `subject` says what it belongs to (an enrolment's id), which this app need not know.

    `seed` decides which questions are drawn and in which order things stand; it stays on the server, and all of a
    subject's sittings share it. A pre-test is number 0 of a subject of its own.
    """

    class Purpose(models.TextChoices):
        POST = "post", _("test")
        PRE = "pre", _("pre-test")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="attempts")
    subject = models.CharField(_("belongs to"), max_length=60)
    edition = models.ForeignKey("quizzes.QuizEdition", models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    purpose = models.CharField(_("purpose"), max_length=4, choices=Purpose.choices, default=Purpose.POST)
    seed = models.CharField(_("seed"), max_length=32, blank=True)
    locale = models.CharField(_("language"), max_length=12, blank=True)
    started_at = models.DateTimeField(_("started"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True)
    right = models.PositiveSmallIntegerField(_("right answers"), null=True)
    credit = models.DecimalField(_("points"), max_digits=7, decimal_places=4, null=True)
    page = models.CharField(_("page that saved last"), max_length=16, blank=True)
    turn = models.PositiveIntegerField(_("its last request"), default=0)

    objects = AttemptQuerySet.as_manager()

    personal_data = {
        **declare(
            "person subject edition number purpose seed locale started_at ends_at submitted_at page turn",
            "To know which test was taken, and in which language",
            LEARNER,
        ),
        **declare(
            "passed right credit", "Whether the module's test is passed; never shown to managers or auditors", LEARNER
        ),
    }

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["person", "subject", "number"], name="attempt_number"),
            models.UniqueConstraint(
                fields=["person", "subject"], condition=Q(submitted_at__isnull=True), name="one_open_attempt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"


class Response(models.Model):
    """What was answered, saved as it is given; `right` and `credit` stay empty until the attempt is submitted.

    `chosen` by kind: option keys · ordering: all keys in the order given · matching "left=right" · sorting
    "card=category" · numeric [the number as typed] · dilemma [key, reason]. An unscored question has no mark ever.
    """

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="responses")
    question = models.CharField(_("question"), max_length=80)
    chosen = models.JSONField(_("chosen options"), default=list)
    saved_at = models.DateTimeField(_("saved"))
    right = models.BooleanField(_("right"), null=True)
    credit = models.DecimalField(_("credit"), max_digits=5, decimal_places=4, null=True)

    personal_data = declare(
        "attempt question chosen saved_at right credit",
        "To go on where one stopped, and to explain every answer",
        LEARNER,
    )

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [models.UniqueConstraint(fields=["attempt", "question"], name="one_response_per_question")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question}"


class Accommodation(models.Model):
    """What a person chose for their own tests. No reason is asked, and nobody else sees it."""

    class Time(models.IntegerChoices):
        USUAL = 100, _("the usual time")
        HALF_MORE = 150, _("half as much again")
        DOUBLE = 200, _("twice the time")

    person = models.OneToOneField(Person, models.CASCADE, related_name="accommodation")
    time = models.PositiveSmallIntegerField(_("time"), choices=Time.choices, default=Time.USUAL)
    spacing = models.BooleanField(_("larger letters and more space"), default=False)

    personal_data = declare("person time spacing", "To show tests as the person needs them", LEARNER)

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")

    def __str__(self) -> str:
        return f"{self.person_id}"
