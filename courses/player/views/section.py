"""The player: one section a page. Reading is GET; "done" is POST and nothing else."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from certification.ledger import clock
from courses.learning import flow
from courses.learning.lab_sections import lab_context
from courses.learning.models import Enrolment
from courses.learning.place import elsewhere, language_now, module_url, own_or_404, section_frame, section_url, unstored
from courses.player import pages, pretest
from lms.people.permissions import PersonRequest, person_required


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def section(request: PersonRequest, enrolment: UUID, section: str) -> HttpResponse:
    way = own_or_404(request.person, enrolment)
    if request.method == "POST":
        return finish(request, way, section)
    at = clock.now()
    here = flow.open_place(way, language_now(), at)
    try:
        shown = here.progress.section(section)
    except KeyError:
        return elsewhere(request, here)
    context = section_frame(here, shown, at)
    if shown.lab:
        context |= lab_context(here, shown)
    if not shown.quiz:
        first = not here.progress.done and here.progress.place(section) == 1
        asked = here.text.edition.quiz_edition
        context["pretest"] = first and pretest.is_pretest_offered(here.enrolment, asked, here.attempts)
        return render(request, "learning/section.html", context)
    return unstored(render(request, "learning/section.html", context | {"quiz": pages.quiz_page_at(here, at)}))


def finish(request: PersonRequest, way: Enrolment, section: str) -> HttpResponse:
    at = clock.now()
    try:
        flow.finish_section(way, section, language_now(), at)
    except flow.NoSuchSection:
        return elsewhere(request, flow.open_place(way, language_now(), at))
    here = flow.open_place(own_or_404(request.person, way.pk), language_now(), at)
    following = here.progress.after(section)
    return redirect(section_url(way, following.key) if following else module_url(way))
