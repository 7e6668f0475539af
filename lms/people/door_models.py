"""What the door of the site keeps: how often somebody tried."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TryCount(models.Model):
    """How often something was tried in one stretch of time. Names nobody: the key is a keyed hash."""

    key = models.CharField(_("key"), max_length=64, primary_key=True)
    number = models.PositiveIntegerField(_("tries"))
    ends_at = models.BigIntegerField(_("ends, in seconds since 1970"), db_index=True)

    class Meta:
        verbose_name = _("count of tries")
        verbose_name_plural = _("counts of tries")

    def __str__(self) -> str:
        return f"{self.number}"
