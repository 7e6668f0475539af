"""Who must do what by when, why, and what was known of it at any time."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from content.editions import Module
from courses.paths.models import AssignmentRule, LearningPath, PathVersion
from lms.people.declarations import declare
from lms.people.models import OrgUnit, Person, known_at, true_on

READERS = "The person, the managers above them, auditors"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of(self, person: Person) -> AssignmentQuerySet:
        return self.filter(person=person)

    def open(self) -> AssignmentQuerySet:
        return self.filter(state=Assignment.State.OPEN)


class Assignment(models.Model):
    """(person, path, about, cycle_key): what is derived of facts, recorded. State is open | satisfied | ended; all
    else is compared with the stored instants by courses.assignments.status.

    `due` is a calendar date in `zone`, or empty; `computed` what the rules alone say, `noticed_on` since when it stood
    on the person's page (S19), `deadline_at`, `soon_at`, `expires_at` its instants. `before_access`: asked for before
    access, beside any date. `waiting_since`: nothing is due while an answer is open. `expiring_on` is set on a renewal:
    the last valid day of what it renews. `valid_until` is the last day that a satisfied row certifies;
    `required_until` the first day on which nothing asked for it any more. `entry` is the latest ledger entry that
    says what this row says; `engine` = version of the rules of derivation and of the time zone data.
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
    cycle_key = models.CharField(_("cycle"), max_length=120)
    anchor = models.DateField(_("counted from"))
    zone = models.CharField(_("time zone"), max_length=40)
    due = models.DateField(_("due"), null=True, blank=True)
    computed = models.DateField(_("due by the rules alone"), null=True, blank=True)
    noticed_on = models.DateField(_("first notice"), null=True, blank=True)
    before_access = models.BooleanField(_("required before access"), default=False)
    paused_days = models.PositiveIntegerField(_("paused by days"), default=0)
    waiting_since = models.DateField(_("waiting for an answer since"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("too late from"), null=True, blank=True)
    soon_at = models.DateTimeField(_("due soon from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    expiring_on = models.DateField(_("renews what ends on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    state_on = models.DateField(_("state since"))
    valid_until = models.DateField(_("valid until (inclusive)"), null=True, blank=True)
    required_until = models.DateField(_("required until (exclusive)"), null=True, blank=True)
    late = models.BooleanField(_("done too late"), default=False)
    engine = models.CharField(_("version of the rules and of the time zones"), max_length=40, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    end_reason = models.CharField(_("why it ended"), max_length=40, choices=EndReason.choices, blank=True)
    entry = models.UUIDField(_("ledger entry"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()
    personal_data = declare(
        "person version path_key about cycle_key anchor zone due computed noticed_on before_access paused_days "
        "waiting_since deadline_at soon_at expires_at expiring_on state state_on valid_until required_until late "
        "engine opened_at closed_at end_reason entry",
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
            models.Index(fields=["path_key", "state"], name="assignment_of_path"),
        ]

    def __str__(self) -> str:
        return f"{self.path_key} {self.cycle_key}"


class AssignmentPeriodQuerySet(models.QuerySet["AssignmentPeriod"]):
    def as_known(self, day: date, instant: datetime | None = None) -> AssignmentPeriodQuerySet:
        """What was true on `day`, as far as was known at `instant` (None: as known now)."""
        return self.filter(true_on(day), known_at(instant))


class AssignmentPeriod(models.Model):
    """The derived state with both time axes: "who was covered on D" and "what did we know on K" are queries."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="periods")
    state = models.CharField(_("state"), max_length=10, choices=Assignment.State.choices)
    due = models.DateField(_("due"), null=True, blank=True)
    deadline_at = models.DateTimeField(_("too late from"), null=True, blank=True)
    soon_at = models.DateTimeField(_("due soon from"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    before_access = models.BooleanField(_("required before access"), default=False)
    waiting_since = models.DateField(_("waiting for an answer since"), null=True, blank=True)
    true_from = models.DateField(_("true from"))
    true_to = models.DateField(_("true until (exclusive)"), null=True, blank=True)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)
    written_at = models.DateTimeField(_("written"), null=True, blank=True)

    objects = AssignmentPeriodQuerySet.as_manager()
    personal_data = declare(
        "assignment state due deadline_at soon_at expires_at before_access waiting_since true_from true_to known_from "
        "known_to written_at",
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

    True on [true_from, true_to); the term counts from `counted_from`, and `ended_by` says what ended it.
    """

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="justifications")
    rule = models.ForeignKey(AssignmentRule, models.PROTECT, related_name="justifications")
    event = models.CharField(_("event"), max_length=120, help_text=_("What happened, and the id of the fact."))
    event_on = models.DateField(_("event on"))
    due = models.DateField(_("due by this rule"), null=True, blank=True)
    counted_from = models.DateField(_("counted from"), null=True, blank=True)
    true_from = models.DateField(_("true from"))
    true_to = models.DateField(_("justified until (exclusive)"), null=True, blank=True)
    ended_by = models.CharField(_("why it ended"), max_length=40, choices=Assignment.EndReason.choices, blank=True)
    known_from = models.DateTimeField(_("known from"))
    known_to = models.DateTimeField(_("known until"), null=True, blank=True)

    objects = JustificationQuerySet.as_manager()
    personal_data = declare(
        "assignment rule event event_on due counted_from true_from true_to known_from known_to ended_by",
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
    """One row: what of the catalogue the last run had seen, so that exactly what a change concerns is looked at.

    `seen` = {"rules": {id: withdrawn at}, "versions": [id], "gone": [module id], "signed": last id, "facts": [last id,
    last end], "outages": last id, "withdrawn_outages": [id], "released": [id of what was held back], "engine": which}.
    """

    seen = models.JSONField(_("what was seen of rules, versions and readiness"), default=dict, blank=True)
    nightly_on = models.DateField(_("last nightly run (UTC day)"), null=True, blank=True)

    class Meta:
        verbose_name = _("state of the synchronisation")
        verbose_name_plural = _("states of the synchronisation")

    def __str__(self) -> str:
        return f"{self.nightly_on}"


class Derivation(models.Model):
    """Up to when somebody's assignments are derived, when time alone changes them, and what made it impossible (S18).

    `basis_sha256`: of the facts, the catalogue and the version of the engine: while they and the day are the same,
    nothing is derived again. `engine` = the version that derived them: what another one makes of the past is listed
    (engine_models.EngineDifference). While `fault` is not empty the last rows stand, and every status is "not
    determined".
    """

    person = models.OneToOneField(Person, models.CASCADE, related_name="derivation")
    engine = models.CharField(_("version of the rules and of the time zones"), max_length=40, blank=True, default="")
    derived_at = models.DateTimeField(_("derived up to"), null=True, blank=True)
    wakes_at = models.DateTimeField(_("looked at again"), null=True, blank=True)
    fault = models.CharField(_("why it could not be determined"), max_length=300, blank=True)
    fault_since = models.DateTimeField(_("not determined since"), null=True, blank=True)
    basis_sha256 = models.CharField(_("digest of what it was derived from"), max_length=64, blank=True)

    personal_data = declare(
        "person engine derived_at wakes_at fault fault_since basis_sha256",
        "To look again at somebody's training on the day on which something changes, and to say what is unknown",
        "HR administrators; managers and auditors see that it is not determined",
    )

    class Meta:
        verbose_name = _("state of a derivation")
        verbose_name_plural = _("states of derivations")
        indexes = [
            models.Index(fields=["wakes_at"], name="derivation_wakes"),
            models.Index(fields=["fault_since"], condition=~Q(fault=""), name="derivation_at_fault"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.wakes_at}"


class HeldBack(models.Model):
    """A cause (a rule, a path version, a feed file, a block) that would end or move too many: it waits for a second
    person (T-19). `cause` = "rule:<key>:<number>" and the like; `applies_to`, `ends`, `moves` = people counted then.

    `caused_by` = who is named as having made it; where nobody is, `confirmed_by` releases it as well."""

    cause = models.CharField(_("cause"), max_length=120, unique=True)
    applies_to = models.PositiveIntegerField(_("applies to"))
    ends = models.PositiveIntegerField(_("would end"))
    moves = models.PositiveIntegerField(_("would move"))
    since = models.DateTimeField(_("since"))
    caused_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    released_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(_("released"), null=True, blank=True)
    reason = models.TextField(_("why it was released"), blank=True)

    personal_data = declare(
        "cause applies_to ends moves since caused_by released_by confirmed_by released_at reason",
        "That a mistake in one rule or file does not change the training of many unseen",
        "Administrators, auditors",
    )

    class Meta:
        verbose_name = _("change held back")
        verbose_name_plural = _("changes held back")

    def __str__(self) -> str:
        return self.cause


class Outage(models.Model):
    """The platform could not be reached between two instants: a deadline within 24 hours after moves (S15).

    A mistaken one is withdrawn and stays in the list: it moved deadlines while it was believed.
    """

    first = models.DateTimeField(_("from"))
    last = models.DateTimeField(_("until"))
    reason = models.TextField(_("what happened"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    withdrawal_reason = models.TextField(_("why it was withdrawn"), blank=True)

    personal_data = declare(
        "first last reason recorded_at recorded_by withdrawn_at withdrawn_by withdrawal_reason",
        "That nobody is late because the platform was down, and who said that it was",
        "Administrators, auditors",
    )

    class Meta:
        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.CheckConstraint(
                name="outage_ends_after_start",
                condition=Q(last__gt=F("first")),
                violation_error_message=_("The end must lie after the start."),
            ),
            models.UniqueConstraint(
                fields=["first", "last"], condition=Q(withdrawn_at=None), name="outage_recorded_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first} {self.last}"


class Waiting(models.Model):
    """An appeal about a module's test. What asks for that module waits for the answer, day for day.

    `first_day` and `last_day` (included; empty while the appeal is open) are days in the learner's zone.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    module = models.ForeignKey(Module, models.PROTECT, related_name="+")
    appeal = models.UUIDField(_("appeal"), unique=True)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    known_from = models.DateTimeField(_("known from"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    personal_data = declare(
        "person module appeal first_day last_day known_from answered_at",
        "That a deadline waits while an appeal is open",
        "The platform itself",
    )

    class Meta:
        verbose_name = _("wait for an appeal")
        verbose_name_plural = _("waits for appeals")
        indexes = [models.Index(fields=["person"], name="waiting_of_person")]

    def __str__(self) -> str:
        return f"{self.appeal}"
