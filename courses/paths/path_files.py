"""A folder of path and rule files, published as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.db import transaction

from courses.paths.models import AssignmentRule, PathVersion
from courses.paths.publishing import PublishingError, publish_path, publish_rule
from courses.paths.specs import PathSpec, RuleSpec, fault_in, read_spec
from lms.people.models import Person
from lms.yaml_lines import Fault, FaultyFile


@dataclass
class Loaded:
    """What a load did. `unnamed` are live rules no file speaks of: they stay until somebody withdraws them."""

    paths: list[PathVersion] = field(default_factory=list)
    rules: list[AssignmentRule] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)


def read_all(files: Iterable[Path]) -> list[tuple[str, PathSpec | RuleSpec]]:
    """(file name, spec) in the order in which they can be published. Raises FaultyFile with all faults of all files."""
    specs: list[tuple[str, PathSpec | RuleSpec]] = []
    faults: list[Fault] = []
    for path in sorted(files):
        try:
            specs.append((path.name, read_spec(path)))
        except FaultyFile as error:
            faults += error.faults
    faults += _repeated(specs)
    if faults:
        raise FaultyFile(faults)
    return _in_order(specs)


@transaction.atomic
def load(files: Iterable[Path], at: datetime, by: Person | None = None) -> Loaded:
    """Publish what the files say. Idempotent. Raises FaultyFile, and then nothing was published."""
    done = Loaded()
    by_name = {path.name: path for path in files}
    specs = read_all(by_name.values())
    for name, spec in specs:
        try:
            _publish(spec, at, by, done)
        except PublishingError as error:
            raise FaultyFile([fault_in(by_name[name], error.field, str(error))]) from error
    named = [spec.key for _, spec in specs if isinstance(spec, RuleSpec)]
    live = AssignmentRule.objects.filter(withdrawn_at__isnull=True).exclude(key__in=named)
    done.unnamed = list(live.order_by("key").values_list("key", flat=True))
    return done


def _publish(spec: PathSpec | RuleSpec, at: datetime, by: Person | None, done: Loaded) -> None:
    if isinstance(spec, PathSpec):
        version = publish_path(spec, at, by)
        fresh = version.published_at == at
        if fresh:
            done.paths.append(version)
    else:
        rule = publish_rule(spec, at, by)
        fresh = rule.published_at == at
        if fresh:
            done.rules.append(rule)
    if not fresh:
        done.unchanged.append(spec.key)


def _repeated(specs: list[tuple[str, PathSpec | RuleSpec]]) -> list[Fault]:
    faults: list[Fault] = []
    seen: dict[tuple[str, str], str] = {}
    for name, spec in specs:
        kind = "path" if isinstance(spec, PathSpec) else "rule"
        other = seen.setdefault((kind, spec.key), name)
        if other != name:
            faults.append(Fault(name, 1, f"The {kind} “{spec.key}” stands in {other} too: keep one of them."))
    return faults


def _in_order(specs: list[tuple[str, PathSpec | RuleSpec]]) -> list[tuple[str, PathSpec | RuleSpec]]:
    """Inner paths before outer ones, rules last. Paths in a circle are a fault."""
    waiting = [(name, spec) for name, spec in specs if isinstance(spec, PathSpec)]
    ordered: list[tuple[str, PathSpec | RuleSpec]] = []
    while waiting:
        keys = {spec.key for _, spec in waiting}
        ready = [one for one in waiting if not keys.intersection(item.path for item in one[1].items)]
        if not ready:
            names = ", ".join(sorted(keys))
            raise FaultyFile([Fault(waiting[0][0], 1, f"These paths contain each other: {names}.")])
        ordered += ready
        waiting = [one for one in waiting if one not in ready]
    return ordered + [one for one in specs if isinstance(one[1], RuleSpec)]
