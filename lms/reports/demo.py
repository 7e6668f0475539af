"""What the people of the demonstration do with reports: targets, a manager's monthly look, answers to the survey."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime, timedelta

from certification.ledger import clock
from courses.assignments.models import Assignment
from courses.assignments.status import Status, those
from courses.completions.models import Completion
from lms.people import access
from lms.people.facts_on_day import reports_of
from lms.people.models import User
from lms.reports.indicators.indicator_register import OWNER
from lms.reports.indicators.models import Target
from lms.reports.indicators.snapshots import publish_snapshots_due
from lms.reports.survey import answering
from lms.reports.survey.answering import Answer
from lms.reports.team.reminders import NoReminder, send_reminder

MANAGER = "demo-claire"
ANSWERING, AGREEING = 0.5, 0.8
TARGETS = (("completion", "language", "other", 85), ("completion", "", "", 90), ("clear", "access", "yes", 80))
REMARKS = (
    "More examples from my own work, please. (Demo)",
    "The cases were the best part; I would like more of them. (Demo)",
    "Des exemples de mon métier, s’il vous plaît. (Démo)",
    "Too long for one sitting on a phone. (Demo)",
    "أريد أمثلة أكثر من عملي. (تجريبي)",
)


def set_targets(at: datetime) -> None:
    """Those of the demo's governance; asked about from then on."""
    due = at.date() + timedelta(days=1500)
    for indicator, attribute, group, percent in TARGETS:
        Target.objects.create(
            indicator=indicator,
            attribute=attribute,
            group=group,
            percent=percent,
            due_on=due,
            owner=str(OWNER),
            set_on=at.date(),
        )


def look_at_team(at: datetime) -> None:
    """One manager does, on every second of a month, and reminds whoever is late for longest."""
    manager = User.objects.filter(staff_number=MANAGER).select_related("person").first()
    if at.day == 2 and manager:
        team = list(reports_of(manager.person, at.date()))
        access.record_access(manager.person, team, capacity=access.MANAGER, what="team.list", at=clock.now())
        late = Assignment.objects.filter(those(Status.OVERDUE, at), person__in=team).order_by("deadline_at", "pk")
        with contextlib.suppress(NoReminder):  # without an address, or away: then nobody is
            for row in late.select_related("person")[:1]:
                send_reminder(manager.person, row.person, at)


def publish_figures(at: datetime) -> None:
    """Once a quarter is enough to see them change, and quicker to live through than every week."""
    if at.day == 2 and at.month in (1, 4, 7, 10):
        publish_snapshots_due(at)


def answer_survey(completion: Completion, at: datetime) -> None:
    """Half of those who completed the module answer, most of them with their results."""
    person, module = completion.person, completion.module
    if module is None:
        return
    dice = random.Random(f"survey {person.name} {module.code}")  # noqa: S311 -- a plan
    if dice.random() >= ANSWERING:
        return
    statements = {key: dice.choice("12344555") for key in ("useful", "clear", "act")}
    groups = {
        "language": "other" if person.language == "en" or dice.random() < 0.3 else "first",
        "access": "yes" if dice.random() < 0.15 else "no",
    }
    asked = {each.key for each in answering.asked_groups(module.code, at.date())}
    said = Answer(
        statements=statements,
        groups={key: value for key, value in groups.items() if key in asked},
        with_results=dice.random() < AGREEING,
        remark=dice.choice(REMARKS) if dice.random() < 0.3 else "",
    )
    answering.count_answer(person, module, said, at.date())
