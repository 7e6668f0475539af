"""Who wrote what a page says now: these people cannot sign it off."""

from __future__ import annotations

from django.db.models import Q
from wagtail.models import Revision
from wagtail_localize.models import StringTranslation

from content.editions import Freezing
from content.models import ModulePage
from lms.people.models import Person


def page_authors(page: ModulePage) -> list[Person]:
    """Whoever saved the page since its last freezing, and whoever translated words of it or of its questions."""
    before = Freezing.objects.filter(page_id=page.pk, text__isnull=False).values_list("revision_id", flat=True).first()
    saved = Revision.objects.for_instance(page).filter(pk__gt=before or 0, user__isnull=False)
    keys = [page.translation_key, *_question_keys(page)]
    translated = StringTranslation.objects.filter(
        context__object_id__in=keys, locale=page.locale, last_translated_by__isnull=False
    )
    users = Q(user__in=saved.values("user")) | Q(user__in=translated.values("last_translated_by"))
    return list(Person.objects.filter(users))


def _question_keys(page: ModulePage) -> list[object]:
    if page.quiz is None:
        return []
    return list(page.quiz.items.values_list("question__translation_key", flat=True))
