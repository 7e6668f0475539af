"""How the site is: what each room's look at itself adds to, and what `/healthz` answers with.

Two grades. *Failing* (503): the site cannot serve, or evidence is at risk. *Alarm* (200): somebody must look, but
taking pages away from learners would not help, as when a learning record store or a mail server is down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Finding = dict[str, Any]


@dataclass
class Condition:
    """`findings` are figures by subject; `failures` and `alarms` are sentences."""

    findings: Finding = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    @property
    def status(self) -> str:
        return "failing" if self.failures else "alarm" if self.alarms else "well"

    def as_json(self) -> Finding:
        return {"status": self.status, "failures": self.failures, "alarms": self.alarms, **self.findings}


def seconds_since(since: datetime | None, now: datetime) -> int | None:
    """Whole seconds, never below 0; rows are aged by the clock that stamped them."""
    return None if since is None else max(0, int((now - since).total_seconds()))
