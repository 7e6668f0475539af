"""The player: one section a page. Reading is GET; "done" and a practice's answer are POST, and nothing else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from certification.ledger import clock
from courses.learning import flow
from courses.learning.flow import LearnerPlace
from courses.learning.lab_sections import MOST_PREDICTED, is_guess, lab_context
from courses.learning.models import Enrolment
from courses.learning.place import (
    AT_HEADING,
    elsewhere,
    find_practice,
    language_now,
    own_or_404,
    resume_url,
    section_frame,
    section_url,
    unstored,
)
from courses.learning.progress import Section
from courses.player import pages, practising, pretest
from lms.parameter_form import ParameterForm
from lms.people.permissions import PersonRequest, person_required
from lms.typed_entries import typed_entries
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
    kept = None if request.method == "POST" else typed_entries(request)  # nothing of a practice is kept
    context = section_frame(here, shown, at, practised)
    if shown.lab:
        context |= lab_context(here, shown) | guess_again(kept)
    if shown.quiz:
        quiz = pages.quiz_page_again(here, at, kept)
        context |= {"quiz": quiz, "errors": quiz.errors if quiz else []}
        return unstored(render(request, "learning/section.html", context))
    first = not here.progress.done and here.progress.place(shown.key) == 1
    asked = here.text.edition.quiz_edition
    context["pretest"] = first and pretest.is_pretest_offered(here.enrolment, asked, here.attempts)
    unanswered = practising.errors_of(practised)
    context["errors"] = unanswered or context.get("errors", [])
    status = 422 if unanswered else 200
    return render(request, "learning/section.html", context, status=status)


def guess_again(kept: QueryDict | None) -> dict[str, Any]:
    """A guess that came back because it is none, and the sentence that says so."""
    number = ParameterForm(kept or QueryDict(), "number").text("number").strip()
    if is_guess(number):
        return {}
    sentence = gettext("Give a number from 0 to %(most)s, or leave it out.") % {"most": MOST_PREDICTED}
    return {"guess_typed": number, "guess_error": sentence, "errors": [(sentence, "number")]}


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
    return redirect(f"{section_url(way, following.key) if following else resume_url(here)}{AT_HEADING}")
