"""Celery's side of the drains: one task that runs a drain by name, and the timetable."""

from __future__ import annotations

from lms import drains, rooms
from lms.celery import app


@app.task(name="litmus.drain", ignore_result=True)
def drain(name: str) -> None:
    drains.run_drain(drains.drain_named(name))


app.conf.beat_schedule = {
    one.name: {
        "task": "litmus.drain",
        "schedule": one.seconds,
        "args": [one.name],
        "options": {"queue": "ledger" if one.key else "celery", "expires": max(one.seconds, 10)},
    }
    for one in rooms.drains()
}
