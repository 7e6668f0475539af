"""What `load_curriculum` wrote, so that it can tell an editor's change from its own."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedSection(models.Model):
    """The digest of a part of a module as loaded from its file: a section, or "front" for all before them."""

    module = models.UUIDField(_("module"), default=uuid.uuid4)
    locale = models.CharField(_("language"), max_length=12)
    part = models.CharField(_("part"), max_length=80)
    sha256 = models.CharField(_("digest as stored in the page"), max_length=64)
    file_sha256 = models.CharField(_("digest of the file's part"), max_length=64)

    class Meta:
        verbose_name = _("loaded section")
        verbose_name_plural = _("loaded sections")
        constraints = [models.UniqueConstraint(fields=["module", "locale", "part"], name="loaded_section_once")]

    def __str__(self) -> str:
        return f"{self.module} {self.locale} {self.part}"
