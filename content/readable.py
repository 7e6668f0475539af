"""All that a signature covers, in lines a person reads: words, keys, terms. Of frozen texts and of drafts alike.

Takes the plain data of the closure (ModuleText.body, ModuleEdition.structure, QuizEdition.keys, QuizText.body).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from django.utils.translation import gettext as _
from wagtail import blocks

from content.blocks import ObjectiveBlock, SectionBlock, SourceBlock
from content.differences import Part

Plain = Mapping[str, Any]
MARKUP = {"strong": "**", "em": "*"}


def module_parts(body: Plain, structure: Plain) -> list[Part]:
    frames = {frame["key"]: frame for frame in structure["sections"]}
    front = [
        *_labelled(_("Title"), body["title"]),
        *_labelled(_("Summary"), body["summary"]),
        *_labelled(_("For whom"), body["audience"]),
        *_labelled(_("Minutes"), structure["minutes"] or ""),
    ]
    objectives = [line for each in body["objectives"] for line in _struct(ObjectiveBlock(), each)]
    sources = [line for each in body["sources"] for line in _struct(SourceBlock(), each)]
    return [
        Part("front", _("About this module"), front),
        Part("objectives", _("Learning objectives"), objectives),
        Part("order", _("Sections and their order"), [section["title"] for section in body["sections"]]),
        *(_section(section, frames[section["key"]]) for section in body["sections"]),
        Part("sources", _("Sources"), sources),
        Part("lab", _("Automation-bias lab"), list(_lab(structure.get("lab", {})))),
        Part("facts", _("Organisation facts it asks for"), list(structure["facts"])),
    ]


def _section(section: Plain, frame: Plain) -> Part:
    terms = [*_labelled(_("Minutes"), frame["minutes"] or ""), *_labelled(_("part of the lab"), frame.get("lab", ""))]
    if frame["quiz"]:
        terms.append(_("It holds the graded questions."))
    body = SectionBlock().child_blocks["body"].child_blocks
    lines = [line for block in section["blocks"] for line in _block(body[block["type"]], block["value"])]
    return Part(f"section:{section['key']}", section["title"], [*terms, *lines])


def _lab(lab: Plain) -> Iterator[str]:
    names = {
        "family": _("family of cases"),
        "mode": _("when the advice comes"),
        "rationale": _("the advice gives reasons"),
        "confidence": _("certainty shown with the advice"),
    }
    for name, label in names.items():
        if name in lab:
            yield from _labelled(label, lab[name])


def _block(block: blocks.Block, value: Any) -> Iterator[str]:
    if isinstance(block, blocks.StructBlock):
        yield from (f"{block.label}: {line}" for line in _struct(block, value))
    else:
        yield from _value(block, value)


def _struct(block: blocks.StructBlock, value: Plain) -> Iterator[str]:
    """A line for each piece of it; the key of a list's entry stands before its lines, so that none is mixed up."""
    for name, child in block.child_blocks.items():
        if name in value and name != "key":
            yield from (f"{child.label}: {line}" for line in _value(child, value[name]))


def _value(block: blocks.Block, value: Any) -> Iterator[str]:
    match block:
        case blocks.RichTextBlock():
            yield from html_lines(value["html"])
        case blocks.StructBlock():
            yield from _struct(block, value)
        case blocks.ListBlock() if isinstance(block.child_block, blocks.ListBlock):
            yield from (" | ".join(str(cell) for cell in row) for row in value)
        case blocks.StreamBlock():
            for item in value:
                child = block.child_blocks[item["type"]]
                yield from (f"{item['value']['key']}: {line}" for line in _value(child, item["value"]))
        case blocks.ListBlock():
            for item in value:
                key = item.get("key", "") if isinstance(item, dict) else ""
                yield from (f"{key}: {line}" if key else line for line in _value(block.child_block, item))
        case _:
            yield from plain_lines(value)


def plain_lines(value: Any) -> Iterator[str]:
    if isinstance(value, bool):
        yield _("yes") if value else _("no")
    elif isinstance(value, dict):  # a file, by its content
        yield f"{value.get('mime', '')} {value.get('sha256', '')[:12]}".strip()
    elif isinstance(value, list):
        yield ", ".join(str(item) for item in value)
    else:
        yield from (line.strip() for line in str(value or "").splitlines() if line.strip())


def _labelled(label: str, value: Any) -> Iterator[str]:
    yield from (f"{label}: {line}" for line in plain_lines(value))


def html_lines(html: str) -> Iterator[str]:
    """A line for each paragraph, heading and list entry, with its emphasis and its links spelt out: both can change."""
    soup = BeautifulSoup(html, "html.parser")
    entries = [tag for tag in soup.find_all(True) if tag.name in ("p", "li", "h2", "h3", "h4")]
    for tag in entries or [soup]:
        said = "".join(_spelt_out(child) for child in tag.children).strip()
        if said:
            yield {"li": "– ", "h2": "## ", "h3": "## ", "h4": "## "}.get(tag.name, "") + said


def _spelt_out(node: Any) -> str:
    if isinstance(node, NavigableString):
        return str(node)
    if not isinstance(node, Tag) or node.name in ("ul", "ol"):
        return ""
    said = "".join(_spelt_out(child) for child in node.children)
    if node.name == "a":
        return f"{said} ({node.get('href', '')})"
    return f"{MARKUP.get(node.name, '')}{said}{MARKUP.get(node.name, '')}"


# --- Graded questions --------------------------------------------------------------------------------------------


def quiz_parts(keys: Plain, words: Plain) -> list[Part]:
    """The terms of a quiz, its questions with their right answers, and the cases they are about."""
    questions = [question_part(question, words[question["key"]]) for question in keys["questions"]]
    stories = {
        question["story"]: words[question["key"]]["story"] for question in keys["questions"] if question.get("story")
    }
    return [
        terms_part(keys),
        *questions,
        *(story_part(code, told["title"], told["html"]) for code, told in stories.items()),
    ]


def terms_part(keys: Plain) -> Part:
    """What is needed to pass: of QuizEdition.keys, with nothing of the questions but their terms."""
    pause = keys.get("pause", {})
    lines = [
        *_labelled(_("Pass mark in percent"), keys["pass_percent"]),
        *_labelled(_("Voluntary pre-test"), bool(keys.get("pretest"))),
        *_labelled(_("Pause after so many failures"), pause.get("after", "")),
        *_labelled(_("Hours of the pause"), pause.get("hours", "")),
        *_labelled(_("Time limit in minutes"), keys.get("minutes", "")),
        *(f"{_('Drawn from the pool')} {pool}: {take}" for pool, take in sorted(keys.get("pools", {}).items())),
    ]
    for question in keys["questions"]:
        terms = [_("key item")] if question.get("compulsory") else []
        terms += [f"{_('pool')} {question['pool']}"] if question.get("pool") else []
        lines.append(" · ".join([f"{_('Question')} {question['key']}", *terms]))
    return Part("quiz", _("Quiz"), lines)


def question_part(question: Plain, said: Plain) -> Part:
    """A question without its case: `question` as QuizEdition.keys has it, `said` as QuizText.body."""
    names = ("kind", "scoring", "objective", "requirement", "story")
    lines = [*_labelled(_("question"), said["text"])]
    lines += [line for option in question["options"] for line in _option(option, said["options"][option["key"]])]
    lines += [f"{_('group')} {key}: {text}" for key, text in said.get("categories", {}).items()]
    if question.get("answer"):
        answer = question["answer"]
        lines.append(f"{_('right value')}: {answer['value']} ± {answer['tolerance']} {said.get('unit', '')}".strip())
        lines += _labelled(_("feedback"), said.get("feedback", ""))
    lines += [f"{name}: {question[name]}" for name in names if question.get(name)]
    return Part(f"question:{question['key']}", f"{_('Question')} {question['key']}", lines)


def _option(option: Plain, said: Plain) -> Iterator[str]:
    """Its words in one line with what is right about it, so that a moved mark is seen beside the words it moved to."""
    marks = {"right": _("right"), "fault": _("fault")}
    terms = [label for name, label in marks.items() if option.get(name)]
    terms += [f"{_('group')} {option['category']}"] if "category" in option else []
    terms += [f"{_('chosen by')} {option['panel']}"] if "panel" in option else []
    line = f"{option['key']}: {said['text']}" + (f" → {said['match']}" if said.get("match") else "")
    yield line + (f" ({', '.join(terms)})" if terms else "")
    yield from (f"{option['key']}, {_('feedback')}: {words}" for words in plain_lines(said.get("feedback", "")))


def story_part(code: str, title: str, html: str) -> Part:
    return Part(f"story:{code}", f"{_('Case')} {code}", [title, *html_lines(html)])
