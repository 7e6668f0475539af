"""The one filter of the team page: it drives the table, the counts and the export alike."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lms.reports.fields import day_field
from lms.reports.standing import Status

EVERY: tuple[str, Any] = ("", _("All"))


class TeamFilter(forms.Form):
    """`trainings`: (path key, title) pairs; `day`: what "as of" means when nothing is given."""

    name = forms.CharField(label=_("Name"), max_length=100, required=False)
    training = forms.ChoiceField(label=_("Training"), required=False)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[EVERY, *Status.choices])
    as_of = day_field(_("As of"))

    def __init__(self, data: Any, trainings: Sequence[tuple[str, str]], day: date) -> None:
        super().__init__({"as_of": day.isoformat(), **data.dict()})
        self.day = day
        self.fields["training"].choices = [EVERY, *trainings]  # type: ignore[attr-defined]

    def clean_as_of(self) -> date:
        return self.cleaned_data["as_of"] or self.day
