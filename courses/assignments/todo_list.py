"""What people have to do, by when and why; what they have done. Constant numbers of queries, however many people.

Nothing here asks who may know: that is the views' duty.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import get_language

from certification.credentials.models import Certificate
from courses.assignments import dates, facts
from courses.assignments.derivation.credit import Held, counts_again, held
from courses.assignments.derivation.derive import SOON_DAYS as SOON_DAYS
from courses.assignments.derivation.values import Done, Leaf
from courses.assignments.models import Assignment, Justification
from courses.assignments.module_titles import ModuleTitle, text_in_language, titles_of_modules
from courses.assignments.staff import Staff, load_staff
from courses.assignments.status import PRECEDENCE, Status, is_now, status_of, undetermined
from lms.people.models import Person

State = Assignment.State
ORDER = (Status.NOT_DETERMINED, *PRECEDENCE["own"])


@dataclass(frozen=True, slots=True)
class Why:
    """One rule and the fact that triggered it: the term of `due_days` (None = before access) runs from `counted_from`.

    `basis` is "law" or "policy". `event` = hire | role, which happened on `event_on`.
    """

    rule: str
    number: int
    reason: str
    basis: str
    basis_label: str
    basis_text: str
    owner: str
    event: str
    event_on: date
    counted_from: date
    due_days: int | None
    due: date | None


@dataclass(frozen=True, slots=True)
class TaskStep:
    """One module of a task. `state`: todo | done | renew (done before, and asked for again)."""

    module: uuid.UUID
    code: str
    title: str
    locale: str
    minutes: int
    compulsory: bool
    state: str
    done_on: date | None
    valid_until: date | None
    gap_days: int


@dataclass(frozen=True, slots=True)
class Task:
    """An open assignment. `due` is a day in `zone`, `deadline` the first instant too late; both None = before access
    alone, or waiting for an answer. `computed` = the date by the rules, `noticed_on` = first notice (S19).

    `last_day` = the last one that is in time: `due`, or the later one that an outage made of it (S15). `days_left`
    are those until then; `late_by` is 0 until it is overdue. `expiring_on` is set on a renewal: the last valid day of
    what it renews; `expired`: that has passed.
    """

    assignment: uuid.UUID
    path_key: str
    title: str
    summary: str
    cycle_key: str
    zone: str
    due: date | None
    deadline: datetime | None
    last_day: date | None
    days_left: int
    late_by: int
    status: Status
    before_access: bool
    waiting_since: date | None
    noticed_on: date | None
    computed: date | None
    expiring_on: date | None
    expired: bool
    opened_at: datetime
    reasons: tuple[Why, ...]
    steps: tuple[TaskStep, ...]

    @property
    def minutes_left(self) -> int:
        return sum(step.minutes for step in self.steps if step.compulsory and step.state != "done")


@dataclass(frozen=True, slots=True)
class Upcoming:
    """Achieved, and to be renewed: from `opens_on` on, until `valid_until`."""

    path_key: str
    title: str
    valid_until: date
    opens_on: date


@dataclass(frozen=True, slots=True)
class Achieved:
    """A path fulfilled. `valid_until` None = without end; `valid` says whether it counts today."""

    path_key: str
    title: str
    done_on: date
    valid_until: date | None
    valid: bool
    late: bool
    certificate: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Todo:
    """A learner's day: what to do (most urgent first), what will have to be renewed, what is done (newest first)."""

    today: date
    on_leave: bool
    tasks: tuple[Task, ...]
    upcoming: tuple[Upcoming, ...]
    achieved: tuple[Achieved, ...]

    @property
    def minutes_left(self) -> int:
        """Of all tasks together; a module several paths ask for counts once."""
        steps = {step.module: step for task in self.tasks for step in task.steps if step.compulsory}
        return sum(step.minutes for step in steps.values() if step.state != "done")


def todo_of(person: Person, at: datetime, language: str = "") -> Todo:
    """Eight queries."""
    language = language or get_language() or "en"
    sheet = AssignmentSheet([person], at, language)
    staff = sheet.staff[person.pk]
    rows = sheet.rows[person.pk]
    certificates = {
        key: pk for pk, key in Certificate.objects.filter(person=person).order_by("issued_on").values_list("pk", "key")
    }
    return Todo(
        today=staff.today,
        on_leave=staff.on_leave,
        tasks=tuple(sheet.tasks(person)),
        upcoming=tuple(_upcoming(rows, language, at)),
        achieved=tuple(_achieved(rows, language, at, certificates)),
    )


def tasks_of(people: Sequence[Person], at: datetime, language: str) -> dict[uuid.UUID, list[Task]]:
    """What these people have to do, most urgent first. Seven queries, however many people."""
    sheet = AssignmentSheet(people, at, language)
    return {person.pk: sheet.tasks(person) for person in people}


class AssignmentSheet:
    """The assignments of some people with everything that is said about them."""

    def __init__(self, people: Sequence[Person], at: datetime, language: str) -> None:
        self.language = language
        self.staff = load_staff(people, at)
        self.rows: dict[uuid.UUID, list[Assignment]] = defaultdict(list)
        ids = list(self.staff)
        self.unknown: set[uuid.UUID] = set()
        found = Assignment.objects.filter(person__in=ids).annotate(unknown=undetermined("person"))
        for row in found.select_related("version").order_by("opened_at", "pk"):
            self.rows[row.person_id].append(row)
            if row.unknown:  # type: ignore[attr-defined]
                self.unknown.add(row.person_id)
        opened = [row for rows in self.rows.values() for row in rows if row.state == State.OPEN]
        self.reasons = _reasons(opened)
        renewed = {(row.person_id, row.path_key, row.about) for row in opened if row.expiring_on}
        certified = [row for rows in self.rows.values() for row in rows if _obligation(row) in renewed]
        self.leaves = facts.leaves_of({row.version_id for row in [*opened, *certified]})
        self.done = facts.completions_of(ids)
        self.at = at
        modules = {leaf.module for leaves in self.leaves.values() for leaf in leaves}
        self.labels = titles_of_modules(modules, language)

    def tasks(self, person: Person) -> list[Task]:
        rows = [row for row in self.rows[person.pk] if row.state == State.OPEN]
        found = [self._task(row, self.staff[person.pk]) for row in rows]
        return sorted(found, key=lambda task: (ORDER.index(task.status), task.due or date.max, task.path_key))

    def _task(self, row: Assignment, staff: Staff) -> Task:
        today = dates.local_date(self.at, row.zone)
        floor = staff.credit_from
        done = {module: [one for one in each if one.on >= floor] for module, each in self.done[row.person_id].items()}
        before = [each for each in self.rows[row.person_id] if _is_renewed(each, row)]
        certified = self._certified(before, done) if row.expiring_on else {}
        renewed = (row.expiring_on, max((each.state_on for each in before), default=row.anchor))
        status = status_of(row, self.at, determined=row.person_id not in self.unknown)
        last_day = dates.day_that_ends(row.deadline_at, row.zone) if row.deadline_at else row.due
        return Task(
            assignment=row.pk,
            path_key=row.path_key,
            title=text_in_language(row.version.titles, self.language),
            summary=text_in_language(row.version.summaries, self.language),
            cycle_key=row.cycle_key,
            zone=row.zone,
            due=row.due,
            deadline=row.deadline_at,
            last_day=last_day,
            days_left=dates.days_left(last_day, today) if last_day else 0,
            late_by=dates.late_by(row.due, today) if row.due and status == Status.OVERDUE else 0,
            status=status,
            before_access=row.before_access,
            waiting_since=row.waiting_since,
            noticed_on=row.noticed_on,
            computed=row.computed,
            expiring_on=row.expiring_on,
            expired=is_now(row, Status.EXPIRED, self.at),
            opened_at=row.opened_at,
            reasons=tuple(_whys(self.reasons[row.pk], self.language)),
            steps=tuple(
                _step(
                    leaf,
                    done.get(leaf.module, []),
                    certified.get(leaf.module),
                    self.labels.get(leaf.module),
                    renewed,
                    today,
                )
                for leaf in self.leaves[row.version_id]
            ),
        )

    def _certified(self, rows: list[Assignment], done: dict[uuid.UUID, list[Done]]) -> dict[uuid.UUID, Held]:
        """What each module gave when it was certified last: it stands, with the validity of then (S12)."""
        found: dict[uuid.UUID, Held] = {}
        for row in sorted(rows, key=lambda each: each.state_on):
            for leaf in self.leaves[row.version_id]:
                until_then = [one for one in done.get(leaf.module, []) if one.on <= row.state_on]
                having = held(until_then, leaf.months, found.get(leaf.module))
                if having:
                    found[leaf.module] = having
        return found


def _obligation(row: Assignment) -> tuple[uuid.UUID, str, str]:
    return row.person_id, row.path_key, row.about


def _is_renewed(each: Assignment, row: Assignment) -> bool:
    return each.state == State.SATISFIED and _obligation(each) == _obligation(row)


def _step(
    leaf: Leaf,
    done: list[Done],
    certified: Held | None,
    label: ModuleTitle | None,
    renewed: tuple[date | None, date],
    today: date,
) -> TaskStep:
    """`renewed` = (the last valid day of what is renewed, or None; since when it was certified)."""
    having = held(done, leaf.months, certified)
    valid = having is not None and having.done.on <= today and (having.until is None or having.until >= today)
    again = having is not None and (renewed[0] is None or counts_again(having, *renewed))
    return TaskStep(
        module=leaf.module,
        code=leaf.code,
        title=label.title if label else leaf.code,
        locale=label.locale if label else "",
        minutes=label.minutes if label else 0,
        compulsory=leaf.compulsory,
        state="done" if valid and again else "renew" if having else "todo",
        done_on=having.done.on if having else None,
        valid_until=having.until if having else None,
        gap_days=having.gap_days if having else 0,
    )


def _whys(reasons: list[Justification], language: str) -> list[Why]:
    """None comes first: before access is stricter than any date."""
    return [
        Why(
            rule=reason.rule.key,
            number=reason.rule.number,
            reason=text_in_language(reason.rule.reasons, language),
            basis=reason.rule.basis,
            basis_label=str(reason.rule.get_basis_display()),
            basis_text=text_in_language(reason.rule.basis_texts, language),
            owner=reason.rule.owner,
            event=reason.event.partition(":")[0],
            event_on=reason.event_on,
            counted_from=reason.counted_from or reason.true_from,
            due_days=reason.rule.due_days,
            due=reason.due,
        )
        for reason in sorted(reasons, key=lambda each: (each.due or date.min, each.rule.key))
    ]


def _reasons(rows: list[Assignment]) -> dict[uuid.UUID, list[Justification]]:
    found: dict[uuid.UUID, list[Justification]] = defaultdict(list)
    live = Justification.objects.filter(assignment__in=rows, known_to=None, true_to=None).select_related("rule")
    for reason in live:
        found[reason.assignment_id].append(reason)
    return found


def _upcoming(rows: list[Assignment], language: str, at: datetime) -> list[Upcoming]:
    """Of each path that is asked for and nothing is open for, the latest end that still lies ahead."""
    opened = {row.path_key for row in rows if row.state == State.OPEN}
    latest: dict[str, Assignment] = {}
    for row in rows:
        asked = row.state == State.SATISFIED and row.required_until is None
        if asked and row.path_key not in opened and row.valid_until:
            best = latest.get(row.path_key)
            if best is None or best.valid_until is None or best.valid_until <= row.valid_until:
                latest[row.path_key] = row
    return sorted(
        (
            Upcoming(
                row.path_key, text_in_language(row.version.titles, language), until, dates.renewal_window_opens(until)
            )
            for row in latest.values()
            if (until := row.valid_until) and not is_now(row, Status.EXPIRED, at)
        ),
        key=lambda one: one.valid_until,
    )


def _achieved(
    rows: list[Assignment], language: str, at: datetime, certificates: dict[str, uuid.UUID]
) -> list[Achieved]:
    done = [row for row in rows if row.state == State.SATISFIED]
    return [
        Achieved(
            path_key=row.path_key,
            title=text_in_language(row.version.titles, language),
            done_on=row.state_on,
            valid_until=row.valid_until,
            valid=not is_now(row, Status.EXPIRED, at),
            late=row.late,
            certificate=certificates.get(f"assignment:{row.pk}"),
        )
        for row in sorted(done, key=lambda each: (each.state_on, each.opened_at), reverse=True)
    ]
