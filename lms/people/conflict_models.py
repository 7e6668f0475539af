"""Imports as the platform remembers them, what feeds claim of somebody that cannot all be true, and facts named one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare


class ImportRun(models.Model):
    """One file of one feed that was to be written. What it changed names it as its cause."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        WRITTEN = "written", _("Written")
        STOPPED = "stopped", _("Stopped")

    id = models.BigAutoField(primary_key=True)
    feed = models.SlugField(_("feed"), max_length=40)
    file_sha256 = models.CharField(_("the file's SHA-256"), max_length=64)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    rows = models.PositiveIntegerField(_("people in the file"), default=0)
    left_out = models.PositiveIntegerField(_("people left as believed"), default=0)
    written_to = models.PositiveIntegerField(_("last line written"), default=0)
    changes = models.JSONField(_("changes, by kind"), default=dict)

    class Meta:
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        indexes = [models.Index(fields=["feed", "-id"], name="import_of_feed")]

    def __str__(self) -> str:
        return self.cause

    @property
    def cause(self) -> str:
        return f"feed:{self.feed}:{self.pk}"


class FactConflict(models.Model):
    """What feeds say of somebody and what cannot be told from it: nothing is done until HR has settled it.

    `claims`: a list of {"feed", "entity", "hired_on", "left_on"}, days as ISO dates or null; the feed is empty where
    the claim is what the platform believes. Where the conflict is about something else than the employment, a list of
    {"feed", column: word}. `outcome`: such a claim, as it was settled; empty where what was believed stayed.
    """

    class What(models.TextChoices):
        FEEDS = "feeds", _("Feeds disagree")
        START = "start", _("The first day was moved")
        DETAILS = "details", _("Name, language or address")
        POST = "post", _("Kind of contract or time zone")
        UNIT = "unit", _("Unit")
        MANAGER = "manager", _("Managers")
        ROLES = "roles", _("Training roles")
        LEAVE = "leave", _("Leave")

    class How(models.TextChoices):
        CLAIM = "claim", _("one of the claims holds")
        OTHER = "other", _("something else holds")
        AGREED = "agreed", _("the feeds agree by themselves")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="fact_conflicts")
    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    claims = models.JSONField(_("claims"))
    cause = models.CharField(_("cause"), max_length=80, blank=True)
    since = models.DateTimeField(_("since"))
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey("people.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    settled_how = models.CharField(_("how"), max_length=8, choices=How.choices, blank=True)
    outcome = models.JSONField(_("outcome"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    personal_data = declare(
        "person what claims cause since settled_at settled_by settled_how outcome reason",
        "That nothing about a person ends, begins anew or changes every night because two sources of data disagree",
        "HR administrators, administrators",
        retention="Two years after it was settled",
        erasure="Deleted with the person; with the one who settled it, their name is removed",
    )

    class Meta:
        verbose_name = _("conflict about a person")
        verbose_name_plural = _("conflicts about people")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "what"],
                condition=Q(settled_at__isnull=True),
                name="one_open_conflict_of_a_kind",
                violation_error_message=_("This conflict is open already."),
            )
        ]
        indexes = [models.Index(fields=["since"], condition=Q(settled_at__isnull=True), name="conflict_open_since")]

    def __str__(self) -> str:
        return f"{self.what} {self.since:%Y-%m-%d}"


class FactJoin(models.Model):
    """Two facts that HR named the same, so that they can part again. `rows`: the primary keys that told of `joined`."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="fact_joins")
    family = models.CharField(_("kind of fact"), max_length=20)
    kept = models.UUIDField(_("the fact that stays"))
    joined = models.UUIDField(_("the fact that became it"))
    rows = models.JSONField(_("rows that told of it"))
    joined_at = models.DateTimeField(_("joined"))
    parted_at = models.DateTimeField(_("parted"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200)

    personal_data = declare(
        "person family kept joined rows joined_at parted_at reason",
        "That two rows about the same thing count once, and that this can be undone",
        "HR administrators",
    )

    class Meta:
        verbose_name = _("facts named the same")
        verbose_name_plural = _("facts named the same")

    def __str__(self) -> str:
        return f"{self.family} {self.joined_at:%Y-%m-%d}"
