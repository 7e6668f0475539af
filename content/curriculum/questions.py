"""Loads the graded questions of a module in the source language, and the quiz that holds them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Max
from wagtail.models import Locale

from content.curriculum.build import unsaved_questions
from content.curriculum.merge import QUESTION, MergeStep, merge_steps, question_digests
from content.curriculum.module_file import ModuleFile
from content.curriculum_models import LoadedSection
from quizzes.models import Question, Quiz, QuizItem, Story

FIELDS = ("kind", "scoring", "objective", "requirement", "text", "options")


def load_questions(
    written: ModuleFile, locale: Locale, loaded: Mapping[str, LoadedSection]
) -> tuple[Quiz | None, dict[str, MergeStep]]:
    """Writes what is to be taken. Returns the module's quiz and a step for every question."""
    fresh, kept = file_questions(written, locale), stored_questions(written.code, locale)
    rows = {name: row for name, row in loaded.items() if name.startswith(QUESTION)}
    chosen = merge_steps(rows, question_digests(kept), question_digests(fresh))
    for name, question in kept.items():
        drafts = [each for each in (question, question.story) if each and each.has_unpublished_changes]
        if chosen[name] is MergeStep.TAKE and drafts:
            chosen[name] = MergeStep.LEAVE  # an editor is at work on it
    edited = _edited_stories(fresh, kept, rows, chosen)
    for name, question in fresh.items():
        if chosen[name] is MergeStep.TAKE and question.story and question.story.translation_key in edited:
            chosen[name] = MergeStep.LEAVE
    for name, step in chosen.items():
        if step is MergeStep.TAKE and name in fresh:
            _write(fresh[name], kept.get(name))
    return _quiz(written, locale, fresh, chosen), chosen


def file_questions(written: ModuleFile, locale: Locale) -> dict[str, Question]:
    """{part: unsaved question} as the source file has them."""
    return {QUESTION + key: question for key, question in unsaved_questions(written, written, locale).items()}


def stored_questions(code: str, locale: Locale) -> dict[str, Question]:
    """{part: question} of a module as they stand in the database, each with its story in this language."""
    found = Question.objects.filter(code__startswith=f"{code}-", locale=locale).select_related("story")
    told = {story.translation_key: story for story in Story.objects.filter(code__startswith=f"{code}-", locale=locale)}
    for question in found:
        if question.story:
            question.story = told.get(question.story.translation_key, question.story)
    return {QUESTION + question.code.removeprefix(f"{code}-"): question for question in found}


def _edited_stories(
    fresh: Mapping[str, Question],
    kept: Mapping[str, Question],
    loaded: Collection[str],
    chosen: Mapping[str, MergeStep],
) -> set[UUID]:
    """Stories with other words than the file's that the file may not replace: an editor changed them, or every
    question that was loaded with them. One such question that is to be taken shows that nobody did."""
    told = {question.story.translation_key: question.story for question in fresh.values() if question.story}
    untouched, different = set(), set()
    for name, question in kept.items():
        story = question.story
        if name not in loaded or story is None or story.translation_key not in told:
            continue
        if chosen[name] is MergeStep.TAKE:
            untouched.add(story.translation_key)
        elif story.content() != told[story.translation_key].content():
            different.add(story.translation_key)
    return different - untouched


def _write(fresh: Question, kept: Question | None) -> None:
    """A new version, published: what learners are asked is what was published last."""
    question = kept or fresh
    for field in FIELDS:
        setattr(question, field, getattr(fresh, field))
    question.story = _write_story(fresh.story) if fresh.story else None
    question.full_clean(validate_constraints=False)
    question.save()
    question.save_revision().publish()


def _write_story(fresh: Story) -> Story:
    """The story as the file has it, published; one that is like that already stays as it is."""
    kept = Story.objects.filter(translation_key=fresh.translation_key, locale=fresh.locale).first()
    if kept and kept.live and kept.content() == fresh.content():
        return kept
    story = kept or fresh
    story.title, story.text = fresh.title, fresh.text
    story.full_clean(validate_constraints=False)
    story.save()
    story.save_revision().publish()
    return story


def _quiz(
    written: ModuleFile, locale: Locale, fresh: Mapping[str, Question], chosen: Mapping[str, MergeStep]
) -> Quiz | None:
    """New questions of the file enter the quiz, those gone from it leave; the rest is the editors'."""
    quiz = Quiz.objects.filter(code=written.code).first()
    if quiz is None and fresh:
        quiz = Quiz.objects.create(code=written.code)
    if quiz is None:
        return None
    before = quiz.words_digest()
    said = {QUESTION + block.key: block.neutral for block in written.questions}
    taken = [name for name, step in chosen.items() if step is MergeStep.TAKE]
    if taken and quiz.pretest != bool(written.front.pretest):
        quiz.pretest = bool(written.front.pretest)
        quiz.save(update_fields=["pretest"])
    for name, question in stored_questions(written.code, locale).items():
        if name not in taken:
            continue
        if name in fresh:
            _put(quiz, question, said[name])
        else:
            quiz.items.filter(question=question).delete()
    return _published(quiz, before)


def _published(quiz: Quiz, before: str) -> Quiz:
    """With a version of what changed, as an editor's own; a draft somebody is at work on stays the newest."""
    quiz = Quiz.objects.get(pk=quiz.pk)
    if not quiz.has_unpublished_changes and (quiz.words_digest() != before or quiz.latest_revision is None):
        quiz.save_revision().publish()
    return quiz


def _put(quiz: Quiz, question: Question, said: Mapping[str, str]) -> None:
    """The question as an item of the quiz: its pool and whether it is a key item are the file's."""
    terms = {"pool": said.get("pool", ""), "compulsory": said.get("compulsory") == "true"}
    last = quiz.items.aggregate(last=Max("sort_order"))["last"]
    place = 0 if last is None else last + 1
    item, created = QuizItem.objects.get_or_create(
        quiz=quiz, question=question, defaults={"sort_order": place, **terms}
    )
    if not created and (item.pool, item.compulsory) != (terms["pool"], terms["compulsory"]):
        QuizItem.objects.filter(pk=item.pk).update(**terms)
