"""What is assigned and certified (paths), and who must follow it (rules). Published versions never change."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from content.editions import Module


class LearningPath(models.Model):
    key = models.SlugField(_("key"), max_length=40, unique=True)

    class Meta:
        verbose_name = _("learning path")
        verbose_name_plural = _("learning paths")

    def __str__(self) -> str:
        return self.key


class PathVersion(models.Model):
    """Frozen: what assignments pin and certificates name. `titles` and `summaries` = {language: text}."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    path = models.ForeignKey(LearningPath, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    titles = models.JSONField(_("titles"))
    summaries = models.JSONField(_("summaries"))
    sha256 = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published"))

    class Meta:
        verbose_name = _("path version")
        verbose_name_plural = _("path versions")
        constraints = [models.UniqueConstraint(fields=["path", "number"], name="path_version_number")]

    def __str__(self) -> str:
        return f"{self.path_id} {self.number}"


class PathItem(models.Model):
    """What an author put into the path: exactly one module or one other path."""

    version = models.ForeignKey(PathVersion, models.CASCADE, related_name="items")
    order = models.PositiveSmallIntegerField(_("order"))
    module = models.ForeignKey(Module, models.PROTECT, null=True, blank=True, related_name="+")
    path = models.ForeignKey(LearningPath, models.PROTECT, null=True, blank=True, related_name="+")
    compulsory = models.BooleanField(_("compulsory"), default=True)
    validity_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("path item")
        verbose_name_plural = _("path items")
        constraints = [
            models.CheckConstraint(
                name="path_item_is_one_thing",
                condition=Q(module__isnull=False, path__isnull=True) | Q(module__isnull=True, path__isnull=False),
                violation_error_message=_("A path item is one module or one path."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.order}"


class PathLeaf(models.Model):
    """A module the version asks for, nested paths flattened; each keeps its own validity."""

    version = models.ForeignKey(PathVersion, models.CASCADE, related_name="leaves")
    order = models.PositiveSmallIntegerField(_("order"))
    module = models.ForeignKey(Module, models.PROTECT, related_name="leaves")
    compulsory = models.BooleanField(_("compulsory"), default=True)
    validity_months = models.PositiveSmallIntegerField(_("valid for months"), null=True, blank=True)

    class Meta:
        ordering = ["order"]
        verbose_name = _("path leaf")
        verbose_name_plural = _("path leaves")
        constraints = [models.UniqueConstraint(fields=["version", "module"], name="module_once_per_path")]

    def __str__(self) -> str:
        return f"{self.version_id} {self.module_id}"


class AssignmentRule(models.Model):
    """One published version of a rule: who must follow which path, by when, and on what basis.

    `population` = {"kind": "employment"} (every employment period of an employee), {"kind": "role", "role": key}, or
    terms joined, as courses.assignments.derivation.population reads them.
    `due_days` empty = before access: no due date. `reasons`, `basis_texts` = {language: text}. `replaces` 0 = none. A
    version that another replaces is withdrawn on that instant, without a reason of its own.
    """

    class Basis(models.TextChoices):
        LAW = "law", _("law in force")
        POLICY = "policy", _("company policy")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.SlugField(_("key"), max_length=40)
    number = models.PositiveIntegerField(_("number"))
    path = models.ForeignKey(LearningPath, models.PROTECT, related_name="rules")
    population = models.JSONField(_("who"))
    due_days = models.PositiveSmallIntegerField(_("due after days"), null=True, blank=True)
    basis = models.CharField(_("basis"), max_length=8, choices=Basis.choices)
    basis_texts = models.JSONField(_("basis in words"))
    reasons = models.JSONField(_("reason in words"))
    owner = models.CharField(_("owner (a role)"), max_length=120)
    active_from = models.DateField(_("active from"))
    sha256 = models.CharField(_("digest"), max_length=64)
    published_at = models.DateTimeField(_("published"))
    replaces = models.PositiveIntegerField(_("number of the version it replaces"), default=0)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("why it was withdrawn"), blank=True)

    class Meta:
        verbose_name = _("assignment rule")
        verbose_name_plural = _("assignment rules")
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="rule_version_number"),
            models.UniqueConstraint(fields=["key"], condition=Q(withdrawn_at__isnull=True), name="one_live_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.number}"
