"""Loads a module's translation: its strings go to wagtail-localize, which writes the page and the questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wagtail.models import Locale

from content.curriculum import localized, merge, questions, record
from content.curriculum.build import unsaved_page, unsaved_questions
from content.curriculum.identity import part_id
from content.curriculum.load_source import LoadedSource
from content.curriculum.merge import FRONT, ORDER, QUESTION, SECTION, MergeStep
from content.curriculum.module_file import ModuleFile
from content.curriculum.record import LoadReport
from content.curriculum_models import LoadedSection
from content.models import ModulePage
from quizzes.models import Question


def load_translation(done: LoadedSource, words: ModuleFile, locale: Locale, report: LoadReport) -> None:
    """Publishes the page in this language if anything in it or in its source was loaded."""
    module = done.page.translation_key
    page = ModulePage.objects.filter(translation_key=module, locale=locale).first()
    refusal = _why_not(page, done, locale)
    if refusal:
        report.left.append(f"{words.file}: {refusal}")
        return
    kept = record.loaded_parts(module, locale)
    asked = _load_questions(done, words, locale, kept)
    chosen = _load_page(page, done, words, locale, kept, republish=MergeStep.TAKE in asked.values())
    page = ModulePage.objects.get(translation_key=module, locale=locale)
    now = _page_digests(page) | merge.question_digests(questions.stored_questions(words.code, locale))
    file = _page_digests(unsaved_page(done.written, words, locale)) | merge.question_digests(
        _wanted_questions(done, words, locale)
    )
    record.note_loaded(module, locale, chosen | asked, now, file)
    record.report_steps(report, words.file, chosen | asked)


def _why_not(page: ModulePage | None, done: LoadedSource, locale: Locale) -> str:
    if page and page.has_unpublished_changes:
        return "the page has a draft. Publish or discard it, then load again."
    if page and not localized.is_managed(done.page, locale):
        return "this page is kept up by hand, without wagtail-localize, so its file is not loaded."
    if not page and not done.page.live:
        return "the English page is not published, so it cannot be translated yet."
    return ""


def _page_digests(page: ModulePage) -> dict[str, str]:
    """The order of the sections is the source's affair."""
    return {part: digest for part, digest in merge.page_digests(page).items() if part != ORDER}


# --- The page ---------------------------------------------------------------------------------------------------


def _load_page(
    page: ModulePage | None,
    done: LoadedSource,
    words: ModuleFile,
    locale: Locale,
    kept: Mapping[str, LoadedSection],
    *,
    republish: bool,
) -> dict[str, MergeStep]:
    wanted = unsaved_page(done.written, words, locale)
    now = _page_digests(page) if page else {}
    chosen = _steps(merge.page_rows(kept), now, _page_digests(wanted), done)
    taken = MergeStep.TAKE in chosen.values() or any(not part.startswith(QUESTION) for part in done.taken)
    if page and not taken and not republish:
        return chosen
    translation = localized.translation_of(done.page, locale, done.sources)
    original = unsaved_page(done.written, done.written, done.locale)
    writable = _writable(chosen, now, kept, done)
    chooser = _chooser(done, writable)
    localized.write_translation(
        translation, localized.segment_pairs(original, wanted, chooser), words.front.provenance == "ai"
    )
    made: ModulePage = localized.apply_translation(translation)
    made.provenance = wanted.provenance
    made.save_revision().publish()
    return chosen


def _steps(
    kept: Mapping[str, LoadedSection], now: Mapping[str, str], file: Mapping[str, str], done: LoadedSource
) -> dict[str, MergeStep]:
    """As in the source; but where the source is not the file's, the file's translation does not fit it."""
    chosen = merge.merge_steps(kept, now, file)
    return {
        part: MergeStep.LEAVE if step is MergeStep.TAKE and part in file and part not in done.matching else step
        for part, step in chosen.items()
    }


def _writable(
    chosen: Mapping[str, MergeStep], now: Mapping[str, str], kept: Mapping[str, LoadedSection], done: LoadedSource
) -> set[str]:
    """The parts whose strings come from the file: those to take, and untouched ones whose source was reworded."""
    untouched = {part for part, row in kept.items() if now.get(part) == row.sha256}
    take = {part for part, step in chosen.items() if step is MergeStep.TAKE}
    return (take | (untouched & done.taken)) & done.matching


def _chooser(done: LoadedSource, writable: set[str]) -> Callable[[str], bool]:
    """Whether the string at a path of wagtail-localize's belongs to one of these parts."""
    module = done.page.translation_key
    sections = {part_id(module, "section", section.key): SECTION + section.key for section in done.written.sections}

    def chosen(path: str) -> bool:
        steps = path.split(".")
        part = sections[steps[1]] if steps[0] == "sections" else FRONT
        return part in writable

    return chosen


# --- The questions ------------------------------------------------------------------------------------------------


def _load_questions(
    done: LoadedSource, words: ModuleFile, locale: Locale, kept: Mapping[str, LoadedSection]
) -> dict[str, MergeStep]:
    wanted = _wanted_questions(done, words, locale)
    now = merge.question_digests(questions.stored_questions(words.code, locale))
    rows = {part: row for part, row in kept.items() if part.startswith(QUESTION)}
    chosen = _steps(rows, now, merge.question_digests(wanted), done)
    sources = questions.stored_questions(words.code, done.locale)
    originals = questions.file_questions(done.written, done.locale)
    for part in _writable(chosen, now, kept, done) & wanted.keys():
        for source, original, wording in (
            (sources[part], originals[part], wanted[part]),
            (sources[part].story, originals[part].story, wanted[part].story),
        ):
            if source and original and wording:
                translation = localized.translation_of(source, locale, done.sources)
                found = localized.segment_pairs(original, wording, lambda path: True)
                localized.write_translation(translation, found, words.front.provenance == "ai")
                localized.apply_translation(translation)
    return chosen


def _wanted_questions(done: LoadedSource, words: ModuleFile, locale: Locale) -> dict[str, Question]:
    return {QUESTION + key: question for key, question in unsaved_questions(done.written, words, locale).items()}
