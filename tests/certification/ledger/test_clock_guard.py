"""A clock that jumps ahead writes nothing; quiet weeks, restarts and a demo's own clock stop nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from certification.ledger import clock, clock_guard
from certification.ledger.clock_guard import ClockJumped, ClockReading, accept_clock, check_clock
from certification.ledger.models import ClockAnchor, Entry, Pending, SigningJob
from certification.ledger.sequencer import sequence_due, sequence_pending
from certification.ledger.signer import Signer
from tests.certification.ledger.evidence import append, fill
from tests.ledger_fixtures import make_ledger


class Machine:
    """A machine's clock, its start and how long it runs since."""

    def __init__(self) -> None:
        self.reading = ClockReading(clock.machine_now(), "first start", timedelta(hours=3))

    def passes(self, time: timedelta) -> None:
        self.reading = replace(self.reading, at=self.reading.at + time, up=self.reading.up + time)

    def jumps(self, time: timedelta) -> None:
        self.reading = replace(self.reading, at=self.reading.at + time)

    def is_off(self, time: timedelta) -> None:
        self.reading = ClockReading(self.reading.at + time, f"after {time}", timedelta(seconds=9))


@pytest.fixture
def machine(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> Machine:
    ClockAnchor.objects.all().delete()
    found = Machine()
    monkeypatch.setattr(clock_guard, "read_clock", lambda: found.reading)
    monkeypatch.setattr(clock, "machine_now", lambda: found.reading.at)
    check_clock()
    return found


def test_a_jump_of_ten_years_numbers_nothing(machine: Machine) -> None:
    append(1)
    machine.jumps(timedelta(days=3650))
    with pytest.raises(ClockJumped, match=r"3650 days.* more than has passed"):
        sequence_due(clock.now())
    assert Entry.objects.count() == 1
    assert SigningJob.objects.get(job="sequence").trouble == "clock"
    machine.jumps(-timedelta(days=3650))
    assert sequence_due(clock.now()) == 1
    assert SigningJob.objects.get(job="sequence").trouble == ""


def test_the_real_clock_is_asked(signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    append(1)
    real = clock.machine_now
    monkeypatch.setattr(clock, "machine_now", lambda: real() + timedelta(days=3650))
    with pytest.raises(ClockJumped):
        sequence_pending()
    monkeypatch.undo()
    assert sequence_pending() == 1


def test_an_idle_ledger_over_christmas_goes_on(machine: Machine) -> None:
    machine.passes(timedelta(days=21))
    assert len(fill(1)) == 1


def test_jumps_do_not_add_up_unseen(machine: Machine) -> None:
    for _ in range(2):
        machine.jumps(timedelta(hours=11))
        machine.passes(timedelta(hours=1))
        check_clock()
    machine.jumps(timedelta(hours=11))
    with pytest.raises(ClockJumped):
        check_clock()


def test_a_weekend_off_is_nothing(machine: Machine) -> None:
    machine.is_off(timedelta(days=3))
    fill(1)
    machine.jumps(timedelta(days=2))
    with pytest.raises(ClockJumped):
        check_clock()


def test_off_for_three_weeks_an_operator_says_that_it_is_so_late(machine: Machine) -> None:
    append(1)
    machine.is_off(timedelta(days=21))
    with pytest.raises(ClockJumped, match=r"started again.*ledger clock accept"):
        sequence_pending()
    assert accept_clock() == machine.reading.at
    assert sequence_pending() == 1


def test_a_clock_set_back_and_right_again_stops_nobody(machine: Machine) -> None:
    machine.jumps(-timedelta(days=400))
    fill(1)
    machine.jumps(timedelta(days=400))
    fill(1)
    assert Pending.objects.filter(sequenced=False).count() == 0


def test_a_demo_moves_its_own_clock(db: None, tmp_path: Any) -> None:
    make_ledger(tmp_path, "demo.example/litmus")
    clock.advance_demo(timedelta(days=700))
    fill(1)
    assert Entry.objects.get(seq=1).sequenced_at - clock.machine_now() > timedelta(days=699)
