"""Names that can be searched: a public name says what it gives without its module, and a class name means one thing."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from django.conf import settings

from tests.test_architecture import sources

# fmt: off
BARE = {
    "of", "read", "shown", "take", "taken", "asked", "given", "ways", "moments", "one", "all", "get", "get_all",
    "do", "make", "give", "bring", "show", "tell", "note", "know", "seen", "same", "under", "within", "alone",
    "more", "status",
}
# fmt: on
"""Said of anything and found nowhere: as a function's name they need their module's name beside them."""

NAMED_BY_OTHERS = {
    "Command": "Django finds a management command by it",
}


def public(kind: type[ast.FunctionDef] | type[ast.ClassDef]) -> Iterator[tuple[str, str]]:
    """(file, name) of what modules of ours define at their head."""
    for path in sources():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, kind) and not node.name.startswith("_"):
                yield str(path.relative_to(settings.BASE_DIR)), node.name


def test_no_public_function_has_a_name_that_says_nothing_alone() -> None:
    found = {f"{file}: {name}" for file, name in public(ast.FunctionDef) if name in BARE}
    assert found == set()


def test_one_class_name_means_one_thing() -> None:
    files = defaultdict(list)
    for file, name in public(ast.ClassDef):
        files[name].append(file)
    twice = {name: where for name, where in files.items() if len(where) > 1 and name not in NAMED_BY_OTHERS}
    assert twice == {}
