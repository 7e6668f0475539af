"""Who may read reports."""

from __future__ import annotations

from dataclasses import replace

from lms.people.door.confirming import Confirm
from lms.people.groups import AUDITOR, GOVERNANCE
from lms.people.policies import MANAGERS, members_of

TEAM = MANAGERS
TEAM_FILE = replace(TEAM, confirm=Confirm.FILE)
AUDIT = members_of(AUDITOR)
AUDIT_FILE = replace(AUDIT, confirm=Confirm.FILE)
NAMES = replace(AUDIT, confirm=Confirm.ALWAYS)
"""Revealing whose record it is."""
DELAYS = replace(AUDIT, confirm=Confirm.SENDING)
"""Two auditors, and it is really them."""
EFFECT = members_of(GOVERNANCE)
