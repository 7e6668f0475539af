"""The voluntary pre-test: its questions, and what it shows. No right answer is shown, so nothing is given away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from certification.ledger import clock
from courses.learning import flow
from courses.learning.flow import LearnerPlace
from courses.learning.place import (
    AT_HEADING,
    language_now,
    module_frame,
    module_url,
    own_or_404,
    resume_url,
    section_titles,
    section_url,
    unstored,
)
from courses.player import pretest, quiz_page
from lms.people.permissions import PersonRequest, person_required
from lms.typed_entries import typed_entries
from quizzes import asking, attempts, grading
from quizzes.attempts import AnswerSheet
from quizzes.grading import UnknownAnswer
from quizzes.models import Attempt


@person_required
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    way, at = own_or_404(request.person, enrolment), clock.now()
    here = flow.open_place(way, language_now(), at)
    sitting = pretest.pretest_sitting(here.enrolment)
    if sitting is None or (here.attempts and not sitting.submitted_at):
        return redirect(resume_url(here))
    if sitting.submitted_at:
        return redirect("learn:pretest_result", way.pk)
    entries = typed_entries(request)
    if request.method != "POST":
        return unstored(render(request, "learning/pretest.html", pretest_again(here, sitting, entries)))
    try:
        sent = quiz_page.posted(request.POST, sitting)
        handed, missing = pretest.submit_pretest(way, sent, language_now(), at)
    except (UnknownAnswer, LookupError):
        messages.warning(request, gettext("That page was out of date, so nothing was handed in."))
        return redirect(module_url(way))
    if missing:
        context = pretest_context(here, handed, missing, sent, entries)
        return unstored(render(request, "learning/pretest.html", context, status=422))
    return redirect(f"{reverse('learn:pretest_result', args=[way.pk])}{AT_HEADING}")


def pretest_again(here: LearnerPlace, sitting: Attempt, kept: QueryDict | None) -> dict[str, Any]:
    """The questions by GET: if they were sent back from here unfinished (`kept`), with what they still lack."""
    if kept is None or sitting._state.adding:
        return pretest_context(here, sitting)
    try:
        sent = quiz_page.posted(kept, sitting)
    except UnknownAnswer:
        return pretest_context(here, sitting)
    return pretest_context(here, sitting, attempts.unanswered(sitting, attempts.responses(sitting)), sent, kept)


def pretest_context(
    here: LearnerPlace,
    sitting: Attempt,
    missing: list[str] | None = None,
    sent: AnswerSheet | None = None,
    typed: Any = None,
) -> dict[str, Any]:
    """The context of pretest.html: see the comment at its top."""
    words = quiz_page.words_for(sitting.edition, here.text)
    given = {} if sitting._state.adding else attempts.responses(sitting)
    shown = asking.questions_on_page(sitting, words, given, missing or [], sent.errors if sent else {}, typed)
    return module_frame(here) | {
        "questions": shown,
        "errors": asking.error_links(shown),
        "locale": words.locale,
        "wanted": language_now() if words.locale != language_now() else "",
        "spaced": quiz_page.wants_spacing(here.enrolment.person),
        "resume_url": resume_url(here),
    }


@person_required
@require_safe
def result(request: PersonRequest, enrolment: UUID) -> HttpResponse:
    way = own_or_404(request.person, enrolment)
    here, found = flow.open_place(way, language_now(), clock.now()), pretest.pretest_of(way)
    if found is None or not found.submitted_at:
        raise Http404
    return unstored(
        render(
            request,
            "learning/pretest_result.html",
            module_frame(here)
            | {
                "points": found.credit.normalize() if found.credit is not None else 0,
                "scored": sum(grading.is_scored(question) for question in attempts.questions(found)),
                "parts": parts(here, found),
                "resume_url": resume_url(here),
            },
        )
    )


def parts(here: LearnerPlace, attempt: Attempt) -> list[dict[str, Any]]:
    """What each objective brought, and where points are missing the sections that teach it."""
    objectives = {each["key"]: each for each in here.text.body["objectives"]}
    named, there = section_titles(here), {section.key for section in here.progress.sections}
    found = []
    for key, (points, count) in pretest.by_objective(attempt).items():
        objective = objectives.get(key, {"text": key})
        taught = objective.get("sections", []) if points < count else []
        found.append(
            {
                "text": objective["text"],
                "points": points,
                "count": count,
                "sections": [
                    (named[section], section_url(here.enrolment, section)) for section in taught if section in there
                ],
            }
        )
    return found
