from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from courses.assignments.models import AssignmentPeriod, Derivation
from courses.assignments.status import FULFILLED_THEN, VALID_THEN, Rule
from lms.people import staffing
from lms.people.models import Person
from lms.reports import standing
from lms.reports.standing import Status, View
from tests.factories import make_person
from tests.reports.factories import AT, TODAY, assign

NOW = View(TODAY)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Person:
    return make_person("Ada", "Report")


def status_of(person: Person, view: View = NOW) -> list[str]:
    return [row.status for row in standing.standings(view, assignment__person=person)]


def words_of(person: Person, view: View = NOW) -> list[str]:
    return [standing.standing_words(row, view)[1] for row in standing.standings(view, assignment__person=person)]


def test_open_work_is_open_up_to_its_last_day_and_overdue_after(ada: Person) -> None:
    assign(ada, due=TODAY)
    assert (status_of(ada), words_of(ada)) == ([Status.SOON], ["Due on this day"])
    tomorrow = View(TODAY + timedelta(days=1))
    assert status_of(ada, tomorrow) == [Status.OVERDUE]
    assert words_of(ada, tomorrow) == ["Overdue by 1 day, due 20 November 2026"]


def test_what_must_be_done_before_access_is_never_overdue(ada: Person) -> None:
    assign(ada, due=None)
    assert words_of(ada, View(date(2030, 1, 1))) == ["Required before access"]


def test_done_expires_in_the_days_before_its_end_and_has_expired_after(ada: Person) -> None:
    assign(ada, state="satisfied", valid_until=date(2027, 3, 10))
    assert words_of(ada) == ["Done 20 October 2026, valid until 10 March 2027"]
    assert status_of(ada, View(date(2027, 1, 8))) == [Status.FULFILLED]
    assert status_of(ada, View(date(2027, 1, 9))) == [Status.EXPIRING]
    assert status_of(ada, View(date(2027, 3, 10))) == [Status.EXPIRING]
    assert words_of(ada, View(date(2027, 3, 11))) == ["Expired, was valid until 10 March 2027"]


def test_what_has_no_end_is_done(ada: Person) -> None:
    assign(ada, state="satisfied")
    assert words_of(ada, View(date(2035, 1, 1))) == ["Done 20 October 2026"]


def test_a_renewal_hides_what_it_renews(ada: Person) -> None:
    assign(ada, state="satisfied", valid_until=date(2026, 12, 5))
    assign(
        ada, opened=date(2026, 11, 1), due=date(2026, 12, 5), expiring_on=date(2026, 12, 5), cycle="renew:2026-12-05"
    )
    assert words_of(ada) == ["Valid until 5 December 2026, renewal is due"]
    assert status_of(ada, View(date(2026, 12, 6))) == [Status.OVERDUE]


def test_before_the_renewal_opened_the_older_cycle_counts(ada: Person) -> None:
    assign(ada, state="satisfied", valid_until=date(2026, 12, 5), known=datetime(2026, 10, 20, 9, tzinfo=UTC))
    assign(
        ada, opened=date(2026, 11, 1), due=date(2026, 12, 5), expiring_on=date(2026, 12, 5), cycle="renew:2026-12-05"
    )
    assert words_of(ada, View(date(2026, 10, 25))) == ["Valid until 5 December 2026"]
    assert standing.standings(View(date(2026, 10, 25))).get().state == "satisfied"


def test_of_two_satisfied_cycles_the_newer_counts(ada: Person) -> None:
    assign(ada, state="satisfied", valid_until=date(2026, 12, 5))
    assign(ada, state="satisfied", opened=date(2026, 10, 10), valid_until=date(2028, 12, 5), cycle="renew:1")
    assert [standing.last_valid_day(row) for row in standing.standings(View(TODAY))] == [date(2028, 12, 5)]


def test_what_a_leave_moved_is_paused_by_days_and_nothing_is_said_of_the_leave(ada: Person) -> None:
    """T-10: reports know the number of days, never the cause or when it was."""
    assign(ada, state="satisfied", valid_until=date(2026, 11, 10))
    renewal = {"due": date(2027, 3, 14), "expiring_on": date(2026, 11, 10), "cycle": "renew:1", "paused_days": 120}
    assign(ada, opened=date(2026, 10, 25), **renewal)
    assign(ada, "p2", due=date(2026, 12, 24), paused_days=1)
    staffing.record_leave(ada, date(2026, 11, 1), date(2027, 2, 28), at=AT)
    assert sorted(words_of(ada)) == [
        "Due 24 December 2026, paused by 1 day",
        "Expired, was valid until 10 November 2026, paused by 120 days",
    ]


def test_what_ended_is_required_of_nobody(ada: Person) -> None:
    assign(ada, state="ended")
    assert status_of(ada) == []


def test_what_was_not_known_then_is_not_counted_then(ada: Person) -> None:
    """T-22: done on 20 October, entered on 20 November; who asks what was known on 31 October sees it open."""
    assign(ada, state="satisfied", done=date(2026, 10, 20), valid_until=date(2028, 10, 20), known=AT)
    day = date(2026, 10, 31)
    assert status_of(ada, View(day)) == [Status.FULFILLED]
    assert status_of(ada, View(day, datetime(2026, 10, 31, 23, 59, tzinfo=UTC))) == [Status.OPEN]


def test_counts_name_every_status(ada: Person) -> None:
    assign(ada, due=date(2026, 11, 1))
    assign(make_person("Bo", "Report"), state="satisfied")
    found = standing.tally(standing.standings(View(TODAY)))
    assert {status: number for status, number in found.by_status.items() if number} == {"overdue": 1, "fulfilled": 1}
    assert set(found.by_status) == set(Status)
    assert (found.required, found.fulfilled, found.valid) == (2, 1, 1)


def test_required_fulfilled_and_valid_are_three_questions(ada: Person) -> None:
    """What ran out was fulfilled; what is being renewed is still valid; what nobody could determine is neither."""
    assign(ada, "p1", state="satisfied", valid_until=date(2026, 10, 30))
    assign(ada, "p2", expiring_on=date(2026, 12, 5), due=date(2026, 12, 5), cycle="renew:2026-12-05")
    asked = {row.assignment.path_key: (row.fulfilled, row.valid) for row in standing.standings(NOW)}
    assert asked == {"p1": (True, False), "p2": (False, True)}
    for question, paths in {
        "valid": {"p2"},
        "not-valid": {"p1"},
        "was-fulfilled": {"p1"},
        "not-fulfilled": {"p2"},
    }.items():
        assert {row.assignment.path_key for row in standing.in_status(standing.standings(NOW), question)} == paths
    Derivation.objects.create(person=ada, fault="Two feeds disagree", fault_since=AT)
    found = standing.tally(standing.standings(NOW))
    assert (found.required, found.fulfilled, found.valid) == (2, 0, 0)
    assert set(words_of(ada)) == {"Not determined: the facts contradict each other"}


@pytest.mark.parametrize("question", [FULFILLED_THEN, VALID_THEN])
def test_each_question_says_the_same_of_a_row_in_the_database_and_in_hand(ada: Person, question: Rule) -> None:
    assign(ada, "p1", due=TODAY)
    for number, state in enumerate(("open", "satisfied", "satisfied"), 1):
        ends = date(2026, 11, 19 + number) if number < 3 else None
        dates = {"expiring_on": ends} if state == "open" else {"valid_until": ends}
        assign(ada, f"p{number + 1}", state=state, **dates)
    assign(ada, "p5", state="ended")
    for at in (AT, AT + timedelta(days=1), AT + timedelta(days=2), AT + timedelta(days=3)):
        chosen = set(AssignmentPeriod.objects.filter(question.query(at)))
        assert chosen == {row for row in AssignmentPeriod.objects.all() if question.holds(row, at)}


def test_the_most_urgent_sorts_first(ada: Person) -> None:
    assign(ada, "p1", state="satisfied")
    assign(ada, "p2", due=date(2026, 11, 10))
    assign(ada, "p3", due=date(2026, 11, 1))
    assign(ada, "p4", due=date(2027, 11, 1))
    rows = standing.standings(NOW).annotate(urgency=standing.urgency(NOW)).order_by("urgency")
    assert [row.assignment.path_key for row in rows.select_related("assignment")] == ["p3", "p2", "p4", "p1"]
