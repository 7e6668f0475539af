"""The ending: what was finished, the certificate it brought, what is open now, and one next step."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from certification.ledger import clock
from courses.assignments.module_titles import text_in_language
from courses.assignments.todo_list import Task, todo_of
from courses.learning import flow
from courses.learning.flow import LearnerPlace
from courses.learning.lab_sections import open_follow_up
from courses.learning.place import language_now, module_frame, own_or_404, resume_url, section_url, unstored
from courses.player import day, pages
from courses.player.open_enrolments import OpenEnrolments
from lms.people.facts_on_day import today, zone_of
from lms.people.permissions import PersonRequest, person_required


@person_required
@require_safe
def finished(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """A module that is not finished leads to where one is in it."""
    way, at = own_or_404(request.person, enrolment), clock.now()
    here = flow.open_place(way, language_now(), at)
    if way.completed_at is None:
        return redirect(resume_url(here))
    todo = todo_of(request.person, at, language_now())
    zone = zone_of(request.person, at.date())
    awards = pages.certificates_of(way)
    context = module_frame(here) | {
        "completed_on": today(request.person, way.completed_at),
        "certificates": [(each, path_title(each.content["path"]["titles"], each.path_key)) for each in awards],
        "paths": [path_progress(task) for task in todo.tasks if way.module_id in {step.module for step in task.steps}],
        "open_now": open_now(here),
        "card": day.next_card(todo, OpenEnrolments.of(request.person, language_now(), at), language_now(), zone),
    }
    return unstored(render(request, "learning/finished.html", context))


def path_title(titles: dict[str, str], key: str) -> str:
    return text_in_language(titles, language_now()) or key


def path_progress(task: Task) -> dict[str, Any]:
    """A path that asks for this module and is not done yet."""
    asked = [step for step in task.steps if step.compulsory]
    return {"title": task.title, "done": sum(step.state == "done" for step in asked), "total": len(asked)}


def open_now(here: LearnerPlace) -> list[tuple[str, str]]:
    """(words, address) of what can be done now with what was finished."""
    way = here.enrolment
    passed = next((each for each in here.attempts if each.passed), None)
    follow_up = open_follow_up([way], clock.now())
    found = [(gettext("Read any section again"), section_url(way, here.progress.sections[0].key))]
    if passed:
        found.append((gettext("Read what your answers mean"), reverse("learn:result", args=[way.pk, passed.number])))
    if follow_up:
        found.append((gettext("Eight more cases from the lab"), reverse("learn:lab", args=[way.pk, follow_up[1]])))
    found.append((gettext("See this in your record, with its evidence"), reverse("learn:record")))
    return found
