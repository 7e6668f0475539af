"""Whether a path can be taught in an entity: every compulsory module signed off, every compulsory fact given."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content import texts
from content.editions import Module, ModuleEdition
from content.facts.resolving import missing_facts
from courses.assignments import dates
from courses.assignments.models import Blocked
from courses.paths.models import PathVersion
from courses.paths.publishing import newest
from lms.people.models import OrgUnit

Problems = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BlockedPath:
    """A path nobody in the entity is assigned, since when, and why: one sentence a problem."""

    path_key: str
    title: str
    entity: OrgUnit
    since: datetime
    sentences: tuple[str, ...]


class Readiness:
    """Answers once a run for each (path version, entity), and keeps the rows that remember since when."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.changes = 0
        self._answers: dict[tuple[uuid.UUID, uuid.UUID], bool] = {}
        self._modules: dict[uuid.UUID, list[Module]] = {}
        self._editions: dict[uuid.UUID, ModuleEdition | None] = {}
        self._entities: dict[uuid.UUID, OrgUnit] = {}
        self._rows: dict[tuple[int, uuid.UUID], Blocked] | None = None

    def ready(self, version: PathVersion, entity: uuid.UUID) -> bool:
        key = (version.pk, entity)
        if key not in self._answers:
            problems = self._problems(version, self._entity(entity))
            self._remember(version, entity, problems)
            self._answers[key] = not problems
        return self._answers[key]

    def lifted_on(self, version: PathVersion, entity: uuid.UUID, zone: str) -> date | None:
        """The day on which the path could be assigned there again, if ever it could not."""
        row = self._stored().get((version.path_id, entity))
        return dates.local_date(row.until, zone) if row and row.until else None

    def review(self) -> None:
        """Looks again at what is blocked, also where nobody waits for it any more."""
        for row in [row for row in self._stored().values() if row.until is None]:
            version = newest(row.path.key)
            if version:
                self.ready(version, row.entity_id)

    def _problems(self, version: PathVersion, entity: OrgUnit) -> Problems:
        found: Problems = []
        for module in self._compulsory(version):
            edition = None if module.withdrawn_at else self._edition(module)
            absent = missing_facts(edition, entity) if edition else []
            if edition is None or absent:
                found.append({"module": module.code, "missing": absent})
        return found

    def _remember(self, version: PathVersion, entity: uuid.UUID, problems: Problems) -> None:
        row = self._stored().get((version.path_id, entity))
        waiting = row if row and row.until is None else None
        if waiting and not problems:
            waiting.until = self.at
            waiting.save(update_fields=["until"])
        elif waiting and waiting.problems != problems:
            waiting.problems = problems
            waiting.save(update_fields=["problems"])
        elif not waiting and problems:
            made = Blocked.objects.create(path_id=version.path_id, entity_id=entity, problems=problems, since=self.at)
            self._stored()[version.path_id, entity] = made
        else:
            return
        self.changes += 1

    def _stored(self) -> dict[tuple[int, uuid.UUID], Blocked]:
        """The latest row of each pair."""
        if self._rows is None:
            rows = Blocked.objects.select_related("path").order_by("since")
            self._rows = {(row.path_id, row.entity_id): row for row in rows}
        return self._rows

    def _compulsory(self, version: PathVersion) -> list[Module]:
        if version.pk not in self._modules:
            leaves = version.leaves.filter(compulsory=True).select_related("module")
            self._modules[version.pk] = [leaf.module for leaf in leaves]
        return self._modules[version.pk]

    def _edition(self, module: Module) -> ModuleEdition | None:
        if module.pk not in self._editions:
            self._editions[module.pk] = texts.current_edition(module)
        return self._editions[module.pk]

    def _entity(self, pk: uuid.UUID) -> OrgUnit:
        if pk not in self._entities:
            self._entities[pk] = OrgUnit.objects.get(pk=pk)
        return self._entities[pk]


def blocked(at: datetime, language: str = "") -> list[BlockedPath]:
    """What cannot be assigned at `at`, where and why, for the people who can mend it. Two queries."""
    rows = Blocked.objects.filter(until__isnull=True, since__lte=at).select_related("path", "entity")
    rows = rows.order_by("path__key", "entity__name")
    titles = path_titles({row.path_id for row in rows}, language or get_language() or "en")
    return [
        BlockedPath(
            path_key=row.path.key,
            title=titles.get(row.path_id, row.path.key),
            entity=row.entity,
            since=row.since,
            sentences=tuple(_sentence(problem) for problem in row.problems),
        )
        for row in rows
    ]


def path_titles(paths: Iterable[int], language: str) -> dict[int, str]:
    """The newest title of each path in that language, else in English. One query."""
    rows = PathVersion.objects.filter(path__in=list(paths)).order_by("number").values_list("path_id", "titles")
    return {path: titles.get(language) or titles.get("en", "") for path, titles in rows}


def _sentence(problem: dict[str, Any]) -> str:
    if problem["missing"]:
        return _("Module %(module)s needs facts this organisation has not given: %(facts)s.") % {
            "module": problem["module"],
            "facts": ", ".join(problem["missing"]),
        }
    return _("Module %(module)s has no edition that a reviewer has signed off.") % {"module": problem["module"]}
