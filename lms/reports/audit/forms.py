"""What an auditor asks: a search box first, with the reason where it is for a person; and the two dates of coverage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.choices import flatten_choices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from certification.ledger import kinds
from lms.people import facts_on_day
from lms.people.forms import LONGEST_REASON, SHORTEST_REASON
from lms.people.masked_names import as_uuid
from lms.people.models import Person
from lms.reports.audit import workplaces
from lms.reports.fields import URGENT, both_ways, day_field
from lms.reports.standing import status_choices

NUMBER = re.compile(r"#?\d{1,19}")
EVERY: tuple[str, Any] = ("", _("All"))
ORDERS = (
    (URGENT, _("Most urgent first")),
    ("unit", _("Unit")),
    ("entity", _("Legal entity")),
    ("country", _("Country")),
)


def start_of(day: date) -> datetime:
    """The first instant of a day in UTC: the ledger's own days."""
    return datetime.combine(day, time(), UTC)


def names_entry(text: str) -> bool:
    """Whether a text can be the number of an entry, its id or that of a certificate: then it names nobody."""
    return bool(NUMBER.fullmatch(text)) or as_uuid(text) is not None


class SearchForm(forms.Form):
    q = forms.CharField(label=_("Person, certificate or entry"), max_length=100, required=False)
    reason = forms.CharField(
        label=_("Why do you search for a person?"),
        help_text=_("Needed for a name, staff number or address. Whoever is found can read it in their own record."),
        required=False,
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        error_messages={"min_length": _("Write the reason as a sentence the person will understand.")},
    )
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

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        text = (found.get("q") or "").strip()
        if text and not names_entry(text) and "reason" in found and not found["reason"]:
            self.add_error(
                "reason",
                gettext("Write why you search for a person: finding them is looking at their record."),
            )
        return found

    def clean_until(self) -> date | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data["until"]
        if since and until and until < since:
            raise forms.ValidationError(gettext("The last day lies before the first: exchange the two dates."))
        return until


class CoverageForm(forms.Form):
    path = forms.ChoiceField(label=_("Training"))
    true_on = day_field(_("True on"), required=True)
    known_on = day_field(_("As we knew it on"), required=True)
    status = forms.ChoiceField(label=_("Status"), required=False, choices=status_choices)
    unit = forms.CharField(
        label=_("Unit"), help_text=_("Part of its name; everything below it too."), max_length=100, required=False
    )
    entity = forms.ChoiceField(label=_("Legal entity"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    sort = forms.ChoiceField(label=_("Order"), required=False, choices=lambda: both_ways(ORDERS))

    def __init__(self, data: Any, paths: Mapping[str, str], at: datetime) -> None:
        self.at = at
        today = at.date().isoformat()
        first = {"true_on": today, "known_on": today, "path": next(iter(paths), ""), "sort": URGENT}
        super().__init__(first | data.dict())
        self.fields["path"].choices = list(paths.items())  # type: ignore[attr-defined]
        self.fields["entity"].choices = [EVERY, *workplaces.entities()]  # type: ignore[attr-defined]
        self.fields["country"].choices = [EVERY, *workplaces.countries()]  # type: ignore[attr-defined]

    @property
    def order(self) -> str:
        """What the rows are sorted by; a leading "-" turns it round."""
        return str(self.cleaned_data.get("sort") or URGENT)

    @property
    def workplace(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("unit", "entity", "country")}

    def narrowed(self) -> list[tuple[str, str]]:
        """(label, words) of what the rows are narrowed by, for the head of a sheet."""
        found = []
        for name in ("status", "unit", "entity", "country"):
            if said := self.cleaned_data[name]:
                choices = dict(flatten_choices(getattr(self.fields[name], "choices", [])))
                found.append((str(self.fields[name].label), str(choices.get(said, said))))
        return found

    def clean_known_on(self) -> date:
        known = self.cleaned_data["known_on"]
        if known > self.at.date():
            raise forms.ValidationError(gettext("Nobody knows yet what will be known then: choose today or earlier."))
        return known

    @property
    def known_at(self) -> datetime:
        """The end of the chosen UTC day; of today, this moment."""
        return min(self.at, start_of(self.cleaned_data["known_on"] + timedelta(days=1)) - timedelta(microseconds=1))


class DelayForm(forms.Form):
    """Cleaned, `number` is the Person."""

    number = forms.CharField(label=_("Staff number"), max_length=80)
    reason = forms.CharField(
        label=_("What do you suspect, and why must the person not know yet?"),
        help_text=_("The second auditor reads this now, and the person afterwards."),
        min_length=SHORTEST_REASON,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_number(self) -> Person:
        found = list(facts_on_day.people_numbered(self.cleaned_data["number"])[:2])
        if len(found) != 1:
            raise forms.ValidationError(gettext("Exactly one person must have this staff number. Check it."))
        return found[0]
