"""The one filter of the team page: it drives the table, the counts and the export alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.reports.fields import URGENT, both_ways, day_field
from lms.reports.standing import status_choices

EVERY: tuple[str, Any] = ("", _("All"))
ORDERS = ((URGENT, _("Most urgent first")), ("name", _("Name")), ("unit", _("Unit")))
BY_TRAINING = "training:"


class TeamFilter(forms.Form):
    """`trainings`: (path key, title) pairs; `day`: what "as of" means when nothing is given."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    training = forms.ChoiceField(label=_("Training"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=status_choices)
    as_of = day_field(_("As of"))
    sort = forms.ChoiceField(label=_("Order"), required=False)

    def __init__(self, data: Any, trainings: Sequence[tuple[str, str]], day: date) -> None:
        super().__init__({"as_of": day.isoformat(), "sort": URGENT, **data.dict()})
        self.day = day
        self.fields["training"].choices = [EVERY, *trainings]  # type: ignore[attr-defined]
        self.fields["sort"].choices = [  # type: ignore[attr-defined]
            *both_ways(ORDERS),
            *both_ways((f"{BY_TRAINING}{key}", title) for key, title in trainings),
        ]

    @property
    def order(self) -> str:
        """What the rows are sorted by; a leading "-" turns it round."""
        return str(self.cleaned_data["sort"] or URGENT)

    def clean_as_of(self) -> date:
        return self.cleaned_data["as_of"] or self.day
