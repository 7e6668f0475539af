"""The survey for learners, and for governance what was written in it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.ledger import clock
from courses.learning import enrolments, frozen_texts
from courses.learning.models import Enrolment
from courses.learning.place import language_now
from lms.parameter_form import ParameterForm
from lms.people.facts_on_day import today
from lms.people.models import Person
from lms.people.permissions import PersonRequest, open_to, person_required
from lms.reports import policies
from lms.reports.survey import answering, published
from lms.reports.survey.forms import SurveyForm, ThemesForm
from lms.reports.survey.models import Remark, Theme
from lms.typed_entries import forget_entries, keep_entries, typed_entries


@never_cache
@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: PersonRequest, code: str) -> HttpResponse:
    person, way, day = request.person, own(request.person, code), clock.now().date()
    asked = answering.asked_groups(code, day)
    bands = answering.bands_of_learner(person, way.module) if asked else {}
    form = SurveyForm(request.POST if request.method == "POST" else None, asked, bool(bands))
    if form.is_valid():
        if answering.count_answer(person, way.module, form.answer, day):
            messages.success(request, gettext("Thank you. Your answer is counted, and nothing leads from it to you."))
        return redirect("learn:module", code)
    context = {
        "form": form,
        "module": way.module,
        "title": frozen_texts.text_for(way.edition, language_now()).body["title"],
        "results": answering.in_words(bands),
        "answered": answering.has_answered(person, code),
    }
    return render(request, "learning/survey.html", context, status=422 if form.errors else 200)


def own(person: Person, code: str) -> Enrolment:
    """The person's newest way through the module; who never began it is asked nothing about it."""
    rows = enrolments.ways_through(person, code)
    if not rows:
        raise Http404(code)
    return rows[0]


@open_to(policies.EFFECT)
@require_safe
def remarks(request: PersonRequest, code: str) -> HttpResponse:
    """What was written about a module, with the themes it was given."""
    day = today(request.person, clock.now())
    rows = published.readable_remarks(code, day).prefetch_related("themes")
    known = list(Theme.objects.order_by("name").values_list("pk", "name"))
    kept = typed_entries(request)
    forms = [(row, themes_of(row, known, kept)) for row in rows]
    wrong = next((form for _row, form in forms if form.errors), None)
    context: dict[str, Any] = {"code": code, "known": known, "remarks": forms, "form": wrong}
    return render(request, "reports/remarks.html", context)


def themes_of(row: Remark, known: list[tuple[int, str]], kept: QueryDict | None = None) -> ThemesForm:
    """The form with the themes that were read once for all remarks; `kept` = one of them, as it came back."""
    own = kept if kept and ParameterForm(kept, "remark").text("remark") == str(row.pk) else None
    form = ThemesForm(own, initial={"themes": [theme.pk for theme in row.themes.all()]}, auto_id=f"{row.pk}-%s")
    form.fields["themes"].choices = known  # type: ignore[attr-defined]
    return form


@open_to(policies.EFFECT)
@require_POST
def code_remark(request: PersonRequest, pk: UUID) -> HttpResponse:
    """Gives a remark its themes."""
    row = readable_remark(request, pk)
    form = ThemesForm(request.POST)
    if form.is_valid():
        chosen = list(form.cleaned_data["themes"])
        if form.cleaned_data["new"].strip():
            chosen.append(Theme.objects.get_or_create(name=form.cleaned_data["new"].strip())[0])
        row.themes.set(chosen)
        forget_entries(request, reverse("remarks", args=[row.module]))
        messages.success(request, gettext("Saved."))
    else:
        keep_entries(request, reverse("remarks", args=[row.module]))
    return redirect("remarks", row.module)


@open_to(policies.EFFECT)
@require_POST
def delete_remark(request: PersonRequest, pk: UUID) -> HttpResponse:
    """For a text that names somebody. Its counts stay: they hold no word of it."""
    row = readable_remark(request, pk)
    published.delete_texts(Remark.objects.filter(pk=row.pk))
    messages.success(request, gettext("The text is deleted."))
    return redirect("remarks", row.module)


def readable_remark(request: PersonRequest, pk: UUID) -> Remark:
    row = get_object_or_404(Remark, pk=pk)
    return get_object_or_404(published.readable_remarks(row.module, today(request.person, clock.now())), pk=pk)
