"""The graded questions: all on one page, answers kept as they are given, marked when they are handed in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from certification.ledger import clock
from courses.learning import flow
from courses.learning.flow import LearnerPlace, Paused, StaleAttempt
from courses.learning.models import Enrolment
from courses.learning.place import (
    AT_HEADING,
    attempt_number,
    counted,
    language_now,
    module_frame,
    module_url,
    own_or_404,
    resume_url,
    section_frame,
    section_url,
    unstored,
)
from courses.player import pages, quiz_page
from lms.parameter_form import ParameterForm
from lms.people.permissions import PersonRequest, person_required
from lms.typed_entries import forget_entries, keep_entries
from quizzes.attempts import AnswerSheet, Turn
from quizzes.grading import UnknownAnswer


@person_required
@require_POST
def begin(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """Starts an attempt with a time limit: the time runs from here."""
    way, at = own_or_404(request.person, enrolment), clock.now()
    try:
        flow.save_answers(way, AnswerSheet(flow.sitting(way, attempt_number(request), at)), at, language_now())
    except StaleAttempt:
        return out_of_date(request, way)
    except Paused as pause:
        return paused(request, way, pause)
    return redirect(questions_url(way))


def questions_url(way: Enrolment) -> str:
    """Where the questions stand; the module's page where it asks none."""
    found = next((each["key"] for each in way.edition.structure["sections"] if each["quiz"]), "")
    return section_url(way, found) if found else module_url(way)


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """Keep the answers so far. The script gets a bare status; without it, one is told and may leave.

    A page may stand at this address after a POST, so that reloading it or another language asks for it by GET: then
    the questions are shown where they stand.
    """
    way, at, number = own_or_404(request.person, enrolment), clock.now(), attempt_number(request)
    if request.method != "POST":
        return redirect(questions_url(way))
    try:
        sent = quiz_page.posted(request.POST, flow.sitting(way, number, at))
        saved = flow.save_answers(way, sent, at, language_now(), turn(request))
    except (StaleAttempt, UnknownAnswer):
        return HttpResponse(status=409) if is_autosave(request) else out_of_date(request, way)
    except Paused as pause:
        return HttpResponse(status=409) if is_autosave(request) else paused(request, way, pause)
    remember(request, way, sent)
    if is_autosave(request):
        return HttpResponse(status=kept(sent) if saved else 409)
    if not saved:
        return redirect(result_url(way, number))
    if sent.errors:
        return incomplete(request, flow.open_place(way, language_now(), at), [], sent, at)
    messages.success(request, gettext("Your answers are saved. You can go on whenever you like."))
    return redirect("learn:dashboard")


def is_autosave(request: PersonRequest) -> bool:
    """Whether the script sent this, and not a button."""
    return ParameterForm(request.POST).has("autosave")


def kept(sent: AnswerSheet) -> int:
    """204 = everything is saved; 202 = all but what is no whole answer yet."""
    return 202 if sent.errors else 204


def remember(request: PersonRequest, way: Enrolment, sent: AnswerSheet) -> None:
    """What is a whole answer is stored with the attempt; the rest of what was typed stays with the session."""
    (keep_entries if sent.errors else forget_entries)(request, questions_url(way))


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: PersonRequest, enrolment: UUID) -> HttpResponseBase:
    """Hand in: the page again with a sentence beside every unanswered question, or the result. By GET: see answers."""
    way, at, number = own_or_404(request.person, enrolment), clock.now(), attempt_number(request)
    if request.method != "POST":
        return redirect(questions_url(way))
    try:
        sent = quiz_page.posted(request.POST, flow.sitting(way, number, at))
        handed = flow.submit(way, sent, language_now(), at, turn(request))
    except (StaleAttempt, UnknownAnswer):
        return out_of_date(request, way)
    except Paused as pause:
        return paused(request, way, pause)
    if handed.unanswered:
        keep_entries(request, questions_url(way))
        return incomplete(request, flow.open_place(way, language_now(), at), handed.unanswered, sent, at)
    forget_entries(request, questions_url(way))
    return redirect(result_url(way, handed.attempt.number))


def result_url(way: Enrolment, number: int) -> str:
    return f"{reverse('learn:result', args=[way.pk, number])}{AT_HEADING}"


def incomplete(
    request: PersonRequest, here: LearnerPlace, unanswered: list[str], sent: AnswerSheet, at: datetime
) -> HttpResponse:
    shown = next(section for section in here.progress.sections if section.quiz)
    quiz = pages.quiz_page_at(here, at, unanswered, sent, request.POST)
    context = section_frame(here, shown, at) | {"quiz": quiz, "errors": quiz.errors if quiz else []}
    return unstored(render(request, "learning/section.html", context, status=422))


@person_required
@require_safe
def result(request: PersonRequest, enrolment: UUID, number: int) -> HttpResponse:
    way, at = own_or_404(request.person, enrolment), clock.now()
    here = flow.open_place(way, language_now(), at)
    attempt = next((each for each in here.attempts if each.number == number), None)
    if attempt is None:
        raise Http404
    if not attempt.submitted_at:
        return redirect(resume_url(here))
    context = module_frame(here) | {"result": pages.result_page(here, attempt, at)}
    return unstored(render(request, "learning/result.html", context))


def turn(request: PersonRequest) -> Turn | None:
    """Which page sent this and as its how-manieth request; None where no script counts them."""
    sent = ParameterForm(request.POST, "turn", page=16)
    page, number = sent.text("page"), counted(sent.text("turn"))
    return Turn(page, number) if page and number else None


def out_of_date(request: PersonRequest, way: Enrolment) -> HttpResponse:
    forget_entries(request, questions_url(way))
    messages.warning(
        request,
        gettext("That page was out of date, so nothing was handed in. Here are the questions as they stand now."),
    )
    return redirect(questions_url(way))


def paused(request: PersonRequest, way: Enrolment, pause: Paused) -> HttpResponse:
    messages.info(request, gettext("The next try is not open yet, so nothing was handed in."))
    return redirect(questions_url(way))
