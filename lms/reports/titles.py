"""The names of trainings in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from content.editions import ModuleText
from courses.completions.models import Completion
from courses.paths.models import PathVersion


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else in the source language, else in any; '' when there is none."""
    return texts.get(language) or texts.get(settings.LANGUAGE_CODE) or next(iter(texts.values()), "")


def of_paths(language: str, keys: Iterable[str] | None = None) -> dict[str, str]:
    """{path key: title of the newest version}, by title; of these paths or of all. One query."""
    versions = PathVersion.objects.order_by("number").values_list("path__key", "titles")
    if keys is not None:
        versions = versions.filter(path__key__in=keys)
    found = {key: in_language(titles, language) or key for key, titles in versions}
    return dict(sorted(found.items(), key=lambda item: item[1]))


def with_titles(completions: QuerySet[Completion], language: str) -> QuerySet[Completion]:
    """Adds `title` and `title_locale`: in the reader's language where the edition has it, else as it was taught.

    What is no module is called as it was called then, or by its key. `edition_number` is None for it.
    """
    own = ModuleText.objects.filter(edition=OuterRef("text__edition"), locale=language).order_by("-revision")
    return completions.annotate(
        title=Coalesce(
            Subquery(own.annotate(title=KeyTextTransform("title", "body")).values("title")[:1]),
            KeyTextTransform("title", "text__body"),
            KeyTextTransform(language, "titles"),
            KeyTextTransform(settings.LANGUAGE_CODE, "titles"),
            F("item"),
            output_field=TextField(),
        ),
        title_locale=Coalesce(Subquery(own.values("locale")[:1]), F("text__locale"), F("shown_locale")),
        edition_number=F("text__edition__number"),
        learnt_in=Coalesce(F("text__locale"), F("shown_locale")),
    )
