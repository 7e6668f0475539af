"""What happens while a run goes on: publications, other runs, completions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from courses.assignments import sync, weighing
from courses.assignments.models import Assignment, HeldBack
from lms.people import staffing
from lms.people.changes import caused_by
from lms.people.models import ImportRun
from tests.courses.assignments.test_scale import crowd
from tests.courses.assignments.world import LONG_AGO, make_path, make_rule, on, only
from tests.factories import make_entity, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """It happens once, when the next run knows its catalogue and has not looked at anybody yet."""

    def once(happens: Callable[[], Any]) -> None:
        real = weighing.weigh

        def weigh(*args: Any) -> None:
            monkeypatch.setattr(weighing, "weigh", real)
            real(*args)
            happens()

        monkeypatch.setattr(weighing, "weigh", weigh)

    return once


def test_what_is_published_during_a_run_is_weighed_by_the_next_one(
    meanwhile: Callable[[Callable[[], Any]], None],
) -> None:
    """Else the night in which somebody publishes a mistake writes it for everybody, and nobody was asked (T-19)."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    crowd(30, make_entity())
    sync.sync_all(on("2026-10-01"))
    meanwhile(lambda: make_rule("r-01", "p1", due_days=60, at=on("2026-10-05")))
    sync.sync_all(on("2026-10-05"))
    before = {on("2026-10-31").date()}
    assert set(Assignment.objects.open().values_list("due", flat=True)) == before
    sync.sync_due(on("2026-10-05", 10))
    assert HeldBack.objects.get().cause == "rule:r-01:2"
    assert set(Assignment.objects.open().values_list("due", flat=True)) == before


def test_a_run_takes_back_nothing_that_a_later_one_wrote(meanwhile: Callable[[Callable[[], Any]], None]) -> None:
    """The night began without the new rule: what the minute's run opened meanwhile is no mistake (S10)."""
    make_path("p1", {"a": 24})
    make_path("p2", {"b": 24})
    make_rule("r-01", "p1")
    person = make_person("Early", at=LONG_AGO)
    sync.sync_all(on("2026-10-01"))

    def minute() -> None:
        make_rule("r-02", "p2", at=on("2026-10-05", 10))
        sync.sync_due(on("2026-10-05", 10))

    meanwhile(minute)
    sync.sync_all(on("2026-10-05"))
    assert only(person, "p2").state == "open"
    assert sync.sync_all(on("2026-10-05", 11)).changes == 0


def test_two_runs_hold_the_same_change_back_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A weighing takes longer than the seconds after which the next run begins."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    crowd(30, make_entity())
    sync.sync_all(on("2026-10-01"))
    make_rule("r-01", "p1", due_days=60, at=on("2026-10-05"))
    real = weighing._weigh

    def weigh(*args: Any) -> None:
        monkeypatch.setattr(weighing, "_weigh", real)
        sync.sync_due(on("2026-10-05"))
        real(*args)

    monkeypatch.setattr(weighing, "_weigh", weigh)
    sync.sync_due(on("2026-10-05"))
    assert HeldBack.objects.get().moves == 30


@pytest.mark.parametrize("run", [sync.sync_all, sync.sync_due])
def test_a_file_that_comes_during_a_run_is_weighed_by_the_next_one(
    run: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    people = crowd(30, make_entity())
    sync.sync_all(on("2026-10-01"))

    def file_comes() -> None:
        with caused_by("feed:payroll:7"):
            for person in people:
                staffing.leave_company(person, on=on("2026-10-06").date(), at=on("2026-10-07", 5))

    real = weighing.weigh_feeds

    def weigh_feeds(*args: Any) -> set[str]:
        found = real(*args)
        monkeypatch.setattr(weighing, "weigh_feeds", real)
        file_comes()
        return found

    monkeypatch.setattr(weighing, "weigh_feeds", weigh_feeds)
    run(on("2026-10-07"))
    assert Assignment.objects.open().count() == 30
    sync.sync_due(on("2026-10-07", 10))
    assert HeldBack.objects.get().cause == "feed:payroll:7"
    assert Assignment.objects.open().count() == 30


def test_a_file_that_is_still_being_written_is_weighed_whole() -> None:
    """Two batches of twenty: each alone would pass, both together are too many."""
    make_path("p1", {"a": 24})
    make_rule("r-01", "p1")
    people = crowd(40, make_entity())
    sync.sync_all(on("2026-10-01"))
    importing = ImportRun.objects.create(feed="payroll", file_sha256="0" * 64, started_at=on("2026-10-07", 5))
    for batch in (people[:20], people[20:]):
        with caused_by(importing.cause):
            for person in batch:
                staffing.leave_company(person, on=on("2026-10-06").date(), at=on("2026-10-07", 5))
        sync.sync_due(on("2026-10-07", 6))
        assert Assignment.objects.open().count() == 40
    assert not HeldBack.objects.exists()
    ImportRun.objects.update(finished_at=on("2026-10-07", 7))
    sync.sync_due(on("2026-10-07", 8))
    assert HeldBack.objects.get().ends == 40
    assert Assignment.objects.open().count() == 40
