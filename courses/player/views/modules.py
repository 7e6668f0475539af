"""A module's own page: what it is about, why one is asked to do it, and the button that starts or resumes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from certification.ledger import clock
from content.editions import Module, ModuleEdition
from content.fact_models import Fact
from courses.assignments.todo_list import tasks_of
from courses.completions.models import Completion
from courses.learning import enrolments, flow, frozen_texts, pausing, requirement
from courses.learning.lab_sections import open_follow_up
from courses.learning.models import Enrolment
from courses.learning.place import AT_HEADING, language_now, resume_url, section_url
from courses.learning.progress import Progress, Section, measure
from courses.player import pretest, reader_clock
from lms.parameter_form import ParameterForm
from lms.people import facts_on_day
from lms.people.models import Person
from lms.people.permissions import PersonRequest, person_required
from quizzes.models import Attempt


@person_required
@require_safe
def module(request: PersonRequest, code: str) -> HttpResponse:
    rows = enrolments.ways_through(request.person, code)
    found = rows[0].module if rows else get_object_or_404(Module, code=code)
    try:
        edition = rows[0].edition if rows else enrolments.offered(found)
    except enrolments.NotOffered as error:
        raise Http404 from error
    return render(request, "learning/module.html", module_context(request, found, edition, rows))


def module_context(
    request: PersonRequest, module: Module, edition: ModuleEdition, rows: list[Enrolment]
) -> dict[str, Any]:
    """The context of module.html: see the comment at its top."""
    language, text = language_now(), frozen_texts.text_for(edition, language_now())
    tries = enrolments.attempts_of(rows[0]) if rows else []
    measured = enrolments.progress_of(rows[0], tries) if rows else measure(edition.structure, (), passed=False)
    progress = measured.timed(text.seconds)
    named = {section["key"]: section["title"] for section in text.body["sections"]}
    reasons = requirement.requirement_reasons(request.person, module, language, clock.now())
    completed = Completion.objects.of(request.person).filter(module=module).order_by("-effective_on")
    completed_on = completed.values_list("effective_on", flat=True).first()
    return {
        "module": module,
        "text": text,
        "minutes": progress.minutes,
        "sections": [
            (named[section.key], section, in_words(section), section_url(rows[0], section.key) if rows else "")
            for section in progress.sections
        ],
        "progress": progress,
        "locale": text.locale,
        "wanted": language if text.locale != language else "",
        "corrected_on": frozen_texts.source_corrected_on(text),
        "reasons": reasons,
        "working_time": working_time(request.person, language) if reasons else None,
        "completed_on": completed_on,
        "again": bool(completed_on and reasons) and is_asked_again(request.person, module),
        "finished_url": finished_url(rows),
        "completed_before": sum(row.completed_at is not None for row in rows),
        "pretest": bool(rows) and pretest.is_pretest_offered(rows[0], text.edition.quiz_edition, tries),
        "enrolment": rows[0] if rows else None,
        "paused_until": paused_until(rows, tries, progress),
        "follow_up_url": follow_up_url(rows),
        **where_to(rows, progress, withdrawn=module.withdrawn_at is not None),
    }


def working_time(person: Person, language: str) -> Fact | None:
    at = clock.now()
    return requirement.working_time(person, facts_on_day.today(person, at), language, at)


def is_asked_again(person: Person, module: Module) -> bool:
    """Whether what was done once is to be done once more: then that comes first on the page."""
    steps = (step for task in tasks_of([person], clock.now(), language_now())[person.pk] for step in task.steps)
    return any(step.module == module.pk and step.state == "renew" for step in steps)


def follow_up_url(rows: list[Enrolment]) -> str:
    """Where eight more cases of the module's lab are, in the weeks in which they are offered; else empty."""
    found = open_follow_up(rows, clock.now())
    return reverse("learn:lab", args=[found[0].pk, found[1]]) if found else ""


def finished_url(rows: list[Enrolment]) -> str:
    """The ending of the way through that was completed last; the open one, if any, comes first."""
    found = next((row for row in rows if row.completed_at), None)
    return reverse("learn:finished", args=[found.pk]) if found else ""


def paused_until(rows: list[Enrolment], tries: list[Attempt], progress: Progress) -> str:
    """When the next try at the questions opens, in words, where they are what is next; else empty."""
    if not rows or progress.next is None or not progress.next.quiz:
        return ""
    until = pausing.until(rows[0], tries, clock.now())
    return reader_clock.moment_in_words(until, rows[0].person) if until else ""


def in_words(section: Section) -> str:
    if section.done:
        return gettext("done")
    return ngettext("%(minutes)s min", "%(minutes)s min", section.minutes) % {"minutes": section.minutes}


def where_to(rows: list[Enrolment], progress: Progress, *, withdrawn: bool) -> dict[str, Any]:
    """`resume_url` for what is open, `reread_url` for what was completed; `startable` = a new round may begin."""
    if rows and rows[0].completed_at is None and progress.next:
        return {"resume_url": section_url(rows[0], progress.next.key), "reread_url": "", "startable": False}
    reread = section_url(rows[0], progress.sections[0].key) if rows else ""
    return {"resume_url": "", "reread_url": reread, "startable": not withdrawn}


@person_required
@require_POST
def start(request: PersonRequest, code: str) -> HttpResponse:
    found, at = get_object_or_404(Module, code=code), clock.now()
    before = ParameterForm(request.POST, "completed_before").text("completed_before")
    try:
        way = enrolments.start(
            request.person, found, at, completed_before=int(before) if before.isdigit() and len(before) < 6 else None
        )
    except enrolments.NotOffered:
        messages.warning(request, gettext("This module is not offered at the moment. Ask whoever assigned it to you."))
        return redirect("learn:dashboard")
    return redirect(f"{resume_url(flow.open_place(way, language_now(), at))}{AT_HEADING}")
