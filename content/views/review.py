"""Texts awaiting review, in the editing area: the list, the text as a learner will read it, and the signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from certification.ledger import clock
from content import policies, review
from content.editions import Freezing, ModuleText
from content.fact_models import FactSet
from content.rendering import render_section
from lms.parameter_form import PageForm, ParameterForm
from lms.people.permissions import PersonRequest, open_to
from quizzes.solutions import solution

PAGE_SIZE = 50


@open_to(policies.REVIEWING)
@require_safe
def texts_to_review(request: PersonRequest) -> HttpResponse:
    page = Paginator(review.texts_awaiting().defer("body"), PAGE_SIZE).get_page(PageForm(request.GET).number)
    unfrozen = Freezing.objects.filter(text__isnull=True, page__live=True).select_related("page__locale")
    return render(request, "content/review_list.html", {"texts": page, "unfrozen": unfrozen.order_by("page__path")})


@open_to(policies.REVIEWING)
@require_http_methods(["GET", "HEAD", "POST"])
def text_to_review(request: PersonRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(ModuleText.objects.select_related("edition__module", "quiz_text", "sign_off"), pk=pk)
    if request.method == "POST":
        return sign_text(request, found)
    language = request.LANGUAGE_CODE
    return render(
        request,
        "content/review_text.html",
        {
            "text": found,
            "signed": getattr(found, "sign_off", None),
            "refusal": review.sign_off_refusal(found, request.person),
            "sections": [
                {"title": section["title"], "html": render_section(found, section["key"], FactSet(facts={}), language)}
                for section in found.body["sections"]
            ],
            "questions": questions_with_solutions(found),
        },
    )


def sign_text(request: PersonRequest, found: ModuleText) -> HttpResponse:
    review.sign_off(found, request.person, clock.now(), ParameterForm(request.POST, note=300).text("note").strip())
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
