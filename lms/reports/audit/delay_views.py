"""Suspected fraud: two auditors delay what the person sees of their looks. It appears afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from certification.ledger import clock
from lms.people import access
from lms.people.masked_names import Names
from lms.people.models import AccessDelay
from lms.people.permissions import PersonRequest, open_to
from lms.reports import policies
from lms.reports.audit.forms import DelayForm
from lms.typed_entries import typed_entries

two_auditors = open_to(policies.DELAYS)


@require_http_methods(["GET", "HEAD", "POST"])
@two_auditors
def delays(request: PersonRequest) -> HttpResponse:
    """Those asked for and those that run; and the form of the first of the two, which names nobody on a page."""
    at = clock.now()
    form = DelayForm(typed_entries(request))
    if request.method == "POST" and form.is_valid():
        try:
            access.ask_delay(form.cleaned_data["number"], request.person, form.cleaned_data["reason"], at)
        except access.NoDelay as error:
            form.add_error("number", str(error))
        else:
            messages.success(request, gettext("Asked for. Nothing is delayed before a second auditor confirms it."))
            return redirect("audit:delays")
    names = Names.shown_in(request.session)
    rows = [(each, names.of_person(each.person), may_confirm(each, request)) for each in access.open_delays(at)]
    trail = [
        {"label": gettext("Audit"), "url": reverse("audit:search")},
        {"label": gettext("Suspected fraud"), "url": ""},
    ]
    context = {"form": form, "rows": rows, "trail": trail}
    return render(
        request, "reports/delays.html", context, status=422 if form.errors and request.method == "POST" else 200
    )


@require_POST
@two_auditors
def confirm_delay(request: PersonRequest, pk: int) -> HttpResponse:
    try:
        access.confirm_delay(get_object_or_404(AccessDelay, pk=pk), request.person, clock.now())
    except access.NoDelay as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, gettext("Confirmed: what you look at appears when the delay is over."))
    return redirect("audit:delays")


def may_confirm(delay: AccessDelay, request: PersonRequest) -> bool:
    return delay.confirmed_at is None and request.person.pk not in (delay.asked_by_id, delay.person_id)
