"""A page's context is a frozen dataclass: what a template may use is written down, and the type checker knows it."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def context_of(page: DataclassInstance) -> dict[str, Any]:
    """Each field under its own name; what the fields hold is handed on as it is."""
    return {field.name: getattr(page, field.name) for field in fields(page)}
