"""Names that are the same on every site: a module's files lead to the same module, page, block and question."""

from __future__ import annotations

from uuid import UUID, uuid5

CURRICULUM = UUID("7d3b1c52-6f0e-5a39-9a3b-2c8f4f1e6d10")
"""The namespace of everything the shipped curriculum names. Never change it: evidence hangs on it."""

HOME = uuid5(CURRICULUM, "home")


def module_id(code: str) -> UUID:
    """The identity of a module: its pages' translation key in every language."""
    return uuid5(CURRICULUM, f"module/{code.lower()}")


def course_id(slug: str) -> UUID:
    return uuid5(CURRICULUM, f"course/{slug}")


def part_id(module: UUID, *path: object) -> str:
    """The id of a block, list item or question within a module."""
    return str(uuid5(module, "/".join(str(step) for step in path)))
