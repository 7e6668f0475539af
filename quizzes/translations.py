"""How far a translation is: wagtail-localize fills gaps with the source's words, so an object alone cannot tell."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef
from wagtail.models import Locale
from wagtail_localize.models import StringSegment, StringTranslation


def unfinished_translations(keys: Iterable[UUID], locale: Locale) -> set[UUID]:
    """Those of the objects (by translation key) that wagtail-localize translates into `locale` and whose words are
    not all translated. An object translated by hand, without wagtail-localize, is not judged here."""
    done = StringTranslation.objects.filter(
        translation_of_id=OuterRef("string_id"),
        context_id=OuterRef("context_id"),
        locale_id=locale.pk,
        has_error=False,
    )
    open_segments = StringSegment.objects.filter(
        source__object_id__in=list(keys),
        source__translations__target_locale=locale,
        source__translations__enabled=True,
    )
    return set(open_segments.filter(~Exists(done)).values_list("source__object_id", flat=True))
