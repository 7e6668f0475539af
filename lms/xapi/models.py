"""The outbox of xAPI statements: a row stays until the learning record store has answered."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lms.people.declarations import declare
from lms.people.models import Person

WAITING = Q(delivered_at__isnull=True)


class StatementQuerySet(models.QuerySet["Statement"]):
    def of(self, person: Person) -> StatementQuerySet:
        return self.filter(person=person)

    def waiting(self) -> StatementQuerySet:
        return self.filter(WAITING)

    def due(self, at: datetime) -> StatementQuerySet:
        return self.waiting().filter(next_try_at__lte=at).order_by("next_try_at")


class Statement(models.Model):
    """`next_try_at` is also the lease: while one worker sends the row, the others see it as due later."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="statements")
    key = models.CharField(_("key"), max_length=200, unique=True)
    verb = models.CharField(_("verb"), max_length=20)
    text = models.TextField(_("statement"), help_text=_("The exact JSON that is sent."))
    stored_at = models.DateTimeField(_("stored"))
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"))
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    objects = StatementQuerySet.as_manager()

    personal_data = {
        **declare(
            "person key verb text",
            "What is sent to the organisation's learning record store, naming the person by an opaque id",
            "The person; the learning record store",
            erasure="The statement is deleted here; the learning record store has its own duty",
        ),
        **declare(
            "stored_at delivered_at attempts next_try_at last_error",
            "That every statement arrives, once",
            "The person, administrators",
        ),
    }

    class Meta:
        verbose_name = _("xAPI statement")
        verbose_name_plural = _("xAPI statements")
        indexes = [models.Index(fields=["next_try_at"], condition=WAITING, name="statement_due")]

    def __str__(self) -> str:
        return f"{self.verb} {self.id}"


class StoreCondition(models.Model):
    """One row: whether the learning record store turns everything away, since when, and when it is asked again.

    `refusing_since`: it answers, and has stored nothing since. Empty instants mean that all is well.
    """

    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)
    refusing_since = models.DateTimeField(_("refuses everything since"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("failed runs"), default=0)
    next_try_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    needs_mending = models.BooleanField(_("somebody has to mend it"), default=False)
    words = models.CharField(_("what it said"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("condition of the learning record store")
        verbose_name_plural = _("conditions of the learning record store")

    def __str__(self) -> str:
        return self.words
