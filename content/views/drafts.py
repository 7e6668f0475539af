"""A draft in review: what has changed since somebody last signed, how it will read, and the two answers to it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.models import WorkflowState

from content import changes, policies, workflow
from content.closure import page_body
from content.fact_tokens import find_facts
from content.facts.proposals import unknown_facts
from content.media import Media
from content.models import ModulePage
from content.rendering import render_blocks
from lms.parameter_form import ParameterForm
from lms.people.permissions import PersonRequest, open_to
from quizzes.freezing import Incomplete
from quizzes.models import Question, Quiz, Story
from quizzes.preview import draft_sitting, questions_with_answers

KINDS: dict[str, type[Any]] = {"page": ModulePage, "question": Question, "story": Story, "quiz": Quiz}
COMMENT = 2000


def draft_address(found: Any) -> str:
    """Where the draft of a module, question, case or quiz is read and answered; empty for anything else."""
    kind = next((name for name, model in KINDS.items() if isinstance(found, model)), "")
    return reverse("content_review_draft", args=[kind, found.pk]) if kind else ""


def drafts_in_review() -> list[dict[str, Any]]:
    """What has been handed in, the oldest first: {"title", "language", "url", "since"}."""
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).order_by("created_at")
    found = []
    for state in states.select_related("content_type", "base_content_type").prefetch_related("content_object"):
        handed_in = state.content_object
        if handed_in is not None and draft_address(handed_in):
            language = getattr(handed_in, "locale", None)
            found.append(
                {
                    "title": str(handed_in.get_latest_revision_as_object()),
                    "language": language.language_code if language else "",
                    "url": draft_address(handed_in),
                    "since": state.created_at,
                }
            )
    return found


@open_to(policies.REVIEWING)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_to_review(request: PersonRequest, kind: str, pk: int) -> HttpResponse:
    if kind not in KINDS:
        raise Http404
    found = get_object_or_404(KINDS[kind], pk=pk)
    draft = found.get_latest_revision_as_object()
    if request.method == "POST":
        return answer_draft(request, found, draft)
    context = {
        "draft": draft,
        "title": str(draft),
        "language": draft.locale.language_code if kind != "quiz" else "",
        "seen": draft.words_digest(),
        "waiting": found.current_workflow_state is not None,
        "refusal": workflow.approval_refusal(found, request.user),
        "edit_url": AdminURLFinder(request.user).get_edit_url(found),
    }
    return render(request, "content/review_draft.html", context | shown_changes(draft) | reading_preview(draft))


def answer_draft(request: PersonRequest, found: Any, draft: Any) -> HttpResponse:
    """Approved or sent back, exactly as from the editing view."""
    task, state = found.current_workflow_task, found.current_workflow_task_state
    sent = ParameterForm(request.POST, "seen", comment=COMMENT)
    action = "approve" if sent.has("approve") else "reject"
    if task is None:
        messages.error(request, _("This is not waiting for review any more."))
    elif action == "approve" and sent.text("seen") != draft.words_digest():
        messages.error(request, _("The words have changed since you opened this page. Read them again."))
    else:
        task.on_action(state, request.user, action, comment=sent.text("comment").strip())
        return after_answer(request, found, action)
    return redirect(draft_address(found))


def after_answer(request: HttpRequest, found: Any, action: str) -> HttpResponse:
    """Says what became of it. A page whose text waits for more than its own words leads on to that text."""
    if action == "reject":
        messages.success(request, _("Sent back. Whoever handed it in sees your comment in the editing view."))
        return redirect("content_review")
    text = workflow.waiting_text(found) if isinstance(found, ModulePage) else None
    if text:
        messages.warning(
            request,
            _("Approved and published. The text also holds words that nobody has signed yet: read them here and sign."),
        )
        return redirect("content_review_text", pk=text.pk)
    messages.success(request, _("Approved: published and signed off."))
    return redirect("content_review")


def shown_changes(draft: Any) -> dict[str, Any]:
    if not isinstance(draft, ModulePage):
        changed, signed = changes.changes_in_bank(draft)
        return {"changes": changed, "new": not signed}
    unknown = unknown_facts(sorted(find_facts(page_body(draft, Media()))))
    try:
        changed, before = changes.changes_of_draft(draft)
    except Incomplete as missing:
        return {"changes": [], "gaps": missing.sentences, "unknown": unknown}
    return {"changes": changed, "new": before is None, "unknown": unknown}


def reading_preview(draft: Any) -> dict[str, Any]:
    """As a learner will read it: the sections of a module, a question with its answer."""
    if isinstance(draft, Question):
        sitting = draft_sitting([draft], draft.locale.language_code)
        return {"questions": questions_with_answers(sitting)}
    if not isinstance(draft, ModulePage):
        return {}
    media = Media()
    language = draft.locale.language_code
    body = page_body(draft, media)
    sections = [
        {"title": section["title"], "html": render_blocks(section, {}, language, media.urls, body["sources"])}
        for section in body["sections"]
    ]
    return {"sections": sections}
