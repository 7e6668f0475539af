"""What docs/developer/README.md says of the house and import-linter cannot see."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import models

from lms import rooms

PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
CONTRACTS = {one["name"]: one for one in PROJECT["tool"]["importlinter"]["contracts"]}


def levels() -> dict[str, int]:
    """{room or module: its floor} as the contract says; higher may point at lower, never back."""
    floors = reversed(CONTRACTS["Imports point one way"]["layers"])
    return {name: number for number, floor in enumerate(floors) for name in re.split(r"[ |:]+", floor)}


LEVELS = levels()


def room(module: str) -> str | None:
    return next((name for name in LEVELS if module == name or module.startswith(name + ".")), None)


def our_models() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if rooms.is_ours(model.__module__))


def sources() -> Iterator[Path]:
    for package in rooms.packages():
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def test_foreign_keys_point_one_way() -> None:
    wrong = []
    for model in our_models():
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not isinstance(field, models.ForeignKey) or not isinstance(target, type):
                continue
            here, there = room(model.__module__), room(target.__module__)
            if here and there and here != there and LEVELS[there] >= LEVELS[here]:
                wrong.append(f"{model.__name__}.{field.name} in {here} points up at {target.__name__} in {there}")
    assert not wrong, wrong


def test_every_room_stands_on_a_floor_of_the_contract() -> None:
    """A room is one more name in INSTALLED_APPS, in the contract, and in `root_packages` where its package is new."""
    missing = [
        room.name
        for room in rooms.all_rooms()
        if not any(name == room.name or name.startswith(f"{room.name}.") for name in LEVELS)
    ]
    assert missing == []
    assert sorted(PROJECT["tool"]["importlinter"]["root_packages"]) == rooms.packages()


def test_every_model_stands_in_a_room() -> None:
    assert [model.__name__ for model in our_models() if room(model.__module__) is None] == []


def test_signals_are_received_only_from_what_third_parties_save_and_delete() -> None:
    """Where a call would do, there is a call (ADR 13)."""
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            if name == "receiver" or (name.endswith(".connect") and name != "sqlite3.connect"):
                found.append(f"{path.relative_to(settings.BASE_DIR)}: {name}")
    assert found == [
        "content/apps.py: page_published.connect",
        "content/apps.py: pre_page_move.connect",
        "content/apps.py: pre_save.connect",
        "content/apps.py: pre_delete.connect",
        "lms/signatures/apps.py: pre_save.connect",
        "lms/signatures/apps.py: pre_save.connect",
    ]


def test_no_model_uses_a_forbidden_name_for_a_module() -> None:
    forbidden = {"utils.py", "helpers.py", "services.py", "common.py", "misc.py"}
    assert [str(path) for path in sources() if path.name in forbidden] == []


def test_functions_stay_small() -> None:
    """The median function has near ten lines; none has more than fifty."""
    sizes = []
    long = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                sizes.append(size)
                if size > 50:
                    long.append(f"{path.relative_to(settings.BASE_DIR)}:{node.name} has {size} lines")
    assert not long, long
    assert sorted(sizes)[len(sizes) // 2] <= 12


def test_files_stay_readable() -> None:
    long = {str(path.relative_to(settings.BASE_DIR)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: size for name, size in long.items() if size > 400} == {}


def test_one_place_writes_tables_for_spreadsheets() -> None:
    """Elsewhere a cell would be written as it is, and run where it is opened."""
    wrong = []
    for path in sources():
        name = str(path.relative_to(settings.BASE_DIR))
        words = path.read_text(encoding="utf-8")
        if not name.startswith("lms/spreadsheets/") and re.search(r"csv\.(?:w|DictW)riter|openpyxl|text/csv", words):
            wrong.append(name)
    assert not wrong, f"write them with lms.spreadsheets: {wrong}"
