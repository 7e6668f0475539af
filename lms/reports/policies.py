"""Who may read reports."""

from __future__ import annotations

from lms.people.groups import AUDITOR, GOVERNANCE
from lms.people.policies import MANAGERS, members_of

TEAM = MANAGERS
AUDIT = members_of(AUDITOR)
EFFECT = members_of(GOVERNANCE)
