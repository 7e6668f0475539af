"""Many answers to the survey in the same moment: each is counted once, and nobody waits for ever."""

from __future__ import annotations

from functools import partial

import pytest

from courses.learning import enrolments
from lms.reports.survey import answering
from lms.reports.survey.answering import Answer
from lms.reports.survey.models import Answered, Tally
from tests.courses.learning import factories
from tests.courses.learning.test_at_once import together
from tests.factories import AT, make_person

pytestmark = [
    pytest.mark.postgres("two transactions side by side, which SQLite has not"),
    pytest.mark.django_db(transaction=True),
]
SAID = {"useful": "4", "clear": "2", "act": "5"}


def test_every_answer_of_many_at_once_counts_once() -> None:
    module = factories.taught("m60", sections=1, questions=0).module
    people = [make_person(f"S{number}") for number in range(12)]
    for person in people:
        enrolments.start(person, module, AT)
    # Half of them say things in another order, so that rows are asked for in another order too.
    turned = dict(reversed(SAID.items()))
    answers = [
        Answer(statements=SAID if number % 2 else turned, groups={"age": "60"}, with_results=True, remark="")
        for number in range(12)
    ]
    together(
        *(
            partial(answering.count_answer, person, module, said, AT.date())
            for person, said in zip(people, answers, strict=True)
        )
    )
    assert Answered.objects.count() == 12
    assert set(Tally.objects.values_list("people", flat=True)) == {12}


def test_one_person_in_four_tabs_counts_once() -> None:
    module = factories.taught("m60", sections=1, questions=0).module
    person = make_person()
    enrolments.start(person, module, AT)
    said = Answer(statements=SAID, groups={}, with_results=False, remark="Once")
    together(*[partial(answering.count_answer, person, module, said, AT.date())] * 4)
    assert set(Tally.objects.values_list("people", flat=True)) == {1}
