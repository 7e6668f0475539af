"""The graded questions: all on one page, answers kept as they are given, marked when they are handed in."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from certification.credentials.models import Certificate
from certification.ledger import clock
from courses.learning import enrolments, flow, pausing
from courses.learning.flow import Paused, Place, StaleAttempt
from courses.learning.models import Enrolment
from courses.learning.place import (
    around,
    attempt_number,
    counted,
    frame,
    language_now,
    module_url,
    own,
    resume_url,
    section_url,
    unstored,
)
from courses.player import moments, pretest, quiz_page
from lms.people.permissions import PersonRequest, person_required
from quizzes import asking, attempts, explaining
from quizzes.appeals import answering
from quizzes.attempts import AnswerSheet, Turn
from quizzes.grading import UnknownAnswer
from quizzes.models import Attempt


def questions(
    here: Place, at: datetime, unanswered: list[str] | None = None, sent: AnswerSheet | None = None, typed: Any = None
) -> dict[str, Any]:
    """What section.html needs to show the questions, or that they have been passed."""
    edition, rows = here.text.edition.quiz_edition, here.attempts
    if edition is None:
        return {}
    last = next((each for each in rows if each.submitted_at), None)
    current = rows[0] if rows and not rows[0].submitted_at else None
    sitting = current or attempts.coming(
        here.enrolment.person, enrolments.subject(here.enrolment), edition, attempts.next_number(rows)
    )
    given = attempts.responses(current) if current else {}
    errors = sent.errors if sent else {}
    words = quiz_page.words_for(edition, here.text)
    asked = asking.questions_on_page(sitting, words, given, unanswered or [], errors, typed)
    pass_mark = explaining.pass_mark(attempts.questions(sitting), edition.keys["pass_percent"])
    return {
        "passed": enrolments.passed_attempt(here.enrolment, rows),
        "last": last,
        "questions": asked,
        "pass_mark": pass_mark,
        "attempt_number": sitting.number,
        "page": secrets.token_hex(8),
        "paused_until": "" if current else paused_until(here, at),
        "timed": edition.keys.get("minutes"),
        "ends_at": moments.in_words(sitting.ends_at, here.enrolment.person) if sitting.ends_at else "",
        "over": attempts.over(sitting, at),
        "waits_for_start": bool(edition.keys.get("minutes")) and current is None,
        "spaced": quiz_page.wants_spacing(here.enrolment.person),
        "pretest": pretest.offered(here.enrolment, edition, rows),
        "errors": [(question["error"], question["name"]) for question in asked if question["error"]],
    }


def paused_until(here: Place, at: datetime) -> str:
    """When the next try opens, in words; empty = it is open."""
    until = pausing.until(here.enrolment, here.attempts, at)
    return moments.in_words(until, here.enrolment.person) if until else ""


@person_required
@require_POST
def begin(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """Starts an attempt with a time limit: the time runs from here."""
    way, at = own(request.person, enrolment), clock.now()
    try:
        flow.save_answers(way, AnswerSheet(flow.sitting(way, attempt_number(request), at)), at, language_now())
    except StaleAttempt:
        return out_of_date(request, way)
    except Paused as pause:
        return paused(request, way, pause)
    here = flow.open_place(way, language_now(), clock.now())
    return redirect(section_url(way, here.progress.quiz.key) if here.progress.quiz else module_url(way))


@person_required
@require_POST
def answers(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    """Keep the answers so far. The script gets a bare status; without it, one is told and may leave."""
    way, at, number = own(request.person, enrolment), clock.now(), attempt_number(request)
    try:
        sent = quiz_page.posted(request.POST, flow.sitting(way, number, at))
        saved = flow.save_answers(way, sent, at, language_now(), turn(request))
    except (StaleAttempt, UnknownAnswer):
        return HttpResponse(status=409) if "autosave" in request.POST else out_of_date(request, way)
    except Paused as pause:
        return HttpResponse(status=409) if "autosave" in request.POST else paused(request, way, pause)
    if "autosave" in request.POST:
        return HttpResponse(status=kept(sent) if saved else 409)
    if not saved:
        return redirect("learn:result", way.pk, number)
    if sent.errors:
        return incomplete(request, flow.open_place(way, language_now(), at), [], sent, at)
    messages.success(request, gettext("Your answers are saved. You can go on whenever you like."))
    return redirect("learn:dashboard")


def kept(sent: AnswerSheet) -> int:
    """204 = everything is saved; 202 = all but what is no whole answer yet."""
    return 202 if sent.errors else 204


@person_required
@require_POST
def submit(request: PersonRequest, enrolment: UUID) -> HttpResponseBase:
    """Hand in: the page again with a sentence beside every unanswered question, or the result."""
    way, at, number = own(request.person, enrolment), clock.now(), attempt_number(request)
    try:
        sent = quiz_page.posted(request.POST, flow.sitting(way, number, at))
        handed = flow.submit(way, sent, language_now(), at, turn(request))
    except (StaleAttempt, UnknownAnswer):
        return out_of_date(request, way)
    except Paused as pause:
        return paused(request, way, pause)
    if handed.unanswered:
        return incomplete(request, flow.open_place(way, language_now(), at), handed.unanswered, sent, at)
    return redirect("learn:result", way.pk, handed.attempt.number)


def incomplete(
    request: PersonRequest, here: Place, unanswered: list[str], sent: AnswerSheet, at: datetime
) -> HttpResponse:
    shown = next(section for section in here.progress.sections if section.quiz)
    context = frame(here, shown, at) | questions(here, at, unanswered, sent, request.POST)
    return unstored(render(request, "learning/section.html", context, status=422))


@person_required
@require_safe
def result(request: PersonRequest, enrolment: UUID, number: int) -> HttpResponse:
    way, at = own(request.person, enrolment), clock.now()
    here = flow.open_place(way, language_now(), at)
    attempt = next((each for each in here.attempts if each.number == number), None)
    if attempt is None:
        raise Http404
    if not attempt.submitted_at:
        return redirect(resume_url(here))
    return unstored(render(request, "learning/result.html", shown_result(here, attempt, at)))


def shown_result(here: Place, attempt: Attempt, at: datetime) -> dict[str, Any]:
    """The context of result.html: see the comment at its top."""
    edition = here.text.edition.quiz_edition
    if edition is None or edition.pk != attempt.edition_id:
        edition = attempt.edition
    attempt.edition = edition
    words = quiz_page.words_for(edition, here.text)
    asked = explaining.explained_questions(attempt, words, attempts.responses(attempt))
    doubted = answering.appeals_by_question(attempt)
    asked = [each | {"appeal": doubted.get(each["key"])} for each in asked]
    quiz = here.progress.quiz
    return around(here) | {
        "attempt": attempt,
        "questions": asked,
        "points": attempt.right if attempt.credit is None else explaining.rounded_points(attempt.credit),
        "pass_mark": explaining.pass_mark(attempts.questions(attempt), edition.keys["pass_percent"]),
        "missed_keys": [each for each in asked if each["compulsory"] and not each["right"]],
        "words_locale": words.locale,
        "words_wanted": language_now() if words.locale != language_now() else "",
        "again_url": section_url(here.enrolment, quiz.key) if quiz and not quiz.done else "",
        "paused_until": paused_until(here, at) if attempt.passed is False else "",
        "before": pretest.compared(here.enrolment, attempt) if attempt.passed else None,
        "resume_url": resume_url(here),
        "certificates": certificates(here.enrolment),
    }


def certificates(enrolment: Enrolment) -> list[Certificate]:
    """What completing the module brought: certificates carry the same instant."""
    if not enrolment.completed_at:
        return []
    return list(Certificate.objects.held_by(enrolment.person).filter(awarded_at=enrolment.completed_at))


def turn(request: PersonRequest) -> Turn | None:
    """Which page sent this and as its how-manieth request; None where no script counts them."""
    page, number = request.POST.get("page", "")[:16], counted(request.POST.get("turn", ""))
    return Turn(page, number) if page and number else None


def out_of_date(request: PersonRequest, way: Enrolment) -> HttpResponse:
    here = flow.open_place(way, language_now(), clock.now())
    messages.warning(
        request,
        gettext("That page was out of date, so nothing was handed in. Here are the questions as they stand now."),
    )
    return redirect(section_url(way, here.progress.quiz.key) if here.progress.quiz else module_url(way))


def paused(request: PersonRequest, way: Enrolment, pause: Paused) -> HttpResponse:
    here = flow.open_place(way, language_now(), clock.now())
    messages.info(request, gettext("The next try is not open yet, so nothing was handed in."))
    return redirect(section_url(way, here.progress.quiz.key) if here.progress.quiz else module_url(way))
