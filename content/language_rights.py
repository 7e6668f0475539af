"""Who reviews or translates does so in the languages they were given; who only translates changes no source.

An alias has no words of its own: making one in another place is publishing, and asks for that right.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import Page
from wagtail_localize.models import TranslationSource

from content.views import translating
from lms.parameter_form import ParameterForm
from lms.people.groups import EDITOR, REVIEWER, TRANSLATOR, in_group
from lms.people.middleware import person_of
from lms.refusals import Refused

ALIAS = "localize-convert-to-alias"


@hooks.register("before_edit_page", order=-20)
@hooks.register("before_edit_snippet", order=-20)
def refuse_other_languages(request: HttpRequest, found: Any) -> None:
    """Everybody may look; saving, handing in and answering are for the languages one was given. Raises Refused."""
    locale = getattr(found, "locale", None)  # of a fact it is the language's code
    if request.method in ("GET", "HEAD") or locale is None:
        return
    if not request.user.acts_in(getattr(locale, "language_code", locale)):  # type: ignore[union-attr]
        raise Refused(_("You work in other languages here. Ask an administrator if that should change."))
    if only_translates(request) and hasattr(found, "translation_key") and not is_translation(found):
        raise Refused(_("Who translates changes the translation, not the text it is made from."))
    if ParameterForm(request.POST).has(ALIAS):
        raise Refused(_("A translation does not become an alias. To take it away, unpublish it."))


def only_translates(request: HttpRequest) -> bool:
    person = person_of(request)
    other = request.user.is_superuser or in_group(person, EDITOR) or in_group(person, REVIEWER)
    return in_group(person, TRANSLATOR) and not other


def is_translation(found: Any) -> bool:
    sources = TranslationSource.objects.filter(object_id=found.translation_key)
    return sources.exclude(locale_id=found.locale_id).filter(translations__target_locale=found.locale_id).exists()


@hooks.register("before_copy_page", order=-20)
def refuse_alias(request: HttpRequest, page: Page) -> None:
    """A copy is a draft; an alias is as live as its source. Raises Refused."""
    sent = ParameterForm(request.POST, "alias")
    if request.method == "POST" and sent.text("alias") and not translating.may_publish(request.user, page):
        raise Refused(_("An alias is live at once: only somebody who may publish can make one."))


@hooks.register("construct_page_action_menu", order=100)
def leave_out_alias(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    items[:] = [item for item in items if item.name != ALIAS]
