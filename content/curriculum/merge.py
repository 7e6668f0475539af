"""The parts of a module that are loaded each for itself, and what to do with each: take, leave, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from certification.ledger import canonical
from content import markup
from content.closure import plain_objective, plain_value
from content.curriculum_models import LoadedSection
from content.media import Media
from content.models import ModulePage
from quizzes.models import Question

FRONT = "front"
ORDER = "order"
SECTION = "section:"
QUESTION = "question:"
Digests = Mapping[str, str]


class MergeStep(Enum):
    """KEEP: nothing to do. TAKE: write what the file says. ADOPT: it stands there already, only note it.
    LEAVE: an editor changed it and the file changed too; the editor's words stay."""

    KEEP = "keep"
    TAKE = "take"
    ADOPT = "adopt"
    LEAVE = "leave"


def decide_step(loaded: LoadedSection | None, now: str | None, file: str | None) -> MergeStep:
    """What to do with a part. `now` and `file`: its digest in the page and as the file has it (None: not there)."""
    if loaded is None:
        if file is None:
            return MergeStep.KEEP
        return MergeStep.TAKE if now is None else MergeStep.ADOPT if now == file else MergeStep.LEAVE
    if file == loaded.file_sha256:
        return MergeStep.KEEP
    if now == file:
        return MergeStep.ADOPT
    return MergeStep.TAKE if now == loaded.sha256 else MergeStep.LEAVE


def merge_steps(loaded: Mapping[str, LoadedSection], now: Digests, file: Digests) -> dict[str, MergeStep]:
    """A step for every part that the file, the page or an earlier load knows."""
    names = dict.fromkeys([*file, *now, *loaded])
    return {name: decide_step(loaded.get(name), now.get(name), file.get(name)) for name in names}


def page_digests(page: ModulePage) -> dict[str, str]:
    """{part: digest} of a page, saved or not. What the editor adds by merely saving does not count."""
    found = {
        FRONT: canonical.digest(_front(page)),
        ORDER: canonical.digest({"sections": [child.value["key"] for child in page.sections]}),
    }
    for child in page.sections:
        found[SECTION + child.value["key"]] = canonical.digest(_section(child.value))
    return found


def _front(page: ModulePage) -> dict[str, Any]:
    media = Media()
    return {
        "title": page.title,
        "summary": page.summary,
        "audience": page.audience,
        **(
            {"lab": [page.lab_family, page.lab_mode, page.lab_rationale, page.lab_confidence]}
            if page.lab_family
            else {}
        ),
        "minutes": page.minutes or 0,
        "objectives": [plain_objective(child, media) for child in page.objectives],
        "sources": [plain_value(child.block, child.value, media) for child in page.sources],
    }


def _section(value: Any) -> dict[str, Any]:
    media = Media()
    return {
        "title": value["title"],
        "minutes": value["minutes"] or 0,
        "quiz": bool(value["quiz"]),
        **({"lab": value["lab"]} if value["lab"] else {}),
        "body": [[child.block_type, plain_value(child.block, child.value, media)] for child in value["body"]],
    }


def page_rows(loaded: Mapping[str, LoadedSection]) -> dict[str, LoadedSection]:
    """Those of the remembered parts that belong to the page, not to its questions."""
    return {part: row for part, row in loaded.items() if not part.startswith(QUESTION)}


def question_digests(questions: Mapping[str, Question]) -> dict[str, str]:
    return {part: question_digest(question) for part, question in questions.items()}


def question_digest(question: Question) -> str:
    """What is as usual is left out, so that a digest stored before there was anything else stays right."""
    media = Media()
    usual = {"scoring": Question.Scoring.WHOLE, "requirement": ""}
    return canonical.digest(
        {
            "kind": question.kind,
            "objective": question.objective,
            "text": question.text,
            "options": [_option(child, media) for child in question.options],
            **({"story": [question.story.title, markup.frozen_html(question.story.text)]} if question.story else {}),
            **{name: getattr(question, name) for name, value in usual.items() if getattr(question, name) != value},
        }
    )


def _option(child: Any, media: Media) -> Any:
    value = plain_value(child.block, child.value, media)
    return value if child.block_type == "option" else [child.block_type, value]


def merged_sections(
    current: Sequence[dict[str, Any]], wanted: Sequence[dict[str, Any]], chosen: Mapping[str, MergeStep]
) -> list[dict[str, Any]]:
    """The sections after loading. Those to take come from the file, new ones after the neighbour they have there;
    the order is the file's, unless an editor changed it."""
    merged = {block_key(child): child for child in current}
    previous = ""
    order = list(merged)
    for child in wanted:
        key = block_key(child)
        if chosen[SECTION + key] is MergeStep.TAKE:
            if key not in merged:
                order.insert(order.index(previous) + 1 if previous else 0, key)
            merged[key] = child
        previous = key if key in merged else previous
    gone = {key for key in merged if chosen.get(SECTION + key) is MergeStep.TAKE} - {
        block_key(child) for child in wanted
    }
    if chosen.get(ORDER) is MergeStep.TAKE:
        order = _in_order(order, [block_key(child) for child in wanted])
    return [merged[key] for key in order if key in merged and key not in gone]


def _in_order(keys: Iterable[str], wanted: Sequence[str]) -> list[str]:
    """The file's order; a section that only the page has stays behind the section it stood behind."""
    found = list(wanted)
    previous = None
    for key in keys:
        if key not in found:
            found.insert(found.index(previous) + 1 if previous else 0, key)
        previous = key
    return found


def block_key(child: Mapping[str, Any]) -> str:
    return str(child["value"]["key"])
