"""That somebody says of the date they were given: this is wrong. HR administration answers."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.assignments.models import Assignment
from lms.people.declarations import declare
from lms.people.models import Person

LONGEST_WORDS = 500
LONGEST_ANSWER = 2000


class BasisDoubt(models.Model):
    """What an assignment rests on is wrong, its person says: the role, their own dates, or the date itself.

    One at a time for an assignment. Only the person and HR administration ever read `words` and `answer`.
    """

    class Kind(models.TextChoices):
        ROLE = "role", _("I do not hold this role, or do not belong here")
        DATES = "dates", _("I have left, or my dates (first day, leave) are wrong")
        DATE = "date", _("The date is counted wrongly")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="basis_doubts")
    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="doubts")
    kind = models.CharField(_("what is wrong"), max_length=8, choices=Kind.choices)
    words = models.CharField(_("in a few words"), max_length=LONGEST_WORDS, blank=True)
    raised_at = models.DateTimeField(_("said"))
    answered_by = models.ForeignKey(Person, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True, max_length=LONGEST_ANSWER)

    personal_data = declare(
        "person assignment kind words raised_at answered_by answered_at answer",
        "That somebody can say that what their training rests on is wrong, and is answered",
        "The person, HR administrators; neither managers nor auditors",
        erasure="Deleted with the person who said it; with the one who answered, their name is removed",
    )

    class Meta:
        verbose_name = _("doubt about a date")
        verbose_name_plural = _("doubts about dates")
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"], condition=Q(answered_at__isnull=True), name="one_open_doubt_per_assignment"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment_id} {self.kind}"
