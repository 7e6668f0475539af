"""Which paths ask for a module: what the editing area must know before it lets one go."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max, OuterRef, QuerySet, Subquery

from courses.paths.models import PathLeaf, PathVersion


def paths_asking(module: UUID) -> list[str]:
    """The keys of the paths whose newest version asks for it, compulsory or not."""
    return sorted(_newest_leaves().filter(module=module).values_list("version__path__key", flat=True))


def modules_without_source() -> list[str]:
    """Codes of the modules that somebody must learn and whose page in the source language is offline or gone."""
    gone = _newest_leaves().filter(compulsory=True, module__withdrawn_at__isnull=False)
    return sorted(set(gone.values_list("module__code", flat=True)))


def _newest_leaves() -> QuerySet[PathLeaf]:
    newest = PathVersion.objects.filter(path=OuterRef("version__path")).values("path").annotate(newest=Max("number"))
    return PathLeaf.objects.filter(version__number=Subquery(newest.values("newest")))
