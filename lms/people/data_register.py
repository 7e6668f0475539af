"""The register of personal data: for every field about people its purpose, who sees it, how long it stays, how it goes.

A model declares a plain class attribute `personal_data = {field: {"purpose", "seen_by", "retention", "erasure"}}`.
A row that is deleted with its person (directly or through others) is a record about them: each of its fields is
declared. A row that only mentions people declares the fields that do. Models of other packages stand in `OTHERS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models

from lms import rooms
from lms.people.declarations import OTHERS, PersonalData
from lms.people.models import Person, User

ASPECTS = ("purpose", "seen_by", "retention", "erasure")
Model = type[models.Model]


@dataclass(frozen=True)
class DeclaredField:
    """`field` is empty where a model of another package is declared as a whole."""

    model: str
    field: str
    purpose: str
    seen_by: str
    retention: str
    erasure: str


def declared_fields() -> list[DeclaredField]:
    """The whole register, by model and field."""
    found = [
        DeclaredField(model._meta.label, field, **entry)
        for model in apps.get_models()
        if _ours(model)
        for field, entry in _declared(model).items()
    ]
    return found + [DeclaredField(label, "", **entry) for label, entry in OTHERS.items()]


def declaration_faults() -> list[str]:
    """What is missing or wrong in the declarations, in sentences; empty when the register is whole."""
    found: list[str] = []
    for model in apps.get_models():
        label = model._meta.label
        if not _ours(model):
            if _mentions(model) and label not in OTHERS:
                found.append(f"{label} points at people: add it to lms.people.declarations.OTHERS.")
            continue
        declared = _declared(model)
        found += [f"{label}.{name} is not declared in personal_data." for name in _needed(model) - declared.keys()]
        found += [f"{label}.{name} is declared but is no field." for name in declared.keys() - _names(model)]
        for name, entry in declared.items():
            if set(entry) != set(ASPECTS) or not all(entry.values()):
                found.append(f"{label}.{name} must say exactly: {', '.join(ASPECTS)}.")
    labels = {model._meta.label for model in apps.get_models()}
    found += [f"{label} is declared but is no model of this site." for label in OTHERS.keys() - labels]
    return sorted(found)


def _ours(model: Model) -> bool:
    return rooms.is_ours(model.__module__)


def _declared(model: Model) -> PersonalData:
    """What the class itself says: a parent's declaration does not speak for the child's fields."""
    declared: PersonalData = vars(model).get("personal_data", {})
    return declared


def _needed(model: Model) -> set[str]:
    if _is_record(model, frozenset()):
        return {field.name for field in _fields(model) if not field.primary_key}
    return {field.name for field in _mentions(model)}


def _is_record(model: Model, met: frozenset[Model]) -> bool:
    if model in (Person, User):
        return True
    return any(
        _bare_person(field)
        or (_cascades(field) and field.related_model not in met and _is_record(field.related_model, met | {model}))
        for field in _fields(model)
    )


def _cascades(field: Any) -> bool:
    remote = field.remote_field
    target = field.related_model
    return (
        bool(remote)
        and getattr(remote, "on_delete", None) is models.CASCADE
        and isinstance(target, type)
        and _ours(target)
    )


def _bare_person(field: Any) -> bool:
    """A person's id without a foreign key, as the ledger keeps it so that it can be erased alone."""
    return isinstance(field, models.UUIDField) and field.name == "person"


def _mentions(model: Model) -> list[Any]:
    return [field for field in _fields(model) if field.related_model in (Person, User)]


def _fields(model: Model) -> Iterator[Any]:
    yield from model._meta.local_fields
    yield from model._meta.local_many_to_many


def _names(model: Model) -> set[str]:
    return {field.name for field in _fields(model)}
