"""Questions as editors write them, and editions as learners meet them."""

from __future__ import annotations

import re
import uuid
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, InlinePanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail_localize.fields import BaseTranslatableField, SynchronizedField

from lms.people.declarations import PersonalData, declare
from lms.people.models import Person
from lms.refusals import Refused
from lms.signatures import trail
from lms.signatures.authored import Authored, AuthoredInLanguage
from quizzes.appeal_models import Appeal, KeyCorrection, Rescore
from quizzes.attempt_models import Accommodation, Attempt, Response
from quizzes.blocks import ANSWERS
from quizzes.hooks import question_preview, withdrawal_refusal
from quizzes.lab_models import LabBlock, LabSitting, Trial

__all__ = [
    "Accommodation",
    "Appeal",
    "Attempt",
    "KeyCorrection",
    "LabBlock",
    "LabSitting",
    "Question",
    "Quiz",
    "QuizEdition",
    "QuizItem",
    "QuizPool",
    "QuizText",
    "Rescore",
    "Response",
    "Story",
    "Trial",
]


BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')
LOCK: PersonalData = declare(
    "locked_by locked_at",
    "That two editors do not change the same words at once",
    "Editors and reviewers",
    retention="Until it is unlocked",
    erasure="The link to the login is emptied when the login is deleted",
)
IN_BANK: PersonalData = {
    "reviewed_by": {
        "purpose": "That a person other than the author stands for the words in this language",
        "seen_by": "Editors and reviewers",
        "retention": "As long as the question is in the bank",
        "erasure": "The link to the person is removed",
    },
    "reviewed_at": {
        "purpose": "To know which version was reviewed",
        "seen_by": "Editors and reviewers",
        "retention": "As long as the question is in the bank",
        "erasure": "Kept: without the link it names nobody",
    },
    **LOCK,
}


# A review is of the words in one language: wagtail-localize neither copies it to translations nor asks for it.
OF_ONE_LANGUAGE = [BaseTranslatableField("reviewed_by"), BaseTranslatableField("reviewed_at")]


class Reviewed(
    AuthoredInLanguage, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, TranslatableMixin, models.Model
):
    """A part of the question bank: translatable, versioned (only what is published is ever frozen), reviewed."""

    exclude_fields_in_copy: ClassVar[list[str]] = ["reviewed_by", "reviewed_at"]

    code = models.SlugField(_("code"), max_length=80)
    reviewed_by = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)

    class Meta(TranslatableMixin.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} ({self.locale.language_code})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Whoever changes what was reviewed has it reviewed again; what is asked does not go offline (Refused)."""
        refuse_going_offline(self)
        fields = kwargs.get("update_fields")
        if self.reviewed_at and self.pk and fields is None:
            before = type(self)._base_manager.filter(pk=self.pk).first()
            if before and before.words_digest() != self.words_digest():
                self.reviewed_by = self.reviewed_at = None
        super().save(*args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Reviewed:
        """A revision as an object. Its review is that of what is published now, whatever it was when it was saved."""
        found: Reviewed = super().with_content_json(content)
        found.reviewed_by, found.reviewed_at = self.reviewed_by, self.reviewed_at
        return found

    def content(self) -> list[Any]:
        """What a reviewer stands for, comparable."""
        raise NotImplementedError

    def words_digest(self) -> str:
        return trail.words_digest(self.content())


def refuse_going_offline(found: Any) -> None:
    """Every route of unpublishing ends in a save. Raises Refused."""
    if found.pk and not found.live and type(found)._base_manager.filter(pk=found.pk, live=True).exists():
        refusal = withdrawal_refusal(found)
        if refusal:
            raise Refused(refusal)


class Story(Reviewed):
    """A case that several questions are about, in one language."""

    title = models.CharField(_("title"), max_length=200)
    text = RichTextField(_("what happened"), features=["bold", "italic", "ol", "ul"])

    panels = [FieldPanel("code"), FieldPanel("title"), FieldPanel("text")]
    override_translatable_fields = [SynchronizedField("code", overridable=False), *OF_ONE_LANGUAGE]
    personal_data = IN_BANK

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("case with several questions")
        verbose_name_plural = _("cases with several questions")
        constraints = [models.UniqueConstraint(fields=["code", "locale"], name="story_code_per_language")]

    def content(self) -> list[Any]:
        # The editor marks every paragraph with a key of its own the first time it is saved there.
        return [self.title, BLOCK_KEY.sub("", self.text)]


class Question(PreviewableMixin, Reviewed):
    """One question in one language; its translations share the translation key."""

    class Kind(models.TextChoices):
        SINGLE = "single", _("Single choice")
        MULTIPLE = "multiple", _("Multiple choice")
        TRUE_FALSE = "truefalse", _("True or false")
        ORDERING = "ordering", _("Put in order")
        MATCHING = "matching", _("Match pairs")
        SORTING = "sorting", _("Sort into groups")
        NUMERIC = "numeric", _("A number, with a tolerance")
        FAULTS = "faults", _("Find the faults in a text")
        LIKERT = "likert", _("Scale (not graded)")
        DILEMMA = "dilemma", _("Dilemma, compared with a panel (not graded)")

    ASKED, ANSWERED = "", "answered"
    """How a draft can be previewed; the first is what the editing area asks for by itself."""

    class Scoring(models.TextChoices):
        WHOLE = "whole", _("All or nothing")
        PART = "part", _("Partial credit")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SINGLE)
    scoring = models.CharField(_("scoring"), max_length=5, choices=Scoring.choices, default=Scoring.WHOLE)
    objective = models.SlugField(_("objective"), max_length=60, blank=True)
    requirement = models.SlugField(
        _("requirement"), max_length=60, blank=True, help_text=_("What it answers to, such as eu-ai-act-14.")
    )
    story = models.ForeignKey(
        Story, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case it belongs to")
    )
    text = models.TextField(_("question"))
    options = StreamField(ANSWERS, verbose_name=_("options"), min_num=1)

    panels = [
        FieldPanel("code"),
        FieldPanel("kind"),
        FieldPanel("scoring"),
        FieldPanel("objective"),
        FieldPanel("requirement"),
        FieldPanel("story"),
        FieldPanel("text"),
        FieldPanel("options"),
    ]
    # Keys are the same in every language, so translators never see them.
    override_translatable_fields = [
        SynchronizedField("code", overridable=False),
        SynchronizedField("objective", overridable=False),
        SynchronizedField("requirement", overridable=False),
        SynchronizedField("story", overridable=False),
        *OF_ONE_LANGUAGE,
    ]
    personal_data = IN_BANK

    class Meta(TranslatableMixin.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [models.UniqueConstraint(fields=["code", "locale"], name="question_code_per_language")]

    def content(self) -> list[Any]:
        answers = [(child.block_type, child.block.get_prep_value(child.value)) for child in self.options]
        terms = [self.kind, self.scoring, self.objective, self.requirement, self.story_id]
        return [*terms, self.text, answers]

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        return [(self.ASKED, _("As it is asked")), (self.ANSWERED, _("With the right answer"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return question_preview(request, self, mode_name)


class Quiz(Authored, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, ClusterableModel):
    """Which questions, in which order, and what is needed to pass. The same in every language.

    The row and its items are what is published, and only that is frozen; a draft is a revision.
    """

    code = models.SlugField(_("code"), max_length=60, unique=True)
    pass_percent = models.PositiveSmallIntegerField(
        _("pass mark in percent"), default=80, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )

    pretest = models.BooleanField(
        _("voluntary pre-test"), default=False, help_text=_("On the parallel form; it never blocks and never counts.")
    )
    pause_after = models.PositiveSmallIntegerField(
        _("pause after so many failures"), default=2, help_text=_("0 = no pause.")
    )
    pause_hours = models.PositiveSmallIntegerField(
        _("hours of the pause"), default=24, help_text=_("It never lasts into the day on which the training is due.")
    )
    minutes = models.PositiveSmallIntegerField(
        _("time limit in minutes"), null=True, blank=True, help_text=_("Empty = none. Learners may choose more time.")
    )

    panels = [
        FieldPanel("code"),
        FieldPanel("pass_percent"),
        FieldPanel("pretest"),
        FieldPanel("pause_after"),
        FieldPanel("pause_hours"),
        FieldPanel("minutes"),
        InlinePanel("pools", heading=_("Pools"), help_text=_("Only for pools from which more than one is drawn.")),
        InlinePanel("items", heading=_("Questions"), min_num=1),
    ]

    objects: ClassVar[models.Manager[Quiz]] = models.Manager()
    personal_data = LOCK

    class Meta:
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")

    def __str__(self) -> str:
        return self.code

    def save(self, *args: Any, **kwargs: Any) -> None:
        refuse_going_offline(self)
        super().save(*args, **kwargs)

    def subject(self) -> str:
        return f"quiz:{self.pk}"

    def words_digest(self) -> str:
        return trail.words_digest(self.content())

    def content(self) -> list[Any]:
        """What a reviewer stands for, comparable: how one passes, and which questions are asked on which terms."""
        pools = sorted([pool.key, pool.take] for pool in self.pools.all())
        terms = [self.pass_percent, self.pretest, self.pause_after, self.pause_hours, self.minutes]
        return [*terms, pools, [[item.question_id, item.pool, item.compulsory] for item in self.ordered_items()]]

    def ordered_items(self) -> list[QuizItem]:
        """Of a draft too."""
        return sorted(self.items.all(), key=lambda item: (item.sort_order or 0, item.pk or 0))


class QuizPool(models.Model):
    """How many questions of a pool are drawn. A pool that is not listed gives one."""

    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="pools")
    key = models.SlugField(_("pool"), max_length=60)
    take = models.PositiveSmallIntegerField(_("how many are drawn"), default=1, validators=[MinValueValidator(1)])

    panels = [FieldPanel("key"), FieldPanel("take")]

    class Meta:
        verbose_name = _("pool of a quiz")
        verbose_name_plural = _("pools of a quiz")
        constraints = [models.UniqueConstraint(fields=["quiz", "key"], name="pool_once_per_quiz")]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.key}"


class QuizItem(models.Model):
    quiz = ParentalKey(Quiz, on_delete=models.CASCADE, related_name="items")
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="+", help_text=_("The question in the source language.")
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    pool = models.SlugField(
        _("pool"),
        max_length=60,
        blank=True,
        help_text=_("Questions of one pool stand for each other: each try draws from it. Empty = always asked."),
    )
    compulsory = models.BooleanField(
        _("key item"), default=False, help_text=_("Whoever passes has answered it wholly right.")
    )

    panels = [FieldPanel("question"), FieldPanel("pool"), FieldPanel("compulsory")]

    class Meta:
        ordering = ["sort_order"]
        verbose_name = _("question of a quiz")
        verbose_name_plural = _("questions of a quiz")
        constraints = [models.UniqueConstraint(fields=["quiz", "question"], name="question_once_per_quiz")]

    def __str__(self) -> str:
        return f"{self.quiz_id}/{self.question_id}"


class QuizEdition(models.Model):
    """Frozen and language-neutral: which questions and options, and which are right. Never updated.

    `keys` = {"pass_percent": int, "questions": [question]} and, where they are not the default: "pretest": True,
    "pause": {"after": int, "hours": int}, "minutes": int, "pools": {pool: take}.
    question = {"key", "kind", "objective", "options"} and, where they are not empty or the default: "pool",
    "compulsory": True, "requirement", "story", "scoring": "part". `options` by kind:
    single, multiple, truefalse [{"key", "right"}] · ordering [{"key"}] in the right order · matching [{"key"}] ·
    sorting [{"key", "category"}] with "categories": [key] · numeric [] with "answer": {"value", "tolerance"} (decimal
    strings) · faults [{"key", "fault"}] in the text's order · likert [{"key"}] · dilemma [{"key", "panel": int}].
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

    `body` = {question key: {"text", "options": {option key: {"text", "feedback"}}}}. A matching option has "match"
    as well; sorting has "categories": {key: text}, numeric "unit" and "feedback" beside "text". A question about a
    case has "story": {"title", "html"}.
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
