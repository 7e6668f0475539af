"""The page on which HR settles what feeds claim of somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.ledger import clock
from lms.parameter_form import PageForm
from lms.people import access, policies
from lms.people.claims import EmploymentClaim, unpacked
from lms.people.conflicts import OF_EMPLOYMENT, open_conflicts, refusal_to_settle, settle
from lms.people.fact_conflicts import settle_words
from lms.people.models import FactConflict, OrgUnit, Person
from lms.people.names import staff_numbers
from lms.people.permissions import PersonRequest, open_to
from lms.people.staffing import StaffingError

ON_A_PAGE = 25
OTHER = "other"


class WordsForm(forms.Form):
    """One feed's words, or what is believed now. Of the person's unit, managers, roles, leave, post or name."""

    holds = forms.ChoiceField(label=_("What holds"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("How you know."))

    def __init__(self, claims: list[dict[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = claims
        choices = [(str(place), words_in_words(claim)) for place, claim in enumerate(claims)]
        self.fields["holds"].choices = [*choices, (OTHER, gettext("What the platform believes now stays"))]  # type: ignore[attr-defined]

    def outcome(self) -> dict[str, Any] | None:
        holds = self.cleaned_data["holds"]
        return None if holds == OTHER else self.claims[int(holds)]


class SettleForm(forms.Form):
    """One of the claims, or something else."""

    holds = forms.ChoiceField(label=_("What holds"), widget=forms.RadioSelect)
    entity = forms.CharField(label=_("Code of the legal entity"), max_length=60, required=False)
    hired_on = forms.DateField(
        label=_("First day"), required=False, help_text=_("Only where something else holds: as 2026-10-01.")
    )
    left_on = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty: none is known."))
    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("How you know."))

    def __init__(self, claims: list[EmploymentClaim], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.claims = claims
        choices = [(str(place), claim_in_words(claim)) for place, claim in enumerate(claims)]
        self.fields["holds"].choices = [*choices, (OTHER, gettext("Something else, as written below"))]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("holds") != OTHER:
            return found
        if not found.get("hired_on") and "hired_on" not in self.errors:
            self.add_error("hired_on", gettext("Write the first day."))
        entity = OrgUnit.objects.current().filter(code=found.get("entity"), kind=OrgUnit.Kind.ENTITY)
        if not entity.exists():
            self.add_error("entity", gettext("There is no such legal entity."))
        first, last = found.get("hired_on"), found.get("left_on")
        if first and last and last < first:
            self.add_error("left_on", gettext("The last day lies before the first."))
        return found

    def outcome(self) -> EmploymentClaim:
        found = self.cleaned_data
        if found["holds"] != OTHER:
            return self.claims[int(found["holds"])]
        return EmploymentClaim("", found["entity"], found["hired_on"], found["left_on"])


def claim_in_words(claim: EmploymentClaim) -> str:
    values = {"entity": claim.entity, "hired": claim.hired_on, "left": claim.left_on, "feed": claim.feed}
    if not claim.feed and claim.left_on:
        return gettext("The platform believes: %(entity)s, from %(hired)s to %(left)s") % values
    if not claim.feed:
        return gettext("The platform believes: %(entity)s, from %(hired)s, no last day") % values
    if claim.left_on:
        return gettext("Feed %(feed)s says: %(entity)s, from %(hired)s to %(left)s") % values
    return gettext("Feed %(feed)s says: %(entity)s, from %(hired)s, no last day") % values


COLUMNS = {
    "given_name": _("given name"),
    "family_name": _("family name"),
    "language": _("language"),
    "email": _("e-mail"),
    "kind": _("kind"),
    "zone": _("time zone"),
    "unit": _("unit"),
    "manager": _("manager"),
    "functional_manager": _("functional manager"),
    "roles": _("job roles"),
    "leave": _("leave"),
}


def words_in_words(claim: dict[str, Any]) -> str:
    told = "; ".join(f"{COLUMNS[name]} {_value(value)}" for name, value in claim.items() if name in COLUMNS)
    return gettext("Feed %(feed)s says: %(words)s") % {"feed": claim["feed"], "words": told}


def _value(value: Any) -> str:
    if isinstance(value, list):
        value = ", ".join("/".join(each) if isinstance(each, list) else each for each in value)
    return value or "–"


def claims_in_words(conflict: FactConflict) -> list[str]:
    if conflict.what in OF_EMPLOYMENT:
        return [claim_in_words(claim) for claim in unpacked(conflict.claims)]
    return [words_in_words(claim) for claim in conflict.claims]


@require_safe
@open_to(policies.SETTLING)
def conflicts(request: PersonRequest) -> HttpResponse:
    at = clock.now()
    page = Paginator(open_conflicts(), ON_A_PAGE).get_page(PageForm(request.GET).number)
    rows = list(page)
    people = [row.person for row in rows]
    numbers = staff_numbers([person.pk for person in people])
    _look(request, people, "conflicts.list", at)
    told = [(row, numbers.get(row.person_id, ""), claims_in_words(row)) for row in rows]
    return render(request, "people/conflicts.html", {"page": page, "rows": told})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(policies.SETTLING)
def settle_conflict(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(open_conflicts(), pk=pk)
    at = clock.now()
    refusal = refusal_to_settle(found, request.person)
    form = _form(found, request)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            _settle(found, request.person, form, at)
        except StaffingError as fault:
            form.add_error(None, str(fault))
        else:
            _look(request, [found.person], "conflicts.settled", at, form.cleaned_data["reason"])
            messages.success(request, gettext("Settled. The same claims are not asked about again."))
            return redirect("fact_conflicts")
    else:
        _look(request, [found.person], "conflicts.one", at)
    number = staff_numbers([found.person_id]).get(found.person_id, "")
    return render(
        request, "people/conflict.html", {"conflict": found, "number": number, "form": form, "refusal": refusal}
    )


def _form(conflict: FactConflict, request: PersonRequest) -> SettleForm | WordsForm:
    if conflict.what in OF_EMPLOYMENT:
        return SettleForm(unpacked(conflict.claims), request.POST or None)
    return WordsForm(conflict.claims, request.POST or None)


def _settle(conflict: FactConflict, by: Person, form: SettleForm | WordsForm, at: datetime) -> None:
    reason = form.cleaned_data["reason"]
    if isinstance(form, SettleForm):
        settle(conflict, by, form.outcome(), reason, at=at)
    else:
        settle_words(conflict, by, form.outcome(), reason, at=at)


def _look(request: PersonRequest, people: list[Any], what: str, at: Any, reason: str = "") -> None:
    capacity = access.ADMINISTRATOR if policies.is_administrator(request.person) else access.HR_ADMIN
    access.record_access(request.person, people, capacity=capacity, what=what, at=at, reason=reason)
