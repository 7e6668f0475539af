"""The page on which two people take off somebody's second factors."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from certification.ledger import clock
from lms.people import policies
from lms.people.factor_recovery import (
    RecoveryRefused,
    ask_recovery,
    confirm_recovery,
    confirmation_refusal,
    recoveries_of_late,
)
from lms.people.logins import login_named
from lms.people.models import FactorRecovery
from lms.people.permissions import PersonRequest, open_to
from lms.typed_entries import typed_entries

SHOWN = 20


class RecoveryForm(forms.Form):
    staff_number = forms.CharField(label=_("Staff number"), max_length=40)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("What happened, and how you made sure who asks you. The holder reads it."),
    )

    def clean_staff_number(self) -> str:
        self.user = login_named(self.cleaned_data["staff_number"])
        if self.user is None:
            raise forms.ValidationError(gettext("Nobody signs in with this number. Look it up in the staff list."))
        return str(self.cleaned_data["staff_number"])


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(policies.RECOVERING)
def recoveries(request: PersonRequest) -> HttpResponse:
    form = RecoveryForm(typed_entries(request))
    if request.method == "POST" and form.is_valid():
        try:
            ask_recovery(form.user.person, request.person, form.cleaned_data["reason"], clock.now())  # type: ignore[union-attr]
        except RecoveryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("It waits for a second person now, for a day."))
            return redirect("factor_recoveries")
    return render(request, "account/recoveries.html", page_of(request, form))


def page_of(request: PersonRequest, form: RecoveryForm) -> dict[str, Any]:
    at = clock.now()
    rows = [(asked, confirmation_refusal(asked, request.person, at)) for asked in recoveries_of_late()[:SHOWN]]
    return {"form": form, "rows": rows, "may_ask": policies.is_administrator(request.person)}


@require_POST
@open_to(policies.RECOVERING)
def confirm(request: PersonRequest, pk: UUID) -> HttpResponse:
    asked = get_object_or_404(FactorRecovery, pk=pk)
    confirm_recovery(asked, request.person, clock.now())
    messages.success(request, gettext("The factors are off, every session is over, and the holder is told by e-mail."))
    return redirect("factor_recoveries")
