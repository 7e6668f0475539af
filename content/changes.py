"""What has changed since somebody last signed: of a frozen text, of a draft, of a part of the question bank."""

from __future__ import annotations

from typing import Any

from content.closure import page_body, page_structure
from content.differences import Part, PartChange, part_changes
from content.editions import ModuleText
from content.media import Media
from content.models import ModulePage
from content.readable import module_parts, question_part, quiz_parts, story_part, terms_part
from lms.signatures import trail
from quizzes import freezing as quiz_freezing
from quizzes.models import Question, Quiz, Story

InBank = Question | Story | Quiz


def last_signed_text(module: Any, language: str) -> ModuleText | None:
    """The newest text of a module that somebody signed off in this language."""
    found = ModuleText.objects.filter(edition__module=module, locale=language, sign_off__isnull=False)
    return found.select_related("edition__quiz_edition", "quiz_text", "sign_off").order_by("-sign_off__at").first()


def changes_of_text(text: ModuleText) -> tuple[list[PartChange], ModuleText | None]:
    """What signing this text signs, beside the text signed last; None where none was: then all of it is new."""
    before = last_signed_text(text.edition.module_id, text.locale)
    return part_changes(text_lines(before) if before else [], text_lines(text)), before


def changes_of_draft(page: ModulePage) -> tuple[list[PartChange], ModuleText | None]:
    """The same for a draft, as it would be frozen. Raises quizzes.freezing.Incomplete."""
    before = last_signed_text(page.translation_key, page.locale.language_code)
    return part_changes(text_lines(before) if before else [], draft_lines(page)), before


def text_lines(text: ModuleText) -> list[Part]:
    parts = module_parts(text.body, text.edition.structure)
    if text.edition.quiz_edition and text.quiz_text:
        parts += quiz_parts(text.edition.quiz_edition.keys, text.quiz_text.body)
    return parts


def draft_lines(page: ModulePage) -> list[Part]:
    body = page_body(page, Media())
    parts = module_parts(body, page_structure(page, body, ""))
    if page.quiz:
        parts += quiz_parts(*quiz_freezing.frozen_words(page.quiz, page.locale.language_code))
    return parts


def changes_in_bank(draft: InBank) -> tuple[list[PartChange], bool]:
    """Of a question, case or quiz, beside what is published; and whether somebody signed what is published.

    Where nobody did, all of it is new to whoever signs now.
    """
    live = type(draft)._base_manager.get(pk=draft.pk)
    signed = live.live and not trail.unsigned_subjects({live.subject(): live.words_digest()})
    return part_changes([bank_part(live)] if signed else [], [bank_part(draft)]), signed


def bank_part(found: InBank) -> Part:
    match found:
        case Quiz():
            return terms_part(quiz_freezing.quiz_keys(found, found.ordered_items()))
        case Story():
            return story_part(found.code, found.title, found.text)
    return question_part(quiz_freezing.neutral_question(found), quiz_freezing.question_words(found))
