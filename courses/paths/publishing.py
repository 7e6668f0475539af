"""Publishing paths and rules: frozen versions, digested and logged. The same content twice is one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from certification.ledger import canonical, pending
from certification.ledger.leaf import utc_stamp
from certification.ledger.models import EntryPart, Opening, Pending
from content.editions import Module
from courses.paths.models import AssignmentRule, LearningPath, PathItem, PathLeaf, PathVersion
from courses.paths.populations import MISSING, terms_with_places
from courses.paths.specs import ItemSpec, PathSpec, RuleSpec
from lms.people.models import JobRole, OrgUnit, Person

PATH_PUBLISH, RULE_PUBLISH, RULE_WITHDRAW = "path.publish", "rule.publish", "rule.withdraw"


class PublishingError(ValueError):
    """A path or rule that names what does not exist; `field` says where, the text what to do."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def newest(path_key: str) -> PathVersion | None:
    """The version of a path that is assigned now."""
    return PathVersion.objects.filter(path__key=path_key).select_related("path").order_by("-number").first()


# Paths


@transaction.atomic
def publish_path(spec: PathSpec, at: datetime, by: Person | None = None) -> PathVersion:
    """The frozen version with this content: the newest one if nothing changed, else a new one.

    Paths inside it are flattened to modules with their own validity, as their newest versions stand now.
    Raises PublishingError where it names a module or path that does not exist.
    """
    path, _ = LearningPath.objects.get_or_create(key=spec.key)
    version = PathVersion(path=path, titles=spec.titles, summaries=spec.summaries, published_at=at)
    items = [_item(version, order, one) for order, one in enumerate(spec.items, 1)]
    leaves = _flatten(items)
    version.sha256 = canonical.digest(path_content(version, items, leaves))
    last = newest(spec.key)
    if last and last.sha256 == version.sha256:
        return last
    version.number = last.number + 1 if last else 1
    version.save(force_insert=True)
    PathItem.objects.bulk_create(items)
    PathLeaf.objects.bulk_create(leaves)
    _log(PATH_PUBLISH, version.path.key, version.number, path_payload(version), at, by)
    return version


def path_payload(version: PathVersion) -> dict[str, Any]:
    """What the ledger commits to when a path is published, made of the stored rows alone."""
    content = path_content(version, version.items.all(), version.leaves.all())
    return content | {"number": version.number, "sha256": version.sha256}


def path_content(version: PathVersion, items: Iterable[PathItem], leaves: Iterable[PathLeaf]) -> dict[str, Any]:
    """What the digest of a version is taken of: its words, what its author put in, and the modules that makes."""
    return {
        "path": version.path.key,
        "titles": version.titles,
        "summaries": version.summaries,
        "items": [
            {
                "module": item.module.code if item.module else "",
                "order": item.order,
                "path": item.path.key if item.path else "",
                "compulsory": item.compulsory,
                "months": item.validity_months or 0,
            }
            for item in items
        ],
        "leaves": [
            {
                "module": str(leaf.module_id),
                "code": leaf.module.code,
                "order": leaf.order,
                "compulsory": leaf.compulsory,
                "months": leaf.validity_months or 0,
            }
            for leaf in leaves
        ],
    }


def _item(version: PathVersion, order: int, spec: ItemSpec) -> PathItem:
    where = f"items.{order}"
    item = PathItem(version=version, order=order, compulsory=spec.compulsory)
    if spec.path:
        if spec.path == version.path.key:
            raise PublishingError(f"{where}.path", "a path cannot contain itself.")
        item.path = LearningPath.objects.filter(key=spec.path, versions__isnull=False).distinct().first()
        if item.path is None:
            raise PublishingError(f"{where}.path", f"there is no published path “{spec.path}”: publish it first.")
        return item
    item.module, item.validity_months = Module.objects.filter(code__iexact=spec.module).first(), spec.months
    if item.module is None:
        raise PublishingError(
            f"{where}.module", f"there is no module “{spec.module}”: load it first (manage.py load_curriculum)."
        )
    return item


def _flatten(items: Iterable[PathItem]) -> list[PathLeaf]:
    """Each module once. Asked for twice, it is compulsory if either is, and counts for the shorter time."""
    found: dict[UUID, PathLeaf] = {}
    for item in items:
        for leaf in _leaves(item):
            held = found.setdefault(leaf.module_id, leaf)
            held.compulsory = held.compulsory or leaf.compulsory
            held.validity_months = _shorter(held.validity_months, leaf.validity_months)
    for order, leaf in enumerate(found.values(), 1):
        leaf.order = order
    return list(found.values())


def _leaves(item: PathItem) -> list[PathLeaf]:
    version = item.version
    if item.module:
        months = item.validity_months
        return [PathLeaf(version=version, module=item.module, compulsory=item.compulsory, validity_months=months)]
    inner = newest(item.path.key) if item.path else None
    return [
        PathLeaf(
            version=version,
            module=leaf.module,
            compulsory=leaf.compulsory and item.compulsory,
            validity_months=leaf.validity_months,
        )
        for leaf in (inner.leaves.select_related("module") if inner else ())
    ]


def _shorter(*months: int | None) -> int | None:
    """None = without an end."""
    return min(filter(None, months), default=None)


# Rules


@transaction.atomic
def publish_rule(spec: RuleSpec, at: datetime, by: Person | None = None) -> AssignmentRule:
    """The rule with this content: the live one if nothing changed, else a new version that replaces it.

    Without `active_from`, terms count from the day of publication; a version that changes only words, basis or
    owner keeps the day of the one it replaces. Creates the training roles it names. Raises PublishingError, also where
    it means a unit, entity, country or role that there is not, or what this platform keeps no table of.
    """
    path = LearningPath.objects.filter(key=spec.path, versions__isnull=False).distinct().first()
    if path is None:
        raise PublishingError("path", f"there is no published path “{spec.path}”: publish it first.")
    population = spec.meant
    for role, name in spec.named_roles.items():
        JobRole.objects.get_or_create(key=role, defaults={"name": name})
    _check_population(population)
    live = AssignmentRule.objects.filter(key=spec.key, withdrawn_at__isnull=True).first()
    rule = AssignmentRule(
        key=spec.key,
        path=path,
        population=population,
        due_days=spec.due_days,
        basis=spec.basis,
        basis_texts=spec.basis_texts,
        reasons=spec.reasons,
        owner=spec.owner,
        active_from=spec.active_from or _counted_from(live, spec, population, at),
        replaces=live.number if live else 0,
        published_at=at,
    )
    rule.sha256 = canonical.digest(rule_content(rule))
    if live and live.sha256 == rule.sha256:
        return live
    if live:
        AssignmentRule.objects.filter(pk=live.pk).update(withdrawn_at=at)
    numbers = AssignmentRule.objects.filter(key=spec.key).aggregate(last=Max("number"))
    rule.number = (numbers["last"] or 0) + 1
    rule.save(force_insert=True)
    _log(RULE_PUBLISH, rule.key, rule.number, rule_payload(rule), at, by)
    return rule


def _check_population(population: Mapping[str, Any]) -> None:
    """What it names must exist, or nobody would ever be meant."""
    units = OrgUnit.objects.current()
    entities = units.filter(kind=OrgUnit.Kind.ENTITY)
    tables = {
        "role": (JobRole.objects.all(), "key", "training role", "Give it a “role_name:”, or correct the key"),
        "unit": (units, "code", "unit", "Import it first (manage.py import_units), or correct the code"),
        "entity": (entities, "code", "legal entity", "Import it first (manage.py import_units), or correct the code"),
        "country": (entities, "country", "legal entity in the country", "Correct the country"),
    }
    for term, place in terms_with_places(population):
        kind = term["kind"]
        if kind in MISSING:
            raise PublishingError(place, f"“{kind}:” cannot be used yet: this platform keeps no {MISSING[kind]}.")
        if kind in tables:
            rows, column, called, advice = tables[kind]
            if not rows.filter(**{column: term[kind]}).exists():
                raise PublishingError(place, f"there is no {called} “{term[kind]}”. {advice}.")


def rule_payload(rule: AssignmentRule) -> dict[str, Any]:
    """What the ledger commits to when a rule is published, made of the row and of the version it replaces."""
    replaced = AssignmentRule.objects.using(rule._state.db).filter(key=rule.key, number=rule.replaces).first()
    return rule_content(rule) | {
        "replaces": rule.replaces,
        "replaced_at": _stamp(replaced.withdrawn_at) if replaced else "",
        "number": rule.number,
        "sha256": rule.sha256,
    }


def rule_content(rule: AssignmentRule) -> dict[str, Any]:
    """What the digest of a rule is taken of."""
    return {
        "rule": rule.key,
        "path": rule.path.key,
        "population": rule.population,
        "due_days": rule.due_days,
        "basis": rule.basis,
        "basis_texts": rule.basis_texts,
        "reasons": rule.reasons,
        "owner": rule.owner,
        "active_from": rule.active_from.isoformat(),
    }


@transaction.atomic
def withdraw_rule(rule: AssignmentRule, at: datetime, reason: str, by: Person | None = None) -> None:
    """From `at` on the rule justifies nothing; the next synchronisation ends what rested on it alone.

    `reason` is logged: a sentence that names no person. Withdrawing twice changes nothing. Raises ValueError
    without a reason.
    """
    if not reason.strip():
        raise ValueError("Say in a sentence why the rule is withdrawn: the ledger keeps it.")
    said = reason.strip()
    live = AssignmentRule.objects.filter(pk=rule.pk, withdrawn_at__isnull=True)
    if live.update(withdrawn_at=at, withdrawal_reason=said):
        rule.withdrawn_at, rule.withdrawal_reason = at, said
        _log(RULE_WITHDRAW, rule.key, rule.number, withdrawal_payload(rule), at, by)


def withdrawal_payload(rule: AssignmentRule) -> dict[str, Any]:
    """What the ledger commits to when a rule is withdrawn, made of the row alone."""
    return {
        "rule": rule.key,
        "number": rule.number,
        "sha256": rule.sha256,
        "withdrawn_at": _stamp(rule.withdrawn_at),
        "reason": rule.withdrawal_reason,
    }


def _stamp(instant: datetime | None) -> str:
    return utc_stamp(instant) if instant else ""


def _counted_from(live: AssignmentRule | None, spec: RuleSpec, population: dict[str, Any], at: datetime) -> date:
    asks_the_same = live and (live.path.key, live.population, live.due_days) == (spec.path, population, spec.due_days)
    return live.active_from if live and asks_the_same else at.astimezone(UTC).date()


def log_key(kind: str, key: str, number: int) -> str:
    """Under which what happened to this version of a path or rule is logged, once."""
    return f"{kind}:{key}:{number}"


def _log(kind: str, key: str, number: int, payload: dict[str, Any], at: datetime, by: Person | None) -> None:
    actor = {"person": str(by.pk), "name": by.name, "role": "administrator"} if by else {"role": "system"}
    pending.append_entry(kind, key=log_key(kind, key, number), at=at, subject=None, actor=actor, payload=payload)


def made_by(kind: str, key: str, number: int) -> UUID | None:
    """Who published or withdrew this version, as its entry says; None = nobody was named."""
    entry = Pending.objects.filter(kind=kind, key=log_key(kind, key, number)).values("uuid")
    return Opening.objects.filter(entry__in=entry, part=EntryPart.ACTOR).values_list("person", flat=True).first()
