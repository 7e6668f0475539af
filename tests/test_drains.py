"""Background work: the same functions, in a loop or by Celery; a failure of one stops no other."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from certification.ledger import clock, pending
from certification.ledger.models import Checkpoint, Entry
from lms import drains, rooms, tasks
from tests.ledger_fixtures import make_ledger

PATIENCE = 240  # seconds until a process that does its work has done it, even on a busy machine


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    clock.clear_cache()
    yield
    clock.clear_cache()


def log_something(key: str) -> None:
    with transaction.atomic():
        pending.append_entry("rule.withdraw", key=key, at=clock.now(), subject=None, actor=None, payload={"rule": key})


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[Any]) -> None:
    """Polls until it has happened; fails when the process ends before, or when patience does."""
    begun = time.monotonic()
    while not happened():
        assert time.monotonic() - begun < PATIENCE, "it did not happen"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
        assert process.returncode is None, f"the process ended with {process.returncode} before its work was done"


def environment(folder: Path, **more: str) -> dict[str, str]:
    own = {"DATABASE_URL": os.environ["TEST_DATABASE_URL"], "LEDGER_KEY_FILE": str(settings.LEDGER_KEY_FILE)}
    return {**os.environ, **own, "VAR_DIR": str(folder), "PLAIN_STATIC": "1", **more}


@pytest.mark.smoke
@pytest.mark.django_db(transaction=True)
def test_every_drain_runs_on_an_empty_site() -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    assert drains.run_all() == []


@pytest.mark.django_db(transaction=True)
def test_one_broken_drain_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    log_something("r-1")

    def broken(at: Any) -> None:
        raise RuntimeError("a broken drain")

    every = (rooms.Drain(0, "broken", 1, broken), *rooms.drains())
    monkeypatch.setattr(rooms, "drains", lambda: every)
    assert drains.run_all() == ["broken"]
    assert Entry.objects.filter(kind="rule.withdraw").exists()


@pytest.mark.django_db(transaction=True)
def test_the_command_does_everything_once() -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    log_something("r-1")
    with pytest.raises(SystemExit) as stopped:
        call_command("drain", "--once")
    assert stopped.value.code == 0
    assert Checkpoint.objects.order_by("-size").first().size == Entry.objects.count()  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_the_loop_drains_and_ends_with_its_parent(tmp_path: Path) -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    log_something("r-1")
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py"), "drain"]
    # A parent of its own, which starts the loop, tells its number and waits to be killed.
    script = f"import subprocess; p = subprocess.Popen({manage!r}); print(p.pid, flush=True); p.wait()"
    parent = subprocess.Popen(
        [sys.executable, "-c", script], env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    with parent.stdout:
        loop = int(parent.stdout.readline())
    wait_for(lambda: Entry.objects.filter(kind="rule.withdraw").exists(), parent)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    begun = time.monotonic()
    while alive(loop):
        assert time.monotonic() - begun < PATIENCE, "the loop outlived its parent"
        os.sched_yield()


def alive(process: int) -> bool:
    """Running, and not only waiting to be collected."""
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_celery_runs_every_drain_and_keeps_the_ledger_apart() -> None:
    beat = tasks.app.conf.beat_schedule
    assert set(beat) == {drain.name for drain in rooms.drains()}
    apart = {name for name, entry in beat.items() if entry["options"]["queue"] == "ledger"}
    assert apart == {"sequence", "checkpoint", "self check"}


@pytest.mark.redis("a real worker takes its tasks from it")
@pytest.mark.django_db(transaction=True)
def test_a_real_worker_on_redis_writes_the_ledger(tmp_path: Path) -> None:
    make_ledger(settings.LEDGER_KEY_FILE.parent)
    log_something("r-1")
    worker = subprocess.Popen(
        [sys.executable, "-m", "celery", "-A", "lms", "worker", "-Q", "ledger", "--pool", "solo", "-l", "error"],
        env=environment(tmp_path),
        cwd=settings.BASE_DIR,
    )
    try:
        tasks.drain.apply_async(["sequence"], queue="ledger")
        wait_for(lambda: Entry.objects.filter(kind="rule.withdraw").exists(), worker)
    finally:
        worker.terminate()
        worker.wait()
