"""What another version of the rules or of the time zone data makes of the past, until somebody writes it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person


class EngineDifference(models.Model):
    """One row of assignments of which the running version says something else than what is stored (S10).

    `derived` = the row by the version `engine`, as engine_versions.as_json writes it; `was` = the version of what is
    stored. There may be no such assignment: then the version makes one.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    path_key = models.SlugField(_("path"), max_length=40)
    about = models.CharField(_("about"), max_length=120, blank=True, default="")
    cycle_key = models.CharField(_("cycle"), max_length=120)
    was = models.CharField(_("version of what is stored"), max_length=40, blank=True)
    engine = models.CharField(_("version of the rules and of the time zones"), max_length=40)
    derived = models.JSONField(_("what that version makes of it"))
    since = models.DateTimeField(_("listed since"))

    personal_data = declare(
        "person path_key about cycle_key was engine derived since",
        "That an update changes nothing of somebody's past unless an administrator answers for it",
        "Administrators",
    )

    class Meta:
        verbose_name = _("difference by version")
        verbose_name_plural = _("differences by version")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "path_key", "about", "cycle_key"], name="one_difference_per_assignment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.path_key} {self.cycle_key}"
