"""The page on which a translator hands a translation in: what is missing, what belongs to it, and one button."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.snippets.permissions import get_permission_name

from content import handing_in, policies
from content.models import ModulePage
from lms.people.permissions import PersonRequest, open_to
from lms.refusals import Refused
from quizzes.models import Question


def hand_in_address(found: Any) -> str:
    kind = next(name for name, model in handing_in.KINDS.items() if isinstance(found, model))
    return reverse("content_hand_in", args=[kind, found.pk])


@open_to(policies.EDITING)
@require_http_methods(["GET", "HEAD", "POST"])
def translation_to_hand_in(request: PersonRequest, kind: str, pk: int) -> HttpResponse:
    if kind not in handing_in.KINDS:
        raise Http404
    found = get_object_or_404(handing_in.KINDS[kind], pk=pk)
    if not may_change(request.user, found):
        raise PermissionDenied
    if request.method == "POST":
        return hand_in(request, found)
    context = {
        "found": found,
        "title": str(found),
        "language": found.locale.language_code,
        "refusal": handing_in.hand_in_refusal(found),
        "comment": last_comment(found),
        "edit_url": AdminURLFinder(request.user).get_edit_url(found),
        "questions": [
            {"title": str(question), "url": hand_in_address(question), "state": handing_in.hand_in_refusal(question)}
            for question in translated_questions(found)
        ],
    }
    return render(request, "content/hand_in.html", context)


def hand_in(request: PersonRequest, found: Any) -> HttpResponse:
    try:
        handing_in.hand_in(found, request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(
            request, _("Handed in. A reviewer reads it beside what is signed, and approves or sends it back.")
        )
    return redirect(hand_in_address(found))


def may_change(user: Any, found: Any) -> bool:
    if isinstance(found, ModulePage):
        return bool(found.permissions_for_user(user).can_edit())
    return bool(user.has_perm(get_permission_name("change", type(found))))


def last_comment(found: Any) -> str:
    """What the reviewer wrote who sent it back; empty if nobody did."""
    state = found.workflow_states.order_by("-created_at", "-pk").first()
    task = state.current_task_state if state else None
    return str(task.comment) if task and task.status == task.STATUS_REJECTED else ""


def translated_questions(found: Any) -> list[Question]:
    """The questions of a module's quiz in the language of its page."""
    if not isinstance(found, ModulePage) or found.quiz is None:
        return []
    keys = found.quiz.items.values("question__translation_key")
    rows = Question.objects.filter(translation_key__in=keys, locale=found.locale)
    return list(rows.select_related("locale").order_by("code"))
