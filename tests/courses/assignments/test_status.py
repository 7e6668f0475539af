"""What an assignment is at an instant: as a query, as a predicate and as a column the same."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.assignments.models import Assignment, AssignmentPeriod
from courses.assignments.status import PRECEDENCE, RULES, Status, is_now, status_case, status_of, those
from tests.courses.assignments.world import make_path
from tests.factories import make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
INSTANTS = st.none() | st.sampled_from([-61 * 1440, -1, 0, 1, 7 * 1440, 60 * 1440, 60 * 1440 + 1]).map(
    lambda minutes: NOW + timedelta(minutes=minutes)
)
ROWS = st.fixed_dictionaries(
    {
        "state": st.sampled_from(["open", "satisfied", "ended"]),
        "deadline_at": INSTANTS,
        "soon_at": INSTANTS,
        "expires_at": INSTANTS,
        "before_access": st.booleans(),
        "waiting_since": st.none() | st.just(NOW.date()),
    }
)


@settings(max_examples=15)
@given(values=st.lists(ROWS, min_size=12, max_size=12))
def test_query_predicate_and_column_agree(db: None, values: list[dict[str, object]]) -> None:
    version, person = make_path(f"p{uuid.uuid4().hex[:8]}", {"a": 24}), make_person()
    day = date(2026, 9, 1)
    rows = [
        Assignment(
            person=person, version=version, path_key=f"{number}", cycle_key="c", anchor=day, zone="UTC", state_on=day,
            opened_at=NOW, **one,
        )
        for number, one in enumerate(values)
    ]  # fmt: skip
    Assignment.objects.bulk_create(rows)
    periods = [
        AssignmentPeriod(assignment=row, true_from=day, known_from=NOW, **one)
        for row, one in zip(rows, values, strict=True)
    ]
    AssignmentPeriod.objects.bulk_create(periods)
    for status in RULES:
        wanted = {row.pk for row in rows if is_now(row, status, NOW)}
        found = Assignment.objects.filter(those(status, NOW), version=version)
        assert set(found.values_list("pk", flat=True)) == wanted
        joined = AssignmentPeriod.objects.filter(those(status, NOW, "assignment__"), assignment__version=version)
        assert set(joined.values_list("assignment", flat=True)) == wanted
    for page in PRECEDENCE:
        column = AssignmentPeriod.objects.filter(assignment__version=version).annotate(word=status_case(NOW, page))
        assert {row.assignment_id: row.word for row in column} == {row.pk: status_of(row, NOW, page) for row in rows}


def test_nothing_is_overdue_before_the_stored_instant() -> None:
    row = Assignment(state="open", deadline_at=NOW, soon_at=NOW - timedelta(days=8))
    assert status_of(row, NOW - timedelta(microseconds=1)) == Status.SOON
    assert status_of(row, NOW) == Status.OVERDUE


def test_what_waits_for_an_answer_is_never_overdue() -> None:
    row = Assignment(state="open", deadline_at=None, waiting_since=NOW.date())
    assert status_of(row, NOW + timedelta(days=999)) == Status.PAUSED


def test_every_status_has_its_place_on_every_page() -> None:
    for page, words in PRECEDENCE.items():
        assert set(words) == set(Status) - {Status.NOT_DETERMINED}, page
        assert len(words) == len(set(words))
