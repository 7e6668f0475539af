"""Who may answer appeals, and who looks at completions in doubt."""

from __future__ import annotations

from dataclasses import replace

from lms.people.door.confirming import Confirm
from lms.people.groups import GOVERNANCE, REVIEWER
from lms.people.policies import members_of

APPEALS = members_of(REVIEWER, GOVERNANCE)
DOUBTS = members_of(GOVERNANCE)
NAMES = replace(DOUBTS, confirm=Confirm.ALWAYS)
"""Revealing whose completion is in doubt."""
