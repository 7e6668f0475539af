"""Who must do what by when, why, and what was known of it at any time."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.paths.models import AssignmentRule, PathVersion
from lms.people.models import Person


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of(self, person: Person) -> AssignmentQuerySet:
        return self.filter(person=person)

    def open(self) -> AssignmentQuerySet:
        return self.filter(state=Assignment.State.OPEN)


class Assignment(models.Model):
    """(person, path, about, cycle_key). State is open | satisfied | ended; overdue and expired are comparisons.

    `due` is a calendar date in `zone`; empty = required before access.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        SATISFIED = "satisfied", _("Satisfied")
        ENDED = "ended", _("Ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="assignments")
    version = models.ForeignKey(PathVersion, models.PROTECT, related_name="assignments")
    path_key = models.SlugField(_("path"), max_length=40)
    about = models.CharField(_("about"), max_length=120, blank=True, default="")
    cycle_key = models.CharField(_("cycle"), max_length=60)
    anchor = models.DateField(_("counted from"))
    zone = models.CharField(_("time zone"), max_length=40)
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    state_on = models.DateField(_("state since"))
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=40, blank=True)

    objects = AssignmentQuerySet.as_manager()

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


class AssignmentPeriod(models.Model):
    """The derived state with both time axes: "who was covered on D" and "what did we know on K" are queries."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="periods")
    state = models.CharField(_("state"), max_length=10, choices=Assignment.State.choices)
    due = models.DateField(_("due"), null=True, blank=True)
    true_from = models.DateField(_("true from"))
    true_to = models.DateField(_("true until (exclusive)"), null=True, blank=True)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    class Meta:
        verbose_name = _("period of an assignment")
        verbose_name_plural = _("periods of assignments")
        indexes = [models.Index(fields=["assignment", "known_to"], name="period_of_assignment")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.state} {self.true_from}"


class Justification(models.Model):
    """A rule and the stored fact that triggers it. Several may justify one assignment; the strictest due wins."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="justifications")
    rule = models.ForeignKey(AssignmentRule, models.PROTECT, related_name="justifications")
    event = models.CharField(_("event"), max_length=80, help_text=_("For example hire:2026-10-01."))
    event_on = models.DateField(_("event on"))
    due = models.DateField(_("due by this rule"), null=True, blank=True)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

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
