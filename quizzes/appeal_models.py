"""An appeal against how a question was marked, and the correction of a key that was wrong."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person

READERS = "The person, and whoever answers appeals"


class Appeal(models.Model):
    """A learner doubts a question of a handed-in attempt. Another than its author answers within ten working days."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="appeals")
    attempt = models.ForeignKey("quizzes.Attempt", models.CASCADE, related_name="appeals")
    question = models.CharField(_("question"), max_length=80)
    remark = models.TextField(_("remark"), blank=True)
    made_at = models.DateTimeField(_("made"))
    answer_by = models.DateField(_("to be answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    upheld = models.BooleanField(_("upheld"), null=True)
    answer = models.TextField(_("answer"), blank=True)

    personal_data = declare(
        "person attempt question remark made_at answer_by answered_at answered_by upheld answer",
        "To answer a learner who doubts a question, and to let the deadline wait meanwhile",
        READERS,
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        constraints = [
            models.UniqueConstraint(fields=["attempt", "question"], name="one_appeal_per_question"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, upheld__isnull=True)
                | Q(answered_at__isnull=False, upheld__isnull=False),
                name="appeal_answered_or_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.made_at:%Y-%m-%d}"


class KeyCorrection(models.Model):
    """The key of a frozen question was wrong: what it should have been. The edition itself stays as it was.

    `question` names it; `corrected` = the question as QuizEdition.keys would have it, `before_sha256` the digest of
    what it replaces. The newest correction counts. `marked_anew`: how many attempts were, of which some changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey("quizzes.QuizEdition", models.PROTECT, related_name="corrections")
    question = models.CharField(_("question"), max_length=80)
    corrected = models.JSONField(_("corrected"))
    before_sha256 = models.CharField(_("digest of the question before"), max_length=64)
    marked_anew = models.PositiveIntegerField(_("attempts marked anew"), default=0)
    to_passed = models.PositiveIntegerField(_("attempts that passed after all"), default=0)
    to_failed = models.PositiveIntegerField(_("attempts that did not pass any more"), default=0)
    reason = models.TextField(_("reason"))
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    entry = models.UUIDField(_("ledger entry"), unique=True)

    personal_data = {
        "by": {
            "purpose": "That a correction has somebody who stands for it",
            "seen_by": "Editors and auditors",
            "retention": "As long as the correction is evidence",
            "erasure": "The correction moves to a nameless person",
        }
    }

    class Meta:
        verbose_name = _("correction of a key")
        verbose_name_plural = _("corrections of keys")
        indexes = [models.Index(fields=["edition", "question", "at"], name="correction_newest")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.question}"


class Rescore(models.Model):
    """A handed-in attempt whose outcome a corrected key changed: `passed` is what it became then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    correction = models.ForeignKey(KeyCorrection, models.PROTECT, related_name="rescores")
    attempt = models.ForeignKey("quizzes.Attempt", models.CASCADE, related_name="rescores")
    passed = models.BooleanField(_("passed"))
    at = models.DateTimeField(_("at"))
    entry = models.UUIDField(_("ledger entry"), unique=True)

    personal_data = declare(
        "correction attempt passed at entry",
        "To prove how a corrected key changed a result",
        "The person, whoever answers appeals, auditors",
        erasure="Deleted with the attempt; the ledger entry stays and names nobody",
    )

    class Meta:
        verbose_name = _("changed result")
        verbose_name_plural = _("changed results")
        constraints = [models.UniqueConstraint(fields=["correction", "attempt"], name="rescored_once_per_correction")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.passed}"
