"""What the editing area gets from this room: the review list, organisation facts, and two refusals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from content import completeness, language_rights, policies, review_buttons
from content.facts.editing import FactViewSet
from content.models import ModulePage
from content.views import drafts, facts, review, translations
from lms.parameter_form import ParameterForm
from lms.people.middleware import person_of

__all__ = ["language_rights", "review_buttons"]  # their hooks are registered by importing them

register_snippet(FactViewSet)


class TextReviewMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.REVIEWING.allows(person_of(request))


@hooks.register("register_admin_menu_item")
def review_menu_item() -> MenuItem:
    return TextReviewMenuItem(
        pgettext_lazy("menu", "To review"), reverse("content_review"), name="review", icon_name="check", order=250
    )


@hooks.register("register_admin_urls")
def review_urls() -> list[URLPattern]:
    return [
        path("texts/", review.texts_to_review, name="content_review"),
        path("texts/translation/<str:kind>/<int:pk>/", translations.translation_to_hand_in, name="content_hand_in"),
        path("texts/facts/", facts.facts_to_review, name="content_review_facts"),
        path("texts/<uuid:pk>/", review.text_to_review, name="content_review_text"),
        path("texts/<str:kind>/<int:pk>/", drafts.draft_to_review, name="content_review_draft"),
    ]


@hooks.register("before_bulk_action")
def refuse_incomplete(
    request: HttpRequest, action_type: str, objects: Sequence[Any], action: Any
) -> HttpResponse | None:
    """Publishing many pages at once has no form that could show what is missing; this says it."""
    if action_type != "publish":
        return None
    refusals = [sentence for found in objects for sentence in _gaps_of_draft(found)]
    for sentence in refusals:
        messages.error(request, sentence)
    return redirect(action.next_url) if refusals else None


def _gaps_of_draft(found: Any) -> list[str]:
    draft = found.get_latest_revision_as_object() if isinstance(found, Page) else None
    if not isinstance(draft, ModulePage):
        return []
    sentences = [sentence for gaps in completeness.publish_gaps(draft).values() for sentence in gaps]
    return [f"{draft.get_admin_display_title()}: {sentence}" for sentence in sentences]


@hooks.register("before_copy_page")
def refuse_live_copy(request: HttpRequest, page: Page) -> HttpResponse | None:
    """A copy has the code of its original, so it cannot go live before it gets one of its own."""
    if request.method != "POST" or not ParameterForm(request.POST).has("publish_copies"):
        return None
    if not page.get_descendants(inclusive=True).type(ModulePage).exists():
        return None
    messages.error(request, _("Copy modules without publishing them: each needs a code of its own first."))
    return redirect("wagtailadmin_explore", page.get_parent().pk)
