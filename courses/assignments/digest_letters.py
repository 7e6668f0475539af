"""The words of a digest, written when it is sent; and the rows that say what it tells."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

from courses.assignments import reminders
from courses.assignments.hearing import Copy, Heard, Reader, readers_of
from courses.assignments.module_titles import text_in_language
from courses.assignments.reminders import MANAGER_FROM_DAYS, News
from courses.assignments.status import Status
from courses.assignments.todo_list import SOON_DAYS, Task, tasks_of
from courses.assignments.told import ToldOf
from lms.mail.models import Message
from lms.mail.wording import Letter
from lms.people.access import MANAGER, record_access
from lms.people.models import Person

Sections = list[tuple[str, list[Task]]]


@dataclass(frozen=True, slots=True)
class Digest:
    """One reader's mail: their own training under headings, and what is overdue below them."""

    person: Person
    reader: Reader
    sections: Sections

    @property
    def tasks(self) -> list[Task]:
        return [task for _heading, tasks in self.sections for task in tasks]

    @property
    def copies(self) -> list[Copy]:
        """All, on a day on which one of them is news: a manager's other mail says nothing of their people."""
        copies = self.reader.copies
        return copies if any(copy.is_news for copy in copies) else []

    @property
    def named(self) -> list[Copy]:
        """Whoever was named on the days of reminding is not named on the others' days."""
        return [copy for copy in self.copies if copy.named and copy.is_news]


def compose_digests(messages: Sequence[Message], at: datetime) -> dict[uuid.UUID, Letter]:
    """The letters of those who should still hear something now; what they tell is stored with them.

    A constant number of queries for each language there is, and one more for each manager who reads names.
    """
    people = {message.person.pk: message.person for message in messages if message.person}
    readers = readers_of(list(people.values()), at, sending=[message.pk for message in messages])
    of_person = {message.person.pk: message for message in messages if message.person}  # one each: others withdrawn
    by_language: dict[str, list[Person]] = defaultdict(list)
    for pk, person in people.items():
        if readers[pk].free and readers[pk].has_news:
            by_language[person.language].append(person)
    letters: dict[uuid.UUID, Letter] = {}
    digests: list[tuple[Message, Digest]] = []
    for language, reading in by_language.items():
        with translation.override(language):
            tasks = tasks_of(reading, at, language)
            for person in reading:
                digest = Digest(person, readers[person.pk], _sections(tasks[person.pk], readers[person.pk]))
                message = of_person[person.pk]
                letters[message.pk] = Letter(_subject(digest), _body(digest, language), language)
                digests.append((message, digest))
    _store(messages, digests, at)
    return letters


def _sections(tasks: list[Task], reader: Reader) -> Sections:
    """Each task once, under the first heading it belongs to; what is neither near nor news is left out."""
    news = {pk: heard.news for pk, heard in reader.own.items()}
    found: dict[str, list[Task]] = {"overdue": [], "near": [], "soon": [], "new": [], "changed": []}
    kinds = {News.NEW: "new", News.MOVED: "changed", News.REASON: "changed", News.REMINDER: "soon"}
    for task in tasks:
        if task.waiting_since or task.status == Status.NOT_DETERMINED:
            continue  # nothing is due until we have answered; nothing is claimed of what nobody could determine
        fresh = news.get(task.assignment)
        if task.status == Status.OVERDUE:
            found["overdue"].append(task)
        elif task.due and task.days_left <= SOON_DAYS:
            found["near"].append(task)
        elif fresh:
            found[kinds[fresh]].append(task)
    headings = {
        "overdue": gettext("Overdue"),
        "near": gettext("Due within 7 days"),
        "soon": gettext("Due soon"),
        "new": gettext("New for you"),
        "changed": gettext("Changed since our last message"),
    }
    return [(headings[name], found[name]) for name in headings if found[name]]


def _subject(digest: Digest) -> str:
    tasks, news = digest.tasks, {heard.news for heard in digest.reader.own.values()}
    overdue = sum(1 for task in tasks if task.status == Status.OVERDUE)
    if overdue:
        words = ngettext("%(count)s training is overdue", "%(count)s trainings are overdue", overdue)
        return words % {"count": overdue}
    soon = sum(1 for task in tasks if task.due and task.days_left <= SOON_DAYS)
    if soon:
        words = ngettext("%(count)s training is due within 7 days", "%(count)s trainings are due within 7 days", soon)
        return words % {"count": soon}
    if not tasks:
        return gettext("Overdue training in your team")
    if News.REMINDER in news:
        return ngettext("A training is due soon", "Trainings are due soon", len(tasks))
    if News.NEW in news:
        return ngettext("New training for you", "New trainings for you", len(tasks))
    return gettext("Changes to your training")


def _body(digest: Digest, language: str) -> str:
    context: dict[str, Any] = {
        "person": digest.person,
        "sections": [
            (heading, [_shown(task, digest.reader.own.get(task.assignment)) for task in tasks])
            for heading, tasks in digest.sections
        ],
        "named": [_named(copy, language) for copy in digest.named],
        "counted": len(digest.copies) - len(digest.named),
        "days": MANAGER_FROM_DAYS,
        "link": settings.BASE_URL + reverse("learn:dashboard"),
    }
    return render_to_string("mail/digest.txt", context).strip() + "\n"


def _shown(task: Task, heard: Heard | None) -> dict[str, Any]:
    """The task with the address of each module, and the date it had when its reader was last told."""
    steps = [
        asdict(step) | {"link": settings.BASE_URL + reverse("learn:module", kwargs={"code": step.code})}
        for step in task.steps
    ]
    moved = heard is not None and heard.news is News.MOVED and heard.told is not None
    return asdict(task) | {"steps": steps, "moved_from": heard.told.due if moved and heard and heard.told else None}


def _named(copy: Copy, language: str) -> dict[str, Any]:
    row = copy.assignment
    title = text_in_language(row.version.titles, language)
    return {"name": row.person.name, "title": title, "due": row.due, "late_by": copy.late_by}


def _store(messages: Sequence[Message], digests: Sequence[tuple[Message, Digest]], at: datetime) -> None:
    """What an earlier attempt would have told was not told. That somebody is named is logged once a message."""
    earlier = ToldOf.objects.filter(message__in=messages)
    seen = set(earlier.values_list("message_id", "assignment_id"))
    earlier.delete()
    ToldOf.objects.bulk_create(row for message, digest in digests for row in _told(message, digest, at))
    for message, digest in digests:
        named = [copy.assignment for copy in digest.named]
        people = {row.person_id: row.person for row in named if (message.pk, row.pk) not in seen}
        if people:
            record_access(digest.person, people.values(), capacity=MANAGER, what="mail.overdue", at=at)


def _told(message: Message, digest: Digest, at: datetime) -> Iterable[ToldOf]:
    reader, today = digest.reader, digest.reader.staff.today
    common = {"message": message, "reader": digest.person, "day": today, "known_at": at}
    for task in digest.tasks:
        heard = reader.own.get(task.assignment)
        rules = sorted(heard.rules) if heard else []
        days = reminders.reminder_days(task.due, reader.staff.country) if task.due else []
        wakes = reminders.wakes_on(days, today)
        yield ToldOf(assignment_id=task.assignment, due=task.due, rules=rules, wakes_on=wakes, **common)
    for copy in digest.copies:
        due = copy.assignment.due
        wakes = reminders.wakes_on(reminders.copy_days(due, reader.staff.country), today) if due else None
        yield ToldOf(assignment=copy.assignment, due=due, wakes_on=wakes, **common)
