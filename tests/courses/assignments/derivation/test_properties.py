"""What must hold whatever happened, and in whatever order it became known: random histories, without a database.

`make histories` tries 50,000 of them; each failure names its seed.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from courses.assignments.derivation import employment
from courses.assignments.derivation.derive import derive_as_known
from courses.assignments.derivation.record import AssignmentRecord, bring_up
from courses.assignments.derivation.rows import Derived, DerivedRow, Segment
from courses.assignments.derivation.values import DaySpan
from tests.courses.assignments.derivation.histories import History, tell
from tests.courses.assignments.derivation.unmoved import check_unmoved

COUNT = int(os.environ.get("HISTORIES", "2000"))
BATCHES = 20


@pytest.mark.parametrize("batch", range(BATCHES))
def test_histories(batch: int) -> None:
    for seed in range(batch, COUNT, BATCHES):
        history = tell(seed)
        dice = random.Random(seed)
        try:
            check(history, dice)
        except Exception as error:
            raise AssertionError(f"history {seed}: {error}") from error


def check(history: History, dice: random.Random) -> None:
    at = history.end
    whole = bring_up(AssignmentRecord(), history.facts, history.catalogue, "p1", "", at)
    again = bring_up(whole.record, history.facts, history.catalogue, "p1", "", at)
    assert not again.differences, "a second run changes something"
    assert again.record.rows == whole.record.rows
    derived = _derive(history, at)

    stops = sorted({at, *(_some_instant(history, dice) for _ in range(3)), *dice.sample(history.instants(), 1)})
    record = AssignmentRecord()
    for stop in stops:
        told = history.until(stop)
        record = bring_up(record, told.facts, told.catalogue, "p1", "", stop).record
        again = bring_up(record, told.facts, told.catalogue, "p1", "", stop)
        assert not again.differences, f"a second run at {stop} changes something"
    assert _true(record) == _true(whole.record), "one late run and several runs differ in their spans"
    assert _spans(derived) == _spans(_derive(history, at)), "not a function"
    for known in (_some_instant(history, dice) for _ in range(3)):
        _check_history(history, record, whole.record, known)
    _check_rows(derived.rows, history, at)
    _check_more_evidence(history, derived, at, dice)
    _check_covered(derived, employment.local_day(history.facts.as_known(at).contracts, at))
    check_unmoved(history, at, dice)


def _derive(history: History, at: datetime) -> Derived:
    return derive_as_known(history.facts, history.catalogue, "p1", at).get("", Derived((), (), (), (), None))


def _some_instant(history: History, dice: random.Random) -> datetime:
    first, last = history.instants()[0], history.end
    return first + timedelta(seconds=dice.randrange(max(1, int((last - first).total_seconds()))))


def _true(record: AssignmentRecord) -> list[tuple[object, ...]]:
    """Without due dates, which differ by the day of first notice alone (S19), and without keys, which are kept."""
    return sorted(
        (one.row.state, one.row.state_on, one.row.valid_until, one.row.computed, str(_bare(one.segments)))
        for one in record.rows
        if one.row.end_reason != "corrected"
    )  # type: ignore[type-var]


def _bare(segments: Iterable[Segment]) -> list[tuple[str, date, date | None]]:
    joined: list[tuple[str, date, date | None]] = []
    for one in sorted(segments, key=lambda each: each.first):
        if joined and joined[-1][0] == one.state and joined[-1][2] == one.first:
            joined[-1] = (one.state, joined[-1][1], one.end)
        else:
            joined.append((one.state, one.first, one.end))
    return joined


def _spans(derived: Derived) -> tuple[object, ...]:
    return derived.required, derived.fulfilled, derived.valid


def _check_history(history: History, daily: AssignmentRecord, late: AssignmentRecord, known: datetime) -> None:
    """What is stored about then is what would have been derived then."""
    derived = _derive(history, known)
    expected = sorted(_bare(row.segments) for row in derived.rows)
    for record in (daily, late):
        stored = [_bare(one) for one in record.as_known(known).values()]
        live = sorted(one for one in stored if not (len(one) == 1 and one[0][0] == "ended"))
        wanted = [one for one in expected if not (len(one) == 1 and one[0][0] == "ended")]
        assert live == wanted, f"as known at {known}: stored {live}, derived {wanted}"


def _check_rows(rows: Iterable[DerivedRow], history: History, at: datetime) -> None:
    rows = list(rows)
    assert sum(row.state == "open" for row in rows) <= 1, "two open rows"
    assert len({row.key for row in rows}) == len(rows), "two rows of one cycle"
    for row in rows:
        segments = row.segments
        assert segments, f"{row.key} was nothing at any time"
        for before, after in pairwise(segments):
            assert before.end == after.first, f"{row.key}: a hole in {segments}"
        assert segments[-1].end is None
        if row.deadline_at and row.due:
            assert row.deadline_at.date() >= row.due, "overdue before the due day is over"
        if row.computed and row.due:
            assert row.due >= row.computed, "a due date was moved earlier"
        if row.fulfilled:
            on = {one.completion for one in history.facts.as_known(at).done}
            assert all(one.completion in on for one in row.fulfilled.deciding)


def _check_more_evidence(history: History, derived: Derived, at: datetime, dice: random.Random) -> None:
    """S12: a further completion shortens no validity, makes nothing late, and opens no earlier due date."""
    done = history.facts.done
    if not done:
        return
    left_out = dice.choice(done)
    facts = replace(history.facts, done=tuple(one for one in done if one is not left_out))
    less = derive_as_known(facts, history.catalogue, "p1", at).get("", Derived((), (), (), (), None))
    for span in less.fulfilled:
        assert _lies_in(span, derived.fulfilled), f"{left_out.on} took away {span} of {derived.fulfilled}"
    for span in less.valid:
        assert _lies_in(span, derived.valid), f"{left_out.on} took validity {span} of {derived.valid}"
    assert less.required == derived.required


def _lies_in(span: DaySpan, spans: Iterable[DaySpan]) -> bool:
    return any(
        one.first <= span.first and (one.end is None or (span.end is not None and span.end <= one.end)) for one in spans
    )


def _check_covered(derived: Derived, today: date) -> None:
    """Nobody is counted who is required of nothing: open segments lie within what is required."""
    for row in derived.rows:
        for one in row.segments:
            if one.state == "open":
                assert any(
                    span.first <= one.first and (span.end is None or (one.end or today) <= span.end)
                    for span in derived.required
                ), f"{row.key}: open on {one}, required {derived.required}"
