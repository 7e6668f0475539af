"""What others rest on is not deleted, unpublished, moved or made an alias: refused with a sentence that names them.

Pages, snippets, images and documents are deleted by Wagtail's views, bulk actions, API and querysets; only the signals
before it see every route (ADR 13). Going offline is seen by the models' own `save`.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext as _
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Page, ReferenceIndex

from content import hooks
from content.editions import ModuleText
from content.models import ModulePage
from lms.refusals import Refused
from quizzes.models import Question, Quiz, QuizItem, Story

PROTECTED = (ModulePage, Question, Story, Quiz, Image, Document)


def refuse_deletion(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Raises Refused."""
    if isinstance(instance, ModulePage):
        _refuse(alias_refusal(instance) or withdrawal_refusal(instance))
    else:
        _refuse(withdrawal_refusal(instance))


def refuse_move(sender: type[Any], instance: Page, **kwargs: Any) -> None:
    """Neither a module that a path asks for, nor what lies above it. A new order below the same page is none."""
    if kwargs["parent_page_before"].pk == kwargs["parent_page_after"].pk:
        return
    for page in ModulePage.objects.descendant_of(instance, inclusive=True).filter(live=True):
        paths = hooks.paths_asking(page.translation_key)
        if paths:
            _refuse(
                _("“%(title)s” cannot be moved: its address is that of a module the path %(paths)s asks for.")
                % {"title": page.title, "paths": ", ".join(paths)}
            )


def refuse_going_offline(sender: type[Any], instance: Page, **kwargs: Any) -> None:
    """Bulk actions save the page as a bare Page, past `ModulePage.save`. Raises Refused."""
    live = None if instance.live or not instance.pk else ModulePage.objects.filter(pk=instance.pk, live=True).first()
    if live:
        _refuse(withdrawal_refusal(live))


def _refuse(sentence: str) -> None:
    if sentence:
        raise Refused(sentence)


def alias_refusal(page: ModulePage) -> str:
    """Why this page must go on having words of its own, to be corrected: learners were given them."""
    taught = ModuleText.objects.filter(
        edition__module=page.translation_key, locale=page.locale.language_code, sign_off__isnull=False
    )
    if not taught.exists():
        return ""
    return _(
        "“%(title)s” stays: learners are taught its text, and without the page nobody could correct it. Unpublish it, "
        "if nobody new is to be taught it."
    ) % {"title": page.title}


def withdrawal_refusal(found: Any) -> str:
    """Why this must stay live and be there, in a sentence that names what rests on it; empty if nothing does."""
    match found:
        case ModulePage():
            return _page_refusal(found)
        case Question():
            return _question_refusal(found)
        case Story():
            asked = Question.objects.filter(story__translation_key=found.translation_key)
            return _names(found.code, [question.code for question in asked.order_by("code").distinct()])
        case Quiz():
            pages = ModulePage.objects.filter(quiz=found, live=True).order_by("code")
            return _names(found.code, sorted({page.code for page in pages}))
        case Image() | Document():
            return _names(found.title, _modules_showing(found))
    return ""


def _page_refusal(page: ModulePage) -> str:
    if page.locale.language_code != settings.LANGUAGE_CODE:
        return ""
    paths = hooks.paths_asking(page.translation_key)
    if not paths:
        return ""
    return _("“%(title)s” stays published: the path %(paths)s asks for it. Take it out of the path first.") % {
        "title": page.title,
        "paths": ", ".join(paths),
    }


def _question_refusal(question: Question) -> str:
    items = QuizItem.objects.filter(question__translation_key=question.translation_key)
    quizzes = sorted(set(items.values_list("quiz__code", flat=True)))
    return _names(question.code, [_("the quiz %(code)s") % {"code": code} for code in quizzes])


def _modules_showing(file: Any) -> list[str]:
    """Codes of the live modules whose page shows this image or holds this film, its captions or document."""
    kind = ContentType.objects.get_for_model(file)
    rows = ReferenceIndex.objects.filter(to_content_type=kind, to_object_id=str(file.pk))
    pages = [int(pk) for pk in rows.values_list("object_id", flat=True).distinct() if pk.isdecimal()]
    return sorted(set(ModulePage.objects.filter(pk__in=pages, live=True).values_list("code", flat=True)))


def _names(name: str, users: list[str]) -> str:
    if not users:
        return ""
    return _("“%(name)s” stays as it is: %(users)s rests on it. Take it out there first.") % {
        "name": name,
        "users": ", ".join(users),
    }
