"""What the people of the demonstration do in this room: they learn, through the player's own functions, and what the
organisation asks of them is published and amended.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db import transaction

from content.editions import Module
from courses.assignments import dates
from courses.completions.models import Completion
from courses.lab import parts
from courses.learning import enrolments, flow, frozen_texts
from courses.learning.models import Enrolment
from courses.paths import path_files, publishing, specs
from courses.player import pretest
from lms.people.models import Person
from quizzes import attempts, solutions
from quizzes.grading import FrozenQuestion
from quizzes.lab import sittings as lab_sittings

WITH_PRETEST, KNOWN_BEFORE = 0.5, 0.45
AMENDED_ON = date(2026, 7, 27)  # Regulation (EU) 2026/1744 in force: the day the rules' wording was brought up to date
FORMER_BASIS = {
    "en": "In view of Regulation (EU) 2024/1689 as first published (demo).",
    "fr": "Au vu du règlement (UE) 2024/1689 dans sa version initiale (démo).",
    "ar": "بالنظر إلى لائحة الاتحاد الأوروبي 2024/1689 بصيغتها الأولى (تجريبي).",
}


def publish_rules(at: datetime) -> None:
    """The shipped paths and rules, in the wording of the day."""
    for _name, spec in path_files.read_all(sorted(specs.SHIPPED.glob("*.yaml"))):
        if isinstance(spec, specs.PathSpec):
            publishing.publish_path(spec, at)
        elif at.date() < AMENDED_ON:
            publishing.publish_rule(replace(spec, basis_texts=FORMER_BASIS), at)
        else:
            publishing.publish_rule(spec, at)


def amend_rules(at: datetime) -> None:
    if at.date() == AMENDED_ON:
        publish_rules(at)


def still_counts(person: Person, module: Module, months: int, day: date) -> bool:
    """Whether an earlier completion outlasts the renewal window, so that nobody would sit down to it again."""
    last = Completion.objects.of(person).filter(module=module).order_by("-effective_on").first()
    if last is None:
        return False
    return not months or dates.renewal_window_opens(dates.valid_until(last.effective_on, months)) > day


def study(person: Person, module: Module, at: datetime, *, fails: int = 0) -> Completion | None:
    """One sitting from the first section to the last; `fails` attempts at its quiz fail first. Gives the completion."""
    enrolment = enrolments.start(person, module, at)
    try_before(enrolment, at)
    completion = None
    seconds = frozen_texts.text_for(enrolment.edition, person.language).seconds["sections"]
    for section in enrolment.edition.structure["sections"]:
        at += timedelta(seconds=seconds[section["key"]])
        if section.get("lab") in parts.BLOCKS:
            completion = decide_all(enrolment, section["lab"], at)
        elif not section["quiz"]:
            completion = flow.finish_section(enrolment, section["key"], person.language, at)
    if enrolment.edition.quiz_edition is None:
        return completion
    for number in range(1, 2 + fails):
        at += timedelta(minutes=6)
        sitting = flow.sitting(enrolment, number, at)
        sheet = attempts.checked(sitting, answers(attempts.questions(sitting), right=number > fails))
        completion = flow.submit(enrolment, sheet, person.language, at).completion
    return completion


def try_before(enrolment: Enrolment, at: datetime) -> None:
    """The voluntary pre-test, by every other person, with something less than half of it right."""
    dice = random.Random(f"before {enrolment.person.name} {enrolment.module.code} {at.year}")  # noqa: S311 -- a plan
    sitting = pretest.pretest_sitting(enrolment)
    if sitting and dice.random() < WITH_PRETEST:
        given = {
            question["key"]: solutions.right_answer(question) if dice.random() < KNOWN_BEFORE else first(question)
            for question in attempts.questions(sitting)
        }
        pretest.submit_pretest(enrolment, attempts.checked(sitting, given), enrolment.person.language, at)


def decide_all(enrolment: Enrolment, part: str, at: datetime) -> Completion | None:
    """A part of the lab: a first view that is mostly right, and advice that is mostly followed."""
    if part == parts.Part.A:
        decide_all(enrolment, parts.Part.PRACTICE, at)
    block = parts.enter(enrolment, part, at)
    dice = random.Random(f"{enrolment.person.name} {part}")  # noqa: S311 -- a demonstration, the same every time
    with transaction.atomic():
        for place, name in enumerate(block.cases, 1):
            truth = lab_sittings.lab_case(block, name).truth
            lab_sittings.lock_decision(block, place, truth if dice.random() < 0.8 else not truth, 70)
            here = lab_sittings.lab_state(block)
            if here.step == "final" and here.case and here.case.advice:
                said = here.case.advice.breaks
                lab_sittings.finalise(block, place, said if dice.random() < 0.7 else truth, "")
    return parts.settle(enrolment, block, enrolment.person.language, at)


def answers(questions: Sequence[FrozenQuestion], right: bool) -> dict[str, list[str]]:
    """All right, or all without a thought, which never passes the shipped modules."""
    return {question["key"]: solutions.right_answer(question) if right else first(question) for question in questions}


def first(question: FrozenQuestion) -> list[str]:
    """What somebody sends who does not think: the first option, all in the first group, the steps upside down."""
    keys = [option["key"] for option in question.get("options", [])]
    match question["kind"]:
        case "numeric":
            return ["0"]
        case "ordering":
            return keys[::-1]
        case "matching" | "sorting":
            group = (question.get("categories") or keys)[0]
            return [f"{key}={group}" for key in keys]
    return keys[:1]
