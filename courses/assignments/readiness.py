"""Whether a path can be taught in an entity: every compulsory module signed off, every compulsory fact given."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from content import texts
from content.editions import Module, ModuleEdition
from content.fact_models import Fact
from content.facts.resolving import missing_facts
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
    """Answers once a run for each (path, entity), and keeps the rows that remember since when it cannot be taught."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.changes = 0
        self.changed: set[tuple[str, str]] = set()
        self._answers: dict[tuple[str, str], bool] = {}
        self._newest: dict[str, PathVersion | None] = {}
        self._modules: dict[uuid.UUID, list[Module]] = {}
        self._editions: dict[uuid.UUID, ModuleEdition | None] = {}
        self._entities: dict[str, OrgUnit] = {}
        self._rows: dict[tuple[str, str], Blocked] | None = None

    def asked(self, path: str, entity: str) -> bool:
        return (path, entity) in self._answers

    def of(self, path: str, entity: str) -> bool:
        """Whether the newest version of the path can be taught in the entity, both by their keys."""
        key = (path, entity)
        if key not in self._answers:
            version = self._version(path)
            problems = self._problems(version, self._entity(entity)) if version else []
            if version:
                self._remember(version, entity, problems)
            self._answers[key] = not problems
        return self._answers[key]

    def since(self, path: str, entity: str) -> datetime:
        """Since when the latest block of the pair, which `changed` names, has stood."""
        return self._stored()[path, entity].since

    def review(self) -> None:
        """Looks again at what is blocked, also where nobody waits for it any more."""
        for (path, entity), row in list(self._stored().items()):
            if row.until is None:
                self.of(path, entity)

    def _problems(self, version: PathVersion, entity: OrgUnit) -> Problems:
        found: Problems = []
        for module in self._compulsory(version):
            edition = None if module.withdrawn_at else self._edition(module)
            absent = missing_facts(edition, entity) if edition else []
            if edition is None or absent:
                found.append({"module": module.code, "missing": absent})
        return found

    def _remember(self, version: PathVersion, entity: str, problems: Problems) -> None:
        key = (version.path.key, entity)
        row = self._stored().get(key)
        waiting = row if row and row.until is None else None
        if waiting and not problems:
            waiting.until = self.at
            waiting.save(update_fields=["until"])
        elif waiting and waiting.problems != problems:
            waiting.problems = problems
            waiting.save(update_fields=["problems"])
        elif not waiting and problems:
            since = self._since(version, self._entity(entity), problems, row)
            self._stored()[key] = Blocked.objects.create(
                path=version.path, entity=self._entity(entity), problems=problems, since=since
            )
        else:
            return
        self.changes += 1
        self.changed.add(key)

    def _since(self, version: PathVersion, entity: OrgUnit, problems: Problems, last: Blocked | None) -> datetime:
        """When it became so, as far as the facts say: not when it was noticed, which hangs on when a run came by."""
        gone = [module.withdrawn_at for module in self._compulsory(version) if module.withdrawn_at]
        keys = [key for problem in problems for key in problem["missing"]]
        ended = (
            Fact.objects.filter(entity=entity, key__in=keys).aggregate(last=Max("known_to"))["last"] if keys else None
        )
        found = [version.published_at, *gone, ended, last.until if last else None]
        return max(instant for instant in found if instant and instant <= self.at)

    def _stored(self) -> dict[tuple[str, str], Blocked]:
        """The latest row of each pair."""
        if self._rows is None:
            rows = Blocked.objects.select_related("path", "entity").order_by("since")
            self._rows = {(row.path.key, row.entity.code): row for row in rows}
        return self._rows

    def _version(self, path: str) -> PathVersion | None:
        if path not in self._newest:
            self._newest[path] = newest(path)
        return self._newest[path]

    def _compulsory(self, version: PathVersion) -> list[Module]:
        if version.pk not in self._modules:
            leaves = version.leaves.filter(compulsory=True).select_related("module")
            self._modules[version.pk] = [leaf.module for leaf in leaves]
        return self._modules[version.pk]

    def _edition(self, module: Module) -> ModuleEdition | None:
        if module.pk not in self._editions:
            self._editions[module.pk] = texts.current_edition(module)
        return self._editions[module.pk]

    def _entity(self, code: str) -> OrgUnit:
        if code not in self._entities:
            self._entities[code] = OrgUnit.objects.get(code=code)
        return self._entities[code]


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
