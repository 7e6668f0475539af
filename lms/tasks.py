"""Celery's side of the drains: one task that runs a drain by name, and the timetable."""

from __future__ import annotations

from lms.celery import app
from lms.drains import BY_NAME, DRAINS
from lms.drains import run as run_drain


@app.task(name="litmus.drain", ignore_result=True)
def drain(name: str) -> None:
    run_drain(BY_NAME[name])


app.conf.beat_schedule = {
    one.name: {
        "task": "litmus.drain",
        "schedule": one.seconds,
        "args": [one.name],
        "options": {"queue": "ledger" if one.ledger else "celery", "expires": max(one.seconds, 10)},
    }
    for one in DRAINS
}
