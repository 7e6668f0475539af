"""What a learner and a team page are told."""

from __future__ import annotations

import pytest

from certification.credentials.models import Certificate
from courses.assignments import sync, todo_list
from courses.assignments.models import Assignment, AssignmentPeriod
from courses.assignments.status import Status, those
from lms.people import staffing
from lms.people.models import Person
from tests.courses.assignments.world import day, days_pass, done, make_path, make_rule, on, only
from tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(db: None) -> Person:
    """An overseer since the first day: thirty days for P1, P2 (which holds P1) before access."""
    make_path("p1", {"a": 24, "b": 24})
    make_path("p2", {"m": 12}, inner="p1")
    make_rule("r-01", "p1")
    make_rule("r-03", "p2", role="overseer", due_days=None)
    person = make_person(hired=day("2026-10-01"), at=on("2026-10-01", 6), roles=("overseer",))
    days_pass("2026-10-01")
    return person


def test_what_to_do_by_when_and_why(person: Person) -> None:
    todo = todo_list.todo_of(person, on("2026-10-05"), "fr")
    access, joiner = todo.tasks
    assert (access.path_key, access.status, access.due, access.deadline) == ("p2", "before-access", None, None)
    assert (joiner.title, joiner.due, joiner.days_left, joiner.status) == (
        "Parcours p1",
        day("2026-10-31"),
        26,
        "open",
    )
    (why,) = joiner.reasons
    assert (why.rule, why.reason, why.basis, why.basis_text) == ("r-01", "Raison r-01", "policy", "Base r-01")
    assert (why.event, why.event_on, why.due_days) == ("hire", day("2026-10-01"), 30)
    step = joiner.steps[0]
    assert (step.code, step.title, step.locale, step.minutes, step.state) == ("a", "Module a (fr)", "fr", 5, "todo")
    assert (joiner.minutes_left, access.minutes_left, todo.minutes_left) == (10, 15, 15)


def test_a_title_that_is_not_translated_says_its_language(person: Person) -> None:
    step = todo_list.todo_of(person, on("2026-10-05"), "ar").tasks[0].steps[0]
    assert (step.title, step.locale) == ("Module a (en)", "en")


@pytest.mark.parametrize(
    ("today", "status", "left", "late"),
    [
        ("2026-10-23", "open", 8, 0),
        ("2026-10-24", "soon", 7, 0),
        ("2026-10-31", "soon", 0, 0),
        ("2026-11-02", "overdue", 0, 2),
    ],
)
def test_statuses_are_comparisons(person: Person, today: str, status: str, left: int, late: int) -> None:
    task = next(task for task in todo_list.todo_of(person, on(today), "en").tasks if task.path_key == "p1")
    assert (task.status, task.days_left, task.late_by) == (status, left, late)
    assert Assignment.objects.filter(those(Status.OVERDUE, on(today))).exists() == bool(late)
    if late:
        assert todo_list.todo_of(person, on(today), "en").tasks[0] == task


def test_what_is_done_and_what_comes(person: Person) -> None:
    for code in ("a", "b", "m"):
        done(person, code, "2026-10-10")
    todo = todo_list.todo_of(person, on("2026-10-11"), "en")
    assert todo.tasks == ()
    assert [(one.path_key, str(one.valid_until), str(one.opens_on)) for one in todo.upcoming] == [
        ("p2", "2027-10-10", "2027-08-11"),
        ("p1", "2028-10-10", "2028-08-11"),
    ]
    assert {one.path_key: one.certificate for one in todo.achieved} == {
        one.path_key: one.pk for one in Certificate.objects.filter(person=person)
    }

    days_pass("2027-08-11")
    todo = todo_list.todo_of(person, on("2027-08-11"), "en")
    (task,) = todo.tasks
    assert [(step.code, step.state) for step in task.steps] == [("a", "done"), ("b", "done"), ("m", "renew")]
    assert (task.expiring_on, task.minutes_left) == (day("2027-10-10"), 5)
    assert [one.path_key for one in todo.upcoming] == ["p1"]


def test_expired_on_leave_is_not_overdue(person: Person) -> None:
    """T-10."""
    for code in ("a", "b", "m"):
        done(person, code, "2026-10-10")
    staffing.record_leave(person, day("2027-09-01"), day("2027-11-30"), at=on("2027-08-01"))
    days_pass("2027-08-11", "2027-10-20")
    todo = todo_list.todo_of(person, on("2027-10-20"), "en")
    (task,) = [task for task in todo.tasks if task.path_key == "p2"]
    assert (task.status, task.expiring_on) == ("expired", day("2027-10-10"))
    assert todo.on_leave


def test_known_later_is_not_known_before(person: Person) -> None:
    """T-22: a list of September entered in November."""
    for code in ("a", "b"):
        done(person, code, on("2026-11-20"), effective="2026-10-15")
    satisfied = {"assignment__path_key": "p1", "state": "satisfied"}
    assert not AssignmentPeriod.objects.as_known(day("2026-10-31"), on("2026-10-31")).filter(**satisfied).exists()
    assert AssignmentPeriod.objects.as_known(day("2026-10-31"), on("2026-11-21")).filter(**satisfied).exists()
    assert AssignmentPeriod.objects.as_known(day("2026-10-31")).filter(**satisfied).exists()
    assert not AssignmentPeriod.objects.as_known(day("2026-10-14")).filter(**satisfied).exists()
    assert not only(person).late


def test_nobody_else_is_shown(person: Person) -> None:
    other = make_person("Other", hired=None)
    assert todo_list.todo_of(other, on("2026-10-05"), "en").tasks == ()
    assert sync.blocked(on("2026-10-05")) == []
