"""Frozen modules: what was taught, immutable and digested. Learners read these, never the live page."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from lms.people.models import Person
from quizzes.models import QuizEdition, QuizText


class ChangeClass(models.TextChoices):
    EDITORIAL = "editorial", _("Editorial: nothing anybody learnt becomes wrong")
    SUBSTANTIVE = "substantive", _("Substantive: there is something new to learn")
    OBLIGATION = "obligation", _("Obligation: what people must do changes")


class Provenance(models.TextChoices):
    HUMAN = "human", _("Written by people")
    AI_WRITTEN = "ai-written", _("Drafted with AI")
    AI_TRANSLATED = "ai-translated", _("Translated with AI")


class Module(models.Model):
    """What a module *is*, whatever its language or edition: the translation key of its pages."""

    id = models.UUIDField(primary_key=True, editable=False)
    code = models.SlugField(_("code"), max_length=20, unique=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("module identity")
        verbose_name_plural = _("module identities")

    def __str__(self) -> str:
        return self.code

    @property
    def key(self) -> str:
        return f"module:{self.id}"


class ModuleEdition(models.Model):
    """Language-neutral: sections, questions, options and their right answers. What an enrolment pins.

    `structure` = {"minutes": int, "objectives": [key], "sections": [{"key", "minutes", "quiz": bool,
    "blocks": [[type, key, [item key or [option key, right]]]]}], "facts": [fact key],  (practice: as a question's keys)
    "quiz": quiz edition sha256 or ""}. Runs of text have no key and are not part of it. A section with a part of the
    lab has "lab": "prediction" | "block-a" | "debrief" | "block-b", and the structure "lab": {"family": str,
    "mode": str, "rationale": bool, "confidence": str}.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    module = models.ForeignKey(Module, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField(_("number"))
    change_class = models.CharField(_("change class"), max_length=12, choices=ChangeClass.choices)
    structure = models.JSONField(_("structure"))
    sha256 = models.CharField(_("digest of the structure"), max_length=64)
    quiz_edition = models.ForeignKey(QuizEdition, models.PROTECT, null=True, related_name="module_editions")
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("module edition")
        verbose_name_plural = _("module editions")
        constraints = [models.UniqueConstraint(fields=["module", "number"], name="module_edition_number")]

    def __str__(self) -> str:
        return f"{self.module_id} {self.number}"


class ModuleText(models.Model):
    """What was shown in one language. A corrected typo is a new text (revision) of the same edition.

    `body` = the closure: {"title", "summary", "audience", "objectives": [{key, text, sections?: [key]}], "sections":
    [{"key", "title", "blocks": [{"type", "value"}]}], "sources": [...], "media": {sha256: mime}}.
    Rich text is {"html": …}; every other string is plain.

    `seconds` = {"module": int, "sections": {key: int}}, computed when the text was frozen and no part of its digest;
    empty in texts that are older: they take as long as their edition's structure says.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    edition = models.ForeignKey(ModuleEdition, models.PROTECT, related_name="texts")
    locale = models.CharField(_("language"), max_length=12)
    revision = models.PositiveIntegerField(_("revision"))
    body = models.JSONField(_("body"))
    quiz_text = models.ForeignKey(QuizText, models.PROTECT, null=True, related_name="module_texts")
    sha256 = models.CharField(_("digest"), max_length=64)
    provenance = models.CharField(_("provenance"), max_length=16, choices=Provenance.choices)
    source_sha256 = models.CharField(_("digest of the source text it translates"), max_length=64, blank=True)
    published_at = models.DateTimeField(_("published"))
    parts = models.JSONField(
        _("what a signature covers"),
        default=dict,
        help_text=_("The page, its quiz, questions and cases, each with the digest of its words."),
    )
    authors = models.ManyToManyField(
        Person, related_name="+", verbose_name=_("who wrote it"), help_text=_("They cannot sign it off.")
    )

    seconds = models.JSONField(
        _("how long it takes"),
        default=dict,
        blank=True,
        help_text=_("Computed from the words: of the whole module, and of each section."),
    )

    corrected_until: datetime | None = None
    """Where the text is shown as an emergency correction that nobody has signed: until when (courses/learning)."""

    personal_data: ClassVar[dict[str, dict[str, str]]] = {
        "authors": {
            "purpose": "That nobody signs off a text of their own",
            "seen_by": "Reviewers",
            "retention": "As long as the text is evidence of what was taught",
            "erasure": "The link to the person is removed",
        }
    }

    class Meta:
        verbose_name = _("module text")
        verbose_name_plural = _("module texts")
        constraints = [models.UniqueConstraint(fields=["edition", "locale", "revision"], name="module_text_revision")]
        indexes = [models.Index(fields=["sha256"], name="module_text_digest")]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.locale} {self.revision}"


class FrozenMedia(models.Model):
    """A file as it was shown, addressed by its content."""

    sha256 = models.CharField(_("digest"), max_length=64, primary_key=True)
    file = models.FileField(_("file"), upload_to="frozen/")
    mime = models.CharField(_("type"), max_length=80)

    class Meta:
        verbose_name = _("frozen file")
        verbose_name_plural = _("frozen files")

    def __str__(self) -> str:
        return self.sha256


class SignOff(models.Model):
    """A reviewer, another person than the author, has read this text in this language and stands for it."""

    text = models.OneToOneField(ModuleText, models.PROTECT, related_name="sign_off")
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    first_language = models.BooleanField(
        _("in the reviewer's first language"), default=False, help_text=_("As the reviewer said when signing.")
    )

    personal_data: ClassVar[dict[str, dict[str, str]]] = {
        "first_language": {
            "purpose": "To say whether somebody has read the text whose first language it is",
            "seen_by": "Everybody, without a name",
            "retention": "As long as the text is evidence of what was taught",
            "erasure": "The sign-off moves to a nameless person",
        },
        "reviewer": {
            "purpose": "That a person other than the author stands for the text",
            "seen_by": "Editors, reviewers and auditors",
            "retention": "As long as the text is evidence of what was taught",
            "erasure": "The sign-off moves to a nameless person",
        },
    }

    class Meta:
        verbose_name = _("sign-off")
        verbose_name_plural = _("sign-offs")

    def __str__(self) -> str:
        return f"{self.text_id}"


class EmergencyCorrection(models.Model):
    """One person shows learners a text before anybody else has signed it: flagged, with a reason, until `until`."""

    text = models.OneToOneField(ModuleText, models.PROTECT, related_name="emergency")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    at = models.DateTimeField(_("at"))
    until = models.DateTimeField(_("until"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, help_text=_("Signed, replaced or over."))

    personal_data: ClassVar[dict[str, dict[str, str]]] = {
        "by": {
            "purpose": "To know who answered alone for a text that could not wait",
            "seen_by": "Reviewers and auditors",
            "retention": "As long as the text is evidence of what was taught",
            "erasure": "The correction moves to a nameless person",
        }
    }

    class Meta:
        verbose_name = _("emergency correction")
        verbose_name_plural = _("emergency corrections")

    def __str__(self) -> str:
        return f"{self.text_id}"


class Freezing(models.Model):
    """What became of a page's live revision: the text it was frozen into, or the reason why there is none."""

    page = models.OneToOneField(Page, models.CASCADE, related_name="+")
    revision_id = models.BigIntegerField(_("revision"), default=0)
    text = models.ForeignKey(ModuleText, models.CASCADE, null=True, related_name="+")
    reason = models.TextField(_("why there is no text"), blank=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("freezing of a page")
        verbose_name_plural = _("freezings of pages")

    def __str__(self) -> str:
        return f"{self.page_id} {self.revision_id}"
