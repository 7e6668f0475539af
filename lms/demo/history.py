"""Two years of the demo organisation, lived through day by day with the platform's own functions and drains.

Nothing is written behind their back: people are hired by `staffing`, learn through the player's `flow`, get mail from
the digest. The clock is the ledger's, set back at genesis and moved forward from then on.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from django.db import transaction

from certification.credentials.sealing import seal_due
from certification.ledger import checkpoints, clock, sequencer
from content.editions import Module
from courses.assignments import dates
from courses.assignments.digest import queue_digests
from courses.assignments.models import Assignment
from courses.assignments.sync import sync_due, sync_nightly
from courses.completions.models import Completion
from courses.lab import parts
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from courses.paths import loading, publishing, specs
from lms.demo import voices
from lms.demo.organisation import LATE, NEVER, Member, Organisation
from lms.mail.sending import send_due
from lms.people import access, logins, reading, staffing
from lms.people.models import OrgUnit, Person
from lms.reports.effect.snapshots import take_due
from quizzes import attempts, solutions
from quizzes.grading import Question
from quizzes.lab import sittings as lab_sittings

PASSWORD = "litmus-demo-only"  # noqa: S105 — printed on the demo's first page; the demo listens on loopback only
MORNING, NOON, EVENING = time(6), time(10), time(20)
AMENDED_ON = date(2026, 7, 27)  # Regulation (EU) 2026/1744 in force: the day the rules' wording was brought up to date
FORMER_BASIS = {
    "en": "In view of Regulation (EU) 2024/1689 as first published (demo).",
    "fr": "Au vu du règlement (UE) 2024/1689 dans sa version initiale (démo).",
    "ar": "بالنظر إلى لائحة الاتحاد الأوروبي 2024/1689 بصيغتها الأولى (تجريبي).",
}


@dataclass(order=True, slots=True)
class Session:
    """A planned sitting: this person takes this module on that day. `fails` = how many attempts fail first;
    `months` = how long the path lets an earlier completion count (0 = for good).
    """

    day: date
    number: str
    code: str
    months: int = field(compare=False, default=0)
    fails: int = field(compare=False, default=0)


@dataclass(slots=True)
class History:
    """What the replay remembers from day to day."""

    plan: Organisation
    shipped: list[Path]
    people: dict[str, Person] = field(default_factory=dict)
    numbers: dict[UUID, str] = field(default_factory=dict)
    planned: set[UUID] = field(default_factory=set)
    sessions: list[Session] = field(default_factory=list)
    unled: list[Member] = field(default_factory=list)  # hired before their manager was, on the same morning

    def run(self, tell: Callable[[str], None]) -> None:
        day = self.plan.first_day
        while day <= self.plan.today:
            if day.day == 1:
                tell(f"{day:%B %Y}")
            self._live(day)
            day += timedelta(days=1)

    def _live(self, day: date) -> None:
        at = turn_to(day, MORNING)
        self._publish_rules(day, at)
        for member in self.plan.members:
            happen(self, member, day, at)
        self._name_managers(at)
        sync_due(at)
        if day == self.plan.first_day:
            voices.aim_at(day)
        self._foresee(day)
        self._learn(day)
        if day.day == 2:
            self._look_at_team(day)
        if day.day == 2 and day.month in (1, 4, 7, 10):
            take_due(at)
        close_of_day(day)

    def _name_managers(self, at: datetime) -> None:
        for member in self.unled:
            person, manager = self.people[member.number], self.people[member.manager]
            staffing.set_manager(person, manager, on=member.hired_on, at=at)
        self.unled.clear()

    def _publish_rules(self, day: date, at: datetime) -> None:
        if day not in (self.plan.first_day, AMENDED_ON):
            return
        for _, spec in publishing_order(self.shipped):
            if isinstance(spec, specs.PathSpec):
                publishing.publish_path(spec, at)
            elif day < AMENDED_ON:
                publishing.publish_rule(replace(spec, basis_texts=FORMER_BASIS), at)
            else:
                publishing.publish_rule(spec, at)

    def _foresee(self, day: date) -> None:
        """Everybody decides, once for each assignment, when they will sit down to it."""
        fresh = Assignment.objects.open().exclude(pk__in=self.planned).select_related("version")
        for assignment in fresh.prefetch_related("version__leaves__module"):
            self.planned.add(assignment.pk)
            member = self.plan.member(self.numbers[assignment.person_id])
            for session in foresee(member, assignment, day):
                heapq.heappush(self.sessions, session)

    def _learn(self, day: date) -> None:
        while self.sessions and self.sessions[0].day <= day:
            session = heapq.heappop(self.sessions)
            person, module = self.people[session.number], Module.objects.get(code=session.code)
            here = reading.employment_on(person, day) and not on_leave(self.plan.member(session.number), day)
            if here and not still_counts(person, module, session.months, day):
                take(person, module, day, fails=session.fails)

    def _look_at_team(self, day: date) -> None:
        manager = self.people["demo-claire"]
        team = list(reading.reports_of(manager, day))
        access.record(manager, team, capacity="manager", what="team.list", at=clock.now())


def turn_to(day: date, hour: time) -> datetime:
    """Move the clock to that hour, unless it is later already; returns the time it is now."""
    now = clock.now()
    wanted = datetime.combine(day, hour, UTC)
    return clock.advance(wanted - now) if wanted > now else now


def publishing_order(files: list[Path]) -> list[tuple[str, specs.PathSpec | specs.RuleSpec]]:
    return loading.read_all(files)


def happen(history: History, member: Member, day: date, at: datetime) -> None:
    """What the personnel department records about this member on that day."""
    if day == member.known_on and member.number not in history.people:
        history.people[member.number] = person = arrive(history, member, at)
        history.numbers[person.pk] = member.number
    person_or_none = history.people.get(member.number)
    if person_or_none is None:
        return
    for role, on in member.roles:
        if day == on:
            staffing.give_role(person_or_none, role, on=on, at=at)
    if member.leave and day == member.leave[0] - timedelta(days=3):
        staffing.record_leave(person_or_none, *member.leave, at=at)
    if member.left_on and day == member.left_on - timedelta(days=14):
        staffing.leave_company(person_or_none, on=member.left_on, at=at)
    if member.back_on and day == member.back_on:
        _hire(history, member, person_or_none, member.back_on, at)


def arrive(history: History, member: Member, at: datetime) -> Person:
    person = staffing.create_person(
        member.given_name,
        member.family_name,
        at=at,
        language=member.language,
        email=member.email,
        staff_number=member.number,
    )
    _hire(history, member, person, member.hired_on, at)
    if member.number.startswith("demo-"):
        logins.give_login(person, member.number, member.email, PASSWORD, member.groups)
    return person


def _hire(history: History, member: Member, person: Person, on: date, at: datetime) -> None:
    staffing.hire(
        person,
        OrgUnit.objects.get(code=member.entity),
        on=on,
        at=at,
        zone=member.zone,
        unit=OrgUnit.objects.get(code=member.unit),
        manager=history.people.get(member.manager),
    )
    if member.manager and member.manager not in history.people:
        history.unled.append(member)


def on_leave(member: Member, day: date) -> bool:
    return bool(member.leave) and member.leave[0] <= day <= member.leave[1]  # type: ignore[index]


def foresee(member: Member, assignment: Assignment, day: date) -> Iterator[Session]:
    """The diligent are done in days, most in time, a few late, some never: by the member's own number."""
    dice = random.Random(f"{member.number}:{assignment.path_key}:{assignment.cycle_key}")  # noqa: S311
    if member.diligence >= NEVER or assignment.path_key in member.undone:
        return
    span = 18 if assignment.due is None else 26
    start = day
    for leaf in assignment.version.leaves.all():
        wait = 1 + round(member.diligence * span * dice.uniform(0.5, 1.0))
        if member.diligence >= LATE:
            wait += dice.randint(10, 40)
        start = max(start, day + timedelta(days=wait))
        yield Session(start, member.number, leaf.module.code, leaf.validity_months or 0, int(dice.random() < 0.2))


def still_counts(person: Person, module: Module, months: int, day: date) -> bool:
    """Whether an earlier completion outlasts the renewal window, so that nobody would sit down to it again."""
    last = Completion.objects.of(person).filter(module=module).order_by("-effective_on").first()
    if last is None:
        return False
    return not months or dates.renewal_window_opens(dates.valid_until(last.effective_on, months)) > day


def take(person: Person, module: Module, day: date, *, fails: int = 0) -> Completion | None:
    """One sitting through the player's own functions; returns the completion."""
    at = turn_to(day, NOON)
    enrolment = enrolments.start(person, module, at)
    voices.try_before(enrolment, at)
    completion = None
    for section in enrolment.edition.structure["sections"]:
        at += timedelta(seconds=50 * section["minutes"])
        if section.get("lab") in parts.BLOCKS:
            completion = decide_all(enrolment, section["lab"], at)
        elif not section["quiz"]:
            completion = flow.finish_section(enrolment, section["key"], person.language, at)
    quiz = enrolment.edition.quiz_edition
    if quiz is None:
        return completion
    for number in range(1, 2 + fails):
        at += timedelta(minutes=6)
        asked = attempts.questions(flow.sitting(enrolment, number))
        given = answers(asked, right=number > fails)
        completion = flow.submit(enrolment, number, given, person.language, at).completion
    if completion:
        voices.answer(enrolment, day)
    return completion


def decide_all(enrolment: Enrolment, part: str, at: datetime) -> Completion | None:
    """A part of the lab: a first view that is mostly right, and advice that is mostly followed."""
    if part == parts.Part.A:
        decide_all(enrolment, parts.Part.PRACTICE, at)
    block = parts.enter(enrolment, part, at)
    dice = random.Random(f"{enrolment.person.name} {part}")  # noqa: S311 -- a demonstration, the same every time
    with transaction.atomic():
        for place, name in enumerate(block.cases, 1):
            truth = lab_sittings.case_of(block, name).truth
            lab_sittings.decide(block, place, truth if dice.random() < 0.8 else not truth, 70)
            here = lab_sittings.state(block)
            if here.step == "final" and here.case and here.case.advice:
                said = here.case.advice.breaks
                lab_sittings.finalise(block, place, said if dice.random() < 0.7 else truth, "")
    return parts.settle(enrolment, block, enrolment.person.language, at)


def answers(questions: Sequence[Question], right: bool) -> dict[str, list[str]]:
    """All right, or the first option of every question, which never passes the shipped modules."""
    return {
        question["key"]: solutions.right_answer(question) if right else [question["options"][0]["key"]]
        for question in questions
    }


def close_of_day(day: date) -> None:
    """The night's work, every drain included."""
    at = turn_to(day, EVENING)
    sync_nightly(at)
    queue_digests(at)
    sequencer.sequence_pending()
    checkpoints.checkpoint_due(at)
    seal_due(at)
    send_due(at)
