"""An archive of the demonstration: attempts of two earlier years, drawn up in bulk, so that figures about groups of ten
or more can be shown.

Attempts, parts of the lab and what was published about them, and nothing else: no completion, no certificate, no
assignment, for those would need entries that nobody wrote. Its people are called so and are employed nowhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import transaction

from content import texts
from content.editions import Module
from courses.demo import answers
from courses.lab import parts
from courses.learning import enrolments
from courses.learning.models import Enrolment
from courses.player.pretest import pretest_sitting
from lms.people.models import Person
from lms.reports.indicators.snapshots import publish_snapshots_due
from quizzes import attempts
from quizzes.grading import FrozenQuestion
from quizzes.lab import sittings
from quizzes.lab_models import LabBlock, LabSitting, Trial
from quizzes.models import Attempt, Response

YEARS, PEOPLE = (2, 1), 40
CODES = ("m01", "m13", "m07")
KNOWN_BEFORE, LEARNED, SWAYED = 0.35, 0.7, 0.2
FAMILY_NAME = "(demo archive)"


def fill_archive(at: datetime) -> None:
    """Before the first day of the history `at`: a year's people, and what is published at its end; then the next."""
    for years in YEARS:
        then = at - timedelta(days=365 * years)
        with transaction.atomic():
            people = archive_people(years, then)
            for code in CODES:
                sit_in_bulk(people, Module.objects.get(code=code), then)
        publish_snapshots_due(then + timedelta(days=60))


def archive_people(years: int, at: datetime) -> list[Person]:
    rows = [
        Person(given_name=f"Archive {years}-{number:02}", family_name=FAMILY_NAME, created_at=at)
        for number in range(1, PEOPLE + 1)
    ]
    return Person.objects.bulk_create(rows)


def sit_in_bulk(people: Sequence[Person], module: Module, at: datetime) -> None:
    """Each takes the pre-test and the test, and both parts of the lab where the module has one."""
    edition = texts.current_edition(module)
    if edition is None:
        return
    edition.module = module
    ways = Enrolment.objects.bulk_create(
        Enrolment(person=person, module=module, edition=edition, started_at=at, active_at=at) for person in people
    )
    if edition.quiz_edition:
        take_tests(ways, at)
    if edition.structure.get("lab"):
        take_labs(ways, at)


def take_tests(ways: Sequence[Enrolment], at: datetime) -> None:
    taken: list[Attempt] = []
    given: list[Response] = []
    for way in ways:
        dice = random.Random(f"{way.person.name} {way.module.code}")  # noqa: S311 -- the same every time
        learned = dice.choice((0.1, LEARNED, LEARNED, 0.95))
        before = pretest_sitting(way)
        for sitting, known in ((before, KNOWN_BEFORE), (test_of(way), KNOWN_BEFORE + (1 - KNOWN_BEFORE) * learned)):
            if sitting is not None:
                taken.append(sitting)
                given += marked_answers(sitting, known, dice, at)
    Attempt.objects.bulk_create(taken)
    Response.objects.bulk_create(given, batch_size=2000)


def test_of(way: Enrolment) -> Attempt | None:
    quiz = way.edition.quiz_edition
    subject = enrolments.subject(way)
    return attempts.coming(way.person, subject, quiz, 1) if quiz else None


def marked_answers(sitting: Attempt, known: float, dice: random.Random, at: datetime) -> Iterator[Response]:
    """Handed in and marked, as the sitting's own questions would be; the sitting is settled with it."""
    asked: list[FrozenQuestion] = attempts.questions(sitting)
    given: dict[str, list[str]] = {}
    for question in asked:
        given |= answers([question], right=dice.random() < known)
    found = attempts.marks_by(sitting.edition.keys, sitting, given)
    sitting.started_at = sitting.submitted_at = at
    attempts.settle(sitting, found)
    for mark in found:
        chosen = given[mark.question]
        yield Response(attempt=sitting, question=mark.question, chosen=chosen, saved_at=at, **attempts.marked(mark))


def take_labs(ways: Sequence[Enrolment], at: datetime) -> None:
    """Two parts each. As anybody's, these answers are deleted in time; what was published of them stays."""
    digest = sittings.bank_digest(parts.conditions(ways[0])["family"])
    labs = [lab_sitting(way, digest, at) for way in ways]
    LabSitting.objects.bulk_create(labs)
    blocks = [
        LabBlock(sitting=lab, part=part, cases=sittings.drawn_cases(lab, part), finished_on=at.date())
        for lab in labs
        for part in (parts.Part.PRACTICE, *parts.BLOCKS)
    ]
    LabBlock.objects.bulk_create(blocks)
    trials = [trial for block in blocks if block.part in parts.BLOCKS for trial in decided(block)]
    Trial.objects.bulk_create(trials, batch_size=2000)


def lab_sitting(way: Enrolment, digest: str, at: datetime) -> LabSitting:
    lab = parts.conditions(way)
    return LabSitting(
        person=way.person,
        subject=enrolments.subject(way),
        family=lab["family"],
        bank_sha256=digest,
        conditions={name: lab[name] for name in ("mode", "rationale", "confidence")},
        seed=attempts.seed_of(enrolments.subject(way)),
        started_on=at.date(),
    )


def decided(block: LabBlock) -> Iterator[Trial]:
    """Mostly right alone; wrong advice is followed by some, and by fewer in the second part."""
    dice = random.Random(f"{block.sitting.person.name} {block.part}")  # noqa: S311 -- the same every time
    swayed = SWAYED * dice.choice((0, 1, 3)) / (2 if block.part == parts.Part.B else 1)
    for place, name in enumerate(block.cases, 1):
        case = sittings.lab_case(block, name)
        own = case.truth if dice.random() < 0.85 else not case.truth
        advice = case.advice.breaks if case.advice else None
        follows = advice is not None and (advice == case.truth or dice.random() < swayed)
        yield Trial(
            block=block,
            place=place,
            case=name,
            initial=own if advice is not None else None,
            advised=advice is not None,
            truth=case.truth,
            advice=advice,
            final=advice if follows else own,
        )
