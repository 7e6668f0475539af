"""The page on which HR settles what feeds claim of somebody."""

from __future__ import annotations

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
from lms.people.conflicts import open_conflicts, refusal_to_settle, settle
from lms.people.models import OrgUnit
from lms.people.names import staff_numbers
from lms.people.permissions import PersonRequest, open_to
from lms.people.staffing import StaffingError

ON_A_PAGE = 25
OTHER = "other"


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


@require_safe
@open_to(policies.SETTLING)
def conflicts(request: PersonRequest) -> HttpResponse:
    at = clock.now()
    page = Paginator(open_conflicts(), ON_A_PAGE).get_page(PageForm(request.GET).number)
    rows = list(page)
    people = [row.person for row in rows]
    numbers = staff_numbers([person.pk for person in people])
    _look(request, people, "conflicts.list", at)
    told = [(row, numbers.get(row.person_id, ""), [claim_in_words(c) for c in unpacked(row.claims)]) for row in rows]
    return render(request, "people/conflicts.html", {"page": page, "rows": told})


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(policies.SETTLING)
def settle_conflict(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(open_conflicts(), pk=pk)
    at = clock.now()
    refusal = refusal_to_settle(found, request.person)
    form = SettleForm(unpacked(found.claims), request.POST or None)
    if request.method == "POST" and not refusal and form.is_valid():
        try:
            settle(found, request.person, form.outcome(), form.cleaned_data["reason"], at=at)
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


def _look(request: PersonRequest, people: list[Any], what: str, at: Any, reason: str = "") -> None:
    capacity = access.ADMINISTRATOR if policies.is_administrator(request.person) else access.HR_ADMIN
    access.record_access(request.person, people, capacity=capacity, what=what, at=at, reason=reason)
