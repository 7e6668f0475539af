"""Rows: what somebody was told of an assignment, in which message; and how managers are told, by entity."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.assignments.models import Assignment
from lms.mail.models import Message
from lms.people.declarations import declare
from lms.people.models import OrgUnit, Person


class ToldQuerySet(models.QuerySet["ToldOf"]):
    def delivered(self) -> ToldQuerySet:
        return self.filter(message__sent_at__isnull=False)


class ToldOf(models.Model):
    """One assignment in one message, as the message says it. Told is what was delivered: the message has a `sent_at`.

    `reader` is the learner, or the manager who got a copy. `day` is the reader's own. `rules` are the keys of those
    that asked for it then. `wakes_on` is the next day on which time alone makes news of it; empty = none.
    """

    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="+")
    reader = models.ForeignKey(Person, models.CASCADE, related_name="+")
    day = models.DateField(_("told on"))
    due = models.DateField(_("due"), null=True)
    rules = models.JSONField(_("rules"), default=list)
    known_at = models.DateTimeField(_("as known at"))
    wakes_on = models.DateField(_("next news by time"), null=True)

    objects = ToldQuerySet.as_manager()
    personal_data = declare(
        "message assignment reader day due rules known_at wakes_on",
        "That people hear what is new about their training, once",
        "The platform itself",
    )

    class Meta:
        verbose_name = _("what was told")
        verbose_name_plural = _("what was told")
        constraints = [models.UniqueConstraint(fields=["message", "assignment"], name="told_once_a_message")]
        indexes = [models.Index(fields=["assignment", "reader", "-known_at"], name="told_last")]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.day}"


class CopyRule(models.Model):
    """How the managers of an entity's people hear that a training is overdue, from `true_from` on.

    `names_after`: days overdue after which the mail names the person; empty = it only ever counts. It acts when a
    second person has confirmed it (`confirmed`); turned down it stays as what was asked.
    """

    entity = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+", verbose_name=_("legal entity"))
    names_after = models.PositiveSmallIntegerField(_("named after days"), null=True, blank=True)
    true_from = models.DateField(_("from"))
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("asked by"))
    at = models.DateTimeField(_("asked"))
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+", verbose_name=_("answered by"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    confirmed = models.BooleanField(_("confirmed"), default=False)

    personal_data = declare(
        "by at answered_by answered_at",
        "That two people stand for what managers are told about others",
        "HR administrators, administrators",
        erasure="The link to the person is removed",
    )

    class Meta:
        verbose_name = _("how managers are told")
        verbose_name_plural = _("how managers are told")
        constraints = [
            models.UniqueConstraint(
                fields=["entity"], condition=Q(answered_at__isnull=True), name="one_waiting_copy_rule"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} {self.true_from}"
