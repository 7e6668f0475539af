"""The page on which two people decide what mails to managers hold."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from certification.ledger import clock
from courses.assignments.copy_rules import (
    MOST_DAYS,
    CopyRefused,
    answer_copy_rule,
    ask_copy_rule,
    confirmation_refusal,
    confirmed_rules,
    waiting_rules,
)
from courses.assignments.reminders import MANAGER_FROM_DAYS
from courses.assignments.told import CopyRule
from courses.notices import policies
from lms.parameter_form import ParameterForm, require_reckoned
from lms.people.models import OrgUnit
from lms.people.permissions import PersonRequest, open_to

SHOWN = 50


class CopyRuleForm(forms.Form):
    entity = forms.ModelChoiceField(queryset=OrgUnit.objects.none(), label=_("Legal entity"))
    names_after = forms.IntegerField(
        label=_("Named after this many days"),
        min_value=MANAGER_FROM_DAYS,
        max_value=MOST_DAYS,
        required=False,
        help_text=_("Days overdue. Leave it empty if mails are only to count, and never to name anybody."),
    )
    true_from = forms.DateField(
        label=_("From"), validators=[require_reckoned], widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        entities = OrgUnit.objects.on(clock.now().date()).filter(kind=OrgUnit.Kind.ENTITY)
        self.fields["entity"].queryset = entities.order_by("name")  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@open_to(policies.COPY_RULES)
def copies(request: PersonRequest) -> HttpResponse:
    form = CopyRuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            ask_copy_rule(asked["entity"], asked["names_after"], asked["true_from"], request.person, clock.now())
        except CopyRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, gettext("It waits for a second person now. Until then nothing changes."))
            return redirect("notices:copies")
    waiting = [(asked, confirmation_refusal(asked, request.person)) for asked in waiting_rules()[:SHOWN]]
    context = {"form": form, "waiting": waiting, "rules": confirmed_rules()[:SHOWN], "least": MANAGER_FROM_DAYS}
    return render(request, "notices/copies.html", context)


@require_POST
@open_to(policies.COPY_RULES)
def answer(request: PersonRequest, pk: int) -> HttpResponse:
    """`confirmed`: which of the two buttons it was."""
    asked = get_object_or_404(CopyRule, pk=pk)
    confirmed = ParameterForm(request.POST, "confirmed").has("confirmed")
    try:
        answer_copy_rule(asked, request.person, clock.now(), confirmed=confirmed)
    except CopyRefused as refusal:
        messages.error(request, str(refusal))
    else:
        done = gettext("It acts from the day it names.") if confirmed else gettext("It was turned down.")
        messages.success(request, done)
    return redirect("notices:copies")
