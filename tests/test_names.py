"""Names that can be searched: a public name says what it gives without its module, and a class name means one thing."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator

from django.conf import settings

from tests.test_architecture import sources

# fmt: off
BARE = {
    "of", "read", "shown", "take", "taken", "asked", "given", "ways", "moments", "one", "all", "get", "get_all",
    "do", "make", "give", "bring", "show", "tell", "note", "know",
}
# fmt: on
"""Said of anything and found nowhere: as a function's name they need their module's name beside them."""

NAMED_BY_OTHERS = {
    "Command": "Django finds a management command by it",
}

BARE_FOR_NOW = {
    "courses/appeals/consequences.py: make",
    "courses/appeals/consequences.py: tell",
    "courses/appeals/views.py: make",
    "courses/appeals/views.py: shown",
    "courses/lab/result.py: shown",
    "courses/lab/views.py: shown",
    "courses/lab/views.py: taken",
    "courses/player/day.py: of",
    "courses/player/pretest.py: of",
    "courses/player/views/modules.py: shown",
    "courses/player/views/pretest.py: asked",
    "courses/player/views/record.py: shown",
}
"""To be renamed, and then taken out of this list. Nothing comes in."""

TWICE_FOR_NOW = {"Reason", "Row"}
"""Class names that still mean several things. To be renamed, and then taken out of this list. Nothing comes in."""


def public(kind: type[ast.FunctionDef] | type[ast.ClassDef]) -> Iterator[tuple[str, str]]:
    """(file, name) of what modules of ours define at their head."""
    for path in sources():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, kind) and not node.name.startswith("_"):
                yield str(path.relative_to(settings.BASE_DIR)), node.name


def test_no_public_function_has_a_name_that_says_nothing_alone() -> None:
    found = {f"{file}: {name}" for file, name in public(ast.FunctionDef) if name in BARE}
    assert found - BARE_FOR_NOW == set()


def test_one_class_name_means_one_thing() -> None:
    files = defaultdict(list)
    for file, name in public(ast.ClassDef):
        files[name].append(file)
    twice = {name: where for name, where in files.items() if len(where) > 1 and name not in NAMED_BY_OTHERS}
    assert {name: where for name, where in twice.items() if name not in TWICE_FOR_NOW} == {}


def test_what_waits_to_be_renamed_lies_elsewhere_than_in_content_and_quizzes() -> None:
    """Where the renaming is done it stays done."""
    assert not [each for each in BARE_FOR_NOW if each.startswith(("content/", "quizzes/"))]
    ours = Counter(name for file, name in public(ast.ClassDef) if file.startswith(("content/", "quizzes/")))
    assert {name for name, times in ours.items() if times > 1} <= NAMED_BY_OTHERS.keys()
