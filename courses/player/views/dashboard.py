"""The learner's day: what to do next, what is asked and by when, what is done. And switching the language."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language

from certification.ledger import clock
from courses.learning.place import language_now
from courses.player import day
from lms.people.permissions import PersonRequest, person_required


@person_required
@require_safe
def dashboard(request: PersonRequest) -> HttpResponse:
    return render(request, "learning/dashboard.html", {"day": day.day_of(request.person, language_now(), clock.now())})


@person_required
@require_POST
def language(request: PersonRequest) -> HttpResponseBase:
    """Read on in another language, at the same place: `next` is where one was."""
    return set_language(request)
