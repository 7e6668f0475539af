"""Questions as editors write them, editions as learners meet them, and attempts."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import StreamField
from wagtail.models import TranslatableMixin
from wagtail_localize.fields import SynchronizedField

from lms.people.declarations import declare
from lms.people.models import Person
from quizzes.blocks import OptionBlock

LEARNER = "The person only"


class Question(TranslatableMixin, models.Model):
    """One question in one language; its translations share the translation key."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("Single choice")
        MULTIPLE = "multiple", _("Multiple choice")

    code = models.SlugField(_("code"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SINGLE)
    objective = models.SlugField(_("objective"), max_length=60, blank=True)
    text = models.TextField(_("question"))
    options = StreamField([("option", OptionBlock())], verbose_name=_("options"), min_num=2)

    panels = [
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("objective"),
        FieldPanel("text"),
        FieldPanel("options"),
    ]
    # Keys are the same in every language, so translators never see them.
    override_translatable_fields = [
        SynchronizedField("code", overridable=False),
        SynchronizedField("objective", overridable=False),
    ]

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["code", "locale"], name="question_code_per_language")]

    def __str__(self) -> str:
        return f"{self.code} ({self.locale.language_code})"


class Quiz(ClusterableModel):
    """Which questions, in which order, and what is needed to pass. The same in every language."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark in percent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    panels = [
        FieldPanel("code"),
        FieldPanel("pass_percent"),
        InlinePanel("items", heading=_("Questions"), min_num=1),
    ]

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def __str__(self) -> str:
        return self.code


class QuizItem(models.Model):
    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="items")
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="+", help_text=_("The question in the source language.")
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)

    panels = [FieldPanel("question")]

    class Meta:
        ordering = ["sort_order"]
        verbose_name = _("question of a quiz")
        verbose_name_plural = _("questions of a quiz")
        constraints = [models.UniqueConstraint(fields=["quiz", "question"], name="question_once_per_quiz")]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.question_id}"


class QuizEdition(models.Model):
    """Frozen and language-neutral: which questions and options, and which are right. Never updated.

    `keys` = {"pass_percent": int, "questions": [{"key": str, "kind": str, "objective": str,
    "options": [{"key": str, "right": bool}]}]}
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quiz = models.ForeignKey(Quiz, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("number"))
    keys = models.JSONField(_("keys"))
    sha256 = models.CharField(_("digest"), max_length=64)
    frozen_at = models.DateTimeField(_("frozen"))

    class Meta:
        verbose_name = _("quiz edition")
        verbose_name_plural = _("quiz editions")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "number"], name="quiz_edition_number"),
            models.UniqueConstraint(fields=["quiz", "sha256"], name="quiz_edition_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} {self.number}"


class QuizText(models.Model):
    """The words of an edition in one language.

    `body` = {question key: {"text", "options": {option key: {"text", "feedback"}}}}.
    """

    edition = models.ForeignKey(QuizEdition, models.PROTECT, related_name="texts")
    locale = models.CharField(_("language"), max_length=12)
    body = models.JSONField(_("body"))
    sha256 = models.CharField(_("digest"), max_length=64)
    frozen_at = models.DateTimeField(_("frozen"))

    class Meta:
        verbose_name = _("quiz text")
        verbose_name_plural = _("quiz texts")
        constraints = [models.UniqueConstraint(fields=["edition", "locale", "sha256"], name="quiz_text_once")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.locale}"


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def of(self, person: Person) -> AttemptQuerySet:
        return self.filter(person=person)

    def open(self) -> AttemptQuerySet:
        return self.filter(submitted_at__isnull=True)


class Attempt(models.Model):
    """One sitting. `subject` says what it belongs to (an enrolment's id), which this app need not know."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="attempts")
    subject = models.CharField(_("belongs to"), max_length=60)
    edition = models.ForeignKey(QuizEdition, models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    passed = models.BooleanField(_("passed"), null=True)
    right = models.PositiveSmallIntegerField(_("right answers"), null=True)

    objects = AttemptQuerySet.as_manager()

    personal_data = {
        **declare("person subject edition number started_at submitted_at", "To know which test was taken", LEARNER),
        **declare("passed right", "Whether the module's test is passed; never shown to managers or auditors", LEARNER),
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
    """What was answered, saved as it is given; `mark` stays empty until the attempt is submitted."""

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="responses")
    question = models.CharField(_("question"), max_length=80)
    chosen = models.JSONField(_("chosen options"), default=list)
    saved_at = models.DateTimeField(_("saved"))
    right = models.BooleanField(_("right"), null=True)

    personal_data = declare(
        "attempt question chosen saved_at right", "To go on where one stopped, and to explain every answer", LEARNER
    )

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        constraints = [models.UniqueConstraint(fields=["attempt", "question"], name="one_response_per_question")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.question}"
