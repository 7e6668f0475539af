"""A target: which indicator, for whom, how many per cent, by when, and who answers for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from lms.reports.fields import day_field
from lms.reports.indicators.indicator_register import OWNER, REGISTER
from lms.reports.indicators.models import Target
from lms.reports.survey.questions import ATTRIBUTES, STATEMENTS

EVERYBODY: tuple[str, Any] = ("", _("Everybody"))


class TargetForm(forms.Form):
    indicator = forms.ChoiceField(label=_("Indicator"))
    module = forms.ChoiceField(label=_("Module"), required=False)
    group = forms.ChoiceField(
        label=_("Who"),
        required=False,
        help_text=_("While a target for a group is in force, the voluntary survey asks who counts themselves in it."),
    )
    percent = forms.IntegerField(label=_("Per cent of them"), min_value=1, max_value=100, help_text=_("From 1 to 100."))
    due_on = day_field(_("To be reached by"), required=True)
    owner = forms.CharField(label=_("Who answers for it"), max_length=80, help_text=_("A role, not a name."))

    def __init__(self, data: Any, modules: Iterable[tuple[str, str]], today: date) -> None:
        super().__init__(data, initial={"owner": OWNER})
        self.today = today
        self.fields["indicator"].choices = indicators()  # type: ignore[attr-defined]
        self.fields["module"].choices = [("", _("All modules")), *modules]  # type: ignore[attr-defined]
        self.fields["group"].choices = [EVERYBODY, *groups()]  # type: ignore[attr-defined]

    def clean_due_on(self) -> date:
        day: date = self.cleaned_data["due_on"]
        if day <= self.today:
            raise forms.ValidationError(gettext("That day is over: give a day to come."))
        return day

    def target(self) -> Target:
        """Unsaved."""
        found = self.cleaned_data
        attribute, _slash, group = found["group"].partition("/")
        return Target(
            **{name: found[name] for name in ("indicator", "module", "percent", "due_on", "owner")},
            attribute=attribute,
            group=group,
            set_on=self.today,
        )


def indicators() -> list[tuple[str, Any]]:
    return [(each.key, each.name) for each in REGISTER] + [(each.key, each.text) for each in STATEMENTS]


def groups() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Grouped by the question that is asked: ("gender/woman", "Woman")."""
    return [(each.text, [(f"{each.key}/{group}", name) for group, name in each.answers.items()]) for each in ATTRIBUTES]
