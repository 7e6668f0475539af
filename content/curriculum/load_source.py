"""Loads a module in the source language: its questions, its quiz and its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wagtail.models import Locale

from content.curriculum import merge, questions, record, site
from content.curriculum.build import unsaved_page
from content.curriculum.localized import Sources
from content.curriculum.merge import FRONT, MergeStep
from content.curriculum.module_file import ModuleFile
from content.curriculum.record import LoadReport
from content.models import ModulePage

COURSE = "ai-literacy"
LAB_FIELDS = ("lab_family", "lab_mode", "lab_rationale", "lab_confidence")
FRONT_FIELDS = ("title", "summary", "audience", "minutes", "objectives", "sources", "provenance", *LAB_FIELDS)


@dataclass(frozen=True, slots=True)
class LoadedSource:
    """The source language after loading. `taken` = parts written now; `matching` = parts that are as in the file."""

    written: ModuleFile
    locale: Locale
    page: ModulePage
    taken: frozenset[str]
    matching: frozenset[str]
    sources: Sources = field(default_factory=dict)


def load_source(written: ModuleFile, locale: Locale, report: LoadReport) -> LoadedSource:
    wanted = unsaved_page(written, written, locale)
    kept = record.loaded_parts(wanted.translation_key, locale)
    quiz, asked = questions.load_questions(written, locale, kept)
    wanted.quiz = quiz
    page = ModulePage.objects.filter(translation_key=wanted.translation_key, locale=locale).first()
    file = merge.page_digests(wanted)
    chosen: dict[str, MergeStep] = {}
    if page and page.has_unpublished_changes:
        report.left.append(f"{written.file}: the page has a draft. Publish or discard it, then load again.")
    else:
        chosen = merge.merge_steps(merge.page_rows(kept), merge.page_digests(page) if page else {}, file)
        page = _write(page, wanted, chosen, locale, republish=MergeStep.TAKE in asked.values())
    now = merge.page_digests(page) | merge.question_digests(questions.stored_questions(written.code, locale))
    file |= merge.question_digests(questions.file_questions(written, locale))
    record.note_loaded(wanted.translation_key, locale, chosen | asked, now, file)
    record.report_steps(report, written.file, chosen | asked)
    return LoadedSource(
        written=written,
        locale=locale,
        page=page,
        taken=frozenset(part for part, step in (chosen | asked).items() if step is MergeStep.TAKE),
        matching=frozenset(part for part in file if now.get(part) == file[part]),
    )


def _write(
    page: ModulePage | None, wanted: ModulePage, chosen: Mapping[str, MergeStep], locale: Locale, *, republish: bool
) -> ModulePage:
    if page is None:
        page = wanted
        page.live = False
        site.course_page(COURSE, locale).add_child(instance=page)
    elif MergeStep.TAKE in chosen.values():
        _take(page, wanted, chosen)
    elif not republish:
        return page
    page.save_revision().publish()
    return ModulePage.objects.get(pk=page.pk)


def _take(page: ModulePage, wanted: ModulePage, chosen: Mapping[str, MergeStep]) -> None:
    if chosen[FRONT] is MergeStep.TAKE:
        for name in FRONT_FIELDS:
            setattr(page, name, getattr(wanted, name))
    current, fresh = page.sections.get_prep_value(), wanted.sections.get_prep_value()
    page.sections = merge.merged_sections(current, fresh, chosen)
    page.quiz = page.quiz or wanted.quiz
