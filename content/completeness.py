"""What a module still lacks before it can be published, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from content import values
from content.closure import plain_value
from content.draft_minutes import draft_seconds
from content.editions import Module
from content.figures import FigureRefused, label_faults, read_drawing
from content.media import Media
from content.minutes import whole_minutes
from content.models import ModulePage
from content.practice import practice_gaps
from content.source_marks import keys_marked
from quizzes import freezing as quiz_freezing
from quizzes.lab.cases.families import FAMILIES

LAB_ORDER = ("block-a", "debrief", "block-b")
Gap = tuple[str, str]
"""(field of the page, sentence that says what is missing)."""


def publish_gaps(page: ModulePage) -> dict[str, list[str]]:
    """{field: sentences}; empty when the module can be published."""
    found: dict[str, list[str]] = defaultdict(list)
    for check in (_front, _minutes, _sections, _files, _keys, _marks, _taught, _quiz, _lab, _code):
        for field, sentence in check(page):
            found[field].append(sentence)
    # The form has said by itself what its fields refuse; this is for what came by another door.
    for field, sentence in values.value_faults(page):
        if field not in found:
            found[field].append(sentence)
    return dict(found)


def _front(page: ModulePage) -> Iterator[Gap]:
    if not page.summary.strip():
        yield "summary", _("The summary is missing.")
    if not len(page.objectives):
        yield "objectives", _("The learning objectives are missing: add at least one.")
    if not len(page.sources):
        yield "sources", _("The sources are missing: add what the text rests on.")
    if not len(page.sections):
        yield "sections", _("The module has no section.")


def _minutes(page: ModulePage) -> Iterator[Gap]:
    """Nobody has to say how long it takes: it is computed. Where somebody does, it is the figure that is shown."""
    written = {child.value["key"]: child.value["minutes"] for child in page.sections if child.value["minutes"]}
    if page.locale.language_code != settings.LANGUAGE_CODE or not (page.minutes or written):
        return
    seconds = draft_seconds(page)
    total = whole_minutes(sum(seconds.values()))
    if page.minutes and page.minutes != total:
        said = _("The module takes %(total)d minutes, not %(said)d: leave the field empty.")
        yield "minutes", said % {"total": total, "said": page.minutes}
    for child in page.sections:
        named, found = child.value["minutes"], whole_minutes(seconds[child.value["key"]])
        if named and named != found:
            said = _("The section “%(section)s” takes %(found)d minutes, not %(said)d: leave the field empty.")
            yield "sections", said % {"section": child.value["title"], "found": found, "said": named}


def _sections(page: ModulePage) -> Iterator[Gap]:
    for child in page.sections:
        section = child.value
        if not section["quiz"] and not section["lab"] and not len(section["body"]):
            yield "sections", _("The section “%(section)s” is empty.") % {"section": section["title"]}
        for block in section["body"]:
            for sentence in BLOCKS.get(block.block_type, _nothing)(block.value):
                yield "sections", _("Section “%(section)s”: %(gap)s") % {"section": section["title"], "gap": sentence}


def _files(page: ModulePage) -> Iterator[Gap]:
    """What is not fit to be frozen is said while somebody is there who can mend it."""
    media = Media()
    for child in page.sections:
        for block in child.value["body"]:
            plain_value(block.block, block.value, media)
    for sentence in media.refusals:
        yield "sections", sentence


def _nothing(value: Any) -> Iterator[str]:
    yield from ()


def _image(value: Any) -> Iterator[str]:
    if not value["image"]:
        yield _("the image “%(key)s” has no file.") % {"key": value["key"]}
    if not (value["alt"] or "").strip():
        yield _("the image “%(key)s” has no alternative text.") % {"key": value["key"]}


def _video(value: Any) -> Iterator[str]:
    named = {"title": value["title"]}
    if not value["file"]:
        yield _("the film “%(title)s” has no file.") % named
    if not value["captions"]:
        yield _("the film “%(title)s” has no captions (WebVTT).") % named
    transcript = value["transcript"].source if value["transcript"] else ""
    if not transcript.strip():
        yield _("the film “%(title)s” has no transcript.") % named


def _check(value: Any) -> Iterator[str]:
    named = {"key": value["key"]}
    if not any(option["right"] for option in value["options"]):
        yield _("the practice question “%(key)s” has no right option.") % named
    for option in value["options"]:
        if not (option["feedback"] or "").strip():
            yield _("an option of the practice question “%(key)s” has no feedback.") % named


def _case(value: Any) -> Iterator[str]:
    named = {"title": value["title"]}
    if bool(len(value["options"])) != bool((value["question"] or "").strip()):
        yield _("the case “%(title)s” needs both, a question and the options to choose from.") % named
    if len(value["options"]) == 1:
        yield _("the case “%(title)s” needs at least two options.") % named
    lesson = strip_tags(value["lesson"].source) if value["lesson"] else ""  # an emptied field still holds a paragraph
    if len(value["options"]) and not lesson.strip():
        yield _("the case “%(title)s” asks, so it needs a lesson that speaks to each option.") % named


def _figure(value: Any) -> Iterator[str]:
    named = {"key": value["key"]}
    if not (value["alt"] or "").strip():
        yield _("the figure “%(key)s” has no alternative text.") % named
    try:
        drawing = read_drawing(value["svg"] or "")
    except FigureRefused as refusal:
        yield _("the figure “%(key)s” cannot be shown. %(why)s") % {**named, "why": refusal}
        return
    for sentence in label_faults(drawing, {label["key"]: label["text"] or "" for label in value["labels"]}):
        yield _("the figure “%(key)s”: %(why)s") % {**named, "why": sentence}


def _practice(value: Any) -> Iterator[str]:
    yield from practice_gaps(plain_value(value.block, value, Media()))


BLOCKS = {
    "image": _image,
    "video": _video,
    "check": _check,
    "case": _case,
    "figure": _figure,
    "practice": _practice,
}


def _keys(page: ModulePage) -> Iterator[Gap]:
    """Progress and translations hang on keys, so two of the same would mix up what people have done."""
    keys = [child.value["key"] for child in page.sections]
    blocks = [
        block.value["key"] for child in page.sections for block in child.value["body"] if block.block_type != "text"
    ]
    lists = {
        "objectives": [child.value["key"] for child in page.objectives],
        "sources": [child.value["key"] for child in page.sources],
    }
    for field, found in (("sections", keys), ("sections", blocks), *lists.items()):
        for key in sorted({key for key in found if found.count(key) > 1}):
            yield field, _("The key “%(key)s” is used twice. Keys must differ.") % {"key": key}


def _marks(page: ModulePage) -> Iterator[Gap]:
    """A mark leads to a source that is there."""
    known = {child.value["key"] for child in page.sources}
    for child in page.sections:
        for block in child.value["body"]:
            for key in dict.fromkeys(keys_marked(plain_value(block.block, block.value, Media()))):
                if key not in known:
                    yield (
                        "sections",
                        _("Section “%(section)s”: there is no source “%(key)s” for the mark [^%(key)s].")
                        % {"section": child.value["title"], "key": key},
                    )


def _taught(page: ModulePage) -> Iterator[Gap]:
    """An objective sends learners to sections that are there."""
    known = {child.value["key"] for child in page.sections}
    for child in page.objectives:
        for key in (child.value.get("sections") or "").split():
            if key not in known:
                yield "objectives", _("There is no section with the key “%(key)s”.") % {"key": key}


def _quiz(page: ModulePage) -> Iterator[Gap]:
    sections = [child.value for child in page.sections if child.value["quiz"]]
    if len(sections) > 1:
        yield "sections", _("Only one section can hold the graded questions.")
    if sections and page.quiz is None:
        title = sections[0]["title"]
        yield "quiz", _("The section “%(section)s” asks graded questions, but none are chosen.") % {"section": title}
    if page.quiz is not None and not sections:
        yield "sections", _("Graded questions are chosen, but no section holds them.")
    if page.quiz is not None:
        for sentence in quiz_freezing.quiz_gaps(page.quiz):
            yield "quiz", sentence


def _lab(page: ModulePage) -> Iterator[Gap]:
    """The parts of the lab come once each and in their order; the cases they show exist."""
    parts = [child.value["lab"] for child in page.sections if child.value["lab"]]
    for part in sorted({part for part in parts if parts.count(part) > 1}):
        yield "sections", _("The lab has its part “%(part)s” twice.") % {"part": part}
    order = [part for part in parts if part != "prediction"]
    if parts and order != [part for part in LAB_ORDER if part in order]:
        yield "sections", _("The lab's parts come in this order: part one, the debrief, part two.")
    if parts and "block-a" not in parts:
        yield "sections", _("The lab has no part one.")
    if any(child.value["lab"] and child.value["quiz"] for child in page.sections):
        yield "sections", _("A section holds a part of the lab or the graded questions, not both.")
    if parts and page.lab_family not in FAMILIES:
        yield (
            "lab_family",
            _("There is no family of cases “%(family)s”. There are: %(known)s.")
            % {"family": page.lab_family, "known": ", ".join(sorted(FAMILIES))},
        )
    if page.lab_family and not parts:
        yield "sections", _("A family of cases is chosen, but no section holds a part of the lab.")


def _code(page: ModulePage) -> Iterator[Gap]:
    module = Module.objects.filter(pk=page.translation_key).first()
    if module and module.code != page.code:
        yield "code", _("The code of a published module stays “%(code)s”.") % {"code": module.code}
    if not module and Module.objects.filter(code=page.code).exists():
        yield "code", _("Another module has the code “%(code)s”.") % {"code": page.code}
