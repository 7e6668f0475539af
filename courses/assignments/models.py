"""Who must do what by when, why, and what was known of it at any time."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.editions import Module
from courses.assignments import dates
from courses.paths.models import AssignmentRule, LearningPath, PathVersion
from lms.people.declarations import declare
from lms.people.models import OrgUnit, Person, known_at, true_on

READERS = "The person, the managers above them, auditors"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of(self, person: Person) -> AssignmentQuerySet:
        return self.filter(person=person)

    def open(self) -> AssignmentQuerySet:
        return self.filter(state=Assignment.State.OPEN)

    def overdue(self, at: datetime) -> AssignmentQuerySet:
        """Open and past its due day at `at`, each row in its own zone. Asks once which zones there are."""
        zones = self.open().filter(due__isnull=False).order_by().values_list("zone", flat=True).distinct()
        late = Q(pk__in=[])
        for zone in zones:
            late |= Q(zone=zone, due__lt=dates.local_date(at, zone))
        return self.open().filter(late)


class Assignment(models.Model):
    """(person, path, about, cycle_key). State is open | satisfied | ended; overdue and expired are comparisons.

    `due` is a calendar date in `zone`; empty = required before access. `expiring_on` is set on a renewal: the last
    valid day of what it renews. `valid_until` is the last day of what a satisfied row gave. `entry` is the latest
    ledger entry that says what this row says.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SATISFIED = "satisfied", _("Satisfied")
        ENDED = "ended", _("Ended")

    class EndReason(models.TextChoices):
        LEFT = "left", _("Left the company")
        NOT_REQUIRED = "no-longer-required", _("No longer required")
        RULE_WITHDRAWN = "rule-withdrawn", _("Rule withdrawn")
        CORRECTED = "corrected", _("The fact it rested on was corrected")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="assignments")
    version = models.ForeignKey(PathVersion, models.PROTECT, related_name="assignments")
    path_key = models.SlugField(_("path"), max_length=40)
    about = models.CharField(_("about"), max_length=120, blank=True, default="")
    cycle_key = models.CharField(_("cycle"), max_length=100)
    anchor = models.DateField(_("counted from"))
    zone = models.CharField(_("time zone"), max_length=40)
    due = models.DateField(_("due"), null=True, blank=True)
    expiring_on = models.DateField(_("renews what ends on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    state_on = models.DateField(_("state since"))
    valid_until = models.DateField(_("valid until (inclusive)"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=40, choices=EndReason.choices, blank=True)
    entry = models.UUIDField(_("ledger entry"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()
    personal_data = declare(
        "person version path_key about cycle_key anchor zone due expiring_on state state_on valid_until opened_at "
        "closed_at end_reason entry",
        "To say which training is mandatory for somebody, by when, and whether it is done",
        READERS,
        erasure="Deleted with the person; the ledger entries stay and name nobody",
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["person", "path_key", "about", "cycle_key"], name="one_row_per_cycle"),
            models.UniqueConstraint(
                fields=["person", "path_key", "about"], condition=Q(state="open"), name="one_open_assignment"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="assignment_of_person"),
            models.Index(fields=["due"], condition=Q(state="open"), name="assignment_due"),
        ]

    def __str__(self) -> str:
        return f"{self.path_key} {self.cycle_key}"

    @property
    def deadline(self) -> datetime | None:
        """The first instant that is too late (S1); None where there is no due date."""
        return dates.deadline(self.due, self.zone) if self.due else None

    @property
    def late(self) -> bool:
        """Satisfied too late: by the day it was done, and by the instant the server received it (S1, T-05)."""
        if self.state != self.State.SATISFIED or not self.due or not self.closed_at:
            return False
        return self.state_on > self.due and not dates.in_time(self.closed_at, self.due, self.zone)


class AssignmentPeriodQuerySet(models.QuerySet["AssignmentPeriod"]):
    def as_known(self, day: date, instant: datetime | None = None) -> AssignmentPeriodQuerySet:
        """What was true on `day`, as far as was known at `instant` (None: as known now)."""
        return self.filter(true_on(day), known_at(instant))


class AssignmentPeriod(models.Model):
    """The derived state with both time axes: "who was covered on D" and "what did we know on K" are queries."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="periods")
    state = models.CharField(_("state"), max_length=10, choices=Assignment.State.choices)
    due = models.DateField(_("due"), null=True, blank=True)
    true_from = models.DateField(_("true from"))
    true_to = models.DateField(_("true until (exclusive)"), null=True, blank=True)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    objects = AssignmentPeriodQuerySet.as_manager()
    personal_data = declare(
        "assignment state due true_from true_to known_from known_to",
        "To answer who was covered on a day, and what was known of it",
        READERS,
    )

    class Meta:
        verbose_name = _("period of an assignment")
        verbose_name_plural = _("periods of assignments")
        indexes = [models.Index(fields=["assignment", "known_to"], name="period_of_assignment")]
        constraints = [
            models.CheckConstraint(
                name="period_ends_after_start",
                condition=Q(true_to__isnull=True) | Q(true_to__gt=F("true_from")),
                violation_error_message=_("The end must lie after the start."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.state} {self.true_from}"


class JustificationQuerySet(models.QuerySet["Justification"]):
    def asking_for(self, person: Person, module: Module) -> JustificationQuerySet:
        """What justifies the person's open assignments that ask for this module; the strictest date first.

        No date means "before access", which is stricter than any.
        """
        rows = self.in_force(person).filter(assignment__version__leaves__module=module)
        return rows.order_by(F("assignment__due").asc(nulls_first=True), "rule__key", "pk")

    def in_force(self, person: Person | uuid.UUID) -> JustificationQuerySet:
        """What justifies the person's open assignments."""
        return self.filter(
            known_to=None, true_to=None, assignment__person=person, assignment__state=Assignment.State.OPEN
        )


class Justification(models.Model):
    """A rule and the stored fact that triggers it. Several may justify one assignment; the strictest due wins.

    True on [true_from, true_to): the term counts from `true_from`, and `ended_by` says what ended it.
    """

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="justifications")
    rule = models.ForeignKey(AssignmentRule, models.PROTECT, related_name="justifications")
    event = models.CharField(_("event"), max_length=100, help_text=_("For example hire:2026-10-01."))
    event_on = models.DateField(_("event on"))
    due = models.DateField(_("due by this rule"), null=True, blank=True)
    true_from = models.DateField(_("counted from"))
    true_to = models.DateField(_("justified until (exclusive)"), null=True, blank=True)
    ended_by = models.CharField(_("why it ended"), max_length=40, choices=Assignment.EndReason.choices, blank=True)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    objects = JustificationQuerySet.as_manager()
    personal_data = declare(
        "assignment rule event event_on due true_from true_to known_from known_to ended_by",
        "To say why a training is mandatory",
        READERS,
    )

    class Meta:
        verbose_name = _("justification")
        verbose_name_plural = _("justifications")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "rule", "event"],
                condition=Q(known_to__isnull=True),
                name="one_live_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.event}"


class Blocked(models.Model):
    """A path that cannot be assigned in an entity, and why. When it can again, terms count from that day.

    `problems` = [{"module": code, "missing": [fact key]}]; an empty `missing` means no signed-off edition.
    """

    path = models.ForeignKey(LearningPath, models.PROTECT, related_name="+")
    entity = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    problems = models.JSONField(_("problems"))
    since = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("blocked assignment")
        verbose_name_plural = _("blocked assignments")
        constraints = [
            models.UniqueConstraint(
                fields=["path", "entity"], condition=Q(until__isnull=True), name="blocked_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path_id} {self.entity_id}"


class SyncState(models.Model):
    """One row: what the last full synchronisation was made from, and when the last nightly one was."""

    basis = models.CharField(_("digest of rules, versions and readiness"), max_length=64, blank=True)
    nightly_on = models.DateField(_("last nightly run (UTC day)"), null=True, blank=True)

    class Meta:
        verbose_name = _("state of the synchronisation")
        verbose_name_plural = _("states of the synchronisation")

    def __str__(self) -> str:
        return f"{self.nightly_on}"


class Waiting(models.Model):
    """An appeal about a module's test. What asks for that module waits for the answer, day for day.

    `first_day` and `last_day` (included; empty while the appeal is open) are days in the learner's zone.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    appeal = models.UUIDField(_("appeal"), unique=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)

    personal_data = declare(
        "person module appeal first_day last_day",
        "That a deadline waits while an appeal is open",
        "The platform itself",
    )

    class Meta:
        verbose_name = _("wait for an appeal")
        verbose_name_plural = _("waits for appeals")
        indexes = [models.Index(fields=["person"], name="waiting_of_person")]

    def __str__(self) -> str:
        return f"{self.appeal}"
