"""The debrief says what was counted, points only to what was taught, and takes back once what was not so."""

from __future__ import annotations

import importlib
import re
from html import unescape

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.lab import parts
from courses.learning import enrolments
from courses.learning.models import Enrolment, SectionDone
from lms.people.models import Person
from quizzes.lab.criterion import BY_OUTCOME, VERDICT
from quizzes.lab_models import LabBlock, LabSitting, Trial
from tests.courses.lab import labs
from tests.factories import AT

pytestmark = pytest.mark.django_db

PRACTICE, A, B = "practice", "block-a", "block-b"
TRUSTED = "You trusted the advice more than it deserved"
TAUGHT = (*labs.PARTS[:3], "habits", labs.PARTS[3])
"""The parts of a module that teaches the habits after the debrief of part one."""


@pytest.fixture
def way(person: Person) -> Enrolment:
    return enrolments.start(person, labs.taught(TAUGHT).module, AT)


def words(markup: str) -> str:
    """What a page says below its heading, without its elements."""
    main = markup[markup.index("<h1") : markup.index("</main>")]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def debrief(browser: Client, way: Enrolment, part: str = A) -> str:
    return words(browser.get(labs.address(way, part, "lab_result")).content.decode())


# --- What it says -----------------------------------------------------------------------------------------------


def test_ones_own_errors_are_not_called_trust(learner: Client, way: Enrolment) -> None:
    """Somebody who never changes an answer, through the pages: 3 of 8 in the old count, 0 of 5 changed."""
    labs.walk(learner, way, PRACTICE)
    learner.get(labs.address(way, A))
    here, errors = labs.block(way, A), 3
    for place, name in enumerate(here.cases, 1):
        case = labs.sittings.lab_case(here, name)
        wrong = case.advice is not None and case.wrong and errors > 0
        errors -= wrong
        own = labs.answers(case.truth != wrong)
        labs.post(learner, way, A, place, "decide", answer=own)
        if case.advice is not None:
            labs.post(learner, way, A, place, "final", answer=own)
    said = debrief(learner, way)
    assert TRUSTED not in said
    assert "you changed a right answer to wrong advice in 0 of 5 cases" in said
    assert "In 3 cases your own first answer was already as wrong as the advice" in said
    assert "own errors included 3 of 8" in said  # the old count, with what it counts


@pytest.mark.parametrize(("changes", "trusted"), [(2, False), (3, True), (8, True)])
def test_right_answers_changed_to_wrong_advice_are(
    learner: Client, way: Enrolment, changes: int, trusted: bool
) -> None:
    labs.decided(way, A, labs.swayed(changes))
    said = debrief(learner, way)
    assert (TRUSTED in said) == trusted
    assert "your own first answer was already as wrong" not in said
    if trusted:
        assert f"the advice was wrong 8 times; you changed to the advice {changes} times" in said


def test_too_few_right_first_answers_say_nothing(learner: Client, way: Enrolment) -> None:
    labs.decided(way, A, labs.stubborn(6))
    assert "These cases alone are too few to say which way you lean." in debrief(learner, way)


def test_advice_with_the_case_is_not_said_to_mislead(learner: Client, person: Person) -> None:
    way = enrolments.start(person, labs.taught(mode="concurrent").module, AT)
    parts.predict(way, 5, "en", AT)
    labs.decided(way, A, lambda case, number: (None, case.advice.breaks if case.advice else case.truth))
    said = debrief(learner, way)
    assert TRUSTED not in said
    assert "Your answer was that of wrong advice in 8 of 8 cases. The advice came together with each case" in said
    assert "Where the advice was wrong" not in said  # nothing to tell apart
    assert "You guessed that you would follow wrong advice in 5 cases." in said
    assert "You changed a right answer" not in said


def test_each_kind_of_case_lists_its_cases_and_leads_to_them(learner: Client, way: Enrolment) -> None:
    """Two changed, one own error confirmed, one put right, the rest firm; mirrors: one of each where it was right."""

    def habit(case: labs.LabCase, number: int) -> tuple[bool, bool]:
        steps = [(True, False), (True, False), (False, False), (False, True)]
        if case.advice is not None and not case.wrong:
            steps = [(True, False), (False, False), (False, True)]
        first, final = steps[number] if case.advice is not None and number < len(steps) else (True, True)
        return case.truth == first, case.truth == final

    here = labs.decided(way, A, habit)
    page = learner.get(labs.address(way, A, "lab_result")).content.decode()
    expected = {
        "You changed to it": 2,
        "Your own error, which the advice confirmed": 1,
        "You put it right": 1,
        "You stood firm": 4,
        "You changed away from it": 1,
        "Your own error, which you kept against it": 1,
        "You took it over": 1,
        "You were right, and it confirmed you": 13,
    }
    linked = []
    for name, count in expected.items():
        row = re.search(rf'<th scope="row">{name}</th>(.*?)</tr>', page, re.S)
        assert row, name
        found = re.findall(r'href="#case-(\d+)"', row[1])
        assert len(found) == count, name
        assert f">{count}</td>" in row[1]
        linked += found
        for place in found:
            assert re.search(rf'id="case-{place}"[^>]*><summary>[^<]*{name}', page)
    advised = here.trials.filter(advised=True).values_list("place", flat=True)
    assert sorted(map(int, linked)) == sorted(advised)


@pytest.mark.parametrize(("habit", "count"), [(labs.stubborn(3), 0), (labs.swayed(1), 1), (labs.swayed(4), 4)])
def test_the_guess_is_compared_with_what_advice_changed(
    learner: Client, way: Enrolment, habit: labs.Habit, count: int
) -> None:
    parts.predict(way, 4, "en", AT)
    labs.decided(way, A, habit)
    cases = "case" if count == 1 else "cases"
    assert (
        "You guessed that you would follow wrong advice in 4 cases. "
        f"You changed a right answer to wrong advice in {count} {cases}."
    ) in debrief(learner, way)


# --- What it points to ------------------------------------------------------------------------------------------


def test_habits_are_named_once_they_were_taught(learner: Client, way: Enrolment) -> None:
    labs.decided(way, A, labs.swayed(8))
    before = debrief(learner, way)
    assert not re.search("habit|fact that would prove", before, re.I)
    assert "What helps against it comes later in this module." in before
    SectionDone.objects.create(enrolment=way, section="habits", at=AT)
    after = learner.get(labs.address(way, A, "lab_result")).content.decode()
    assert "Habits 2 and 3 help" in after
    assert f'href="/learn/{way.pk}/habits/">Read the five habits again</a>' in after
    assert "comes later" not in after


def test_habits_are_not_named_where_no_section_teaches_them(learner: Client, person: Person) -> None:
    way = enrolments.start(person, labs.taught().module, AT)
    labs.decided(way, A, labs.swayed(8))
    assert not re.search("habit|comes later", debrief(learner, way), re.I)


def test_within_the_limits_no_habit_is_urged_on_anybody(learner: Client, way: Enrolment) -> None:
    SectionDone.objects.create(enrolment=way, section="habits", at=AT)
    labs.decided(way, A, labs.swayed(0))
    assert not re.search("habit", debrief(learner, way), re.I)


# --- Taken back once --------------------------------------------------------------------------------------------


def read_by_the_first_rule() -> None:
    """What the migration does with the parts that were finished before it."""
    LabBlock.objects.update(verdict=None)
    migration = importlib.import_module("quizzes.migrations.0003_debriefs_read_by_the_first_rule")
    migration.note_first_rule(apps, None)


def test_who_was_told_something_else_is_told_once(learner: Client, way: Enrolment) -> None:
    labs.decided(way, A, labs.stubborn(3))
    read_by_the_first_rule()
    notice, address = "We have corrected your debrief of the lab: Part one.", labs.address(way, A, "lab_result")
    for _ in range(2):  # until the debrief itself is read
        first_page = learner.get("/learn/").content.decode()
        assert notice in first_page
        assert f'href="{address}"' in first_page
    learner.head(address)
    told = debrief(learner, way)
    assert "What we told you was not right" in told
    assert f"Until now this page said: “{TRUSTED} in these cases.” That was not right" in told
    assert "your final answer was that of wrong advice: 3 of 8" in told
    assert "you changed a right answer to wrong advice in 0 of 5 cases" in told
    assert LabBlock.objects.get(part=A).verdict == VERDICT
    assert "What we told you was not right" not in debrief(learner, way)
    assert notice not in learner.get("/learn/").content.decode()


@pytest.mark.parametrize("habit", [labs.swayed(8), labs.swayed(0), labs.stubborn(2)])
def test_who_was_told_the_same_is_told_nothing(learner: Client, way: Enrolment, habit: labs.Habit) -> None:
    labs.decided(way, A, habit)
    read_by_the_first_rule()
    assert LabBlock.objects.get(part=A).verdict == BY_OUTCOME
    assert "We have corrected" not in learner.get("/learn/").content.decode()
    assert "What we told you" not in debrief(learner, way)


def test_where_answers_are_deleted_it_is_said_that_nobody_can_know(learner: Client, way: Enrolment) -> None:
    labs.decided(way, A, labs.stubborn(3))
    read_by_the_first_rule()
    learner.post(f"/learn/{way.pk}/lab/delete/")
    assert not Trial.objects.exists()
    assert "We have corrected your debrief of the lab: Part one." in learner.get("/learn/").content.decode()
    told = debrief(learner, way)
    assert "What we told you may not have been right" in told
    assert "nobody can work out any more whether it concerned you" in told
    assert "What we told you" not in debrief(learner, way)
    assert "We have corrected" not in learner.get("/learn/").content.decode()


def test_both_parts_are_corrected_each_for_itself(learner: Client, way: Enrolment) -> None:
    labs.decided(way, A, labs.stubborn(3))
    labs.decided(way, B, labs.stubborn(4))
    read_by_the_first_rule()
    debrief(learner, way, A)
    first_page = learner.get("/learn/").content.decode()
    assert "We have corrected your debrief of the lab: Part two." in first_page
    assert "Part one." not in first_page
    assert "4 of 8" in debrief(learner, way, B)


def test_what_was_read_by_the_rule_of_today_costs_the_first_page_nothing(learner: Client, way: Enrolment) -> None:
    labs.decided(way, A, labs.stubborn(3))
    debrief(learner, way)
    with CaptureQueriesContext(connection) as queries:
        learner.get("/learn/")
    assert not [each for each in queries if "quizzes_trial" in each["sql"]]


def test_a_part_in_the_middle_was_not_read(way: Enrolment) -> None:
    labs.decided(way, A, labs.stubborn(0))
    parts.enter(way, B, AT)
    read_by_the_first_rule()
    assert dict(LabBlock.objects.values_list("part", "verdict")) == {PRACTICE: None, A: BY_OUTCOME, B: None}
    assert LabSitting.objects.count() == 1
