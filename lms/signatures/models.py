"""Who changed which words, and who stands for them: kept apart from revisions, which may be purged."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person

SUBJECT = 160


class Authorship(models.Model):
    """From this row on the subject's words are those with the digest; `person` changed them, nobody by name if empty.

    `subject` names a thing in one language by what never changes: its translation key and language, a quiz, a fact.
    `digest` is empty for words that were handed in, but stand in no draft yet: a string of a translation.
    Rows of a subject in the order of their ids are its history; saving unchanged words adds none.
    """

    subject = models.CharField(_("what it is about"), max_length=SUBJECT)
    digest = models.CharField(_("digest of the words"), max_length=64, blank=True)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who changed it")
    )
    revision = models.BigIntegerField(_("revision"), null=True, blank=True)
    at = models.DateTimeField(_("at"))

    personal_data = declare(
        "person at",
        "That nobody signs off words of their own",
        "Reviewers",
        retention="As long as the words are taught or drafted",
        erasure="The link to the person is removed",
    )

    class Meta:
        verbose_name = _("authorship")
        verbose_name_plural = _("authorships")
        indexes = [models.Index(fields=["subject", "id"], name="authorship_of_subject")]

    def __str__(self) -> str:
        return self.subject


class SignedWords(models.Model):
    """Somebody who is not their author stands for exactly these words of a subject. The newest row counts."""

    subject = models.CharField(_("what it is about"), max_length=SUBJECT)
    digest = models.CharField(_("digest of the words"), max_length=64)
    person = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("who signed it")
    )
    at = models.DateTimeField(_("at"))

    personal_data = declare(
        "person at",
        "That a person other than the author stands for the words",
        "Reviewers",
        retention="As long as the words are taught or drafted",
        erasure="The link to the person is removed",
    )

    class Meta:
        verbose_name = _("signed words")
        verbose_name_plural = _("signed words")
        indexes = [models.Index(fields=["subject", "id"], name="signature_of_subject")]

    def __str__(self) -> str:
        return self.subject
