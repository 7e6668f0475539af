"""What the people of the demonstration do of their own free will: pre-tests, and answers to the survey."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

from courses.learning.models import Enrolment
from courses.player import pretest
from lms.reports.effect.models import Target
from lms.reports.effect.register import OWNER
from lms.reports.survey import answering
from lms.reports.survey.answering import Answer
from quizzes import attempts, solutions
from quizzes.grading import Question

WITH_PRETEST, KNOWN_BEFORE, ANSWERING, AGREEING = 0.5, 0.45, 0.5, 0.8
TARGETS = (("completion", "language", "other", 85), ("completion", "", "", 90), ("clear", "access", "yes", 80))
REMARKS = (
    "More examples from my own work, please. (Demo)",
    "The cases were the best part; I would like more of them. (Demo)",
    "Des exemples de mon métier, s’il vous plaît. (Démo)",
    "Too long for one sitting on a phone. (Demo)",
    "أريد أمثلة أكثر من عملي. (تجريبي)",
)


def try_before(enrolment: Enrolment, at: datetime) -> None:
    """The voluntary pre-test, by every other person, with something less than half of it right."""
    dice = random.Random(f"before {enrolment.person.name} {enrolment.module.code} {at.year}")  # noqa: S311 -- a plan
    sitting = pretest.sitting(enrolment)
    if sitting and dice.random() < WITH_PRETEST:
        answers = {
            question["key"]: solutions.right_answer(question) if dice.random() < KNOWN_BEFORE else first(question)
            for question in attempts.questions(sitting)
        }
        pretest.submit(enrolment, answers, enrolment.person.language, at)


def first(question: Question) -> list[str]:
    return [question["options"][0]["key"]]


def aim_at(day: date) -> None:
    """The targets that the demo's governance sets; asked about from then on."""
    due = day + timedelta(days=1500)
    for indicator, attribute, group, percent in TARGETS:
        Target.objects.create(
            indicator=indicator,
            attribute=attribute,
            group=group,
            percent=percent,
            due_on=due,
            owner=str(OWNER),
            set_on=day,
        )


def answer(enrolment: Enrolment, day: date) -> None:
    """Half of those who completed the module answer the survey, most of them with their results."""
    person = enrolment.person
    dice = random.Random(f"survey {person.name} {enrolment.module.code}")  # noqa: S311 -- a plan
    if dice.random() >= ANSWERING:
        return
    statements = {key: dice.choice("12344555") for key in ("useful", "clear", "act")}
    groups = {
        "language": "other" if person.language == "en" or dice.random() < 0.3 else "first",
        "access": "yes" if dice.random() < 0.15 else "no",
    }
    asked = {each.key for each in answering.asked_groups(enrolment.module.code, day)}
    said = Answer(
        statements=statements,
        groups={key: value for key, value in groups.items() if key in asked},
        with_results=dice.random() < AGREEING,
        remark=dice.choice(REMARKS) if dice.random() < 0.3 else "",
    )
    answering.take(person, enrolment.module, said, day)
