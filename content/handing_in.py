"""Handing in a translation: its strings become a draft of the page or question, and that goes to the reviewers."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail_localize.models import TranslationSource

from content.models import ModulePage
from lms.refusals import Refused
from quizzes.models import Question, Reviewed, Story
from quizzes.translations import unfinished_translations

KINDS: dict[str, type[Any]] = {"page": ModulePage, "question": Question, "story": Story}


def is_translation(found: Any) -> bool:
    """Whether this is put together from the strings of its source."""
    return isinstance(found, ModulePage | Reviewed) and found.is_put_together()


def hand_in_refusal(found: Any) -> str:
    """Why there is nothing to hand in, in a sentence; empty if there is."""
    if not is_translation(found):
        return _("This is not translated string by string. Hand it in from its editing view.")
    if found.current_workflow_state is not None:
        return _("It has been handed in and waits for a reviewer.")
    if unfinished_translations([found.translation_key], found.locale):
        return _("Not all of its strings are translated yet.")
    if translated_draft(found).words_digest() == found.words_digest() and found.live:
        return _("What is published says this already.")
    return ""


def translated_draft(found: Any) -> Any:
    """The object with its strings as they are now, unsaved."""
    source = TranslationSource.objects.get(object_id=found.translation_key)
    return source.get_ephemeral_translated_instance(found.locale, fallback=True)


@transaction.atomic
def hand_in(found: Any, user: Any) -> None:
    """The draft goes to the reviewers; what is published stays as it is. Raises Refused."""
    if not user.acts_in(found.locale.language_code):
        raise Refused(_("You work in other languages here. Ask an administrator if that should change."))
    refusal = hand_in_refusal(found)
    if refusal:
        raise Refused(refusal)
    translated_draft(found).save_revision(user=user, log_action=True)
    fresh = type(found).objects.get(pk=found.pk)
    fresh.get_workflow().start(fresh, user)
