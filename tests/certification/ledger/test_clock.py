"""One clock: the machine's, and on a demo site only one that can be moved forward."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certification.ledger import clock
from certification.ledger.clock import BackInTime, NotADemo
from certification.ledger.models import Entry
from certification.ledger.signer import Signer
from certification.ledger.verification import verify_ledger
from tests.certification.ledger.evidence import append, fill
from tests.ledger_fixtures import make_ledger

START = datetime(2024, 10, 1, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture
def demo(db: None, tmp_path: Path) -> Signer:
    return make_ledger(tmp_path, "demo.example/litmus", START)


@pytest.mark.parametrize("origin", ["demo", "demo.example/litmus", "example.org/demo", "litmus-demo.example"])
def test_origins_that_say_demo(origin: str) -> None:
    assert clock.says_demo(origin)


@pytest.mark.parametrize("origin", ["example.org/litmus", "democracy.example", "academode.example", "Demo.example"])
def test_origins_that_do_not(origin: str) -> None:
    assert not clock.says_demo(origin)


def test_a_real_site_has_the_machines_time_and_asks_once(
    signer: Signer, django_assert_num_queries: Callable[[int], Any]
) -> None:
    clock.clear_cache()
    with django_assert_num_queries(1):
        assert abs(clock.now() - clock.machine_now()) < SECOND
    with django_assert_num_queries(0):
        assert clock.now().utcoffset() == timedelta(0)
        assert not clock.is_demo()


def test_a_real_sites_clock_cannot_be_moved(signer: Signer) -> None:
    with pytest.raises(NotADemo, match="can be moved"):
        clock.advance_demo(timedelta(days=8))
    assert abs(clock.now() - clock.machine_now()) < SECOND


def test_before_genesis_nothing_is_a_demo(db: None) -> None:
    assert not clock.is_demo()
    with pytest.raises(NotADemo):
        clock.advance_demo(timedelta(days=8))


def test_a_real_ledger_cannot_start_in_the_past(db: None, tmp_path: Path) -> None:
    with pytest.raises(NotADemo, match="is no demo"):
        make_ledger(tmp_path, start=START)
    assert not Entry.objects.exists()


def test_a_demo_starts_where_it_is_told(demo: Signer) -> None:
    assert clock.is_demo()
    assert abs(clock.now() - START) < 10 * SECOND
    genesis = Entry.objects.get(seq=0)
    assert abs(genesis.sequenced_at - START) < 10 * SECOND


def test_a_demos_history_is_lived_through_day_by_day(demo: Signer) -> None:
    for day in range(1, 4):
        assert abs(clock.advance_demo(timedelta(days=1)) - (START + timedelta(days=day))) < 20 * SECOND
        append(day, at=clock.now())
        fill(0)
    days = [entry.sequenced_at.date().isoformat() for entry in Entry.objects.order_by("seq")]
    assert days == ["2024-10-01", "2024-10-02", "2024-10-03", "2024-10-04"]
    assert verify_ledger().consistent


def test_a_demos_clock_never_goes_back(demo: Signer) -> None:
    with pytest.raises(BackInTime, match="only moves forward"):
        clock.advance_demo(-SECOND)
    with pytest.raises(BackInTime, match="already written"):
        clock.start_demo_at(START, "demo.example/litmus")


def test_a_demo_asks_for_its_offset_about_once_a_second(
    demo: Signer, django_assert_num_queries: Callable[[int], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.now()
    with django_assert_num_queries(0):
        clock.now()
    later = clock.time.monotonic() + 2
    monkeypatch.setattr(clock.time, "monotonic", lambda: later)
    with django_assert_num_queries(1):
        clock.now()
        clock.now()
