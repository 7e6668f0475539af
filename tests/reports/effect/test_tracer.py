"""What is left later: the renewal's pre-test, and the cases of the lab after 30 and 180 days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from content.editions import Module
from courses.learning import enrolments, flow
from courses.learning.models import Enrolment
from courses.player import pretest
from lms.people.models import Person
from lms.reports.indicators import gathering
from lms.reports.indicators.gathering import Bands
from lms.reports.indicators.indicator_register import BY_KEY
from quizzes import attempts
from quizzes.lab_models import LabBlock, LabSitting, Trial
from quizzes.models import QuizEdition
from tests.courses.learning import factories
from tests.factories import AT, make_person
from tests.quizzes.factories import right_answers, wrong_answers

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def partly(quiz: QuizEdition, right: int) -> dict[str, list[str]]:
    """The first `right` questions answered rightly, the others wrongly."""
    good, bad = right_answers(quiz), wrong_answers(quiz)
    return {key: good[key] if place < right else bad[key] for place, key in enumerate(good)}


def before(way: Enrolment, quiz: QuizEdition, right: int) -> None:
    row = attempts.coming(way.person, pretest.pretest_subject(way), quiz, 0, attempts.seed_of(enrolments.subject(way)))
    row.purpose = row.Purpose.PRE
    attempts.submit(attempts.checked(attempts.begin(row, AT), partly(quiz, right)), AT)


def renewed(quiz: QuizEdition, module: Module, *points: int | None) -> Person:
    """(pre-test, test, pre-test of the renewal, …); None = not taken."""
    person = make_person(f"R{Person.objects.count()}")
    for number, (pre, post) in enumerate(zip(points[::2], points[1::2], strict=True)):
        way = enrolments.start(person, module, AT + number * YEAR, completed_before=number)
        if pre is not None:
            before(way, quiz, pre)
        if post is not None:
            flow.submit(way, flow.sheet_for(way, 1, partly(quiz, post), AT + number * YEAR), "en", AT + number * YEAR)
            flow.finish_section(way, "s1", "en", AT + number * YEAR)
    return person


def sizes(bands: Bands) -> dict[str, int]:
    return {name: len(people) for name, people in bands.items() if people}


def test_what_was_kept_is_told_by_the_pretest_of_the_renewal() -> None:
    edition = factories.taught("m61", sections=1, questions=5)
    quiz = edition.quiz_edition
    assert quiz
    quiz.keys["pretest"] = True
    quiz.save(update_fields=["keys"])
    kept = renewed(quiz, edition.module, 1, 4, 3, None)  # (3 - 1)/(4 - 1) = 2/3
    renewed(quiz, edition.module, 1, 5, 1, None)  # nothing is left
    renewed(quiz, edition.module, 0, 5, 5, None)  # all is left
    renewed(quiz, edition.module, 4, 4, 4, None)  # nothing was gained: nothing could be kept
    renewed(quiz, edition.module, None, 4, 3, None)  # no first pre-test
    renewed(quiz, edition.module, 1, 4, None, None)  # none at the renewal
    found = gathering.retained(edition.module)
    assert sizes(found) == {"half": 1, "lost": 1, "most": 1}
    assert found["half"] == {kept.pk}
    assert gathering.retained(edition.module, kept) == {"lost": set(), "some": set(), "half": {kept.pk}, "most": set()}


@pytest.fixture
def module() -> Module:
    return factories.taught("m60", sections=1, questions=0).module


def later(module: Module, *, followed: int, refused: int, alone: int, part: str = "follow-180") -> Person:
    """A finished follow-up: of two wrong advices so many followed, of two right ones so many refused, and so many of
    the four cases without advice right.
    """
    person = make_person(f"L{Person.objects.count()}")
    way = enrolments.start(person, module, AT)
    sitting = LabSitting.objects.create(
        person=person, subject=str(way.pk), family="expense_claims", bank_sha256="", seed="x",
        conditions={"mode": "decide-first", "rationale": True, "confidence": "none"}, started_on=AT.date(),
    )  # fmt: skip
    block = LabBlock.objects.create(sitting=sitting, part=part, finished_on=AT.date())
    for place in range(1, 9):
        advised, wrong = place <= 4, place <= 2
        follows = place <= followed if wrong else place > 2 + refused
        advice = (not wrong) if advised else None
        final = (advice is True) == follows if advised else place - 4 <= alone
        Trial.objects.create(
            block=block, place=place, case=f"c{place}", truth=True, advice=advice, advised=advised,
            initial=True if advised else None, final=final,
        )  # fmt: skip
    return person


@pytest.mark.parametrize("part", ["follow-30", "follow-180"])
def test_the_follow_ups_have_their_own_limits(module: Module, part: str) -> None:
    for followed, refused, alone in ((0, 0, 4), (1, 0, 3), (0, 1, 2)):
        later(module, followed=followed, refused=refused, alone=alone, part=part)
    for key in ("over", "under", "alone"):
        assert sizes(BY_KEY[f"{key}-{part}"].gather(module, None)) == {"within": 2, "beyond": 1}
    assert sizes(BY_KEY["over-block-a"].gather(module, None)) == {}


def test_a_follow_up_that_is_not_finished_is_not_counted(module: Module) -> None:
    later(module, followed=0, refused=0, alone=4)
    LabBlock.objects.update(finished_on=None)
    assert sizes(BY_KEY["alone-follow-180"].gather(module, None)) == {}
