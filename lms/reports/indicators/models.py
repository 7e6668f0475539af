"""What was shown of groups, week by week, so that no two reports may differ by a few people; and what is aimed at."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare


class Snapshot(models.Model):
    """One distribution as it was published. `shown` = {group: people, or null where hidden}; total and rest likewise.

    `near` = "below" or "above" where nearly none or nearly all of a shown total reached it (`suppression.share`): so
    much may be said even where the groups are hidden.
    `cohorts` = {year of beginning: [people, those of them who reached it], or null where hidden}; empty where it would
    have told of a few. `members` and `cohort_members` = {shown group: [pseudonym]}: who was counted, as keyed digests,
    to check the next report against it.
    """

    module = models.SlugField(_("module"), max_length=20)
    measure = models.CharField(_("measure"), max_length=20)
    taken_on = models.DateField(_("taken"))
    shown = models.JSONField(_("shown"))
    total = models.PositiveIntegerField(_("total"), null=True)
    rest = models.PositiveIntegerField(_("rest"), null=True)
    near = models.CharField(_("near none or all"), max_length=5, blank=True)
    cohorts = models.JSONField(_("by year of beginning"), default=dict)
    members = models.JSONField(_("members"))
    cohort_members = models.JSONField(_("members by year"), default=dict)

    personal_data = declare(
        "members cohort_members",
        "That two reports about groups never differ by so few people that one could tell who they are",
        "Nobody: the platform itself",
        retention="Two years",
        erasure="Keyed digests that name nobody; they are emptied after two years",
    )

    class Meta:
        verbose_name = _("published distribution")
        verbose_name_plural = _("published distributions")
        constraints = [
            models.UniqueConstraint(fields=["module", "measure", "taken_on"], name="distribution_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.module} {self.measure} {self.taken_on}"


class Target(models.Model):
    """What governance wants to reach by a day: so many per cent of a group in the bands that count as reached.

    `attribute` and `group` are empty for everybody; a group is one that people count themselves in, in the survey.
    `module` is empty for all modules.
    """

    indicator = models.CharField(_("indicator"), max_length=20)
    module = models.SlugField(_("module"), max_length=20, blank=True)
    attribute = models.CharField(_("attribute"), max_length=20, blank=True)
    group = models.CharField(_("group"), max_length=20, blank=True)
    percent = models.PositiveSmallIntegerField(_("per cent"))
    due_on = models.DateField(_("to be reached by"))
    owner = models.CharField(_("owner"), max_length=80)
    set_on = models.DateField(_("set"))
    ended_on = models.DateField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "module", "attribute", "group"],
                condition=Q(ended_on__isnull=True),
                name="one_target_in_force",
            ),
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="target_is_1_to_100"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.attribute} {self.group}"
