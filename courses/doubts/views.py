"""“This is wrong”: the person says it of their own date, HR administration answers. Nobody else reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.ledger import clock
from courses.assignments import basis_doubts
from courses.assignments.models import Assignment
from courses.assignments.module_titles import text_in_language
from courses.doubts import policies
from courses.doubts.forms import BasisAnswerForm, BasisDoubtForm
from courses.learning.place import language_now, unstored
from lms.people import access
from lms.people.facts_on_day import today, zone_of
from lms.people.masked_names import Names
from lms.people.models import Person
from lms.people.permissions import PersonRequest, open_to, person_required
from lms.typed_entries import typed_entries

MOST_LISTED = 200


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def doubt(request: PersonRequest, assignment: UUID) -> HttpResponse:
    """One's own assignment; anybody else's is a 404."""
    rows = Assignment.objects.of(request.person).select_related("version", "person")
    found = get_object_or_404(rows, pk=assignment)
    form = BasisDoubtForm(typed_entries(request))
    if request.method == "POST" and form.is_valid():
        basis_doubts.raise_doubt(found, form.cleaned_data["kind"], form.cleaned_data["words"].strip(), clock.now())
        messages.success(request, gettext("Human resources is told, and answers within ten working days."))
        return redirect("learn:date_doubt", found.pk)
    said = list(basis_doubts.own_doubts(request.person, found))
    waiting = any(each.answered_at is None for each in said)
    context = {"form": form, "said": said, "waiting": waiting, **title_of(found)}
    status = 422 if request.method == "POST" else 200
    with timezone.override(zone_of(request.person, today(request.person, clock.now()))):
        return unstored(render(request, "learning/date_doubt.html", context, status=status))


@open_to(policies.BASIS_DOUBTS)
@require_safe
def awaiting(request: PersonRequest) -> HttpResponse:
    """What waits for an answer; names are masked until one is opened."""
    names = Names.shown_in(request.session)
    rows = basis_doubts.open_doubts(request.person)
    doubts = [(each, names.of_person(each.person)) for each in rows[:200]]
    context = {"doubts": doubts, "more": rows.count() > 200}
    named = [each.person for each, name in doubts if not name.masked]
    look(request, named)
    return unstored(render(request, "learning/date_doubts.html", context))


@open_to(policies.BASIS_DOUBTS)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: PersonRequest, pk: UUID) -> HttpResponse:
    """One doubt with its name: a look that the person finds in their own record."""
    found = get_object_or_404(basis_doubts.open_doubts(request.person), pk=pk)
    form = BasisAnswerForm(typed_entries(request))
    if request.method == "POST" and form.is_valid():
        basis_doubts.answer_doubt(found.pk, request.person, form.cleaned_data["answer"].strip(), clock.now())
        messages.success(request, gettext("Answered. The person is told."))
        return redirect("doubts:awaiting")
    look(request, [found.person])
    context = {"form": form, "doubt": found, **title_of(found.assignment)}
    status = 422 if request.method == "POST" else 200
    return unstored(render(request, "learning/date_doubt_answer.html", context, status=status))


def look(request: PersonRequest, people: list[Person]) -> None:
    access.record_access(
        request.person, dict.fromkeys(people), capacity=access.HR_ADMIN, what="basis.doubt", at=clock.now()
    )


def title_of(assignment: Assignment) -> dict[str, Any]:
    return {"assignment": assignment, "path": text_in_language(assignment.version.titles, language_now())}
