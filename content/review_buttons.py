"""The editing view of whatever is in review: “Approve” first, the changes beside it, and what became of the answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin import action_menu as page_menu
from wagtail.admin import messages as admin_messages
from wagtail.snippets import action_menu as snippet_menu

from content import handing_in, policies, workflow
from content.models import APPROVE, ModulePage
from content.views import drafts, translations
from lms.parameter_form import ParameterForm
from lms.people.middleware import person_of

PUBLISH = "action-publish"


class ReadPageChanges(page_menu.ActionMenuItem):
    label = gettext_lazy("Read what has changed")
    name = "content-changes"
    icon_name = "view"

    def get_url(self, parent_context: dict[str, Any]) -> str:
        return drafts.draft_address(parent_context["page"])


class ReadSnippetChanges(snippet_menu.ActionMenuItem):
    label = gettext_lazy("Read what has changed")
    name = "content-changes"
    icon_name = "view"

    def get_url(self, parent_context: dict[str, Any]) -> str:
        return drafts.draft_address(parent_context["instance"])


def may_answer(request: HttpRequest, found: Any) -> bool:
    """Whether this is a draft in review, and whoever asks one of its reviewers."""
    in_review = getattr(found, "pk", None) and getattr(found, "current_workflow_task", None)
    return bool(in_review and drafts.draft_address(found) and policies.REVIEWING.allows(person_of(request)))


@hooks.register("construct_page_action_menu")
def order_page_menu(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    put_answers_first(items, request, context, context.get("page"), ReadPageChanges())


@hooks.register("construct_snippet_action_menu")
def order_snippet_menu(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    put_answers_first(items, request, context, context.get("instance"), ReadSnippetChanges())


def put_answers_first(
    items: list[Any], request: HttpRequest, context: dict[str, Any], found: Any, reading: Any
) -> None:
    """The first item is the main button. “Publish” says nothing about who has read it, so it does not stand beside
    “Approve”; who may not approve is not offered it."""
    if context.get("view") != "edit" or not may_answer(request, found):
        return
    answers = [item for item in items if item.name == APPROVE]
    others = [item for item in items if item.name not in (APPROVE, PUBLISH)]
    if workflow.approval_refusal(found, request.user):
        items[:] = [reading, *others]
        return
    for item in answers:
        item.label = _("Approve with a comment") if item.launch_modal else _("Approve")
    items[:] = [*answers[:1], reading, *answers[1:], *others]


@hooks.register("before_edit_page", order=-10)
@hooks.register("before_edit_snippet", order=-10)
def say_who_may_not_approve(request: HttpRequest, found: Any) -> HttpResponse | None:
    if request.method != "GET" or not getattr(found, "pk", None):
        return None
    answering = may_answer(request, found)
    refusal = workflow.approval_refusal(found, request.user) if answering else ""
    if answering and not handing_in.is_translation(found):
        reading = admin_messages.button(drafts.draft_address(found), _("Read what has changed"))
        admin_messages.info(request, refusal or _("It waits for your review."), buttons=[reading])
    if handing_in.is_translation(found):
        in_review = getattr(found, "current_workflow_state", None) is not None
        if in_review and not isinstance(found, ModulePage):
            # wagtail-localize's view of a question cannot draw Wagtail's panel of a review.
            return redirect(drafts.draft_address(found) if answering else translations.hand_in_address(found))
        # Its editing view is wagtail-localize's, which knows nothing of reviews.
        way = (drafts.draft_address(found), _("Read what has changed")) if answering else hand_in_way(found)
        said = _("It waits for your review.") if answering else _("When all is translated, hand it in for review.")
        admin_messages.info(request, said, buttons=[admin_messages.button(*way)])
    return None


def hand_in_way(found: Any) -> tuple[str, str]:
    return translations.hand_in_address(found), _("Hand in for review")


@hooks.register("after_edit_page")
@hooks.register("after_edit_snippet")
def say_what_became_of_it(request: HttpRequest, found: Any) -> HttpResponse | None:
    """Wagtail says “has been updated”, whatever the answer was."""
    sent = ParameterForm(request.POST, "workflow-action-name")
    action = sent.text("workflow-action-name")
    if not sent.has("action-workflow-action") or not action or not drafts.draft_address(found):
        return None
    earlier = list(messages.get_messages(request))[:-1]
    for message in earlier:
        messages.add_message(request, message.level, message.message, message.extra_tags)
    return drafts.after_answer(request, found, action)
