"""The drawings that lie beside a module's file: read, checked, and put into the blocks that show them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from content.curriculum.module_file import FIGURE, Block, ModuleFile
from content.figures import FigureRefused, label_faults, read_drawing
from lms.yaml_lines import FaultList

SVG = "svg"
"""Under this name the text of a drawing stands in `Block.neutral`."""


def with_drawings(written: ModuleFile, folder: Path) -> ModuleFile:
    """The module with the text of every drawing. Raises FaultyFile."""
    faults = FaultList(written.file)
    sections = tuple(
        replace(
            section,
            blocks=tuple(_drawn(block, folder, faults) if block.kind == FIGURE else block for block in section.blocks),
        )
        for section in written.sections
    )
    faults.check()
    return replace(written, sections=sections)


def _drawn(block: Block, folder: Path, faults: FaultList) -> Block:
    name = block.neutral["file"]
    try:
        text = (folder / name).read_text(encoding="utf-8").strip()
        drawing = read_drawing(text)
    except OSError:
        faults.add(block.line, f"There is no drawing {name} beside this file.")
        return block
    except UnicodeDecodeError:
        faults.add(block.line, f"{name} is not text in UTF-8. Save it as UTF-8.")
        return block
    except FigureRefused as refusal:
        for sentence in refusal.sentences:
            faults.add(block.line, f"{name}: {sentence}")
        return block
    for sentence in label_faults(drawing, {item.key: item.texts["text"].value for item in block.items}):
        faults.add(block.line, f"{name}: {sentence}")
    return replace(block, neutral=block.neutral | {SVG: text})
