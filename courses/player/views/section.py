"""The player: one section a page. Reading is GET; "done" and a practice's answer are POST, and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from certification.ledger import clock
from courses.learning import flow
from courses.learning.flow import LearnerPlace
from courses.learning.lab_sections import lab_context
from courses.learning.models import Enrolment
from courses.learning.place import (
    elsewhere,
    find_practice,
    language_now,
    module_url,
    own_or_404,
    section_frame,
    section_url,
    unstored,
)
from courses.learning.progress import Section
from courses.player import pages, practising, pretest
from lms.parameter_form import ParameterForm
from lms.people.permissions import PersonRequest, person_required
from quizzes.grading import UnknownAnswer


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: PersonRequest, enrolment: UUID, section: str) -> HttpResponse:
    way = own_or_404(request.person, enrolment)
    practised = ParameterForm(request.POST, "practice").text("practice")
    if request.method == "POST" and not practised:
        return finish(request, way, section)
    here = flow.open_place(way, language_now(), clock.now())
    try:
        shown = here.progress.section(section)
    except KeyError:
        return elsewhere(request, here)
    if request.method == "POST":
        return practise(request, here, shown, practised)
    return section_page(request, here, shown)


def section_page(
    request: PersonRequest, here: LearnerPlace, shown: Section, practised: dict[str, Any] | None = None
) -> HttpResponse:
    at = clock.now()
    context = section_frame(here, shown, at, practised)
    if shown.lab:
        context |= lab_context(here, shown)
    if shown.quiz:
        return unstored(render(request, "learning/section.html", context | {"quiz": pages.quiz_page_at(here, at)}))
    first = not here.progress.done and here.progress.place(shown.key) == 1
    asked = here.text.edition.quiz_edition
    context["pretest"] = first and pretest.is_pretest_offered(here.enrolment, asked, here.attempts)
    context["practice_errors"] = practising.errors_of(practised)
    status = 422 if context["practice_errors"] else 200
    return render(request, "learning/section.html", context, status=status)


def practise(request: PersonRequest, here: LearnerPlace, shown: Section, key: str) -> HttpResponse:
    """The section again, with the practice explained: nothing of it is kept, here or in the page's address."""
    practice = find_practice(here, shown, key, clock.now())
    try:
        practised = practising.practice_answered(practice, request.POST) if practice else None
    except UnknownAnswer:
        practised = None
    if practised is None:
        messages.info(request, gettext("That page was out of date. Here is the section as it stands now."))
        return redirect(section_url(here.enrolment, shown.key))
    return unstored(section_page(request, here, shown, practised))


def finish(request: PersonRequest, way: Enrolment, section: str) -> HttpResponse:
    at = clock.now()
    try:
        flow.finish_section(way, section, language_now(), at)
    except flow.NoSuchSection:
        return elsewhere(request, flow.open_place(way, language_now(), at))
    here = flow.open_place(own_or_404(request.person, way.pk), language_now(), at)
    following = here.progress.after(section)
    return redirect(section_url(way, following.key) if following else module_url(way))
