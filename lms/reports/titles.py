"""The names of trainings in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db.models import F, OuterRef, QuerySet, Subquery
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


def with_module_titles(completions: QuerySet[Completion], language: str) -> QuerySet[Completion]:
    """Adds `title` and `title_locale`: in the reader's language where the edition has it, else as it was taught."""
    own = ModuleText.objects.filter(edition=OuterRef("text__edition"), locale=language).order_by("-revision")
    return completions.annotate(
        title=Coalesce(
            Subquery(own.annotate(title=KeyTextTransform("title", "body")).values("title")[:1]),
            KeyTextTransform("title", "text__body"),
        ),
        title_locale=Coalesce(Subquery(own.values("locale")[:1]), F("text__locale")),
        edition_number=F("text__edition__number"),
        learnt_in=F("text__locale"),
    )
