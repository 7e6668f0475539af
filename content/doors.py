"""The views of wagtail-localize stand under our rules: denied unless named here, each with what it asks.

The package is mounted whole and asks for the right to change a page where the question is who may put words before
learners, stop a translation, or make a page an alias. Its views are looked up by their name after Django found them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from wagtail.models import Page
from wagtail_localize.models import Translation

from content.views import translating
from lms.refusals import Refused, answer_refusal

MOUNTED = "wagtail_localize"
Guard = Callable[..., HttpResponseBase | None]


class MountedDoors:
    """Asks the guard of a mounted view; a guard may answer itself, refuse, or let the view go on (None)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        found = request.resolver_match
        if found is None or MOUNTED not in found.namespaces or not request.user.is_authenticated:
            return None
        guard = GUARDS.get(found.url_name or "")
        if guard is None:
            raise PermissionDenied(_("This is not done here."))
        try:
            return guard(request, **kwargs)
        except Refused as refusal:
            return answer_refusal(request, refusal)


def let_through(request: HttpRequest, **kwargs: Any) -> None:
    """Its own questions are enough: it shows, and changes nothing."""


def in_own_language(request: HttpRequest, translation_id: int, **kwargs: Any) -> Translation:
    translation = get_object_or_404(Translation.objects.select_related("target_locale", "source"), pk=translation_id)
    refuse_language(request, translation.target_locale.language_code)
    return translation


def reading(request: HttpRequest, translation_id: int, **kwargs: Any) -> None:
    in_own_language(request, translation_id)


def refuse_language(request: HttpRequest, language: str) -> None:
    """Raises Refused for a language that was not given to whoever asks."""
    if not request.user.acts_in(language):  # type: ignore[union-attr]
        raise Refused(_("You work in other languages here. Ask an administrator if that should change."))


def stop(request: HttpRequest, translation_id: int, **kwargs: Any) -> None:
    """From then on nobody sees that the translation falls behind."""
    translation = in_own_language(request, translation_id)
    if not translating.may_publish(request.user, translation.get_target_instance()):
        raise Refused(_("Only somebody who may publish can stop a translation."))


def words(request: HttpRequest, translation_id: int, string_segment_id: int) -> HttpResponse | None:
    return translating.checked_words(request, in_own_language(request, translation_id))


def override(request: HttpRequest, translation_id: int, overridable_segment_id: int) -> HttpResponse:
    return translating.checked_override(request, in_own_language(request, translation_id), overridable_segment_id)


def po_file(request: HttpRequest, translation_id: int) -> HttpResponse:
    return translating.take_po_file(request, in_own_language(request, translation_id))


def begin_page(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    refuse_asked_languages(request)
    page = get_object_or_404(Page, pk=kwargs["page_id"], depth__gt=1)
    if refusal := translating.begin_refusal(request.user, page, translating.asked_languages(request)):
        raise Refused(refusal)
    return translating.BeginPageTranslation.as_view()(request, **kwargs)


def begin_snippet(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    refuse_asked_languages(request)
    return translating.BeginSnippetTranslation.as_view()(request, **kwargs)


def refuse_asked_languages(request: HttpRequest) -> None:
    for language in translating.asked_languages(request):
        refuse_language(request, language)


def bring_up_to_date(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
    return translating.BringUpToDate.as_view()(request, **kwargs)


GUARDS: dict[str, Guard] = {
    "javascript_catalog": let_through,
    "translations_report": let_through,
    "translations_report_results": let_through,
    "preview_translation": reading,
    "download_pofile": reading,
    "edit_string_translation": words,
    "edit_override": override,
    "upload_pofile": po_file,
    "stop_translation": stop,
    "submit_page_translation": begin_page,
    "submit_snippet_translation": begin_snippet,
    "update_translations": bring_up_to_date,
}
"""Not here, and so closed: making a page an alias, machine translation, and the list of every snippet."""
