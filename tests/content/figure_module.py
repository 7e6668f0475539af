"""The module with a figure, a case that asks, and practice of every kind: files beside this one, loaded and signed."""

from __future__ import annotations

from pathlib import Path

from content.curriculum.load import load_module, read_module
from content.curriculum.record import LoadReport
from content.editions import Module
from tests.content.samples import sign_all

FOLDER = Path(__file__).parent / "module_with_figures"


def load_figures() -> Module:
    report = LoadReport()
    load_module(read_module(FOLDER), report)
    assert report.unfrozen == []
    module = Module.objects.get(code="f01")
    sign_all(module)
    return module
