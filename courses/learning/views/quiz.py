"""The graded questions: all on one page, answers kept as they are given, marked when they are handed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import DateTimeField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.credentials.models import Certificate
from certification.ledger import clock
from courses.learning import enrolments, flow, quiz_page
from courses.learning.flow import Place, StaleAttempt
from courses.learning.models import Enrolment
from courses.learning.views.place import around, frame, language_now, module_url, own, resume_url, section_url
from lms.people.permissions import PersonRequest, person_required
from lms.people.prepared import Prepared, slot
from quizzes import attempts, grading
from quizzes.grading import UnknownAnswer
from quizzes.models import Attempt

BROUGHT = Prepared(lambda: Certificate.objects.of(slot("person")).filter(awarded_at=slot("at", DateTimeField())))


def questions(here: Place, unanswered: list[str] | None = None) -> dict[str, Any]:
    """What section.html needs to show the questions, or that they have been passed."""
    edition, rows = here.text.edition.quiz_edition, here.attempts
    if edition is None:
        return {}
    last = next((each for each in rows if each.submitted_at), None)
    current = rows[0] if rows and not rows[0].submitted_at else None
    given = attempts.responses(current) if current else {}
    asked = quiz_page.to_answer(edition, quiz_page.words_for(edition, here.text), given, unanswered or [])
    return {
        "passed": enrolments.passed_attempt(here.enrolment, rows),
        "last": last,
        "questions": asked,
        "attempt_number": attempts.next_number(rows),
        "needed": grading.needed(len(asked), edition.keys["pass_percent"]),
        "errors": [(question["error"], question["name"]) for question in asked if question["error"]],
    }


@person_required
@require_POST
def answers(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """Keep the answers so far. The script gets a bare status; without it, one is told and may leave."""
    way = own(request.person, enrolment)
    try:
        saved = flow.save_answers(way, attempt_number(request), quiz_page.posted(request.POST), clock.now())
    except (StaleAttempt, UnknownAnswer):
        return HttpResponse(status=409) if "autosave" in request.POST else out_of_date(request, way)
    if "autosave" in request.POST:
        return HttpResponse(status=204 if saved else 409)
    if not saved:
        return redirect("learn:result", way.pk, attempt_number(request))
    messages.success(request, gettext("Your answers are saved. You can go on whenever you like."))
    return redirect("learn:dashboard")


@person_required
@require_POST
def submit(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """Hand in: the page again with a sentence beside every unanswered question, or the result."""
    way, at = own(request.person, enrolment), clock.now()
    try:
        handed = flow.submit(way, attempt_number(request), quiz_page.posted(request.POST), language_now(), at)
    except (StaleAttempt, UnknownAnswer):
        return out_of_date(request, way)
    if handed.unanswered:
        return incomplete(request, flow.open_place(way, language_now(), at), handed.unanswered, at)
    return redirect("learn:result", way.pk, handed.attempt.number)


def incomplete(request: PersonRequest, here: Place, unanswered: list[str], at: datetime) -> HttpResponse:
    shown = next(section for section in here.progress.sections if section.quiz)
    context = frame(here, shown, at) | questions(here, unanswered)
    return render(request, "learning/section.html", context, status=422)


@person_required
@require_safe
def result(request: PersonRequest, enrolment: UUID, number: int) -> HttpResponse:
    way = own(request.person, enrolment)
    here = flow.open_place(way, language_now(), clock.now())
    attempt = next((each for each in here.attempts if each.number == number), None)
    if attempt is None:
        raise Http404
    if not attempt.submitted_at:
        return redirect(resume_url(here))
    return render(request, "learning/result.html", shown_result(here, attempt))


def shown_result(here: Place, attempt: Attempt) -> dict[str, Any]:
    """The context of result.html: see the comment at its top."""
    edition = here.text.edition.quiz_edition
    if edition is None or edition.pk != attempt.edition_id:
        edition = attempt.edition
    words = quiz_page.words_for(edition, here.text)
    asked = quiz_page.reviewed(edition, words, attempts.responses(attempt))
    quiz = here.progress.quiz
    return around(here) | {
        "attempt": attempt,
        "questions": asked,
        "words_locale": words.locale,
        "words_wanted": language_now() if words.locale != language_now() else "",
        "needed": grading.needed(len(asked), edition.keys["pass_percent"]),
        "again_url": section_url(here.enrolment, quiz.key) if quiz and not quiz.done else "",
        "resume_url": resume_url(here),
        "certificates": certificates(here.enrolment),
    }


def certificates(enrolment: Enrolment) -> list[Certificate]:
    """What completing the module brought: certificates carry the same instant."""
    if not enrolment.completed_at:
        return []
    return BROUGHT(person=enrolment.person_id, at=enrolment.completed_at)


def attempt_number(request: PersonRequest) -> int:
    """Which attempt the page was made for; 0, which no attempt has, where the form does not say."""
    number = request.POST.get("attempt", "")
    return int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0


def out_of_date(request: PersonRequest, way: Enrolment) -> HttpResponse:
    here = flow.open_place(way, language_now(), clock.now())
    messages.warning(
        request,
        gettext("That page was out of date, so nothing was handed in. Here are the questions as they stand now."),
    )
    return redirect(section_url(way, here.progress.quiz.key) if here.progress.quiz else module_url(way))
