"""What an auditor asks: a search box first, the two dates of coverage, and the reason for which a name is revealed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.ledger import kinds
from lms.reports.fields import day_field

EVERY: tuple[str, Any] = ("", _("All"))
SHORTEST_REASON = 10


def start_of(day: date) -> datetime:
    """The first instant of a day in UTC: the ledger's own days."""
    return datetime.combine(day, time(), UTC)


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Person, certificate or entry"), max_length=100, required=False)
    path = forms.ChoiceField(label=_("Training"), required=False)
    kind = forms.ChoiceField(label=_("Kind of entry"), required=False)
    since = day_field(_("From (UTC day)"))
    until = day_field(_("Until (UTC day, included)"))

    def __init__(self, data: Any, paths: Mapping[str, str]) -> None:
        super().__init__(data)
        self.fields["q"].help_text = _(
            "A name or staff number, the id of a certificate, or the number of a ledger entry."
        )
        self.fields["path"].choices = [EVERY, *paths.items()]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [EVERY, *kinds.KINDS.items()]  # type: ignore[attr-defined]

    def clean_until(self) -> date | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError(gettext("The last day lies before the first: exchange the two dates."))
        return until


class CoverageForm(forms.Form):
    path = forms.ChoiceField(label=_("Training"))
    true_on = day_field(_("True on"), required=True)
    known_on = day_field(_("As we knew it on"), required=True)

    def __init__(self, data: Any, paths: Mapping[str, str], at: datetime) -> None:
        self.at = at
        today = at.date().isoformat()
        super().__init__({"true_on": today, "known_on": today, "path": next(iter(paths), ""), **data.dict()})
        self.fields["path"].choices = list(paths.items())  # type: ignore[attr-defined]

    def clean_known_on(self) -> date:
        known = self.cleaned_data["known_on"]
        if known > self.at.date():
            raise forms.ValidationError(gettext("Nobody knows yet what will be known then: choose today or earlier."))
        return known

    @property
    def known_at(self) -> datetime:
        """The end of the chosen UTC day; of today, this moment."""
        return min(self.at, start_of(self.cleaned_data["known_on"] + timedelta(days=1)) - timedelta(microseconds=1))


class RevealForm(forms.Form):
    reason = forms.CharField(
        label=_("Why do you need the name?"),
        help_text=_("The person can read this sentence in their own record."),
        min_length=SHORTEST_REASON,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Write why you need the name: the person has a right to know."),
            "min_length": _("Write the reason as a sentence the person will understand."),
        },
    )
