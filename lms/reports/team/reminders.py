"""A manager reminds somebody, by mail and in their language: at most once a week, and each time is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from courses.assignments.models import Derivation
from courses.assignments.staff import load_staff
from courses.assignments.status import Status
from courses.assignments.todo_list import Task, tasks_of
from lms.mail import outbox
from lms.mail.models import Message
from lms.mail.wording import Letter
from lms.people import access
from lms.people.facts_on_day import today
from lms.people.models import Person
from lms.reports import titles
from lms.reports.team.models import Reminder

KIND = "reminder"
APART = timedelta(days=7)
"""From one reminder of a person to the next, whoever sends it."""


class NoReminder(ValueError):
    """It cannot go out; the text is a sentence for the manager."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The message as it would go out now, in `language`. While `refusal` says why it cannot, there is none."""

    refusal: str
    language: str
    subject: str = ""
    body: str = ""
    trainings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastReminder:
    """A reminder as the manager reads of it: when, who sent it, of what, and what became of the message."""

    reminder: Reminder
    trainings: list[str]
    outcome: str


def draft_reminder(manager: Person, person: Person, at: datetime) -> Draft:
    """What the person would read. It names trainings and dates; nothing that the manager may not know."""
    with translation.override(person.language):
        tasks = _asked_of(person, at)
    if refusal := refusal_in_words(manager, person, tasks, at):
        return Draft(refusal, person.language)
    return _worded(manager, person, tasks)


def compose_reminders(messages: Sequence[Message], at: datetime) -> dict[UUID, Letter]:
    """What waited says what is true when it goes: nothing that was done meanwhile, and nothing during leave. One that
    has nothing left to say is not sent, and was no reminder."""
    letters = {}
    rows = Reminder.objects.filter(message__in=messages).select_related("person", "by", "message")
    for row in rows:
        with translation.override(row.person.language):
            tasks = _asked_of(row.person, at)
        if row.by is None or row.message is None or _no_reason_now(row.person, tasks, at):
            row.delete()
            continue
        draft = _worded(row.by, row.person, tasks)
        row.trainings = list(draft.trainings)
        row.save(update_fields=["trainings"])
        letters[row.message.pk] = Letter(draft.subject, draft.body, draft.language)
    return letters


def _asked_of(person: Person, at: datetime) -> list[Task]:
    """What waits for an answer of ours is not asked meanwhile."""
    return [task for task in tasks_of([person], at, person.language)[person.pk] if task.status != Status.PAUSED]


def _worded(manager: Person, person: Person, tasks: Sequence[Task]) -> Draft:
    link = settings.BASE_URL + reverse("learn:dashboard")
    context = {"person": person, "manager": manager, "tasks": tasks, "link": link}
    with translation.override(person.language):
        body = render_to_string("mail/reminder.txt", context).strip() + "\n"
        subject = ngettext(
            "%(name)s reminds you of a training", "%(name)s reminds you of your trainings", len(tasks)
        ) % {"name": manager.name}
    return Draft("", person.language, subject, body, tuple(dict.fromkeys(task.path_key for task in tasks)))


@transaction.atomic
def send_reminder(manager: Person, person: Person, at: datetime) -> Reminder:
    """Two who press at the same moment send one: the person's row is locked. Raises NoReminder."""
    locked = Person.objects.select_for_update().get(pk=person.pk)
    draft = draft_reminder(manager, locked, at)
    if draft.refusal:
        raise NoReminder(draft.refusal)
    made = Reminder(person=locked, by=manager, at=at, trainings=list(draft.trainings))
    made.message = outbox.queue_message(
        locked,
        kind=KIND,
        key=f"{KIND}:{made.pk}",
        subject=draft.subject,
        body=draft.body,
        locale=draft.language,
        at=at,
    )
    made.save()
    access.record_access(manager, [locked], capacity=access.MANAGER, what="team.remind", at=at)
    return made


def refusal_in_words(manager: Person, person: Person, tasks: Sequence[Task], at: datetime) -> str:
    """Why no reminder can go out now; empty where it can. Of a leave it says neither that it is one nor its days."""
    named = {"name": person.name}
    if refusal := _no_reason_now(person, tasks, at):
        return refusal
    if not person.email:
        return (
            gettext("%(name)s has no e-mail address on this site. Speak to them, or ask your HR department to add it.")
            % named
        )
    last = last_reminders([person]).get(person.pk)
    if last and last.at > at - APART:
        day = today(manager, last.at + APART)
        told = named | {"last": date_format(today(manager, last.at), "j F Y"), "next": date_format(day, "j F Y")}
        return (
            gettext("%(name)s was reminded on %(last)s. Once a week is enough: the next can go out on %(next)s.") % told
        )
    return ""


def _no_reason_now(person: Person, tasks: Sequence[Task], at: datetime) -> str:
    named = {"name": person.name}
    if Derivation.objects.filter(person=person).exclude(fault="").exists():
        return gettext("What %(name)s must do could not be determined: the facts contradict each other.") % named
    if not tasks:
        return gettext("%(name)s has nothing open to be reminded of.") % named
    if load_staff([person], at)[person.pk].on_leave:
        return gettext("No reminders go to %(name)s at present. What is due is paused as long as that is so.") % named
    return ""


def last_reminders(people: Iterable[Person]) -> dict[UUID, Reminder]:
    """{person: the newest}. One query."""
    newer = Reminder.objects.filter(person=OuterRef("person"), at__gt=OuterRef("at"))
    rows = Reminder.objects.filter(~Exists(newer), person__in=list(people))
    return {row.person_id: row for row in rows}


def reminders_of(person: Person) -> QuerySet[Reminder]:
    """Newest first."""
    return Reminder.objects.filter(person=person).select_related("by", "message").order_by("-at")


def what_was_done(person: Person, language: str) -> list[PastReminder]:
    """Two queries."""
    rows = list(reminders_of(person))
    named = titles.of_paths(language, {key for row in rows for key in row.trainings}) if rows else {}
    return [PastReminder(row, [named.get(key, key) for key in row.trainings], outcome_in_words(row)) for row in rows]


def outcome_in_words(reminder: Reminder) -> str:
    message = reminder.message
    if message is None or message.sent_at:
        return gettext("The message was sent.")
    if message.attempts >= outbox.MOST_ATTEMPTS:
        return gettext("The message could not be delivered.")
    return gettext("The message waits to be sent.")
