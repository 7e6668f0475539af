"""What was shown of groups, week by week: so that no two reports may differ by a few people."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare


class Snapshot(models.Model):
    """One distribution as it was published. `shown` = {group: people, or null where hidden}; total and rest likewise.

    `members` = {shown group: [pseudonym]}: who was counted, as keyed digests, to check the next report against it.
    """

    module = models.SlugField(_("module"), max_length=20)
    measure = models.CharField(_("measure"), max_length=20)
    taken_on = models.DateField(_("taken"))
    shown = models.JSONField(_("shown"))
    total = models.PositiveIntegerField(_("total"), null=True)
    rest = models.PositiveIntegerField(_("rest"), null=True)
    members = models.JSONField(_("members"))

    personal_data = declare(
        "members",
        "That two reports about groups never differ by so few people that one could tell who they are",
        "Nobody: the platform itself",
        retention="Two years",
        erasure="Keyed digests that name nobody; they go with the report",
    )

    class Meta:
        verbose_name = _("published distribution")
        verbose_name_plural = _("published distributions")
        constraints = [
            models.UniqueConstraint(fields=["module", "measure", "taken_on"], name="distribution_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.measure} {self.taken_on}"
