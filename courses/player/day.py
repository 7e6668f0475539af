"""The learner's day: what to do next and where, what is asked by when and why, what comes later, what is done."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from content.fact_models import Fact
from courses.assignments.module_titles import sentence_with, title_in_its_language
from courses.assignments.todo_list import Achieved, Task, TaskStep, Todo, Upcoming, todo_of
from courses.learning import frozen_texts, requirement
from courses.learning.models import Enrolment
from courses.learning.progress import Progress
from courses.learning.requirement import DAY, Badge
from courses.player import reader_clock
from courses.player.open_enrolments import OpenEnrolments
from lms.people.facts_on_day import zone_of
from lms.people.models import Person
from quizzes.lab import sittings, verdicts
from quizzes.lab_models import LabBlock

FOLLOW_UP_MINUTES = 6  # 12 decisions and 360 to 380 words of cases, with the rules; see docs/editor.md
COMING_UP = timedelta(days=90)  # a renewal further off is no news


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A line of the task list. Without `url` it cannot start yet, or is done; without a badge `reason` says it all."""

    title: str
    url: str
    reason: str
    minutes: int
    badge: Badge | None = None


@dataclass(frozen=True, slots=True)
class NextCard:
    """The one thing to do next. `total` 0 = not begun, no strip."""

    title: str
    url: str
    button: str
    text: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Day:
    """`corrections` = (what is to be taken back, its address): told once, on the page it leads to.

    `working_time` = what the organisation says about when this is done, where something is to do.
    """

    greeting: str
    lede: str
    corrections: list[tuple[str, str]]
    card: NextCard | None
    todo: list[TaskRow]
    later: list[TaskRow]
    done: list[TaskRow]
    working_time: Fact | None = None


def day_of(person: Person, language: str, at: datetime) -> Day:
    """A constant number of queries."""
    todo = todo_of(person, at, language)
    ways = OpenEnrolments.of(person, language, at)
    zone = zone_of(person, at.date())
    moved = {task.assignment: requirement.moved_on(person, task) for task in todo.tasks}
    rows = [task_row(task, step, ways, language, moved[task.assignment], zone) for task, step in to_do(todo)]
    labs = sittings.lab_sittings(person)
    return Day(
        greeting=greeting(person, at.astimezone(ZoneInfo(zone))),
        lede=lede(rows),
        corrections=[correction(block) for block in verdicts.corrections_due(labs)],
        card=next_card(todo, ways, language, zone),
        todo=rows,
        later=[
            *(renewal(each) for each in todo.upcoming if each.opens_on <= todo.today + COMING_UP),
            *(follow_up(subject, part) for subject, part in sittings.follow_ups(labs, todo.today)),
        ],
        done=[*done_modules(todo.tasks, language), *map(achieved, newest(todo.achieved))],
        working_time=requirement.working_time(person, todo.today, language, at) if rows else None,
    )


def greeting(person: Person, local: datetime) -> str:
    if 5 <= local.hour < 12:
        words = gettext("Good morning, %(name)s")
    elif 12 <= local.hour < 18:
        words = gettext("Good afternoon, %(name)s")
    else:
        words = gettext("Good evening, %(name)s")
    return words % {"name": person.given_name}


def to_do(todo: Todo) -> Iterator[tuple[Task, TaskStep]]:
    """Every module that is asked for, once: under the most urgent of the tasks that ask for it."""
    seen: set[uuid.UUID] = set()
    for task in todo.tasks:
        for step in task.steps:
            if step.state != "done" and step.module not in seen:
                seen.add(step.module)
                yield task, step


def lede(rows: list[TaskRow]) -> str:
    if not rows:
        return gettext("Nothing is asked of you at the moment.")
    count = len(rows)
    return ngettext(
        "One thing to do, about %(minutes)s minutes.",
        "%(count)s things to do, about %(minutes)s minutes in all.",
        count,
    ) % {"count": count, "minutes": sum(row.minutes for row in rows)}


def task_row(task: Task, step: TaskStep, ways: OpenEnrolments, language: str, moved: str, zone: str) -> TaskRow:
    begun = ways.begun(step.module)
    if begun:
        words = gettext("Finish “%(title)s”")
    elif step.state == "renew":
        words = gettext("Do “%(title)s” again")
    else:
        words = gettext("Do “%(title)s”")
    title = sentence_with(words, title=title_in_its_language(step.title, step.locale, language))
    return TaskRow(
        title=title,
        url=ways.resume_url(begun) if begun else reverse("learn:module", args=[step.code]),
        reason=(paused_words(begun, ways, zone) if begun else "")
        or " · ".join(filter(None, [task_reason(task, step), moved])),
        minutes=ways.progress(begun).minutes_left if begun else step.minutes,
        badge=requirement.badge_of(task) if step.compulsory else Badge("info", gettext("Voluntary")),
    )


def task_reason(task: Task, step: TaskStep) -> str:
    """Which path asks, and why: the strictest rule speaks for all of them."""
    named = {"path": task.title, "why": requirement.in_short(task.reasons[0]) if task.reasons else ""}
    return gettext("%(path)s · %(why)s") % named if task.reasons else named["path"]


def next_card(todo: Todo, ways: OpenEnrolments, language: str, zone: str) -> NextCard | None:
    """Resume what was begun last of what is asked; else start the most urgent; else what was begun freely.

    What waits for a pause to end comes after everything that can be done now.
    """
    asked = [step for _task, step in to_do(todo)]
    modules = {step.module for step in asked}
    fresh = [step for step in asked if not ways.begun(step.module)]
    begun = ways.latest(modules, paused=False)
    if begun is None and fresh:
        return start_card(fresh[0], language)
    begun = begun or ways.latest(None, paused=False)
    if begun:
        return resume_card(begun, ways.progress(begun), ways.resume_url(begun), language)
    waiting = ways.latest(modules, paused=True) or ways.latest(None, paused=True)
    return paused_card(waiting, ways, language, zone) if waiting else None


def start_card(step: TaskStep, language: str) -> NextCard:
    minutes = ngettext("About %(minutes)s minute.", "About %(minutes)s minutes.", step.minutes)
    address = reverse("learn:module", args=[step.code])
    title = title_in_its_language(step.title, step.locale, language)
    return NextCard(title, address, gettext("Start"), minutes % {"minutes": step.minutes})


def resume_card(way: Enrolment, progress: Progress, url: str, language: str) -> NextCard:
    text = frozen_texts.text_for(way.edition, language)
    named = {section["key"]: section["title"] for section in text.body["sections"]}
    here = progress.next or progress.sections[-1]
    section = title_in_its_language(named[here.key], text.locale, language)
    words = ngettext(
        "You are at section %(place)s of %(total)s, “%(section)s”. About %(minutes)s minute left.",
        "You are at section %(place)s of %(total)s, “%(section)s”. About %(minutes)s minutes left.",
        progress.minutes_left,
    )
    places = {"place": progress.place(here.key), "total": progress.total, "minutes": progress.minutes_left}
    words = sentence_with(words, section=section, **{name: str(number) for name, number in places.items()})
    title = title_in_its_language(text.body["title"], text.locale, language)
    return NextCard(title, url, gettext("Continue"), words, progress.done, progress.total)


def paused_card(way: Enrolment, ways: OpenEnrolments, language: str, zone: str) -> NextCard:
    """Nothing can be gone on with before the pause is over, but what went wrong can be read."""
    text, progress = frozen_texts.text_for(way.edition, language), ways.progress(way)
    words = f"{paused_words(way, ways, zone)} {gettext('Until then you can read again what your answers mean.')}"
    title, url = title_in_its_language(text.body["title"], text.locale, language), ways.resume_url(way)
    return NextCard(title, url, gettext("Read again"), words, progress.done, progress.total)


def paused_words(way: Enrolment, ways: OpenEnrolments, zone: str) -> str:
    """When the next try opens; empty where one waits for nothing."""
    until = ways.paused_until.get(way.pk)
    if until is None:
        return ""
    return gettext("The next try opens on %(when)s.") % {"when": reader_clock.moment_in_zone(until, zone)}


def follow_up(subject: str, part: str) -> TaskRow:
    """Eight more cases of a lab, some weeks later: to see what is left of it."""
    return TaskRow(
        title=gettext("Eight more cases from the lab"),
        url=reverse("learn:lab", args=[subject, part]),
        reason=gettext("No page of this platform shows the result to anybody but you, and nothing depends on it."),
        minutes=FOLLOW_UP_MINUTES,
        badge=Badge("info", gettext("Voluntary")),
    )


def correction(block: LabBlock) -> tuple[str, str]:
    """The debrief of a part of a lab that said something which was not right."""
    words = gettext("We have corrected your debrief of the lab: %(part)s.") % {"part": block.get_part_display()}
    return words, reverse("learn:lab_result", args=[block.sitting.subject, block.part])


def renewal(each: Upcoming) -> TaskRow:
    return TaskRow(
        title=gettext("Renew “%(title)s”") % {"title": each.title},
        url="",
        reason=gettext("You can do it from %(start)s; what you have is valid until %(end)s.")
        % {"start": date_format(each.opens_on, DAY), "end": date_format(each.valid_until, DAY)},
        minutes=0,
    )


def done_modules(tasks: Iterable[Task], language: str) -> list[TaskRow]:
    """What is done already of the paths that are still open, each module once."""
    steps = {step.module: step for task in tasks for step in task.steps if step.state == "done"}
    return [
        TaskRow(
            title=title_in_its_language(step.title, step.locale, language),
            url=reverse("learn:module", args=[step.code]),
            reason="",
            minutes=0,
            badge=completed_on(step.done_on),
        )
        for step in steps.values()
        if step.done_on
    ]


def newest(rows: Iterable[Achieved]) -> list[Achieved]:
    """Each path once, as it was fulfilled last; the earlier times stand in one's record."""
    found: dict[str, Achieved] = {}
    for each in rows:  # the newest first
        found.setdefault(each.path_key, each)
    return list(found.values())


def completed_on(day: date) -> Badge:
    return Badge("done", gettext("Completed %(day)s") % {"day": date_format(day, DAY)})


def achieved(each: Achieved) -> TaskRow:
    if each.valid_until is None:
        validity = ""
    elif each.valid:
        validity = gettext("Valid until %(day)s") % {"day": date_format(each.valid_until, DAY)}
    else:
        validity = gettext("Was valid until %(day)s") % {"day": date_format(each.valid_until, DAY)}
    return TaskRow(
        title=each.title,
        url=reverse("certificates:detail", args=[each.certificate]) if each.certificate else "",
        reason=validity,
        minutes=0,
        badge=completed_on(each.done_on),
    )
