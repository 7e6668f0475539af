"""How I take tests: more time, larger letters. One's own choice; no reason is asked and nobody else sees it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from lms.parameter_form import ParameterForm
from lms.people.permissions import PersonRequest, person_required
from quizzes.models import Accommodation

TIMES = {str(value): value for value in Accommodation.Time.values}


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def accommodations(request: PersonRequest) -> HttpResponse:
    chosen = Accommodation.objects.filter(person=request.person).first() or Accommodation(person=request.person)
    if request.method == "POST":
        sent = ParameterForm(request.POST, "time")
        chosen.time = TIMES.get(sent.text("time"), Accommodation.Time.USUAL)
        chosen.spacing = sent.has("spacing")
        Accommodation.objects.update_or_create(
            person=request.person, defaults={"time": chosen.time, "spacing": chosen.spacing}
        )
        messages.success(request, gettext("Saved. Your next test is shown like this."))
        return redirect("learn:accommodations")
    return render(request, "learning/accommodations.html", {"chosen": chosen, "times": Accommodation.Time.choices})
