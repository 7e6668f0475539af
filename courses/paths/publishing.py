"""Publishing paths and rules: frozen versions, digested and logged. The same content twice is one version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from certification.ledger import canonical, pending
from content.editions import Module
from courses.paths.models import AssignmentRule, LearningPath, PathItem, PathLeaf, PathVersion
from courses.paths.specs import PathSpec, RuleSpec
from lms.people.models import JobRole

ACTOR = {"role": "system"}


class PublishingError(ValueError):
    """A path or rule that names what does not exist; `field` says where, the text what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Leaf:
    module: Module
    compulsory: bool
    months: int | None


@dataclass(frozen=True, slots=True)
class Item:
    module: Module | None
    path: LearningPath | None
    compulsory: bool
    months: int | None


def newest(path_key: str) -> PathVersion | None:
    """The version of a path that is assigned now."""
    return PathVersion.objects.filter(path__key=path_key).order_by("-number").first()


# Paths


@transaction.atomic
def publish_path(spec: PathSpec, at: datetime) -> PathVersion:
    """The frozen version with this content: the newest one if nothing changed, else a new one.

    Paths inside it are flattened to modules with their own validity, as their newest versions stand now.
    Raises PublishingError where it names a module or path that does not exist.
    """
    path, _ = LearningPath.objects.get_or_create(key=spec.key)
    items = [_item(number, one, spec.key) for number, one in enumerate(spec.items, 1)]
    leaves = _flatten(items)
    content = _content(spec, items, leaves)
    digest = canonical.digest(content)
    last = newest(spec.key)
    if last and last.sha256 == digest:
        return last
    version = PathVersion.objects.create(
        path=path,
        number=last.number + 1 if last else 1,
        titles=spec.titles,
        summaries=spec.summaries,
        sha256=digest,
        published_at=at,
    )
    _store(version, items, leaves)
    _log("path.publish", version.path.key, version.number, digest, content, at)
    return version


def _item(number: int, spec: Any, own_key: str) -> Item:
    where = f"items.{number}"
    if spec.path:
        if spec.path == own_key:
            raise PublishingError(f"{where}.path", "a path cannot contain itself.")
        path = LearningPath.objects.filter(key=spec.path, versions__isnull=False).distinct().first()
        if path is None:
            raise PublishingError(f"{where}.path", f"there is no published path “{spec.path}”: publish it first.")
        return Item(None, path, spec.compulsory, None)
    module = Module.objects.filter(code__iexact=spec.module).first()
    if module is None:
        raise PublishingError(
            f"{where}.module", f"there is no module “{spec.module}”: load it first (manage.py load_curriculum)."
        )
    return Item(module, None, spec.compulsory, spec.months)


def _flatten(items: list[Item]) -> list[Leaf]:
    """Each module once. Asked for twice, it is compulsory if either is, and counts for the shorter time."""
    found: dict[Any, Leaf] = {}
    for item in items:
        for leaf in _leaves(item):
            held = found.get(leaf.module.pk)
            found[leaf.module.pk] = _stricter(held, leaf) if held else leaf
    return list(found.values())


def _leaves(item: Item) -> list[Leaf]:
    if item.module:
        return [Leaf(item.module, item.compulsory, item.months)]
    inner = newest(item.path.key) if item.path else None
    rows = inner.leaves.select_related("module") if inner else []
    return [Leaf(row.module, row.compulsory and item.compulsory, row.validity_months) for row in rows]


def _stricter(one: Leaf, other: Leaf) -> Leaf:
    months = [leaf.months for leaf in (one, other) if leaf.months]
    return Leaf(one.module, one.compulsory or other.compulsory, min(months, default=None))


def _content(spec: PathSpec, items: list[Item], leaves: list[Leaf]) -> dict[str, Any]:
    return {
        "path": spec.key,
        "titles": spec.titles,
        "summaries": spec.summaries,
        "items": [
            {
                "module": item.module.code if item.module else "",
                "path": item.path.key if item.path else "",
                "compulsory": item.compulsory,
                "months": item.months or 0,
            }
            for item in items
        ],
        "leaves": [
            {
                "module": str(leaf.module.pk),
                "code": leaf.module.code,
                "compulsory": leaf.compulsory,
                "months": leaf.months or 0,
            }
            for leaf in leaves
        ],
    }


def _store(version: PathVersion, items: list[Item], leaves: list[Leaf]) -> None:
    PathItem.objects.bulk_create(
        PathItem(
            version=version,
            order=order,
            module=item.module,
            path=item.path,
            compulsory=item.compulsory,
            validity_months=item.months,
        )
        for order, item in enumerate(items, 1)
    )
    PathLeaf.objects.bulk_create(
        PathLeaf(
            version=version,
            order=order,
            module=leaf.module,
            compulsory=leaf.compulsory,
            validity_months=leaf.months,
        )
        for order, leaf in enumerate(leaves, 1)
    )


# Rules


@transaction.atomic
def publish_rule(spec: RuleSpec, at: datetime) -> AssignmentRule:
    """The rule with this content: the live one if nothing changed, else a new version that replaces it.

    Without `active_from`, terms count from the day of publication; a version that changes only words, basis or
    owner keeps the day of the one it replaces. Creates the training role it names. Raises PublishingError.
    """
    path = LearningPath.objects.filter(key=spec.path, versions__isnull=False).distinct().first()
    if path is None:
        raise PublishingError("path", f"there is no published path “{spec.path}”: publish it first.")
    if spec.role:
        JobRole.objects.get_or_create(key=spec.role, defaults={"name": spec.role_name})
    live = AssignmentRule.objects.filter(key=spec.key, withdrawn_at__isnull=True).first()
    population = {"kind": "role", "role": spec.role} if spec.role else {"kind": "employment"}
    content = _rule_content(spec, population, spec.active_from or _counted_from(live, spec, population, at))
    digest = canonical.digest(content)
    if live and live.sha256 == digest:
        return live
    if live:
        AssignmentRule.objects.filter(pk=live.pk).update(withdrawn_at=at)
    numbers = AssignmentRule.objects.filter(key=spec.key).aggregate(last=Max("number"))
    rule = AssignmentRule.objects.create(
        key=spec.key,
        number=(numbers["last"] or 0) + 1,
        path=path,
        population=population,
        due_days=spec.due_days,
        basis=spec.basis,
        basis_texts=spec.basis_texts,
        reasons=spec.reasons,
        owner=spec.owner,
        active_from=date.fromisoformat(content["active_from"]),
        sha256=digest,
        published_at=at,
    )
    _log("rule.publish", rule.key, rule.number, digest, content | {"replaces": live.number if live else 0}, at)
    return rule


@transaction.atomic
def withdraw_rule(rule: AssignmentRule, at: datetime, reason: str) -> None:
    """From `at` on the rule justifies nothing; the next synchronisation ends what rested on it alone.

    `reason` is logged: a sentence that names no person. Withdrawing twice changes nothing. Raises ValueError
    without a reason.
    """
    if not reason.strip():
        raise ValueError("Say in a sentence why the rule is withdrawn: the ledger keeps it.")
    if AssignmentRule.objects.filter(pk=rule.pk, withdrawn_at__isnull=True).update(withdrawn_at=at):
        rule.withdrawn_at = at
        _log("rule.withdraw", rule.key, rule.number, rule.sha256, {"rule": rule.key, "reason": reason.strip()}, at)


def _rule_content(spec: RuleSpec, population: dict[str, str], active_from: date) -> dict[str, Any]:
    return {
        "rule": spec.key,
        "path": spec.path,
        "population": population,
        "due_days": spec.due_days,
        "basis": spec.basis,
        "basis_texts": spec.basis_texts,
        "reasons": spec.reasons,
        "owner": spec.owner,
        "active_from": active_from.isoformat(),
    }


def _counted_from(live: AssignmentRule | None, spec: RuleSpec, population: dict[str, str], at: datetime) -> date:
    asks_the_same = live and (live.path.key, live.population, live.due_days) == (spec.path, population, spec.due_days)
    return live.active_from if live and asks_the_same else at.astimezone(UTC).date()


def _log(kind: str, key: str, number: int, digest: str, content: dict[str, Any], at: datetime) -> None:
    pending.append(
        kind,
        key=f"{kind}:{key}:{number}",
        at=at,
        subject=None,
        actor=ACTOR,
        payload=content | {"number": number, "sha256": digest},
    )
