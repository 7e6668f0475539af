"""S10: another version of the rules or of the time zone data changes deadlines that lie ahead, and nothing else."""

from __future__ import annotations

import os
import random
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from courses.assignments import dates
from courses.assignments.derivation.record import TICK, AssignmentRecord, bring_up, said
from courses.assignments.derivation.rows import DerivedRow
from courses.assignments.engine_versions import as_json, from_json
from tests.courses.assignments.derivation.histories import History, tell
from tests.courses.assignments.derivation.test_properties import _true
from tests.courses.assignments.derivation.world import A, B, Story, day, leaf, on
from tests.courses.assignments.test_dates import forget_clocks

CASABLANCA = "Africa/Casablanca"
VECTORS = Path(__file__).parents[3] / "vectors"
COUNT = int(os.environ.get("HISTORIES", "2000")) // 20


@pytest.fixture
def zone_data() -> Iterator[Callable[[str], None]]:
    """Reads Casablanca from one stored release: 2025b keeps it an hour before UTC, 2026f puts it on UTC."""
    before = zoneinfo.TZPATH

    def use(release: str) -> None:
        zoneinfo.reset_tzpath(to=[VECTORS / "tz" / release])
        forget_clocks()

    use("2025b")
    yield use
    zoneinfo.reset_tzpath(to=before)
    forget_clocks()


@pytest.fixture
def longer(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """A version of the rules by which every term is so many days longer."""
    real = dates.due_date
    return lambda days: monkeypatch.setattr(dates, "due_date", lambda anchor, term: real(anchor, max(0, term + days)))


def joiner(first: str, *, zone: str = CASABLANCA) -> Story:
    story = Story()
    story.path(leaf(A))
    story.rule()
    story.works(first, zone=zone)
    return story


def brought(story: Story, at: datetime, record: AssignmentRecord) -> AssignmentRecord:
    return bring_up(record, story.facts, story.catalogue, "p1", "", at).record


def seen(story: Story, *days: datetime) -> AssignmentRecord:
    """Looked at then: from the first day on, it stands on the person's page."""
    record = AssignmentRecord()
    for at in days:
        record = brought(story, at, record)
    return record


def updated(story: Story, at: datetime, record: AssignmentRecord) -> AssignmentRecord:
    """The first run under another version; another one changes nothing more."""
    after = brought(story, at, replace(record, restated=True))
    again = bring_up(after, story.facts, story.catalogue, "p1", "", at + TICK)
    assert not again.differences
    assert again.record.withheld == after.withheld
    return after


def only(record: AssignmentRecord) -> DerivedRow:
    (one,) = record.rows
    return one.row


# Time zone data


def test_t04_a_deadline_that_lies_ahead_follows_new_time_zone_data(zone_data: Callable[[str], None]) -> None:
    story = joiner("2026-12-01")
    record = seen(story, on("2026-12-01"))
    assert only(record).deadline_at == on("2026-12-31", 23)
    zone_data("2026f")
    after = updated(story, on("2026-12-20"), record)
    assert (only(after).deadline_at, after.withheld) == (on("2027-01-01", 0), {})
    assert [one.deadline_at for one in after.rows[0].segments] == [on("2027-01-01", 0)]
    then = after.as_known(on("2026-12-19"))[after.rows[0].key]
    assert [one.deadline_at for one in then] == [on("2026-12-31", 23)], "what was believed before stays"


def test_t04_a_deadline_that_passed_stays(zone_data: Callable[[str], None]) -> None:
    story = joiner("2026-12-01")
    record = seen(story, on("2026-12-01"))
    zone_data("2026f")
    after = updated(story, on("2026-12-31", 23, 30), record)
    assert only(after) == replace(only(record), keys=only(after).keys)
    assert [row.deadline_at for row in after.withheld.values()] == [on("2027-01-01", 0)]


def test_t04_nobody_is_late_at_once_by_new_time_zone_data(zone_data: Callable[[str], None]) -> None:
    """In the hour between the two, the deadline that was promised stands."""
    zone_data("2026f")
    story = joiner("2026-12-01")
    record = seen(story, on("2026-12-01"))
    zone_data("2025b")
    after = updated(story, on("2026-12-31", 23, 30), record)
    assert only(after).deadline_at == on("2027-01-01", 0)
    assert after.withheld


@pytest.mark.parametrize(("handed_in", "late"), [((23, 10), True), ((22, 50), False)])
def test_what_was_late_or_in_time_stays_so(
    handed_in: tuple[int, int], late: bool, zone_data: Callable[[str], None]
) -> None:
    story = joiner("2026-12-01")
    story.does(A, "2027-01-01" if late else "2026-12-31", at=on("2026-12-31", *handed_in))
    record = seen(story, on("2026-12-01"), on("2027-01-05"))
    assert only(record).late is late
    zone_data("2026f")
    after = updated(story, on("2027-01-06"), record)
    assert (only(after).late, only(after).deadline_at) == (late, on("2026-12-31", 23))


def test_what_is_handed_in_later_counts_by_the_deadline_that_stands(zone_data: Callable[[str], None]) -> None:
    """Known before the first run under the new data, or after it: the same."""
    for update_first in (True, False):
        zone_data("2025b")
        story = joiner("2026-12-01")
        record = seen(story, on("2026-12-01"), on("2026-12-31", 23, 10))
        zone_data("2026f")
        if update_first:
            record = updated(story, on("2026-12-31", 23, 20), record)
        story.does(A, "2026-12-31", at=on("2026-12-31", 23, 30))
        after = (brought if update_first else updated)(story, on("2026-12-31", 23, 40), record)
        assert (only(after).state, only(after).late) == ("satisfied", True)
        assert only(after).deadline_at == on("2026-12-31", 23)


# Rules


def test_an_open_date_that_lies_ahead_follows_the_new_rules(longer: Callable[[int], None]) -> None:
    story = joiner("2026-10-01")
    record = seen(story, on("2026-10-01"))
    longer(7)
    after = updated(story, on("2026-10-20"), record)
    assert (only(after).due, after.withheld) == (day("2026-11-07"), {})


def test_what_is_overdue_stays_overdue_until_somebody_answers_for_it(longer: Callable[[int], None]) -> None:
    story = joiner("2026-10-01")
    record = seen(story, on("2026-10-01"))
    longer(7)
    after = updated(story, on("2026-11-03"), record)
    assert only(after).due == day("2026-10-31")
    written = bring_up(after, story.facts, story.catalogue, "p1", "", on("2026-11-04"), restate=True).record
    assert (only(written).due, written.withheld) == (day("2026-11-07"), {})
    assert [one.due for one in written.as_known(on("2026-11-03"))[written.rows[0].key]] == [day("2026-10-31")]


def test_leave_that_becomes_known_later_moves_what_is_withheld(longer: Callable[[int], None]) -> None:
    """T-11: by the fact, not by the version; nothing is withheld of what the fact decides."""
    story = joiner("2026-10-01")
    record = seen(story, on("2026-10-01"))
    longer(7)
    record = updated(story, on("2026-11-03"), record)
    story.away("2026-10-20", "2026-11-08", at=on("2026-11-05"))
    after = brought(story, on("2026-11-05", 10), record)
    assert (only(after).due, after.withheld) == (day("2026-11-27"), {})


def test_a_fact_changes_its_part_of_a_row_and_the_version_nothing(longer: Callable[[int], None]) -> None:
    """Somebody who was late leaves: the row says since when it is not required, and is late as before."""
    story = joiner("2026-10-01")
    story.does(A, "2026-11-03")
    record = seen(story, on("2026-10-01"), on("2026-11-04"))
    assert only(record).late
    longer(7)
    record = updated(story, on("2026-11-05"), record)
    story.forget("contracts", "job0", on("2026-11-10"))
    story.works("2026-10-01", "2026-12-01", fact="job0", at=on("2026-11-10"), zone=CASABLANCA)
    after = brought(story, on("2026-12-02"), record)
    assert (only(after).required_until, only(after).late) == (day("2026-12-01"), True)
    assert only(after).due == day("2026-10-31")
    assert [(one.state, one.due) for one in after.rows[0].segments] == [
        ("open", day("2026-10-31")),
        ("satisfied", day("2026-10-31")),
        ("ended", None),
    ]
    assert after.withheld


def test_an_update_and_a_fact_at_once(longer: Callable[[int], None]) -> None:
    """What was known when the last version looked is told from what became known since."""
    story = joiner("2026-10-01")
    record = seen(story, on("2026-10-01"), on("2026-11-01", 10))
    story.does(A, "2026-11-03")
    longer(7)
    after = updated(story, on("2026-11-05"), record)
    assert (only(after).state, only(after).state_on) == ("satisfied", day("2026-11-03"))
    assert (only(after).late, only(after).due) == (True, day("2026-10-31"))


def test_validity_that_was_certified_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    story = joiner("2026-10-01")
    story.does(A, "2026-10-10")
    record = seen(story, on("2026-10-10"))
    real = dates.valid_until
    monkeypatch.setattr(dates, "valid_until", lambda on, months: real(on, months + 1))
    after = updated(story, on("2026-10-20"), record)
    assert (only(after).valid_until, only(after).expires_at) == (day("2028-10-10"), only(record).expires_at)
    assert [row.valid_until for row in after.withheld.values()] == [day("2028-11-10")]


def test_what_only_a_version_would_fulfil_is_fulfilled_by_what_is_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """The new version finds A alone enough; the row stays open until something for it is handed in."""
    story = Story()
    story.path(leaf(A), leaf(B))
    story.rule()
    story.works("2026-10-01", zone=CASABLANCA)
    story.does(A, "2026-10-05")
    record = seen(story, on("2026-10-06"))
    (version,) = story.catalogue.versions
    leaves = (version.leaves[0], replace(version.leaves[1], compulsory=False))
    story.catalogue = replace(story.catalogue, versions=(replace(version, leaves=leaves),))
    record = updated(story, on("2026-10-10"), record)
    assert only(record).state == "open"
    story.holds("writer", "2026-10-11")
    record = brought(story, on("2026-10-12"), record)
    assert only(record).state == "open", "a fact that has nothing to do with it"
    story.does(B, "2026-10-14")
    assert only(brought(story, on("2026-10-14"), record)).state == "satisfied"


def test_one_row_at_a_time_is_open() -> None:
    """By the new version A alone was enough and is to be renewed; the row that stands open comes first."""
    story = Story()
    story.path(leaf(A, 12), leaf(B, None))
    story.rule()
    story.works("2026-10-01", zone=CASABLANCA)
    story.does(A, "2026-10-05")
    record = seen(story, on("2026-10-01"), on("2026-10-06"))
    (version,) = story.catalogue.versions
    leaves = (version.leaves[0], replace(version.leaves[1], compulsory=False))
    story.catalogue = replace(story.catalogue, versions=(replace(version, leaves=leaves),))
    record = updated(story, on("2026-10-10"), record)
    record = brought(story, on("2027-09-01"), record)
    assert [one.row.state for one in record.rows] == ["open"]
    assert not bring_up(record, story.facts, story.catalogue, "p1", "", on("2027-09-01")).differences
    story.does(B, "2027-09-03")
    record = brought(story, on("2027-09-03"), record)
    assert sorted((one.row.state, str(one.row.anchor)) for one in record.rows) == [
        ("open", "2027-08-06"),
        ("satisfied", "2026-10-01"),
    ]


def test_a_row_that_only_a_version_makes_is_withheld() -> None:
    """And one that only the earlier version made stays: neither is a deadline."""
    story = joiner("2026-10-01")
    record = seen(story, on("2026-10-02"))
    nothing = updated(story, on("2026-10-03"), replace(record, rows=()))
    assert (nothing.rows, list(nothing.withheld)) == ((), [record.rows[0].key])
    story.catalogue = replace(story.catalogue, rules=())
    kept = updated(story, on("2026-10-03"), record)
    assert (only(kept).state, [row.end_reason for row in kept.withheld.values()]) == ("open", ["corrected"])


def test_an_outage_that_is_recorded_after_an_update_acts(zone_data: Callable[[str], None]) -> None:
    """S15 is a fact: it moves even a deadline that passed."""
    story = joiner("2026-12-01")
    record = seen(story, on("2026-12-01"))
    zone_data("2026f")
    story.outage(on("2026-12-31", 10), on("2026-12-31", 12))
    recorded = tuple(replace(one, known_from=on("2027-01-02")) for one in story.catalogue.outages)
    story.catalogue = replace(story.catalogue, outages=recorded)
    after = updated(story, on("2027-01-02", 12), record)
    assert only(after).deadline_at == on("2027-01-05", 0), "the end of the next working day, 4 January"


# Whatever happened


def test_a_version_that_changes_nothing_changes_nothing() -> None:
    """Over random histories, at any instant of them, facts since included."""
    for seed in range(COUNT):
        history = tell(seed)
        record = _brought(history.until(random.Random(seed).choice(history.instants())), AssignmentRecord())
        plain, other = _brought(history, record), _brought(history, replace(record, restated=True))
        assert (other.rows, other.withheld) == (plain.rows, {}), f"history {seed}"


def test_a_version_changes_nothing_of_the_past_until_it_is_written(
    longer: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over random histories: the past stays, a second run changes nothing, and once it is written the record is the
    one that the version alone would have made."""
    for seed in range(COUNT):
        history, dice = tell(seed), random.Random(seed)
        then = history.until(dice.choice(history.instants()))
        record = _brought(then, AssignmentRecord())
        with monkeypatch.context():
            longer(dice.choice((-7, 9)))
            after = _brought(replace(then, end=then.end + TICK), replace(record, restated=True))
            for one in after.rows:
                before = next(each.row for each in record.rows if each.key == one.key)
                assert said(before) == said(one.row) or (_ahead(before, then.end) and _ahead(one.row, then.end)), seed
            again = _brought(replace(then, end=then.end + 2 * TICK), after)
            assert (again.rows, again.withheld) == (after.rows, after.withheld), seed
            later = bring_up(after, history.facts, history.catalogue, "p1", "", history.end, restate=True).record
            assert _true(later) == _true(_brought(history, AssignmentRecord())), seed
            monkeypatch.undo()


def test_a_row_is_read_as_it_was_written() -> None:
    for seed in range(20):
        for one in _brought(tell(seed), AssignmentRecord()).rows:
            assert said(from_json(as_json(one.row))) == said(one.row)


def _brought(history: History, record: AssignmentRecord) -> AssignmentRecord:
    return bring_up(record, history.facts, history.catalogue, "p1", "", history.end).record


def _ahead(row: DerivedRow, at: datetime) -> bool:
    return row.state == "open" and (row.deadline_at is None or row.deadline_at > at)
