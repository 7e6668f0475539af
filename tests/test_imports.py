"""Imports stand at the head of a module, where the contracts of pyproject.toml can see them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from django.conf import settings

from lms import rooms
from tests.test_architecture import sources

BY_NAME = {"import_module", "import_string", "__import__"}
COLLECTOR = {"lms/rooms.py"}
"""The only file that may look a module of ours up by a dotted name: what the rooms of INSTALLED_APPS say they bring."""


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []


def is_ours(node: ast.AST) -> bool:
    return any(name.split(".")[0] in rooms.packages() for name in imported(node))


def hidden(tree: ast.AST) -> Iterator[ast.AST]:
    """Imports of ours inside functions, but for `AppConfig.ready`, and those that only a type checker would see."""
    for node in ast.walk(tree):
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "ready"
        unseen = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        if inside or unseen:
            yield from (each for each in ast.walk(node) if is_ours(each))


def test_no_import_of_ours_hides_in_a_function_or_behind_type_checking() -> None:
    found = [
        f"{path.relative_to(settings.BASE_DIR)}:{getattr(node, 'lineno', 0)}"
        for path in sources()
        if path.name != "wagtail_hooks.py"  # Wagtail loads it once everything else stands
        for node in hidden(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert found == []


def test_nothing_is_imported_by_name_but_what_rooms_bring() -> None:
    found = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
            if name in BY_NAME:
                found.add(str(path.relative_to(settings.BASE_DIR)))
    assert found == COLLECTOR


def test_a_hidden_import_is_found() -> None:
    tree = ast.parse(
        "def show():\n    from content.models import Module\n"
        "if TYPE_CHECKING:\n    import quizzes.models\n"
        "class Config:\n    def ready(self):\n        from content import freezing\n"
        "def other():\n    import json\n"
    )
    assert [getattr(node, "lineno", 0) for node in hidden(tree)] == [2, 4]
