"""Reads one file of the curriculum (the format: docs/editor.md). Nothing is guessed: every fault names its line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.curriculum import prose, question_directive
from content.curriculum.directives import read_directive
from content.curriculum.drawings import with_drawings
from content.curriculum.keys import check_unique, plain_text
from content.curriculum.module_file import QUESTION, STORY, TEXT, Block, FileSection, Front, FrontEntry, ModuleFile
from lms.yaml_lines import FaultList, LineText, YamlMapping, check_key, load_yaml_mapping

SOURCE = "en"
FENCE = ":::"
DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LEVELS = ("law", "official", "review", "experiment", "observation", "standard", "other")
LEFT_OUT = ("url", "sections", "level", "checked")
"""What an objective or a source need not say."""
LAB_PARTS = ("prediction", "block-a", "debrief", "block-b")
LAB = {
    "mode": ("decide-first", "concurrent", "on-request"),
    "rationale": ("true", "false"),
    "confidence": ("none", "true", "decoupled"),
}
CODE = re.compile(r"^[A-Za-z][A-Za-z0-9-]{1,19}$")


def parse_file(path: Path, name: str = "") -> ModuleFile:
    """The module in `path`, whose file name is its language, with the drawings beside it. Raises FaultyFile with every
    fault found."""
    written = parse_module(path.read_text(encoding="utf-8"), language=path.stem, file=name or str(path))
    return with_drawings(written, path.parent) if path.stem == SOURCE else written


def parse_module(text: str, *, language: str, file: str) -> ModuleFile:
    """The module in `text`. Raises FaultyFile with every fault found."""
    faults = FaultList(file)
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), 0)
    if lines[0].rstrip() != "---" or not end:
        faults.add(1, "The file must begin with --- and the module's data, closed by another ---.")
        faults.check()
    source = language == SOURCE
    front = _front(load_yaml_mapping("\n".join(lines[1:end]), 2, faults), source, faults)
    sections = tuple(_section(part, source, faults) for part in _parts(lines, end + 1, faults))
    faults.check()
    assert front is not None  # noqa: S101 -- without a front there is a fault, and check() has raised
    written = ModuleFile(file, language, front, sections)
    _check_whole(written, source, faults)
    faults.check()
    return written


# --- The front ----------------------------------------------------------------------------------------------


def _front(marked: YamlMapping | None, source: bool, faults: FaultList) -> Front | None:
    if marked is None:
        return None
    front = Front(
        code=_code(marked, faults),
        title=plain_text(marked, "title", faults),
        summary=plain_text(marked, "summary", faults),
        audience=plain_text(marked, "audience", faults),
        minutes=_minutes(marked, source),
        objectives=_objectives(marked, source, faults),
        sources=_sources(marked, source, faults),
        provenance=_provenance(marked, source, faults),
        lab=_lab(marked, source, faults),
        pretest=_pretest(marked, source),
    )
    marked.finish()
    return front


def _minutes(marked: YamlMapping, source: bool) -> int:
    if source and "minutes" in marked:
        return marked.number("minutes")
    marked.neutral("minutes", source=source, required=False)
    return 0


def _code(marked: YamlMapping, faults: FaultList) -> str:
    code = marked.text("code")
    if code.value and not CODE.match(code.value):
        faults.add(code.line, "The code has 2 to 20 letters, digits or hyphens and begins with a letter.")
    return code.value.lower()


def _objectives(marked: YamlMapping, source: bool, faults: FaultList) -> tuple[FrontEntry, ...]:
    return _entries(marked, "objectives", faults, ("text",), ("sections",), source=source)


def _sources(marked: YamlMapping, source: bool, faults: FaultList) -> tuple[FrontEntry, ...]:
    neutral = ("date", "url", "level", "checked")
    found = _entries(marked, "sources", faults, ("title", "publisher", "note"), neutral, source=source)
    for entry in found if source else ():
        if not DATE.match(entry.neutral["date"]):
            faults.add(entry.line, f"The date of “{entry.key}” must look like 2024-06-13, 2024-06 or 2024.")
        if entry.neutral["level"] not in ("", *LEVELS):
            faults.add(entry.line, f"The “level:” of “{entry.key}” must be one of: {', '.join(LEVELS)}.")
        if entry.neutral["checked"] and not DAY.fullmatch(entry.neutral["checked"]):
            faults.add(entry.line, f"“checked:” of “{entry.key}” is the day somebody read it, such as 2026-11-29.")
    if source and len(found) < 2:
        faults.add(marked.line_of("sources"), "A module needs at least two sources.")
    return found


def _entries(
    marked: YamlMapping, name: str, faults: FaultList, texts: Sequence[str], neutral: Sequence[str], *, source: bool
) -> tuple[FrontEntry, ...]:
    found = []
    for entry in marked.mappings(name):
        key = entry.text("key").value
        check_key(key, entry.line, faults)
        words = {part: plain_text(entry, part, faults, required=part != "note") for part in texts}
        kept = {part: entry.neutral(part, source=source, required=part not in LEFT_OUT) for part in neutral}
        found.append(FrontEntry(key, entry.line, words, kept))
        entry.finish()
    check_unique([(entry.key, entry.line) for entry in found], faults)
    return tuple(found)


def _provenance(marked: YamlMapping, source: bool, faults: FaultList) -> str:
    inner = marked.mapping("provenance")
    if inner is None:
        return ""
    name = "written" if source else "translated"
    value = inner.text(name)
    if value.value not in {"ai", "human"}:
        faults.add(value.line, f"“{name}:” must be ai or human.")
    inner.finish()
    return value.value


def _pretest(marked: YamlMapping, source: bool) -> str:
    if "pretest" not in marked:
        return ""
    if not source:
        return marked.neutral("pretest", source=False)
    return "true" if marked.flag("pretest") else ""


def _lab(marked: YamlMapping, source: bool, faults: FaultList) -> dict[str, str]:
    """Which cases the lab shows, and how the advice comes. YAML's own true and none are meant as words here."""
    if "lab" not in marked:
        return {}
    if not source:
        marked.neutral("lab", source=False)
        return {}
    inner = marked.mapping("lab")
    if inner is None:
        return {}
    found = {"family": inner.text("family").value}
    for name, allowed in LAB.items():
        found[name] = ("true" if inner.flag(name) else "false") if name == "rationale" else inner.text(name).value
        if found[name] not in allowed:
            faults.add(inner.line_of(name), f"“{name}:” must be one of: {', '.join(allowed)}.")
    inner.finish()
    return found


# --- The sections -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SectionLines:
    """The lines of one section; `line` is the one of its heading."""

    heading: str
    line: int
    lines: list[str]


def _parts(lines: Sequence[str], start: int, faults: FaultList) -> Iterator[SectionLines]:
    """Cuts the rest of the file at every line that begins with “# ”."""
    heads = [number for number in range(start, len(lines)) if lines[number].startswith("# ")]
    if not heads:
        faults.add(start, "There is no section. A section begins with “# key | Title”.")
        return
    for number in range(start, heads[0]):
        if lines[number].strip():
            faults.add(number + 1, "This text stands before the first section. Put it below a “# key | Title” line.")
    for head, following in zip(heads, [*heads[1:], len(lines)], strict=True):
        yield SectionLines(lines[head][2:], head + 1, list(lines[head + 1 : following]))


def _section(part: SectionLines, source: bool, faults: FaultList) -> FileSection:
    cells = [cell.strip() for cell in part.heading.split("|")]
    lab = _lab_part(cells, part, source, faults)
    if len(cells) != 2 and not (source and len(cells) == 3):
        faults.add(part.line, "The heading of a section is written “# key | Title”.")
    cells = [*cells, "", ""][:3]
    check_key(cells[0], part.line, faults)
    if not cells[1]:
        faults.add(part.line, "The section has no title.")
    minutes = 0
    if source and cells[2].isdecimal() and int(cells[2]) > 0:
        minutes = int(cells[2])
    elif source and cells[2]:
        faults.add(part.line, "The minutes of a section are a whole number above 0.")
    blocks = tuple(_blocks(part, source, faults))
    return FileSection(
        key=cells[0],
        title=LineText(cells[1], part.line),
        minutes=minutes,
        line=part.line,
        blocks=tuple(block for block in blocks if block.kind not in (QUESTION, STORY)),
        stories=tuple(block for block in blocks if block.kind == STORY),
        questions=tuple(block for block in blocks if block.kind == QUESTION),
        lab=lab,
    )


def _lab_part(cells: list[str], part: SectionLines, source: bool, faults: FaultList) -> str:
    """Takes “lab: part” off the end of a heading's cells."""
    if not source or not cells[-1].startswith("lab:"):
        return ""
    found = cells.pop().removeprefix("lab:").strip()
    if found not in LAB_PARTS:
        faults.add(part.line, f"A part of the lab is one of: {', '.join(LAB_PARTS)}.")
    return found


def _blocks(part: SectionLines, source: bool, faults: FaultList) -> Iterator[Block]:
    """Text runs and directives, in their order."""
    number = 0
    while number < len(part.lines):
        if part.lines[number].startswith(FENCE):
            end = _closing(part, number, faults)
            head = part.lines[number][len(FENCE) :].split("#")[0].strip()
            block = read_directive(head, part.lines[number + 1 : end], part.line + number + 1, source, faults)
            if block:
                yield block
            number = end + 1
        else:
            end = _next_fence(part, number)
            run = part.lines[number:end]
            if any(line.strip() for line in run):
                line = part.line + number + 1
                yield Block(TEXT, "", line, {"text": prose.read_prose("\n".join(run), line, faults)})
            number = end


def _next_fence(part: SectionLines, start: int) -> int:
    fences = (number for number in range(start, len(part.lines)) if part.lines[number].startswith(FENCE))
    return next(fences, len(part.lines))


def _closing(part: SectionLines, start: int, faults: FaultList) -> int:
    end = _next_fence(part, start + 1)
    if end == len(part.lines) or part.lines[end].strip() != FENCE:
        faults.add(part.line + start + 1, "This directive is not closed. Put a line ::: below it.")
    return end


# --- What only the whole file shows -------------------------------------------------------------------------


def _check_whole(written: ModuleFile, source: bool, faults: FaultList) -> None:
    sections = written.sections
    check_unique([(section.key, section.line) for section in sections], faults)
    blocks = [block for each in sections for block in (*each.blocks, *each.stories, *each.questions)]
    check_unique([(block.key, block.line) for block in blocks if block.kind != TEXT], faults)
    _check_quiz(sections, faults)
    if source:
        question_directive.check_pools(written.questions, bool(written.front.pretest), 2, faults)
        question_directive.check_graded(written.questions, 2, faults)
        question_directive.check_stories(written.stories, written.questions, faults)
        _check_lab(written, faults)
        _check_objectives(written, faults)


def _check_quiz(sections: Sequence[FileSection], faults: FaultList) -> None:
    quizzes = [section for section in sections if section.questions]
    for section in quizzes[1:]:
        faults.add(section.line, f"The graded questions stand in “{quizzes[0].key}” already. Keep them in one section.")
    for section in sections:
        if section.stories and not section.questions:
            faults.add(section.stories[0].line, "A story stands in the section with the graded questions about it.")
    for section in quizzes:
        for block in section.blocks:
            if block.kind != TEXT:
                faults.add(block.line, "A section with graded questions holds an opening paragraph and nothing else.")


def _check_lab(written: ModuleFile, faults: FaultList) -> None:
    parts = [section.lab for section in written.sections if section.lab]
    for section in written.sections:
        if section.lab and parts.count(section.lab) > 1:
            faults.add(section.line, f"The lab has its part “{section.lab}” twice. Keep one.")
    if bool(parts) != bool(written.front.lab):
        faults.add(2, "A module with a lab has both: “lab:” above, and sections with a part of it.")
    order = [part for part in parts if part != "prediction"]
    if (parts and order != [part for part in ("block-a", "debrief", "block-b") if part in order]) or order[:1] == [
        "block-b"
    ]:
        faults.add(written.sections[0].line, "The lab's parts come in this order: block-a, debrief, block-b.")


def _check_objectives(written: ModuleFile, faults: FaultList) -> None:
    known = {entry.key: entry.line for entry in written.front.objectives}
    asked = {question.neutral["objective"] for question in written.questions}
    for question in written.questions:
        if question.neutral["objective"] not in known:
            faults.add(question.line, f"There is no objective “{question.neutral['objective']}” in the file's front.")
    sections = {section.key for section in written.sections}
    for entry in written.front.objectives:
        for key in entry.neutral["sections"].split():
            if key not in sections:
                faults.add(entry.line, f"There is no section “{key}”. Name sections of this file, with spaces between.")
    for key, line in known.items():
        if written.questions and key not in asked:
            faults.add(line, f"No question is about the objective “{key}”. Add one or tag one with it.")
