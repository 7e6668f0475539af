from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

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
    return [
        standing.standing_words(row, view.true_on)[1] for row in standing.standings(view, assignment__person=person)
    ]


def test_open_work_is_open_up_to_its_last_day_and_overdue_after(ada: Person) -> None:
    assign(ada, due=TODAY)
    assert (status_of(ada), words_of(ada)) == ([Status.OPEN], ["Due on this day"])
    tomorrow = View(TODAY + timedelta(days=1))
    assert status_of(ada, tomorrow) == [Status.OVERDUE]
    assert words_of(ada, tomorrow) == ["Overdue by 1 day, due 20 November 2026"]


def test_what_must_be_done_before_access_is_never_overdue(ada: Person) -> None:
    assign(ada, due=None)
    assert words_of(ada, View(date(2030, 1, 1))) == ["Required before access"]


def test_done_expires_in_the_days_before_its_end_and_has_expired_after(ada: Person) -> None:
    assign(ada, state="satisfied", valid_until=date(2027, 3, 10))
    assert words_of(ada) == ["Done 20 October 2026, valid until 10 March 2027"]
    assert status_of(ada, View(date(2027, 1, 8))) == [Status.DONE]
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
    assert words_of(ada, View(date(2026, 10, 25))) == ["Valid until 5 December 2026, renewal is due"]
    assert standing.standings(View(date(2026, 10, 25))).get().state == "satisfied"


def test_of_two_satisfied_cycles_the_newer_counts(ada: Person) -> None:
    assign(ada, state="satisfied", valid_until=date(2026, 12, 5))
    assign(ada, state="satisfied", opened=date(2026, 10, 10), valid_until=date(2028, 12, 5), cycle="renew:1")
    assert [row.valid_until for row in standing.standings(View(TODAY))] == [date(2028, 12, 5)]


def test_expired_while_on_leave_is_counted_apart_and_only_for_who_may_know(ada: Person) -> None:
    assign(ada, state="satisfied", valid_until=date(2026, 11, 10))
    assign(ada, opened=date(2026, 10, 25), due=date(2027, 3, 14), expiring_on=date(2026, 11, 10), cycle="renew:1")
    staffing.record_leave(ada, date(2026, 11, 1), date(2027, 2, 28), at=AT)
    assert status_of(ada) == [Status.AWAY]
    assert words_of(ada) == ["Expired while on leave, was valid until 10 November 2026"]
    assert status_of(ada, View(TODAY, leave=False)) == [Status.EXPIRED]


def test_what_ended_is_required_of_nobody(ada: Person) -> None:
    assign(ada, state="ended")
    assert status_of(ada) == []


def test_what_was_not_known_then_is_not_counted_then(ada: Person) -> None:
    """T-22: done on 20 October, entered on 20 November; who asks what was known on 31 October sees it open."""
    assign(ada, state="satisfied", done=date(2026, 10, 20), valid_until=date(2028, 10, 20), known=AT)
    day = date(2026, 10, 31)
    assert status_of(ada, View(day)) == [Status.DONE]
    assert status_of(ada, View(day, datetime(2026, 10, 31, 23, 59, tzinfo=UTC))) == [Status.OPEN]


def test_counts_name_every_status(ada: Person) -> None:
    assign(ada, due=date(2026, 11, 1))
    assign(make_person("Bo", "Report"), state="satisfied")
    found = standing.counts_by_status(standing.standings(View(TODAY)))
    assert found == {"overdue": 1, "expired": 0, "away": 0, "open": 0, "expiring": 0, "done": 1}
