"""Texts awaiting review, in the editing area: the list, the text as a learner will read it, and the signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.ledger import clock
from content import changes, emergency, policies, review
from content.editions import EmergencyCorrection, Freezing, ModuleText
from content.fact_models import FactSet
from content.facts.proposals import unknown_facts, waiting_facts
from content.rendering import render_section
from content.views import drafts
from lms.parameter_form import PageForm, ParameterForm
from lms.people.permissions import PersonRequest, open_to
from lms.refusals import Refused
from quizzes.solutions import solution

PAGE_SIZE = 50


@open_to(policies.REVIEWING)
@require_safe
def texts_to_review(request: PersonRequest) -> HttpResponse:
    page = Paginator(review.texts_awaiting().defer("body"), PAGE_SIZE).get_page(PageForm(request.GET).number)
    unfrozen = Freezing.objects.filter(text__isnull=True, page__live=True).select_related("page__locale")
    context: dict[str, Any] = {
        "texts": page,
        "unfrozen": unfrozen.order_by("page__path"),
        "drafts": drafts.drafts_in_review(),
    }
    context["facts"] = waiting_facts().count()
    return render(request, "content/review_list.html", context)


@open_to(policies.REVIEWING)
@require_http_methods(["GET", "HEAD", "POST"])
def text_to_review(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(ModuleText.objects.select_related("edition__module", "quiz_text", "sign_off"), pk=pk)
    if request.method == "POST":
        return (
            show_at_once(request, found) if ParameterForm(request.POST).has("emergency") else sign_text(request, found)
        )
    language = request.LANGUAGE_CODE
    changed, before = changes.changes_of_text(found)
    return render(
        request,
        "content/review_text.html",
        {
            "text": found,
            "changes": changed,
            "before": before,
            "first": before is None,
            "unknown": unknown_facts(found.edition.structure["facts"]),
            "signed": getattr(found, "sign_off", None),
            "refusal": review.sign_off_refusal(found, request.person),
            "correction": EmergencyCorrection.objects.filter(text=found, ended_at=None).select_related("by").first(),
            "emergency_refusal": emergency.emergency_refusal(found, request.person, clock.now()),
            "sections": [
                {"title": section["title"], "html": render_section(found, section["key"], FactSet(facts={}), language)}
                for section in found.body["sections"]
            ],
            "questions": questions_with_solutions(found),
        },
    )


def show_at_once(request: PersonRequest, found: ModuleText) -> HttpResponse:
    reason = ParameterForm(request.POST, reason=300).text("reason").strip()
    try:
        made = emergency.correct_at_once(found, request.person, reason, clock.now())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        until = date_format(localtime(made.until), "DATETIME_FORMAT")
        messages.warning(
            request, _("Learners are shown this text now, until %(until)s unless somebody signs it.") % {"until": until}
        )
    return redirect("content_review_text", pk=found.pk)


def sign_text(request: PersonRequest, found: ModuleText) -> HttpResponse:
    sent = ParameterForm(request.POST, "first_language", note=300)
    note, first_language = sent.text("note").strip(), bool(sent.text("first_language"))
    try:
        review.sign_off(found, request.person, clock.now(), note, first_language=first_language)
    except review.SignOffRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("content_review_text", pk=found.pk)
    messages.success(request, _("Signed off. Learners are shown this text from now on."))
    return redirect("content_review")


def questions_with_solutions(found: ModuleText) -> list[dict[str, Any]]:
    """The graded questions with their right answers and feedback: a reviewer answers for those too."""
    if not found.quiz_text or not found.edition.quiz_edition:
        return []
    words = found.quiz_text.body
    return [
        {
            "text": words[question["key"]]["text"],
            "options": solution(question, words[question["key"]]),
        }
        for question in found.edition.quiz_edition.keys["questions"]
    ]
