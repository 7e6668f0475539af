"""Rules for one graded question: nothing but the matter itself tells right from wrong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from content.curriculum.checks.passages import is_body, read_passages
from content.curriculum.checks.remarks import CheckRemark
from content.curriculum.checks.sentences import folded, runs
from content.curriculum.module_file import Block, DirectiveItem, FileSection, ModuleFile

CHOICE = ("single", "multiple")
RECALLED = 5
# A few letters more or less are no clue.
LETTERS = 6
NUMBER_ASKED = re.compile(
    r"\b(?:which|what) (?:article|paragraph|recital|annex)\b"
    r"|\bquel(?:le)?s? (?:article|paragraphe|considérant|annexe)\b"
    r"|\b(?:dans|in) (?:quel|which) article\b|(?:أي|ما) (?:مادة|المادة|فقرة)",
    re.IGNORECASE,
)
ARTICLE = re.compile(r"\b(?:articles?|art\.) ?\d|الماد(?:ة|تان) ?\d", re.IGNORECASE)


def check_items(written: ModuleFile, source: ModuleFile) -> Iterator[CheckRemark]:
    """`source` says what is right: a translation does not."""
    body = [folded(passage.text) for passage in read_passages(written) if is_body(passage)]
    taught = {run for tokens in body for run in runs(tokens, RECALLED)}
    english = {question.key: question for question in source.questions}
    for section in written.sections:
        for question in section.questions:
            if question.key in english:
                yield from _question(written, section, question, english[question.key], taught)


def _question(
    written: ModuleFile, section: FileSection, question: Block, source: Block, taught: set[tuple[str, ...]]
) -> Iterator[CheckRemark]:
    kind = source.neutral.get("kind", "")
    right = {item.key for item in source.items if item.right}
    if kind in CHOICE:
        yield from _lengths(written, question, right)
    for item in question.items:
        yield from _feedback(written, question, item)
        keyed = item.key in right if kind in CHOICE else kind in ("matching", "sorting", "ordering", "numeric")
        if keyed:
            yield from _recalled(written, question, item, taught, stops=kind in CHOICE)
    if source.neutral.get("compulsory"):
        yield from _number_asked(written, question)


def _lengths(written: ModuleFile, question: Block, right: set[str]) -> Iterator[CheckRemark]:
    ours = [item for item in question.items if item.key in right]
    theirs = [len(item.texts["text"].value) for item in question.items if item.key not in right]
    if not ours or not theirs:
        return
    mean = sum(len(item.texts["text"].value) for item in ours) / len(ours)
    longest, shortest = max(theirs), min(theirs)
    line = ours[0].line
    if mean > longest * 1.25 and mean - longest > LETTERS:
        said = f"The right option is the longest by far ({mean:.0f} letters against {longest} at most): shorten it."
        yield CheckRemark(written.file, line, "right-option-longest", question.key, said)
    if mean < shortest * 0.75 and shortest - mean > LETTERS:
        said = f"The right option is the shortest by far ({mean:.0f} letters against {shortest} at least)."
        yield CheckRemark(written.file, line, "right-option-shortest", question.key, said)


def _feedback(written: ModuleFile, question: Block, item: DirectiveItem) -> Iterator[CheckRemark]:
    said = item.texts.get("feedback")
    if said is not None and folded(said.value) == folded(item.texts["text"].value):
        sentence = "The feedback repeats the option: name the wrong idea and the fact."
        yield CheckRemark(written.file, said.line, "feedback-repeats", question.key, sentence)


def _recalled(
    written: ModuleFile, question: Block, item: DirectiveItem, taught: set[tuple[str, ...]], *, stops: bool
) -> Iterator[CheckRemark]:
    for name in ("text", "match"):
        text = item.texts.get(name)
        if text is None:
            continue
        tokens = folded(text.value)
        for at in range(len(tokens) - RECALLED + 1):
            run = tuple(tokens[at : at + RECALLED])
            if run in taught:
                said = f"“{' '.join(run)}” stands in the sections too: ask for the idea, not for the sentence."
                yield CheckRemark(written.file, text.line, "recalled-sentence", question.key, said, stops)
                break


def _number_asked(written: ModuleFile, question: Block) -> Iterator[CheckRemark]:
    numbered = [item for item in question.items if ARTICLE.search(item.texts["text"].value)]
    if NUMBER_ASKED.search(question.texts["text"].value) or len(numbered) * 2 > len(question.items) > 0:
        said = "A compulsory question asks for a decision at work, never for the number of an article."
        yield CheckRemark(written.file, question.line, "number-asked", question.key, said)


def item_words(question: Block) -> int:
    """The words of a question and of its options, as its partners of the pool are compared by."""
    texts: Sequence[str] = [
        question.texts["text"].value,
        *(
            text.value
            for item in (*question.groups, *question.items)
            for name, text in item.texts.items()
            if name != "feedback"
        ),
    ]
    return sum(len(folded(text)) for text in texts)
